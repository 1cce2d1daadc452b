"""The one error taxonomy: what can go wrong, in words that know no protocol.

Domain code raises :class:`TollgateError` or a subclass with one of these kinds and a message that says what was wrong and what to do.
How a kind looks on the wire (HTTP status, code in the body) is decided at the edge by the contract's own table in
``common/contracts/``; ``tests/contracts/test_error_matrix.py`` proves every table complete.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar

Details = Mapping[str, Sequence[str]]


class Kind(StrEnum):
    """A reason for refusing or failing. Every contract renders every kind."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    OVERSIZED = "oversized"
    BODY_TOO_LARGE = "body_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    PAYMENT_REQUIRED = "payment_required"
    UNSUPPORTED = "unsupported"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"
    PROVIDER_FAILED = "provider_failed"
    BROKER_DOWN = "broker_down"
    REDIS_DOWN = "redis_down"
    STORAGE_DOWN = "storage_down"
    INTERNAL = "internal"


class TollgateError(Exception):
    """Something was refused or failed; ``kind`` says which sort, ``message`` says what to do.

    ``details`` maps a field's name to messages about it. ``retry_after_seconds`` is set where waiting helps.
    """

    kind: ClassVar[Kind] = Kind.INTERNAL

    def __init__(self, message: str, *, details: Details | None = None, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = dict(details or {})
        self.retry_after_seconds = retry_after_seconds


class Malformed(TollgateError):
    """The request breaks the protocol: no JSON, a wrong type, a missing header."""

    kind = Kind.MALFORMED


class Invalid(TollgateError):
    """A value is well formed but not allowed."""

    kind = Kind.INVALID


class Oversized(TollgateError):
    """A value is longer, larger or more than allowed."""

    kind = Kind.OVERSIZED


class BodyTooLarge(TollgateError):
    """The request's body exceeds what the endpoint reads."""

    kind = Kind.BODY_TOO_LARGE


class UnsupportedMediaType(TollgateError):
    """The request's Content-Type is not one that the endpoint reads."""

    kind = Kind.UNSUPPORTED_MEDIA_TYPE


class MethodNotAllowed(TollgateError):
    """The path exists, the method does not."""

    kind = Kind.METHOD_NOT_ALLOWED


class Unauthenticated(TollgateError):
    """No credential, or one that is unknown, expired or revoked."""

    kind = Kind.UNAUTHENTICATED


class Forbidden(TollgateError):
    """The caller is known and may not do this."""

    kind = Kind.FORBIDDEN


class PaymentRequired(TollgateError):
    """Credits too low, or a key's credit limit reached."""

    kind = Kind.PAYMENT_REQUIRED


class Unsupported(TollgateError):
    """No such method or format, or no provider that can."""

    kind = Kind.UNSUPPORTED


class NotFound(TollgateError):
    """No such thing, or not the caller's."""

    kind = Kind.NOT_FOUND


class Conflict(TollgateError):
    """It exists already, or its state does not allow this."""

    kind = Kind.CONFLICT


class TooMany(TollgateError):
    """A rate, a quota or a number of simultaneous calls is used up."""

    kind = Kind.TOO_MANY


class ProviderFailed(TollgateError):
    """A provider could not do the work; another attempt or provider may."""

    kind = Kind.PROVIDER_FAILED


class BrokerDown(TollgateError):
    """The message broker cannot be reached."""

    kind = Kind.BROKER_DOWN


class RedisDown(TollgateError):
    """Redis cannot be reached and there is no other way."""

    kind = Kind.REDIS_DOWN


class StorageDown(TollgateError):
    """The object storage cannot be reached."""

    kind = Kind.STORAGE_DOWN
