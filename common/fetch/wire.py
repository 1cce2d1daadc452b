"""One HTTP/1.1 exchange over one connection to an address that was checked: httpx2's wire layer under our own network backend.

We use ``httpcore2``, the layer below ``httpx2``'s client, because the client would parse the URL again, add headers, keep cookies, read
proxies from the environment, follow redirects and decode bodies; here each of these is left out or decided by us.

Invariants: the socket goes to a checked address while TLS and ``Host`` see the name; no wait outlasts the deadline; a connection serves
one exchange and is closed.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import httpcore2

from common.fetch.addresses import Address, Allow, allow_from_settings
from common.fetch.errors import DownloadFailed, TookTooLong
from common.fetch.limits import Deadline, Limits
from common.fetch.resolve import Resolver, checked_addresses, system_resolver
from common.fetch.urls import Target

USER_AGENT = b"Tollgate"


@dataclass(frozen=True, slots=True)
class Network:
    """What an exchange takes from its surroundings: open networks, name lookup and trusted certificates. Tests give their own."""

    allow: Allow
    resolver: Resolver
    certificates: ssl.SSLContext


def network(*, allow: Allow | None, resolver: Resolver | None, certificates: ssl.SSLContext | None = None) -> Network:
    """Return a network with what is not given taken from the settings and the operating system."""
    return Network(
        allow=allow_from_settings() if allow is None else allow,
        resolver=resolver or system_resolver,
        certificates=certificates or _system_certificates(),
    )


@lru_cache(maxsize=1)
def _system_certificates() -> ssl.SSLContext:
    # Loading the trusted certificates takes longer than many a download, so a process does it once.
    return httpcore2.default_ssl_context()


class TimedStream(httpcore2.NetworkStream):
    """A connection of which every wait ends by the deadline, whatever time limit the layer above asks for."""

    def __init__(self, stream: httpcore2.NetworkStream, *, deadline: Deadline, limits: Limits) -> None:
        self._stream = stream
        self._deadline = deadline
        self._limits = limits

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, at most ``max_bytes``."""
        return self._stream.read(max_bytes, self._deadline.seconds_left(at_most=self._limits.read_seconds_max))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of ``buffer``; asks the deadline before every piece, which the stream below would not."""
        connection: socket.socket = self._stream.get_extra_info("socket")
        unsent = memoryview(buffer)
        try:
            while unsent:
                connection.settimeout(self._deadline.seconds_left(at_most=self._limits.read_seconds_max))
                unsent = unsent[connection.send(unsent) :]
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore2.WriteError(error) from error

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Return this connection with TLS around it, the certificate checked against the name."""
        seconds = self._deadline.seconds_left(at_most=self._limits.connect_seconds_max)
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        except httpcore2.ConnectError as error:
            invalid = isinstance(error.__cause__, ssl.SSLCertVerificationError)
            message = "The host's TLS certificate is not valid for its name." if invalid else "The host failed the TLS handshake."
            raise DownloadFailed(f"{message} Check the URL with a browser.", permanent=invalid) from error
        return TimedStream(stream, deadline=self._deadline, limits=self._limits)

    def get_extra_info(self, info: str) -> object:
        """Return what the layer above wants to know about the socket."""
        return self._stream.get_extra_info(info)


class PinnedBackend(httpcore2.NetworkBackend):
    """A network on which there is only one host: whatever name is asked for, the checked addresses are connected to."""

    def __init__(self, addresses: Sequence[Address], *, deadline: Deadline, limits: Limits) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._limits = limits

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a connection to the first checked address that answers."""
        refused: Exception | None = None
        for address in self._addresses:
            seconds = self._deadline.seconds_left(at_most=self._limits.connect_seconds_max)
            try:
                stream = httpcore2.SyncBackend().connect_tcp(str(address), port, seconds)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                refused = error
            else:
                return TimedStream(stream, deadline=self._deadline, limits=self._limits)
        raise DownloadFailed("The host does not accept connections. Check the URL, or try again.", permanent=False) from refused


@contextlib.contextmanager
def exchange(
    target: Target,
    *,
    method: str,
    headers: Sequence[tuple[bytes, bytes]],
    content: bytes | Iterator[bytes] | None,
    limits: Limits,
    deadline: Deadline,
    surroundings: Network,
) -> Iterator[httpcore2.Response]:
    """Send one request and yield the reply with its body unread; the connection is closed at the end of the block."""
    addresses = checked_addresses(
        target,
        allow=surroundings.allow,
        resolver=surroundings.resolver,
        deadline=deadline,
        seconds_max=limits.connect_seconds_max,
    )
    backend = PinnedBackend(addresses, deadline=deadline, limits=limits)
    own_headers = ((b"Host", target.authority.encode()), (b"Connection", b"close"), (b"Accept-Encoding", b"identity"))
    with _in_our_words(), httpcore2.ConnectionPool(ssl_context=surroundings.certificates, network_backend=backend) as pool:
        url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path_and_query)
        with pool.stream(method, url, headers=[*own_headers, *headers], content=content) as response:
            yield response


def header(response: httpcore2.Response, name: bytes) -> str:
    """Return the first value of a header, ``""`` when there is none; bytes that are not UTF-8 become U+FFFD."""
    return next((value.decode("utf-8", "replace").strip() for key, value in response.headers if key.lower() == name), "")


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    # Only the kinds of error are told on: their texts may hold addresses.
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise TookTooLong from error
    except httpcore2.NetworkError as error:
        raise DownloadFailed("The connection to the host broke. Try again.", permanent=False) from error
    except httpcore2.ProtocolError as error:
        raise DownloadFailed("The host's answer is not complete, correct HTTP. Try again.", permanent=False) from error
