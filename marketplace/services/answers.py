"""What a task's answer looks like (M-3, M-4): the same body for the callback and for ``/result``, with links made at that moment."""

from datetime import datetime
from typing import Any

from django.conf import settings

from common import clock
from common.contracts.marketplace import MARKETPLACE
from common.contracts.wire import timestamp
from common.errors import Kind
from marketplace.models import Call, Method, Service
from marketplace.states import IN_PROGRESS, PENDING, SUCCESS, DataType, ExtraType
from tasks import selectors
from tasks.models import Output, Task
from tasks.states import State

WAITING = {State.QUEUED: (PENDING, "pending"), State.RUNNING: (IN_PROGRESS, "in progress")}
CANCELLED = "The task was cancelled by the service's staff."


def build_answer(*, call: Call, service: Service) -> dict[str, Any]:
    """Return the body of ``/result`` for a call (M-4.1), its task read with it; links are fresh."""
    task, method = call.task, call.method
    code, reason = _status(task)
    return {
        "apiVersion": service.api_version,
        "service": service.name,
        "datetime": timestamp(clock.now()),
        "processDuration": measure_ms(task),
        "isResponseImmediate": False,
        "extraType": method.extra_type,
        "response": _response(task, method),
        "errorCode": {"status": f"{service.code}_{code}", "reason": reason},
    }


def build_missing(*, service: Service, reason: str) -> dict[str, Any]:
    """Return the body of ``/result`` for a task that is not there (M-4.3)."""
    return {
        "apiVersion": service.api_version,
        "service": service.name,
        "datetime": timestamp(clock.now()),
        "processDuration": -1.0,
        "isResponseImmediate": False,
        "extraType": ExtraType.OTHERS.value,
        "response": {"dataType": DataType.META_DATA.value, "data": None},
        "errorCode": {"status": f"{service.code}_404", "reason": reason},
    }


def measure_ms(task: Task) -> float:
    """Return the milliseconds of work so far (M-3.2): of the last attempt, without its time in the queue; 0 while it waits."""
    if task.started_at is None or task.state == State.QUEUED:
        return 0.0
    end: datetime = task.finished_at or clock.now()
    return max(0.0, round((end - task.started_at).total_seconds() * 1000, 3))


def _status(task: Task) -> tuple[str, str]:
    state = State(task.state)
    if state in WAITING:
        return WAITING[state]
    if state is State.SUCCEEDED:
        return SUCCESS, "success"
    if state is State.CANCELLED:
        return str(MARKETPLACE.table[Kind.INTERNAL][1]), CANCELLED
    return str(MARKETPLACE.table[Kind(task.error_kind)][1]), task.error_message


def _response(task: Task, method: Method) -> dict[str, Any]:
    """Return the results (M-3.3): ``data`` is the first one; of several, ``items`` holds all. Of a hybrid one ``data`` holds all."""
    parts = [_part(output) for output in task.outputs.select_related("file")] if task.state == State.SUCCEEDED else []
    if not parts:
        return {"dataType": method.data_type, "data": None}
    if method.data_type == DataType.HYBRID:
        return {"dataType": method.data_type, "data": parts}
    more = {"items": parts} if len(parts) > 1 else {}
    return {"dataType": method.data_type, "data": parts[0]["data"]} | more


def _part(output: Output) -> dict[str, Any]:
    if output.file is None:
        return {"dataType": DataType.META_DATA.value, "data": output.text or ""}
    link = selectors.make_link(file=output.file, expires_seconds=settings.FILE_LINK_SECONDS)
    return {"dataType": DataType.S3_OBJECT.value, "data": f"{settings.PUBLIC_URL}{link}" if link.startswith("/") else link}
