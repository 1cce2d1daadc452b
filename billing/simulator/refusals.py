"""What the simulator refuses, in Stripe's own words: ``{"error": {"type", "code", "message", "param"}}`` with an HTTP status.

These errors do not come from ``common/errors.py``: they are another house's vocabulary, and the simulator knows nothing of the product.
Source: https://docs.stripe.com/api/errors
"""

from typing import Any


class Refused(Exception):
    """A call that Stripe would refuse; subclasses say which sort."""

    status = 400
    type = "invalid_request_error"
    code: str | None = None

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code or self.code

    def body(self) -> dict[str, Any]:
        """Return the error as Stripe renders it; facts that are not known are left out."""
        facts = {"code": self.code, "message": self.message, "param": self.param, "type": self.type}
        return {"error": {key: value for key, value in facts.items() if value is not None}}


class BadKey(Refused):
    """The secret key is missing or another one."""

    status = 401


class Missing(Refused):
    """No object has this id."""

    status = 404
    code = "resource_missing"


class UnknownUrl(Refused):
    """The simulator has no such endpoint."""

    status = 404


class ParameterMissing(Refused):
    """A parameter that the endpoint needs was not sent."""

    code = "parameter_missing"


class ParameterUnknown(Refused):
    """A parameter that the endpoint does not have, or not any more."""

    code = "parameter_unknown"


class ParameterInvalid(Refused):
    """A parameter whose value the endpoint cannot use."""

    code = "parameter_invalid"


class KeyReused(Refused):
    """An idempotency key came again with other parameters."""

    type = "idempotency_error"


class Declined(Refused):
    """The card was declined."""

    status = 402
    type = "card_error"
    code = "card_declined"


def missing(kind: str, id: str, *, param: str = "id") -> Missing:
    """Return Stripe's answer for an id that nothing has."""
    return Missing(f"No such {kind.rpartition('.')[2].replace('_', ' ')}: '{id}'", param=param)
