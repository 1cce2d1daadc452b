"""Reasons for which tasks refuse, one class each."""

from common import errors


class UnknownTask(errors.NotFound):
    """No such task, or somebody else's."""

    def __init__(self) -> None:
        super().__init__("There is no such task.")


class UnknownFile(errors.NotFound):
    """No such file, or somebody else's."""

    def __init__(self) -> None:
        super().__init__("There is no such file.")


class KeyReused(errors.Conflict):
    """An Idempotency-Key came again with another request (P-2.8)."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Use a new key for a new request.")


class LeaseLost(Exception):
    """The attempt no longer owns its task: it was cancelled, or given to another worker. Whatever it still wants to write is refused."""


class AttemptsUsedUp(errors.ProviderFailed):
    """Every attempt at the task ended with its worker."""

    def __init__(self) -> None:
        super().__init__("The task could not be finished: each attempt at it was lost. Try again.")


class SentTooOften(errors.TooMany):
    """A delivery was tried more often than anybody needs."""

    def __init__(self) -> None:
        super().__init__("This delivery has been tried too often to be sent again. The task itself can still be read.")


class UnknownDelivery(errors.NotFound):
    """No such delivery, or somebody else's."""

    def __init__(self) -> None:
        super().__init__("There is no such delivery.")
