"""Sending one request: what goes out, what comes back, and that nothing is followed."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from common import fetch
from tests.fakes.asset_host import AssetHost

LOOPBACK = fetch.allow_networks(["127.0.0.0/8"])
LIMITS = fetch.Limits(bytes_max=10, seconds_max=10.0)


def send(url: str, *, headers: dict[str, str] | None = None, limits: fetch.Limits = LIMITS) -> fetch.Reply:
    return fetch.send(method="POST", url=url, headers=headers or {}, content=b'{"a":1}', limits=limits, allow=LOOPBACK)


def test_send_delivers_and_reports_the_reply(asset_host: AssetHost) -> None:
    url = asset_host.serve("/hook", b"0123456789abc", status=202, headers={"Retry-After": "7"})
    reply = send(url + "?a=b", headers={"webhook-id": "msg_1", "Content-Type": "application/json"})
    assert (reply.status, reply.headers["retry-after"], reply.body_head) == (202, "7", b"0123456789")
    (request,) = asset_host.requests
    assert (request.method, request.path, request.body) == ("POST", "/hook?a=b", b'{"a":1}')
    assert request.headers == {
        "host": f"127.0.0.1:{asset_host.port}",
        "connection": "close",
        "accept-encoding": "identity",
        "webhook-id": "msg_1",
        "content-type": "application/json",
        "user-agent": "Tollgate",
        "content-length": "7",
    }


def test_a_file_is_sent_in_pieces_with_its_length(asset_host: AssetHost, tmp_path: Path) -> None:
    source = tmp_path / "file"
    source.write_bytes(b"0123456789abcdef" * 50_000)
    reply = fetch.send_file(
        url=asset_host.serve("/put", b"", status=201),
        headers={"Content-Type": "audio/wav"},
        source=source,
        limits=LIMITS,
        allow=fetch.ANYWHERE,
    )
    (request,) = asset_host.requests
    assert (reply.status, request.method, request.body) == (201, "PUT", source.read_bytes())
    assert (request.headers["content-length"], request.headers["content-type"]) == ("800000", "audio/wav")
    assert "transfer-encoding" not in request.headers


def test_a_file_goes_where_safe_fetch_allows_and_nowhere_else(asset_host: AssetHost, tmp_path: Path) -> None:
    source = tmp_path / "file"
    source.write_bytes(b"x")
    with pytest.raises(fetch.UrlRefused):
        fetch.send_file(url=asset_host.url("/put"), headers={}, source=source, limits=LIMITS)
    assert asset_host.requests == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_reported_not_followed(status: int, asset_host: AssetHost) -> None:
    url = asset_host.serve("/hook", b"", status=status, headers={"Location": "/elsewhere"})
    assert send(url).status == status
    assert [request.path for request in asset_host.requests] == ["/hook"]


@pytest.mark.parametrize(("path", "head"), [("/truncated", b"only this"), ("/oversize", bytes(10))])
def test_status_counts_even_if_the_body_breaks_off(path: str, head: bytes, asset_host: AssetHost) -> None:
    reply = send(asset_host.url(path))
    assert (reply.status, reply.body_head) == (200, head)


def test_status_counts_even_if_the_body_drips(asset_host: AssetHost) -> None:
    limits = fetch.Limits(bytes_max=1_000_000, seconds_max=1.5)
    assert send(asset_host.url("/drip"), limits=limits).status == 200


def test_host_that_does_not_read_ends_by_the_deadline() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        limits = fetch.Limits(bytes_max=10, seconds_max=0.4)
        with pytest.raises(fetch.TookTooLong):
            fetch.send(method="POST", url=url, headers={}, content=bytes(50_000_000), limits=limits, allow=LOOPBACK)


@pytest.mark.parametrize("path", ["/garbage", "/hang-up"])
def test_no_reply_is_a_failure(path: str, asset_host: AssetHost) -> None:
    with pytest.raises(fetch.DownloadFailed) as caught:
        send(asset_host.url(path))
    assert caught.value.permanent is False


@pytest.mark.parametrize(
    ("name", "value"),
    [("Host", "inside"), ("content-length", "1"), ("Transfer-Encoding", "chunked"), ("a b", "1"), ("x", "1\r\ny: 2"), ("x", "é")],
)
def test_header_that_is_not_the_callers_to_set(name: str, value: str, asset_host: AssetHost) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        send(asset_host.url("/hook"), headers={name: value})
    assert asset_host.requests == []


def test_method_that_is_not_sent(asset_host: AssetHost) -> None:
    with pytest.raises(ValueError, match="CONNECT"):
        fetch.send(method="CONNECT", url=asset_host.url("/"), headers={}, content=b"", allow=LOOPBACK)


class _Secure(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        host = self.headers["Host"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(host)))
        self.end_headers()
        self.wfile.write(host)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _SecureServer(ThreadingHTTPServer):
    names: list[str | None]

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture
def secure_host(tmp_path: Path) -> Iterator[tuple[_SecureServer, ssl.SSLContext]]:
    """A TLS host whose certificate is for secure.example and 127.0.0.5, and what a client needs to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "secure.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("secure.example"), x509.IPAddress(ip_address("127.0.0.5"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "host.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = _SecureServer(("0.0.0.0", 0), _Secure)
    server.names = []
    context.sni_callback = lambda _socket, name, _context: server.names.append(name)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server, ssl.create_default_context(cafile=str(pem))
    server.shutdown()
    server.server_close()
    thread.join()


def secure_download(host: str, port: int, into: Path, certificates: ssl.SSLContext | None) -> bytes:
    fetch.download(
        url=f"https://{host}:{port}/",
        into=into,
        limits=fetch.Limits(bytes_max=1_000, seconds_max=10.0),
        allow=LOOPBACK,
        resolver=lambda host, port: ["127.0.0.1"],
        certificates=certificates,
    )
    return into.read_bytes()


def test_tls_sees_the_name_and_not_the_address(secure_host: tuple[_SecureServer, ssl.SSLContext], tmp_path: Path) -> None:
    server, certificates = secure_host
    port = server.server_address[1]
    assert secure_download("secure.example", port, tmp_path / "file", certificates) == b"secure.example:%d" % port
    assert secure_download("127.0.0.5", port, tmp_path / "file", certificates) == b"127.0.0.5:%d" % port
    assert server.names == ["secure.example", None]


@pytest.mark.parametrize(("host", "trusted"), [("other.example", True), ("secure.example", False)])
def test_certificate_must_be_trusted_and_for_the_name(
    host: str, trusted: bool, secure_host: tuple[_SecureServer, ssl.SSLContext], tmp_path: Path
) -> None:
    server, certificates = secure_host
    with pytest.raises(fetch.DownloadFailed) as caught:
        secure_download(host, server.server_address[1], tmp_path / "file", certificates if trusted else None)
    assert caught.value.permanent is True
    assert not (tmp_path / "file").exists()
