"""Reasons for which a marketplace's call is refused, one class each.

What breaks the protocol is malformed; what breaks a method's rule is not (M-1.2, M-2.2).
"""

from common import errors


class HeaderMissing(errors.Malformed):
    """A header that every call carries is not there, or empty (M-1.2)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The header {name} is missing.")


class HeaderInvalid(errors.Malformed):
    """A header holds what it cannot (M-1.2)."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The header {name} {why}.")


class BodyInvalid(errors.Malformed):
    """A field of the body is missing or of another type (M-1.2)."""


class UnknownService(errors.NotFound):
    """No service answers here."""

    def __init__(self) -> None:
        super().__init__("There is no service at this path.")


class WrongToken(errors.Unauthenticated):
    """The token is not this service's (M-1.3)."""

    def __init__(self) -> None:
        super().__init__("The x-marketplace-token is not valid for this service.")


class WrongPublisherKey(errors.Unauthenticated):
    """No publisher has this key (M-9)."""

    def __init__(self) -> None:
        super().__init__("The x-publisher-key is missing, or no publisher's.")


class KeyMissing(errors.Malformed):
    """Nobody said which object (M-9)."""

    def __init__(self) -> None:
        super().__init__("The s3Key is missing. Give it in the query string.")


class UnknownResource(errors.NotFound):
    """No such object, or another publisher's (M-9)."""

    def __init__(self) -> None:
        super().__init__("There is no object with this s3Key.")


class UnknownMethod(errors.Unsupported):
    """The service has no such method (M-2.2, in the contract's words)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unsupported method {name[:60]}")


class PayloadInvalid(errors.Invalid):
    """A field of the payload holds what the method does not take (M-2.2)."""


class PayloadTooMuch(errors.Oversized):
    """A field of the payload asks for more than the service allows (M-2.2)."""


class MethodNotAllowed(errors.Forbidden):
    """The role or the user may not use this method (M-2.2)."""


class RequestIdReused(errors.Conflict):
    """The same request id came with another body (M-2.5)."""

    def __init__(self) -> None:
        super().__init__("x-request-id: this request id was used for another request. Use a new one for a new request.")


class TaskUnknown(errors.NotFound):
    """No such task, or another user's, or another service's (M-4.3, in the contract's words)."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"taskId: {task_id[:200]} is not exist")
