"""The one parser for user-given URLs: it refuses what parsers are known to disagree about instead of guessing.

The parts found here are the parts that are looked up, checked, connected to and sent; nothing is parsed a second time.

Invariants of a :class:`Target`: everything is printable ASCII; ``host`` is a lower-case DNS name or an address in its one canonical form.
"""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

from common.fetch.addresses import Address
from common.fetch.errors import UrlRefused

URL_CHARACTERS_MAX = 8_192  # presigned links with session tokens exceed 2,000; nothing honest comes near this
PORTS_BY_SCHEME = {"http": 80, "https": 443}
PORTS_OPEN = range(1_024, 65_536)
# The ports above 1,023 that browsers refuse because another protocol listens there (https://fetch.spec.whatwg.org/#port-blocking).
PORTS_REFUSED = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080),
)

_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\[\]:]*)(?::(?P<port>[0-9]{1,5}))?")
_DNS_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*")
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029\ufeff\ud800-\udfff]")
# Every printable ASCII character stays as it was written; quote() then only encodes what is not ASCII.
_SAFE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. ``address`` is set when the host is written as one, and then no name is looked up."""

    scheme: str
    host: str
    port: int
    path_and_query: str = field(repr=False)  # may hold signatures, so it stays out of logs
    address: Address | None

    @property
    def authority(self) -> str:
        """Return host and port as they stand in a URL and in the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS_BY_SCHEME[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Return the whole URL in its normal form, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.path_and_query}"


def parse(url: str) -> Target:
    """Return the parts of an absolute http or https URL; raises :class:`UrlRefused` for anything else or ambiguous."""
    if len(url) > URL_CHARACTERS_MAX:
        raise UrlRefused(f"The URL has more than {URL_CHARACTERS_MAX} characters. Use a shorter one.", rule="length")
    _refuse_characters(url)
    match = _URL.fullmatch(url)
    if match is None:
        raise UrlRefused("Only absolute URLs that begin with http:// or https:// are fetched.", rule="scheme")
    scheme = match["scheme"].lower()
    host, port, address = _parse_authority(match["authority"], scheme=scheme)
    path_and_query = quote((match["path"] or "/") + (match["query"] or ""), safe=_SAFE)
    return Target(scheme=scheme, host=host, port=port, path_and_query=path_and_query, address=address)


def follow(target: Target, *, location: str) -> Target:
    """Return where a redirect leads; raises :class:`UrlRefused` when that is no URL for us or leaves https for http."""
    _refuse_characters(location)
    try:
        joined = urljoin(target.url, location)
    except ValueError as error:
        raise UrlRefused("The host redirects to something that is no URL.", rule="redirect") from error
    # Whatever the join made of it, only what our own parser reads in the result is checked and connected to.
    following = parse(joined)
    if target.scheme == "https" and following.scheme == "http":
        raise UrlRefused("The host redirects from https to http. Give the final https URL.", rule="downgrade")
    return following


def _refuse_characters(url: str) -> None:
    if _FORBIDDEN.search(url):
        raise UrlRefused(
            "The URL holds a space, a backslash or a control character. Percent-encode it (%20, %5C).",
            rule="characters",
        )


def _parse_authority(authority: str, *, scheme: str) -> tuple[str, int, Address | None]:
    if "@" in authority:
        raise UrlRefused("The URL holds a user name or password. Remove it, or use a presigned URL.", rule="credentials")
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise UrlRefused("The URL's host and port cannot be read. Write host:port, with an IPv6 address in brackets.", rule="host")
    host, address = _parse_host(match["host"].lower())
    port = int(match["port"]) if match["port"] else PORTS_BY_SCHEME[scheme]
    if port not in PORTS_BY_SCHEME.values() and (port not in PORTS_OPEN or port in PORTS_REFUSED):
        raise UrlRefused("The URL's port is not one that we connect to. Use 80, 443 or one from 1024 on.", rule="port")
    return host, port, address


def _parse_host(host: str) -> tuple[str, Address | None]:
    if not host:
        raise UrlRefused("The URL has no host.", rule="host")
    if not host.isascii():
        raise UrlRefused("The host is not ASCII. Write an international name in its xn-- form.", rule="host")
    try:
        if host.startswith("["):
            ipv6 = IPv6Address(host[1:-1])
            return str(ipv6), ipv6
        if _ENDS_IN_NUMBER.fullmatch(host):
            ipv4 = IPv4Address(host)
            return str(ipv4), ipv4
    except ValueError as error:
        raise UrlRefused("The host is not a plain address. Write four decimal numbers, or IPv6 in brackets.", rule="host") from error
    if not _DNS_NAME.fullmatch(host):
        raise UrlRefused("The host is not a DNS name. Use letters, digits and hyphens, with no dot at the end.", rule="host")
    return host, None
