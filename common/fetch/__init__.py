"""The one way to any user-given URL: sources, assets, avatars, webhooks. Described in docs/safe-fetch.md.

Stands by itself because a single door can be guarded. Invariants: only http and https to addresses that were checked and then connected to
without a second lookup; limits on bytes, seconds and redirects; no cookies, no proxies, no decoding.
"""

from common.fetch.addresses import ANYWHERE, Allow, allow_for_push, allow_from_settings, allow_networks
from common.fetch.downloading import Downloaded, download
from common.fetch.errors import DownloadFailed, DownloadTooLarge, NotWhatItClaims, TookTooLong, UrlRefused
from common.fetch.limits import Limits
from common.fetch.resolve import Resolver, check_literal, check_plain_http
from common.fetch.sending import WEBHOOK_LIMITS, Reply, send, send_file
from common.fetch.urls import Target, parse

__all__ = [
    "ANYWHERE",
    "WEBHOOK_LIMITS",
    "Allow",
    "DownloadFailed",
    "DownloadTooLarge",
    "Downloaded",
    "Limits",
    "NotWhatItClaims",
    "Reply",
    "Resolver",
    "Target",
    "TookTooLong",
    "UrlRefused",
    "allow_for_push",
    "allow_from_settings",
    "allow_networks",
    "check_push_url",
    "check_url",
    "download",
    "parse",
    "send",
    "send_file",
]


def check_url(*, url: str, allow: Allow | None = None) -> None:
    """Refuse, at intake, a URL that could never be fetched: no network and no name lookup, so it is quick.

    Passing says nothing about where the host's name leads; that is checked when it is fetched. Raises ``UrlRefused``.
    """
    check_literal(parse(url), allow=allow_from_settings() if allow is None else allow)


def check_push_url(*, url: str, resolver: Resolver | None = None) -> None:
    """Refuse, at intake, a URL to which nothing could ever be pushed; plain http too, unless it leads to a network that is opened.

    Where networks are opened, a name in a plain http URL is looked up, for a second at most: it is the exception and has to prove itself.
    Raises ``UrlRefused``.
    """
    target = parse(url)
    allow = allow_for_push(target.scheme)
    check_literal(target, allow=allow)
    if target.scheme == "http":
        check_plain_http(target, allow=allow, resolver=resolver)
