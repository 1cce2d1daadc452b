"""One generation: asked for by JSON with the key in it, answered with links, or with the id of a job to be looked at.

Wire: ``status`` ``success`` with ``output``; ``processing`` with ``id``, ``eta`` in seconds, ``fetch_result`` and ``future_links``; a job
is looked at by ``POST …/images/fetch {key, request_id}`` or ``…/voice/fetch/{id} {key}`` (docs.modelslab.com, 2026-11-20).
``fetch_result`` is an address that the reply chose, and the key goes along with a look: so it is not used. Nor are ``future_links``,
which lead nowhere yet. There is no request that cancels: who leaves hangs up, and a job runs to its end.
"""

from collections.abc import Mapping
from typing import Any

from aitasks.providers import faults, rest
from aitasks.providers.jobs import LOST, JobLost, Look
from aitasks.providers.line import Line, translated
from aitasks.providers.port import Access
from aitasks.providers.stablediffusionapi import failures

BASE_URL = "https://modelslab.com/api/v6"
SEED_MAX = 2**32 - 1
PATIENCE = 2.0
"""Fast models do the work before they answer."""
OVER = "success"
WAITING = ("processing", "queued")


class Generation:
    """The requests for one generation; implements :class:`aitasks.providers.jobs.Vendor`."""

    cancels = False
    patience = PATIENCE

    def __init__(self, access: Access, *, path: str, body: Mapping[str, Any]) -> None:
        self._access = access
        self._family, _, _ = path.partition("/")
        self._path = path
        self._body = body

    def begin(self, line: Line) -> Look:
        """Ask for the generation."""
        return _read(self._post(line, self._path, self._body), "")

    def look(self, reference: str, line: Line) -> Look:
        """Return how the job stands; raises :class:`JobLost` when it failed or is not known any more."""
        try:
            if self._family == "images":
                told = self._post(line, "images/fetch", {"request_id": reference})
            else:
                told = self._post(line, f"{self._family}/fetch/{reference}", {})
        except faults.ModelMissing:
            raise JobLost(LOST) from None
        return _read(told, reference)

    def cancel(self, reference: str, line: Line) -> None:
        """Do nothing: the vendor knows no way."""

    def _post(self, line: Line, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{(self._access.base_url or BASE_URL).rstrip('/')}/{path}"
        with translated():
            reply = rest.send(self._access, line, "POST", url, patience=PATIENCE, json={"key": self._access.credential, **body})
            return failures.read(reply, secret=self._access.credential)


def _read(told: Mapping[str, Any], reference: str) -> Look:
    if told.get("nsfw_content_detected") is True:
        raise faults.Filtered(faults.FILTERED)
    name = reference or str(told.get("id") or "")
    if told.get("status") == OVER:
        return Look(reference=reference, is_done=True, outputs=_find_links(told))
    if told.get("status") not in WAITING or not name.replace("-", "").isalnum() or not name.isascii():
        raise faults.Garbled(faults.GARBLED)
    eta = told.get("eta")
    return Look(reference=name, is_done=False, outputs=_find_links(told), wait_seconds=float(eta) if isinstance(eta, int | float) else 0)


def _find_links(told: Mapping[str, Any]) -> tuple[str, ...]:
    output = told.get("output")
    found = output if isinstance(output, list) else [output]
    return tuple(link for link in found if isinstance(link, str) and link.startswith(("https://", "http://", "data:")))
