"""System checks: of what the code declares, and of what a deployment lacks.

Deprecations that leave callers no time, or no way, to move (G-7.2) are refused before ``serve``, ``migrate`` and in ``manage.py check``, so
such a declaration never reaches a running deployment. ``manage.py check --deploy`` also warns of a missing mail server.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from common import clock
from common.contracts.deprecation import NOTICE_MONTHS_MIN, Deprecation
from common.contracts.endpoints import list_deprecated
from common.contracts.versions import DEPRECATED_VERSIONS


@checks.register
def check_deprecations(app_configs: Any, **_more: Any) -> list[checks.CheckMessage]:
    """Return what is wrong with the declarations, each endpoint's and each version's."""
    declared = {endpoint.name: endpoint.deprecation for endpoint in list_deprecated()} | DEPRECATED_VERSIONS
    return [message for name, deprecation in declared.items() for message in _problems(name, deprecation)]


@checks.register(deploy=True)
def check_mail_server(app_configs: Any, **_more: Any) -> list[checks.CheckMessage]:
    """Return a warning where letters become files."""
    if settings.EMAIL_HOST:
        return []
    problem = "There is no mail server: links to confirm an address or to set a password reach nobody."
    hint = "Set EMAIL_URL, such as smtp+tls://user:password@mail.example.com:587."
    return [checks.Warning(problem, hint=hint, id="tollgate.mail.W001")]


def _problems(name: str, deprecation: Deprecation) -> Iterator[checks.CheckMessage]:
    since, sunset = deprecation.since, deprecation.sunset
    if sunset < since:
        yield checks.Error(
            f"{name}: the sunset {sunset} is before the notice of {since}.",
            hint=f"Set sunset to {deprecation.sunset_min} or later.",
            id="tollgate.E002",
        )
    elif sunset < deprecation.sunset_min:
        yield checks.Error(
            f"{name}: the sunset {sunset} is less than {NOTICE_MONTHS_MIN} months after the notice of {since}.",
            hint=f"Set sunset to {deprecation.sunset_min} or later.",
            id="tollgate.E001",
        )
    if not _is_address(deprecation.guide):
        yield checks.Error(
            f"{name}: the deprecation has no migration guide.",
            hint="Set guide to the absolute address of a page that says how to move, such as https://example.com/docs/moving.",
            id="tollgate.E003",
        )
    if sunset <= clock.now().date():
        yield checks.Warning(
            f"{name}: the sunset {sunset} has passed, and the endpoint still works.",
            hint="Remove it, or give its callers a later sunset.",
            id="tollgate.W001",
        )


def _is_address(guide: str) -> bool:
    """Return whether a link may point there: an absolute address without what would end it in a header."""
    parts = urlsplit(guide)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and guide.isascii() and not set(guide) & set('<>" \r\n\t')
