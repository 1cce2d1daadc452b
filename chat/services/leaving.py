"""What happens when a client goes away in the middle of a stream: nobody reads on within a moment, the reply is stopped.

A reload is a reader that leaves and one that comes, so the leaver's process looks again after ``GRACE_SECONDS`` and stops the reply only
when nobody reads it, in whichever process. Together with the worker, which notices at its next piece of text, the provider's request ends
within two seconds. A process that dies in that moment stops nothing: the reply then ends by itself and is charged whole.
"""

import threading
from uuid import UUID

import structlog
from django.db import Error, connections
from django.db.models import F

from chat.models import ChatMessage
from chat.services import messages

log = structlog.get_logger(__name__)
GRACE_SECONDS = 1.25


def enter(*, message_id: UUID) -> None:
    """Count one reader more of an open reply."""
    ChatMessage.objects.filter(pk=message_id).update(readers=F("readers") + 1)


def leave(*, message_id: UUID, is_over: bool) -> None:
    """Count one reader less; unless the stream was over, stop the reply in a moment if nobody reads it then."""
    ChatMessage.objects.filter(pk=message_id).update(readers=F("readers") - 1)
    if not is_over:
        timer = threading.Timer(GRACE_SECONDS, _look_again, [message_id])
        timer.daemon = True
        timer.start()


def stop_if_left(*, message_id: UUID) -> bool:
    """Stop an open reply that nobody reads, and return whether there was one."""
    message = ChatMessage.objects.select_related("session").filter(pk=message_id, settled_at=None, readers__lte=0).first()
    if message is None:
        return False
    return messages.stop(account_id=message.session.account_id, message=message).status == "cancelled"


def _look_again(message_id: UUID) -> None:
    try:
        if stop_if_left(message_id=message_id):
            log.info("chat.left", message_id=str(message_id))
    except Error as error:
        log.warning("chat.left_unstopped", message_id=str(message_id), problem=type(error).__name__)
    finally:
        connections.close_all()
