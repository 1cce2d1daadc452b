"""The local adapter: the storage's contract, atomic writes, signed links, and the view that serves them."""

import asyncio
import datetime as dt
import os
import stat
from collections.abc import AsyncIterator, Callable
from email.message import Message
from pathlib import Path

import pytest
from django.core import signing
from django.http import HttpResponseBase
from django.test import AsyncRequestFactory
from pytest_django import Settings

from common import clock, errors
from common.storage import FileMissing, Storage, get_storage, links, new_key
from common.storage.local import DiskFailed, LocalStorage
from common.storage.ranges import Span, Unsatisfiable, parse_range
from common.storage.views import serve_file
from tests.unit.storage.storage_contract import Answer, Follow, LinkContract

Get = Callable[..., Answer]


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Storage:
    settings.DATA_DIR = tmp_path / "data"
    settings.S3_BUCKET = ""
    settings.PUBLIC_URL = "https://tollgate.example/"
    return get_storage()


@pytest.fixture
def get() -> Get:
    """Return a function that opens a link through the view, with request headers as keywords, or with another method."""

    def get(url: str, *, method: str = "GET", **headers: str) -> Answer:
        path = url.removeprefix("https://tollgate.example")
        request = AsyncRequestFactory().generic(method, path, headers=headers)
        return asyncio.run(answer_of(serve_file(request, path.removeprefix("/files/"))))

    async def answer_of(view: object) -> Answer:
        response = await view  # type: ignore[misc]  # the decorator's stub hides that the view is a coroutine function
        headers = Message()
        for name, value in response.items():
            headers[name] = value
        return Answer(response.status_code, headers, await content_of(response))

    async def content_of(response: HttpResponseBase) -> bytes:
        if not response.streaming:
            return bytes(response.content)  # type: ignore[attr-defined]  # the base class does not declare it
        parts: AsyncIterator[bytes] = response.streaming_content  # type: ignore[attr-defined]  # as above
        return b"".join([part async for part in parts])

    return get


@pytest.fixture
def follow(get: Get) -> Follow:
    return get


@pytest.fixture
def file_link(store: Storage, tmp_path: Path) -> str:
    """A link to a file that holds the ten digits."""
    source = tmp_path / "digits"
    source.write_bytes(b"0123456789")
    key = new_key(folder="sound", suffix=".wav")
    store.put(key=key, source=source, content_type="audio/wav")
    return store.link(key=key, name="digits.wav", content_type="audio/wav", expires_seconds=600, inline=True)


class TestContract(LinkContract):
    """The contract over the local adapter; its fixtures are this module's."""


def files_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_failed_put_leaves_nothing_and_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, source, key = LocalStorage(tmp_path / "root", base_url=""), tmp_path / "source", new_key(folder="a")
    source.write_bytes(b"old")
    store.put(key=key, source=source, content_type="text/plain")
    source.write_bytes(b"new")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFailed) as caught:
        store.put(key=key, source=source, content_type="text/plain")
    assert caught.value.kind is errors.Kind.STORAGE_DOWN
    assert files_in(tmp_path / "root") == [store.path(key=key)]
    assert store.path(key=key).read_bytes() == b"old"


def test_files_spread_over_folders_and_are_not_executable(store: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    for number in range(200):
        store.put(key=f"results/{number}", source=source, content_type="text/plain")
    root = tmp_path / "data" / "files"
    assert len(list(root.iterdir())) > 100
    assert {stat.S_IMODE(path.stat().st_mode) & 0o111 for path in files_in(root)} == {0}


def test_token_says_what_it_was_made_for() -> None:
    token = links.make_token(key="a/b", name="ü.png", content_type="image/png", inline=True, expires_seconds=60)
    link = links.read_token(token)
    assert (link.key, link.name, link.content_type, link.inline) == ("a/b", "ü.png", "image/png", True)


@pytest.mark.parametrize("position", [0, 10, -1])
def test_token_that_was_changed(position: int) -> None:
    token = list(links.make_token(key="a/b", name="n", content_type="image/png", inline=True, expires_seconds=60))
    token[position] = "A" if token[position] != "A" else "E"
    with pytest.raises(links.LinkForged):
        links.read_token("".join(token))


@pytest.mark.parametrize(
    "token",
    ["", ".", "a.b", "é.é", "\x00", "../../etc/passwd", "WyJhL2IiLCJuIiwidCIsMSw5OTk5OTk5OTk5OV0.c2lnbmF0dXJl"],
)
def test_token_that_is_not_ours(token: str) -> None:
    with pytest.raises(links.LinkForged):
        links.read_token(token)


def test_token_signed_for_another_purpose() -> None:
    signer = signing.Signer(salt="another", sep=links.SEPARATOR)
    with pytest.raises(links.LinkForged):
        links.read_token(signer.sign_object(["a/b", "n", "image/png", 1, 99_999_999_999]))


def test_token_of_another_secret_key(settings: Settings) -> None:
    token = links.make_token(key="a/b", name="n", content_type="image/png", inline=True, expires_seconds=60)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-secret-key-of-decent-length", []
    with pytest.raises(links.LinkForged):
        links.read_token(token)


@pytest.mark.parametrize(("passed_seconds", "valid"), [(59, True), (60, False), (86_400, False)])
def test_link_expires_when_it_says(passed_seconds: int, valid: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    made_at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: made_at)
    token = links.make_token(key="a/b", name="n", content_type="image/png", inline=True, expires_seconds=60)
    monkeypatch.setattr(clock, "now", lambda: made_at + dt.timedelta(seconds=passed_seconds))
    if valid:
        assert links.read_token(token).expires_at == made_at.timestamp() + 60
    else:
        with pytest.raises(links.LinkExpired):
            links.read_token(token)


def test_expired_link_is_gone(store: Storage, get: Get) -> None:
    link = store.link(key="a/b", name="n", content_type="image/png", expires_seconds=-1, inline=False)
    answer = get(link)
    assert (answer.status, answer.body) == (410, b"This link has expired. Ask for a new one.")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_link_to_a_deleted_file_is_not_found(store: Storage, file_link: str, get: Get) -> None:
    store.delete(key=links.read_token(file_link.rpartition("/")[2]).key)
    assert get(file_link).status == 404


def test_forged_link_is_not_found(store: Storage, get: Get) -> None:
    answer = get("/files/forged.token")
    assert (answer.status, answer.body) == (404, b"There is no such file. Ask for a new link.")


def test_view_serves_with_safe_headers(file_link: str, get: Get) -> None:
    answer = get(file_link)
    assert (answer.status, answer.body) == (200, b"0123456789")
    etag = answer.headers["ETag"]
    age = int(answer.headers["Cache-Control"].removeprefix("private, max-age="))
    assert 0 < age <= 601
    assert dict(answer.headers.items()) == {
        "Content-Type": "audio/wav",
        "Content-Length": "10",
        "Content-Disposition": 'inline; filename="digits.wav"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": f"private, max-age={age}",
        "Accept-Ranges": "bytes",
        "ETag": etag,
    }


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("bytes=0-3", (206, "bytes 0-3/10", b"0123")),
        ("bytes=8-", (206, "bytes 8-9/10", b"89")),
        ("bytes=-3", (206, "bytes 7-9/10", b"789")),
        ("bytes=5-500", (206, "bytes 5-9/10", b"56789")),
        ("bytes=0-", (206, "bytes 0-9/10", b"0123456789")),
        ("bytes=0-1,4-5", (200, None, b"0123456789")),
        ("pages=1-2", (200, None, b"0123456789")),
    ],
)
def test_view_serves_ranges(asked: str, given: tuple[int, str | None, bytes], file_link: str, get: Get) -> None:
    answer = get(file_link, Range=asked)
    assert (answer.status, answer.headers["Content-Range"], answer.body) == given
    assert answer.headers["Content-Length"] == str(len(given[2]))


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=-0"])
def test_view_refuses_ranges_behind_the_end(asked: str, file_link: str, get: Get) -> None:
    answer = get(file_link, Range=asked)
    assert (answer.status, answer.headers["Content-Range"], answer.body) == (416, "bytes */10", b"")


def test_view_answers_conditions(file_link: str, get: Get) -> None:
    etag = get(file_link).headers["ETag"]
    unchanged = get(file_link, **{"If-None-Match": etag})
    assert (unchanged.status, unchanged.body, unchanged.headers["ETag"]) == (304, b"", etag)
    assert get(file_link, **{"If-None-Match": '"other"'}).status == 200
    assert get(file_link, **{"Range": "bytes=0-1", "If-Range": etag}).status == 206
    assert get(file_link, **{"Range": "bytes=0-1", "If-Range": '"other"'}).status == 200


def test_view_answers_head_and_no_other_method(file_link: str, get: Get) -> None:
    answer = get(file_link, method="HEAD")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "10")
    assert get(file_link, method="POST").status == 405


def test_view_streams_what_is_longer_than_a_chunk(store: Storage, tmp_path: Path, get: Get) -> None:
    source, content = tmp_path / "long", bytes(range(256)) * 4_000
    source.write_bytes(content)
    store.put(key="a/long", source=source, content_type="video/mp4")
    link = store.link(key="a/long", name="long.mp4", content_type="video/mp4", expires_seconds=60, inline=True)
    assert get(link).body == content
    assert get(link, Range="bytes=1000-700000").body == content[1_000:700_001]


@pytest.mark.parametrize(
    ("header", "size_bytes", "span"),
    [
        ("bytes=0-0", 1, Span(0, 0)),
        ("Bytes = 1 - 2", 10, Span(1, 2)),
        ("bytes=-99", 10, Span(0, 9)),
        ("bytes=3-2", 10, None),
        ("bytes=-", 10, None),
        ("bytes=1", 10, None),
        ("bytes=" + "9" * 19 + "-", 10, None),
        ("", 10, None),
    ],
)
def test_range_is_read(header: str, size_bytes: int, span: Span | None) -> None:
    assert parse_range(header, size_bytes=size_bytes) == span


@pytest.mark.parametrize(("header", "size_bytes"), [("bytes=0-", 0), ("bytes=-5", 0), ("bytes=10-20", 10), ("bytes=-0", 10)])
def test_range_behind_the_end(header: str, size_bytes: int) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, size_bytes=size_bytes)


def test_storage_is_made_once_per_settings(store: Storage, settings: Settings, tmp_path: Path) -> None:
    assert get_storage() is store
    settings.DATA_DIR = tmp_path / "elsewhere"
    assert get_storage() is not store


def test_folder_is_not_a_file(store: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    store.put(key="a/b", source=source, content_type="text/plain")
    assert isinstance(store, LocalStorage)
    store.path(key="a").mkdir(parents=True, exist_ok=True)
    assert store.exists(key="a") is False
    with pytest.raises(FileMissing):
        store.open(key="a")
