"""From a target to the addresses that may be connected to: one lookup, every answer checked, all or nothing.

A name that answers with one public and one private address is refused as a whole: no honest host does that. Nothing after this module looks
a name up again, so a second, different answer (DNS rebinding) has no effect.
"""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from ipaddress import IPv4Address, ip_address

from common.fetch.addresses import Address, Allow, is_reachable
from common.fetch.errors import DownloadFailed, TookTooLong, UrlRefused
from common.fetch.limits import Deadline
from common.fetch.urls import Target

ADDRESSES_MAX = 8  # how many of a name's addresses are tried before the host counts as unreachable
LOOK_UP_SECONDS = 1.0  # how long a call waits to learn where a name leads
Resolver = Callable[[str, int], Sequence[str]]


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Return every address of a name, as the operating system knows them; raises ``OSError`` when there is none."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))


def check_literal(target: Target, *, allow: Allow) -> None:
    """Refuse, without any lookup, a target whose address is written in the URL (or is known: localhost) and not reachable."""
    address = _known_address(target)
    if address is not None:
        _check(address, allow=allow)
    elif not (allow.public or allow.networks):
        raise _plain_http()


def check_plain_http(target: Target, *, allow: Allow, resolver: Resolver | None) -> None:
    """Refuse a name that does not lead, now, to networks that are opened; addresses in the URL itself are :func:`check_literal`'s."""
    if _known_address(target) is not None:
        return
    try:
        deadline = Deadline(seconds=LOOK_UP_SECONDS)
        checked_addresses(target, allow=allow, resolver=resolver or system_resolver, deadline=deadline, seconds_max=LOOK_UP_SECONDS)
    except (DownloadFailed, TookTooLong) as error:
        raise _plain_http() from error


def checked_addresses(
    target: Target,
    *,
    allow: Allow,
    resolver: Resolver,
    deadline: Deadline,
    seconds_max: float,
) -> list[Address]:
    """Return the addresses to try, in order; raises :class:`UrlRefused` if a single one is not reachable, and connects to none."""
    if target.address is not None:
        addresses: list[Address] = [target.address]
    else:
        addresses = _look_up(target, resolver=resolver, seconds=deadline.seconds_left(at_most=seconds_max))
    for address in addresses:
        _check(address, allow=allow)
    return addresses[:ADDRESSES_MAX]


def _known_address(target: Target) -> Address | None:
    """Return the address that needs no lookup: written in the URL, or localhost's (RFC 6761, 6.3)."""
    if target.host == "localhost" or target.host.endswith(".localhost"):
        return IPv4Address("127.0.0.1")
    return target.address


def _check(address: Address, *, allow: Allow) -> None:
    if not is_reachable(address, allow=allow):
        if not allow.public and is_reachable(address, allow=Allow()):
            raise _plain_http()
        raise UrlRefused("The URL's host is not at a public address. Use one that the internet can reach.", rule="address")


def _plain_http() -> UrlRefused:
    return UrlRefused("Nothing is pushed over plain http, where anybody on the way could read it. Use an https URL.", rule="plain-http")


def _look_up(target: Target, *, resolver: Resolver, seconds: float) -> list[Address]:
    # getaddrinfo() knows no time limit, so it runs on a thread that may be left behind; it ends by the system's own resolver limits.
    answer: Future[Sequence[str]] = Future()
    threading.Thread(target=_ask, args=(answer, resolver, target), name="fetch-resolve", daemon=True).start()
    try:
        addresses = [ip_address(text) for text in answer.result(timeout=seconds)]
    except TimeoutError as error:
        raise TookTooLong from error
    except socket.gaierror as error:
        unknown = error.errno == socket.EAI_NONAME
        raise DownloadFailed("The URL's host name has no address. Check its spelling.", permanent=unknown) from error
    except (OSError, ValueError) as error:
        raise DownloadFailed("The URL's host name could not be looked up. Try again.", permanent=False) from error
    if not addresses:
        raise DownloadFailed("The URL's host name has no address. Check its spelling.", permanent=True)
    return addresses


def _ask(answer: Future[Sequence[str]], resolver: Resolver, target: Target) -> None:
    try:
        answer.set_result(resolver(target.host, target.port))
    except BaseException as error:  # noqa: BLE001  (it is raised again, on the thread that waits)
        answer.set_exception(error)
