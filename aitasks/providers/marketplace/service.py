"""The service's three answers, read: a call that was taken, a result or how far it is, an error (M-2.3, M-4.2, M-7).

Invariants: requests end by a deadline and replies are bounded; the token goes to the service's address alone; no redirects.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aitasks.providers import faults
from aitasks.providers.port import Access
from common import errors, fetch

REPLY_BYTES_MAX = 2 * 1024 * 1024
CONNECT_SECONDS_MAX = 5
SUCCESS, UNDERWAY = "000", frozenset(("001", "002"))
LINKS = frozenset(("S3_OBJECT",))


class TaskFailed(errors.ProviderFailed):
    """The service's task has failed, or the service knows it no more: another one may do."""


FAILED = "The AI provider could not do the work. Try again."
ROWS: Mapping[str, faults.Row] = {
    "400": (faults.Refused, ""),
    "401": (faults.TooLong, ""),
    "402": (faults.KeyRefused, faults.OUR_FAULT),
    "403": (errors.Unsupported, ""),
}
"""By the end of an error code (M-7), whatever the service's own code is; every other is the service's own trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service says of a task: not done yet, or its results, in order, as links and texts."""

    is_done: bool
    links: Sequence[str] = ()
    texts: Sequence[str] = ()


class Service:
    """One service, as the row's access says."""

    def __init__(self, access: Access) -> None:
        self._access = access
        # Providers are told nothing of callers (P-1.2): to a service, all of them are this installation.
        self._headers = {
            "x-marketplace-token": access.credential,
            "x-user-id": f"tollgate-{access.name}",
            "x-user-role": "user",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    def call(self, *, method: str, payload: Mapping[str, Any], request_id: str) -> str:
        """Ask for the work and return the id of the service's task (M-2)."""
        body = self._post("/call", {"method": method, "payload": payload}, {"x-request-id": request_id})
        self._check(body, faults.DOWN_ROW)
        task_id = body["response"].get("taskId") if isinstance(body.get("response"), dict) else None
        if not isinstance(task_id, str) or not 0 < len(task_id) <= faults.VENDOR_WORDS_MAX or not task_id.isprintable():
            raise faults.Garbled(faults.GARBLED)
        return task_id

    def ask(self, task_id: str) -> Answer:
        """Return how the task stands (M-4); raises what its error code means."""
        body = self._post("/result", {"taskId": task_id}, {})
        if "processDuration" not in body:
            # The service could not look: its error says nothing of the task.
            self._check(body, faults.DOWN_ROW)
        return self.read(body)

    def read(self, body: Mapping[str, Any]) -> Answer:
        """Return what a result or a callback says (M-3.1, M-4.2); raises what its error code means."""
        code = self._check(body, (TaskFailed, FAILED))
        if code != SUCCESS:
            return Answer(is_done=False)
        response = body.get("response")
        parts = list(_list_parts(response)) if isinstance(response, dict) else []
        return Answer(
            is_done=True,
            links=[data for kind, data in parts if kind in LINKS],
            texts=[data for kind, data in parts if kind not in LINKS],
        )

    def _post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        try:
            reply = fetch.send(
                method="POST",
                url=f"{self._access.base_url.rstrip('/')}{path}",
                headers={**self._headers, **headers},
                content=json.dumps(body).encode(),
                limits=fetch.Limits(
                    bytes_max=REPLY_BYTES_MAX,
                    seconds_max=self._access.timeout_seconds,
                    connect_seconds_max=CONNECT_SECONDS_MAX,
                    read_seconds_max=self._access.timeout_seconds,
                ),
                allow=fetch.ANYWHERE,
            )
        except fetch.TookTooLong as error:
            raise faults.TookTooLong(faults.LATE) from error
        except (fetch.DownloadFailed, fetch.UrlRefused, ValueError) as error:
            raise faults.Down(faults.DOWN) from error
        return self._read_reply(reply)

    def _read_reply(self, reply: fetch.Reply) -> dict[str, Any]:
        """Return the envelope of a reply, whatever it says."""
        if reply.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise faults.Busy(faults.BUSY, retry_after_seconds=faults.read_retry_after(reply.headers))
        try:
            body = json.loads(reply.body_head)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            kind, message = faults.BY_STATUS.get(reply.status, faults.DOWN_ROW)
            # A page of some proxy is no reason that the caller could mend.
            raise kind(message) if message and reply.status != HTTPStatus.OK else faults.Garbled(faults.GARBLED)
        return body

    def _check(self, body: Mapping[str, Any], otherwise: faults.Row) -> str:
        """Return the code of an envelope that is no error; raises what it means, ``otherwise`` for trouble of the service's own."""
        given = body.get("errorCode")
        status = given.get("status") if isinstance(given, dict) else None
        if not isinstance(given, dict) or not isinstance(status, str):
            raise faults.Garbled(faults.GARBLED)
        code = status.rpartition("_")[2]
        if code == SUCCESS or code in UNDERWAY:
            return code
        row = ROWS.get(code, otherwise)
        raise faults.make_error(row, vendor_words=str(given.get("reason") or ""), secret=self._access.credential)


def _list_parts(response: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each result with its data type: ``items``, where there are several, or the parts of ``HYBRID``, whose form is nobody's rule."""
    items, data = response.get("items"), response.get("data")
    if isinstance(items, list):
        parts = items
    elif response.get("dataType") != "HYBRID":
        parts = [{"dataType": "", **response}]
    elif isinstance(data, dict) and "dataType" not in data:
        parts = list(data.values())
    else:
        parts = data if isinstance(data, list) else [data]
    for part in parts:
        if isinstance(part, dict) and "dataType" in part:
            yield from _list_data(str(part["dataType"]), part.get("data"))
        else:
            yield from _list_data(_guess_kind(part), part)


def _guess_kind(part: Any) -> str:
    """Return the data type of a part that does not say it."""
    return "S3_OBJECT" if isinstance(part, str) and part.startswith(("http://", "https://")) else "META_DATA"


def _list_data(kind: str, data: Any) -> Iterator[tuple[str, str]]:
    for item in data if isinstance(data, list) else [data]:
        if item is not None:
            yield kind, item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
