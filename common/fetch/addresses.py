"""Which addresses a user-given URL may reach: our own table, because ``ipaddress.is_global`` cannot be relied on.

Python 3.11 calls NAT64, 6to4, IPv4-compatible, site-local and multicast addresses global. The table holds every range of the IANA
special-purpose registries (https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry, read
2026-11-20), those that are globally reachable by design but never serve a user's file included, and what clouds keep for themselves.

Invariant: an IPv6 address outside 2000::/3, the only range handed out for unicast, is refused without being named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

REFUSED_IPV4 = tuple(
    IPv4Network(cidr)
    for cidr in (
        "0.0.0.0/8",  # "this network"; 0.0.0.0 reaches loopback on Linux
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; one cloud's metadata service is in it
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host agent, a public address by its looks
        "169.254.0.0/16",  # link-local, with most clouds' metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments; 192.0.0.192 is a metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)
UNICAST_IPV6 = IPv6Network("2000::/3")
REFUSED_IPV6 = tuple(
    IPv6Network(cidr)
    for cidr in (
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, ORCHID, AMT
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True, slots=True)
class Allow:
    """The networks that may be reached besides public addresses. Empty in production and by default.

    With ``public`` off, these networks are all that may be reached.
    """

    networks: tuple[Network, ...] = ()
    public: bool = True

    def covers(self, address: Address) -> bool:
        """Return whether the operator opened a network that holds this address."""
        return any(address in network for network in self.networks)


def allow_networks(cidrs: Iterable[str]) -> Allow:
    """Return the :class:`Allow` of these CIDRs; raises ``ValueError`` for one that is none or has host bits set."""
    return Allow(tuple(ip_network(cidr.strip()) for cidr in cidrs))


ANYWHERE = allow_networks(("0.0.0.0/0", "::/0"))
"""For hosts that the operator has named: they may stand inside."""


def allow_from_settings() -> Allow:
    """Return what ``SAFE_FETCH_ALLOW`` opens; raises ``ImproperlyConfigured`` when it holds something that is no network."""
    return _allow_cached(tuple(settings.SAFE_FETCH_ALLOW))


def allow_for_push(scheme: str) -> Allow:
    """Return what a caller's own server may be at, for what we push to it: by plain http only where ``SAFE_FETCH_ALLOW`` says."""
    return replace(allow_from_settings(), public=scheme != "http")


@lru_cache(maxsize=8)
def _allow_cached(cidrs: tuple[str, ...]) -> Allow:
    try:
        return allow_networks(cidrs)
    except ValueError as error:
        raise ImproperlyConfigured(f"SAFE_FETCH_ALLOW: {error}. Give networks such as 10.1.0.0/16, separated by commas.") from error


def is_reachable(address: Address, *, allow: Allow) -> bool:
    """Return whether we may connect to this address: a public one (unless ``allow`` says otherwise), or one that the operator opened."""
    return (allow.public and _is_public(address)) or allow.covers(address)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in REFUSED_IPV4)
    return address in UNICAST_IPV6 and not any(address in network for network in REFUSED_IPV6)
