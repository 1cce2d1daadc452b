"""One generation: asked for by a form, answered with the result itself or, by slower models, with the id of a job to be looked at.

Wire: ``multipart/form-data`` in; with ``accept: image/*`` or ``audio/*`` the result's bytes come back, or JSON ``{id}``; ``GET
/v2beta/results/{id}`` gives 202 while the job runs, 200 with the bytes, 404 once they are gone, after 24 hours
(platform.stability.ai/docs/api-reference, 2026-11-20). There is no request that cancels: who leaves hangs up, and a job runs to its end.
Only what succeeds is charged.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import IO
from uuid import uuid4

from aitasks.providers import faults, rest
from aitasks.providers.jobs import LOST, JobLost, Look
from aitasks.providers.line import Line, translated
from aitasks.providers.port import Access, Media, Work
from aitasks.providers.stability import failures
from aitasks.providers.stability.models import Place

BASE_URL = "https://api.stability.ai"
SEED_MAX = 4_294_967_294
PATIENCE = 3.0
"""An image takes ten seconds, a sound half a minute, all of it before the reply begins."""

Part = tuple[str, tuple[str | None, str | IO[bytes]] | tuple[str | None, str | IO[bytes], str]]


class Generation:
    """The requests for one generation; implements :class:`aitasks.providers.jobs.Vendor`."""

    cancels = False
    patience = PATIENCE

    def __init__(self, access: Access, place: Place, work: Work, *, form: Mapping[str, str], accept: str) -> None:
        self._access = access
        self._place = place
        self._work = work
        self._form = {**place.fields, **form, **(place.edit_fields if work.source else {})}
        self._headers = {"Authorization": f"Bearer {access.credential}", "Accept": accept}

    def begin(self, line: Line) -> Look:
        """Ask for the generation."""
        fields: list[Part] = [(name, (None, value)) for name, value in self._form.items()]
        source = self._work.source
        if source is None or source.path is None:
            return self._ask(line, fields)
        with source.path.open("rb") as file:
            return self._ask(line, [*fields, (self._place.image, (_name(source), file, source.type))])

    def look(self, reference: str, line: Line) -> Look:
        """Return how the job stands; raises :class:`JobLost` when it is not there any more."""
        with translated():
            reply = self._send(line, "GET", f"/v2beta/results/{reference}")
            if reply.status == HTTPStatus.NOT_FOUND:
                raise JobLost(LOST)
            return self._read(reply, reference)

    def cancel(self, reference: str, line: Line) -> None:
        """Do nothing: the vendor knows no way."""

    def _ask(self, line: Line, parts: Sequence[Part]) -> Look:
        with translated():
            reply = self._send(line, "POST", self._place.path, files=parts)
            return self._read(reply, "")

    def _send(self, line: Line, method: str, path: str, **content: object) -> rest.Reply:
        url = f"{(self._access.base_url or BASE_URL).rstrip('/')}{path}"
        # A name of its own: a request that was left may still be writing.
        into = self._work.folder / f"generation-{uuid4().hex}"
        headers = self._headers if method == "POST" else {**self._headers, "Accept": "*/*"}
        return rest.send(self._access, line, method, url, into=into, patience=PATIENCE, headers=headers, **content)

    def _read(self, reply: rest.Reply, reference: str) -> Look:
        failures.check(reply, secret=self._access.credential)
        if reply.file is not None:
            return Look(reference=reference, is_done=True, outputs=(reply.file,))
        told = reply.json
        name = told.get("id") if isinstance(told, dict) else None
        if not isinstance(name, str) or not name.isascii() or not name.replace("-", "").isalnum():
            raise faults.Garbled(faults.GARBLED)
        return Look(reference=reference or name, is_done=False)


def _name(source: Media) -> str:
    return f"source.{source.type.rpartition('/')[2]}"


def make_seed(seed: int) -> str:
    """Return a seed as the vendor takes it: 0 would mean any."""
    return str(seed % SEED_MAX + 1)
