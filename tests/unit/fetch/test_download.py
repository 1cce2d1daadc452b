"""What a download brings back, and how it ends when the host misbehaves: with an error of ours, in time, and with no partial file."""

import hashlib
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from common import errors, fetch
from common.fetch.urls import follow, parse
from tests.fakes.asset_host import AssetHost
from tests.unit.fetch.conftest import Witness

LOOPBACK = fetch.allow_networks(["127.0.0.0/8"])
# Long enough for a busy machine, short enough that a test of a host which never ends is quick.
LIMITS = fetch.Limits(bytes_max=1_000, seconds_max=10.0, read_seconds_max=5.0)
HURRIED = fetch.Limits(bytes_max=1_000_000, seconds_max=0.4, read_seconds_max=5.0)


def download(url: str, into: Path, *, limits: fetch.Limits = LIMITS) -> fetch.Downloaded:
    return fetch.download(url=url, into=into, limits=limits, allow=LOOPBACK)


def failure(url: str, into: Path, *, limits: fetch.Limits = LIMITS) -> errors.TollgateError:
    with pytest.raises(errors.TollgateError) as caught:
        download(url, into, limits=limits)
    assert not into.exists()
    return caught.value


def test_download_stores_the_body_and_reports_it(asset_host: AssetHost, tmp_path: Path) -> None:
    url = asset_host.serve("/pictures/cat%20one.png", b"meow", content_type="image/PNG; charset=binary")
    into = tmp_path / "file"
    assert download(url + "?token=1", into) == fetch.Downloaded(
        content_type="image/png",
        size_bytes=4,
        sha256=hashlib.sha256(b"meow").hexdigest(),
        final_url=url + "?token=1",
        name="cat one.png",
    )
    assert into.read_bytes() == b"meow"


def test_request_carries_nothing_but_what_we_decided(asset_host: AssetHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    url = asset_host.serve("/a", b"x", headers={"Set-Cookie": "tracked=1", "Location": "/ignored"})
    download(url, tmp_path / "one")
    download(url, tmp_path / "two")
    expected = {
        "host": f"127.0.0.1:{asset_host.port}",
        "connection": "close",
        "accept-encoding": "identity",
        "user-agent": "Tollgate",
        "accept": "*/*",
    }
    assert [request.headers for request in asset_host.requests] == [expected, expected]


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize(("size_bytes", "fits"), [(0, True), (1_000, True), (1_001, False)])
@pytest.mark.parametrize("announced", [True, False])
def test_byte_cap_on_both_sides(size_bytes: int, fits: bool, announced: bool, asset_host: AssetHost, tmp_path: Path) -> None:
    headers = {} if announced else {"Transfer-Encoding": "chunked"}
    body = b"x" * size_bytes
    if not announced:
        body = (b"%x\r\n%b\r\n" % (size_bytes, body) if body else b"") + b"0\r\n\r\n"
    url = asset_host.serve("/a", body, headers=headers, length=announced)
    if fits:
        assert download(url, tmp_path / "file").size_bytes == size_bytes
    else:
        error = failure(url, tmp_path / "file")
        assert isinstance(error, fetch.DownloadTooLarge)
        assert error.bytes_max == 1_000


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize("path", ["/oversize", "/oversize-chunked"])
def test_endless_body_ends_at_the_cap(path: str, asset_host: AssetHost, tmp_path: Path) -> None:
    assert isinstance(failure(asset_host.url(path), tmp_path / "file"), fetch.DownloadTooLarge)


@pytest.mark.clause("T-3.4")
def test_compressed_body_is_refused_unread(asset_host: AssetHost, tmp_path: Path) -> None:
    limits = fetch.Limits(bytes_max=50_000_000)
    assert isinstance(failure(asset_host.url("/gzip-bomb"), tmp_path / "file", limits=limits), fetch.NotWhatItClaims)


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize("path", ["/drip", "/drip-headers", "/silent"])
def test_slow_host_ends_by_the_deadline(path: str, asset_host: AssetHost, tmp_path: Path) -> None:
    # /drip and /drip-headers never pause for as long as one read may last, and never end: only the deadline can end them.
    error = failure(asset_host.url(path), tmp_path / "file", limits=HURRIED)
    assert isinstance(error, fetch.TookTooLong)
    assert error.permanent is False


def test_host_that_pauses_longer_than_a_read_may_last(asset_host: AssetHost, tmp_path: Path) -> None:
    limits = fetch.Limits(bytes_max=1_000, seconds_max=3_600.0, read_seconds_max=0.2)
    assert isinstance(failure(asset_host.url("/silent"), tmp_path / "file", limits=limits), fetch.TookTooLong)


@pytest.mark.parametrize("path", ["/truncated", "/garbage", "/hang-up"])
def test_broken_answer_fails_and_may_be_tried_again(path: str, asset_host: AssetHost, tmp_path: Path) -> None:
    error = failure(asset_host.url(path), tmp_path / "file")
    assert isinstance(error, fetch.DownloadFailed)
    assert error.permanent is False


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(204, True), (206, True), (304, True), (400, True), (403, True), (404, True), (410, True), (408, False), (429, False), (500, False)],
)
def test_status_decides_whether_to_try_again(status: int, permanent: bool, asset_host: AssetHost, tmp_path: Path) -> None:
    error = failure(asset_host.serve("/a", b"", status=status), tmp_path / "file")
    assert isinstance(error, fetch.DownloadFailed)
    assert error.permanent is permanent


def test_host_that_refuses_connections(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        error = failure(f"http://127.0.0.1:{port}/", tmp_path / "file")
    assert isinstance(error, fetch.DownloadFailed)
    assert (error.permanent, str(port) in error.message) == (False, False)


def test_next_address_is_tried_when_the_first_does_not_answer(asset_host: AssetHost, witness: Witness, tmp_path: Path) -> None:
    url = asset_host.serve("/a", b"x").replace("127.0.0.1", "two.example")
    got = fetch.download(
        url=url, into=tmp_path / "file", limits=LIMITS, allow=LOOPBACK, resolver=lambda host, port: ["127.0.0.9", "127.0.0.1"]
    )
    assert got.size_bytes == 1
    assert witness.connections == [("127.0.0.9", asset_host.port), ("127.0.0.1", asset_host.port)]


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), True),
        (socket.gaierror(socket.EAI_AGAIN, "later"), False),
        (OSError("broken"), False),
    ],
)
def test_name_without_address(error: Exception, permanent: bool, tmp_path: Path) -> None:
    def failing(host: str, port: int) -> Sequence[str]:
        raise error

    with pytest.raises(fetch.DownloadFailed) as caught:
        fetch.download(url="http://nowhere.example/", into=tmp_path / "file", limits=LIMITS, allow=LOOPBACK, resolver=failing)
    assert caught.value.permanent is permanent


def test_name_lookup_ends_by_the_deadline(asset_host: AssetHost, tmp_path: Path) -> None:
    def slow(host: str, port: int) -> Sequence[str]:
        asset_host.stopped.wait(30)
        return ["127.0.0.1"]

    with pytest.raises(fetch.TookTooLong):
        fetch.download(url="http://slow.example/", into=tmp_path / "file", limits=HURRIED, allow=LOOPBACK, resolver=slow)


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize(("hops", "arrives"), [(0, True), (3, True), (4, False)])
def test_redirects_are_followed_three_times(hops: int, arrives: bool, asset_host: AssetHost, tmp_path: Path) -> None:
    asset_host.serve("/0", b"here")
    for hop in range(1, hops + 1):
        asset_host.serve(f"/{hop}", b"", status=(301, 302, 303, 307)[hop - 1], headers={"Location": f"{hop - 1}"})
    if arrives:
        assert download(asset_host.url(f"/{hops}"), tmp_path / "file").final_url == asset_host.url("/0")
    else:
        error = failure(asset_host.url(f"/{hops}"), tmp_path / "file")
        assert isinstance(error, fetch.DownloadFailed)
        assert error.permanent is True


def test_redirect_loop_ends(asset_host: AssetHost, tmp_path: Path) -> None:
    assert isinstance(failure(asset_host.url("/loop"), tmp_path / "file"), fetch.DownloadFailed)
    assert len(asset_host.requests) == 4


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("other", "https://example.com/a/other"),
        ("../up?x=1#f", "https://example.com/up?x=1"),
        ("/root", "https://example.com/root"),
        ("?q", "https://example.com/a/b?q"),
        ("//cdn.example.com/z", "https://cdn.example.com/z"),
        ("https://cdn.example.com:8443/ü", "https://cdn.example.com:8443/%C3%BC"),
    ],
)
def test_redirect_location_is_read_like_a_link(location: str, leads_to: str) -> None:
    assert follow(parse("https://example.com/a/b?c"), location=location).url == leads_to


@pytest.mark.parametrize(
    ("location", "rule"),
    [("http://example.com/", "downgrade"), ("https://[", "redirect"), ("https://a b/", "characters"), ("mailto:a@example.com", "scheme")],
)
def test_redirect_location_that_is_refused(location: str, rule: str) -> None:
    with pytest.raises(fetch.UrlRefused) as caught:
        follow(parse("https://example.com/"), location=location)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="report.pdf"', "report.pdf"),
        ("inline; filename=plain.txt", "plain.txt"),
        ("attachment; filename=\"x\"; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="..\\\\..\\\\boot.ini"', "boot.ini"),
        ("attachment; filename*=utf-8''a%00b%E2%80%AEgnp.exe", "abgnp.exe"),
        ('attachment; filename=".."', "download"),
        ("attachment; filename*=utf-8''" + "a" * 200 + ".png", "a" * 116 + ".png"),
        ("attachment", "path.bin"),
    ],
)
def test_name_is_cleaned(disposition: str, name: str, asset_host: AssetHost, tmp_path: Path) -> None:
    url = asset_host.serve("/some/path.bin", b"x", headers={"Content-Disposition": disposition})
    assert download(url, tmp_path / "file").name == name


@pytest.mark.parametrize(("claimed", "content_type"), [("", "application/octet-stream"), ("not a type", "application/octet-stream")])
def test_content_type_that_is_none(claimed: str, content_type: str, asset_host: AssetHost, tmp_path: Path) -> None:
    url = asset_host.serve("/a", b"x", content_type=claimed)
    assert download(url, tmp_path / "file").content_type == content_type


def test_setting_opens_networks(settings: Settings, asset_host: AssetHost, tmp_path: Path) -> None:
    url = asset_host.serve("/a", b"x")
    settings.SAFE_FETCH_ALLOW = ()
    with pytest.raises(fetch.UrlRefused):
        fetch.check_url(url=url)
    with pytest.raises(fetch.UrlRefused):
        fetch.download(url=url, into=tmp_path / "file", limits=LIMITS)
    settings.SAFE_FETCH_ALLOW = ("127.0.0.1/32",)
    fetch.check_url(url=url)
    assert fetch.download(url=url, into=tmp_path / "file", limits=LIMITS).size_bytes == 1


def test_setting_that_is_no_network_is_named(settings: Settings) -> None:
    settings.SAFE_FETCH_ALLOW = ("127.0.0.1/8",)
    with pytest.raises(ImproperlyConfigured, match="SAFE_FETCH_ALLOW"):
        fetch.allow_from_settings()
