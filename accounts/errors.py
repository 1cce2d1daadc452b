"""Reasons for which accounts refuse, one class each."""

from collections.abc import Sequence

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


class NotStaff(errors.Forbidden):
    """Administration is for staff, and each member of staff for what they were given."""

    def __init__(self, permission: str) -> None:
        super().__init__(f"Only staff who have the permission {permission} may do this.")


class ForeignOrigin(errors.Forbidden):
    """A page of another origin wants to administrate in the name of whoever looks at it."""

    def __init__(self) -> None:
        super().__init__("Administration cannot be called from pages of another origin.")


class NotOneself(errors.Forbidden):
    """Nobody locks themselves out."""

    def __init__(self) -> None:
        super().__init__("You cannot do this to yourself. Ask another member of staff.")


class AboveOneself(errors.Forbidden):
    """Superusers answer to superusers."""

    def __init__(self) -> None:
        super().__init__("Only a superuser may do this to a superuser.")


class LastSuperuser(errors.Conflict):
    """Somebody has to be left who may do everything."""

    def __init__(self) -> None:
        super().__init__("This is the last superuser who can sign in. Make another one first.")


class UnknownApp(errors.Invalid):
    """The ``X-App-Id`` header names an app that does not exist."""

    def __init__(self, app_id: str) -> None:
        super().__init__(f"X-App-Id names no app: {app_id[:60]}. GET /api/apps lists them; leave the header out to call through none.")


class OtherApp(errors.Forbidden):
    """The key belongs to one app and the call, or what it asks for, to another."""

    def __init__(self, app_id: str) -> None:
        super().__init__(f"This API key belongs to the app {app_id} and acts for no other. Use that app's id, or another key.")


class NoSuchApp(errors.NotFound):
    """The path names an app that does not exist, or that staff have switched off."""

    def __init__(self) -> None:
        super().__init__("There is no such app. GET /api/apps lists them.")


class AppIsOff(errors.Forbidden):
    """The app through which the call comes was removed or switched off."""

    def __init__(self, *, api: str, app_id: str) -> None:
        super().__init__(f"{api} cannot be called through the app {app_id}: it is switched off. Call through another app, or through none.")


class AppNotEnabled(errors.Forbidden):
    """In the three-role model: the app through which the call comes is not enabled."""

    def __init__(self, *, api: str, app_id: str) -> None:
        super().__init__(f"{api} is not open to you through the app {app_id}. Enable the app: PUT /api/apps/{app_id}/enabled.")


class AppLacksApi(errors.Forbidden):
    """In the three-role model: the app through which the call comes does not need this API."""

    def __init__(self, *, api: str, app_id: str, others: Sequence[str]) -> None:
        where = f" Apps that do: {', '.join(others)}." if others else ""
        super().__init__(f"{api} cannot be called through the app {app_id}, which does not include it.{where}")


class ApiNotEnabled(errors.Forbidden):
    """Neither the plan nor an enabled app gives this API."""

    def __init__(self, *, api: str, plan: str, apps: Sequence[str], plans: Sequence[str]) -> None:
        ways = [f"enable an app that includes it: PUT /api/apps/{app}/enabled" for app in apps[:1]]
        ways += [f"change to the plan {plan}" for plan in plans[:1]]
        advice = f" To call it, {', or '.join(ways)}." if ways else " No plan and no app gives it; ask the operator."
        super().__init__(f"{api} is not enabled for you: the plan {plan} does not include it.{advice}")


class NotAnImage(errors.Invalid):
    """What was given as an avatar is no picture that can be shown."""

    def __init__(self) -> None:
        super().__init__("The avatar must be a picture: PNG, JPEG, WebP, GIF, BMP or TIFF.")


class SettingsTooLarge(errors.Oversized):
    """Settings beyond what is kept."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(f"Settings may have at most {bytes_max} bytes as JSON. Keep less.")


class TooManySettings(errors.Oversized):
    """The account has as many values of an app as are kept."""

    def __init__(self, count_max: int) -> None:
        super().__init__(f"At most {count_max} keys are kept for an app. Delete some, or put several values into one.")


class BadSettingKey(errors.Invalid):
    """The key is not one that settings can have."""

    def __init__(self) -> None:
        super().__init__("A key has 1 to 100 letters, digits, dots, hyphens and underscores.")


class NoSuchSetting(errors.NotFound):
    """Nothing is kept under this key."""

    def __init__(self) -> None:
        super().__init__("There is no setting of this name.")
