"""A message as contract G shows it (G-4.5)."""

from typing import Any

from chat.errors import reply_failed
from chat.selectors import Said
from common.contracts.gateway import GATEWAY
from common.contracts.wire import int64, timestamp
from tasks.states import State


def render_message(said: Said) -> dict[str, Any]:
    """Return the message: who said what, how its reply stands, and what it cost."""
    message = said.message
    failed = said.status == State.FAILED
    return {
        "messageId": str(message.pk),
        "role": message.role,
        "content": said.content,
        "status": said.status,
        "createdAt": timestamp(message.created_at),
        "usage": {"credits": int64(said.credits), "reserved": int64(said.reserved)},
        "error": dict(GATEWAY.render(reply_failed(kind=message.error_kind, message=message.error_message))) if failed else None,
    }
