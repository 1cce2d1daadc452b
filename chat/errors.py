"""Reasons for which chat refuses, one class each."""

from common import errors


class UnknownChatSession(errors.NotFound):
    """No such session, somebody else's, or closed (G-4.3)."""

    def __init__(self) -> None:
        super().__init__("Chat session not found.")


class UnknownChatMessage(errors.NotFound):
    """The session has no such reply."""

    def __init__(self) -> None:
        super().__init__("Chat message not found.")


class ReplyInProgress(errors.Conflict):
    """A session answers one message at a time."""

    def __init__(self) -> None:
        super().__init__("This chat session is still replying to the message before. Wait for the reply, or stop it.")


class TooManyChatSessions(errors.Conflict):
    """The account has as many open sessions as are kept."""

    def __init__(self, open_max: int) -> None:
        super().__init__(f"You have {open_max} open chat sessions. Close some before you open another.")


class ChatProviderMissing(errors.ProviderFailed):
    """The session's provider, or the one that the settings name, is not configured here."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"The chat provider {kind} is not configured on this server. Open a new chat session.")


class ThreadKept(errors.ProviderFailed):
    """A provider has not deleted what it keeps of a session that was closed."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} chat threads could not be deleted at their provider yet. It is tried again.")


_BY_KIND = {each.kind.value: each for each in errors.TollgateError.__subclasses__() if each.__module__ == errors.__name__}


def reply_failed(*, kind: str, message: str) -> errors.TollgateError:
    """Return the error with which a reply ended, as its task recorded it."""
    return _BY_KIND.get(kind, errors.TollgateError)(message)
