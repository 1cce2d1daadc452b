"""Reasons for which accounts refuse, one class each."""

from common import errors


class EmailTaken(errors.Conflict):
    """Somebody has registered with this address."""

    def __init__(self) -> None:
        super().__init__("Email already exists.")


class WrongCredentials(errors.Unauthenticated):
    """The address or the password is wrong; which one is nobody's business."""

    def __init__(self) -> None:
        super().__init__("Invalid email or password.")


class BadRefreshToken(errors.Unauthenticated):
    """The refresh token is unknown, expired, revoked or was used before."""

    def __init__(self) -> None:
        super().__init__("Invalid refresh token.")


class BadToken(errors.Unauthenticated):
    """The access token or API key is missing, unknown, expired or revoked."""

    def __init__(self) -> None:
        super().__init__("Invalid authentication token.")


class WeakPassword(errors.Invalid):
    """The password is one that Django's validators refuse."""

    def __init__(self, messages: list[str], *, field: str = "password") -> None:
        super().__init__("Invalid input data.", details={field: messages})


class BadLink(errors.Invalid):
    """The token of a letter is forged, too old, used before, or overtaken by a change."""

    def __init__(self) -> None:
        super().__init__("Invalid or expired token. Ask for a new link.")


class AlreadyVerified(errors.Conflict):
    """The address needs no verification any more."""

    def __init__(self) -> None:
        super().__init__("This mail address is verified already.")


class OutOfScope(errors.Forbidden):
    """The API key may not be used for this."""

    def __init__(self, api: str) -> None:
        super().__init__(f"This API key may not use {api}. Use a key whose apis name it, or one without limits.")


class KeyLimitReached(errors.PaymentRequired):
    """The key's own credit limit leaves too little for the call."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The credit limit of this API key ({limit}) is reached. Raise it or use another key.")
