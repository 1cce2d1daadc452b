"""The adapter for a marketplace's presigned links: the storage's contract against one on loopback, and what it does when that one fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from common import errors, fetch
from common.storage import FileMissing, PresignedStorage, Storage, UnknownStorage, choice, get_storage, presigned, register_family
from tests.fakes.presigned import API, PUBLISHER_KEY, PresignedMarketplace
from tests.unit.storage.storage_contract import BAD_KEYS, Follow, StorageContract, follow_over_http

KEY = "Publisher 7/1/digits.bin"
Call = Callable[[Storage, Path], object]
CALLS: dict[str, tuple[str, Call]] = {
    "put": ("presigned-upload", lambda store, source: store.put(key="a/digits.bin", source=source, content_type="image/png")),
    "open": ("presigned-download", lambda store, source: store.open(key=KEY)),
    "exists": ("presigned-download", lambda store, source: store.exists(key=KEY)),
    "link": (
        "presigned-download",
        lambda store, source: store.link(key=KEY, name="a", content_type="image/png", expires_seconds=60, inline=True),
    ),
    "delete": ("delete", lambda store, source: store.delete(key=KEY)),
}


@pytest.fixture
def marketplace() -> Iterator[PresignedMarketplace]:
    with PresignedMarketplace() as running:
        yield running


@pytest.fixture
def store(marketplace: PresignedMarketplace) -> Storage:
    return PresignedStorage(base_url=marketplace.url, key=PUBLISHER_KEY)


@pytest.fixture
def follow() -> Follow:
    return follow_over_http


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "digits"
    path.write_bytes(b"0123456789")
    return path


class TestContract(StorageContract):
    """The contract over presigned links. Keys are the marketplace's, so any line of text may be one."""

    readable_keys = frozenset(BAD_KEYS) - {"", "a\x00b", "a\n"}


@pytest.mark.clause("M-6.1", "M-6.2", "M-6.3")
def test_what_is_asked_of_the_marketplace(store: Storage, marketplace: PresignedMarketplace, source: Path) -> None:
    key = store.put(key="0f/account/digits.png", source=source, content_type="image/png")
    assert key == "Publisher 7/1/digits.png"
    assert (marketplace.files[key].content, marketplace.files[key].content_type) == (b"0123456789", "image/png")
    link = store.link(key=key, name="a", content_type="image/png", expires_seconds=60, inline=True)
    assert link == f"{marketplace.url}/store/Publisher%207/1/digits.png?signature=get"
    store.delete(key=key)
    assert marketplace.files == {}
    assert marketplace.log == [
        ("POST", f"{API}presigned-upload"),
        ("PUT", "/store/Publisher%207/1/digits.png"),
        ("GET", f"{API}presigned-download"),
        ("POST", f"{API}delete"),
    ]


@pytest.mark.clause("M-6.1")
@pytest.mark.parametrize("header", ["x-publisher-key", "x-product-api-key"])
def test_a_marketplace_that_reads_one_of_the_headers(store: Storage, marketplace: PresignedMarketplace, source: Path, header: str) -> None:
    marketplace.key_header = header
    assert store.put(key="a/b.png", source=source, content_type="image/png") == "Publisher 7/1/b.png"


@pytest.mark.clause("M-6.4")
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        (401, b'{"code": 1, "message": "who are you", "data": null}'),
        (500, b"oops"),
        (302, b""),
        (200, b""),
        (200, b"<html>"),
        (200, b"\xff\xfe"),
        (200, b"[" * 60_000),
        (200, b"x" * 70_000),
        (200, b"[]"),
        (200, b'{"code": 7, "message": "no", "data": {"url": "http://127.0.0.1/", "key": "a", "presignedUrl": "http://127.0.0.1/"}}'),
    ],
)
def test_whatever_the_marketplace_answers_wrongly_means_that_it_is_down(
    store: Storage, marketplace: PresignedMarketplace, source: Path, call: str, answer: tuple[int, bytes]
) -> None:
    endpoint, run = CALLS[call]
    marketplace.answers[f"{API}{endpoint}"] = answer
    with pytest.raises(errors.StorageDown) as caught:
        run(store, source)
    assert caught.value.message == "The files cannot be stored or read at the moment. Try again later."


@pytest.mark.clause("M-6.4")
@pytest.mark.parametrize(
    "data",
    [
        "null",
        "{}",
        '{"key": "a"}',
        '{"key": "a", "presignedUrl": 5}',
        '{"key": "a", "presignedUrl": "file:///etc/passwd"}',
        '{"key": "a", "presignedUrl": "http://169.254.169.254/latest"}',
        '{"key": "a", "presignedUrl": "http://user:pass@127.0.0.1/"}',
        '{"key": "a\\u0000b", "presignedUrl": "BASE/store/a?signature=put"}',
        '{"key": "", "presignedUrl": "BASE/store/a?signature=put"}',
        '{"key": "a", "presignedUrl": "BASE/store/a?signature=get"}',
    ],
)
def test_a_link_that_leads_nowhere_good(store: Storage, marketplace: PresignedMarketplace, source: Path, data: str) -> None:
    body = f'{{"code": 0, "message": "success", "data": {data.replace("BASE", marketplace.url)}}}'.encode()
    marketplace.answers[f"{API}presigned-upload"] = (200, body)
    with pytest.raises(errors.StorageDown):
        store.put(key="a/b", source=source, content_type="image/png")


def test_a_marketplace_that_is_not_there(source: Path) -> None:
    with PresignedMarketplace() as gone:
        store = PresignedStorage(base_url=gone.url, key=PUBLISHER_KEY)
    for _, run in CALLS.values():
        with pytest.raises(errors.StorageDown):
            run(store, source)


@pytest.mark.parametrize("call", CALLS)
def test_a_marketplace_that_says_nothing(store: Storage, marketplace: PresignedMarketplace, source: Path, call: str, quick: None) -> None:
    endpoint, run = CALLS[call]
    marketplace.silent.add(f"{API}{endpoint}")
    with pytest.raises(errors.StorageDown):
        run(store, source)


def test_a_store_that_says_nothing(store: Storage, marketplace: PresignedMarketplace, source: Path, quick: None) -> None:
    marketplace.silent.add("/store/Publisher%207/1/digits.bin")
    with pytest.raises(errors.StorageDown):
        store.put(key="a/digits.bin", source=source, content_type="image/png")
    with pytest.raises(errors.StorageDown):
        store.open(key=KEY)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits of half a second."""
    for name in ("LINK_LIMITS", "FILE_LIMITS", "PROBE_LIMITS"):
        monkeypatch.setattr(presigned, name, replace(getattr(presigned, name), seconds_max=0.5))


def test_a_file_larger_than_is_read(
    store: Storage, marketplace: PresignedMarketplace, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = store.put(key="a/digits.bin", source=source, content_type="image/png")
    monkeypatch.setattr("common.storage.presigned.FILE_LIMITS", fetch.Limits(bytes_max=9, redirects_max=0))
    with pytest.raises(errors.StorageDown):
        store.open(key=key)


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_the_marketplace_does_not_know(store: Storage, marketplace: PresignedMarketplace, status: int) -> None:
    marketplace.answers[f"{API}presigned-download"] = (status, b"")
    with pytest.raises(FileMissing):
        store.open(key=KEY)
    assert store.exists(key=KEY) is False


@pytest.fixture
def family() -> Iterator[None]:
    """A family of storages with one member."""
    before = dict(choice._families)
    register_family("shelf", {"one": PresignedStorage(base_url="http://127.0.0.1:1", key="k")}.get)
    yield
    choice._families.clear()
    choice._families.update(before)


@pytest.mark.clause("M-6.4")
def test_names_of_storages(family: None, settings: object) -> None:
    assert get_storage("shelf:one") is get_storage("shelf:one")
    assert get_storage("local") is get_storage("")
    for name in ("shelf:two", "shelf:", "shelf", "nobody:one", "s3", "Local"):
        with pytest.raises(UnknownStorage) as caught:
            get_storage(name)
        assert caught.value.kind is errors.Kind.STORAGE_DOWN
