"""What every storage must do: the same tests run over each adapter, which a subclass gives as the fixture ``store``."""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import ClassVar, Protocol

import pytest

from common import errors
from common.storage import BadKey, FileMissing, Storage, new_key

BAD_KEYS = ["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a..b", ".hidden", "A", "a b", "a\\b", "a\x00b", "a\n", "é", "a" * 201]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a link led to."""

    status: int
    headers: Message
    body: bytes


Follow = Callable[[str], Answer]


class Publish(Protocol):
    """Stores the ten digits, makes a link to them and follows it."""

    def __call__(self, name: str, content_type: str, *, inline: bool) -> Answer: ...


def follow_over_http(url: str) -> Answer:
    """Return what a GET of this URL gives, whatever its status."""
    try:
        with urllib.request.urlopen(url) as reply:
            return Answer(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


class StorageContract:
    """Subclasses define the fixtures ``store`` and ``follow`` (how a link is opened)."""

    readable_keys: ClassVar[frozenset[str]] = frozenset()
    """Keys that are not ours and that the storage may have chosen itself."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        path = tmp_path / "source.bin"
        path.write_bytes(b"0123456789")
        return path

    @pytest.fixture
    def publish(self, store: Storage, source: Path, follow: Follow) -> Publish:
        def publish(name: str, content_type: str, *, inline: bool) -> Answer:
            key = store.put(key=new_key(folder="results"), source=source, content_type=content_type)
            return follow(store.link(key=key, name=name, content_type=content_type, expires_seconds=60, inline=inline))

        return publish

    def test_put_then_open_gives_the_content_back(self, store: Storage, source: Path) -> None:
        key = store.put(key=new_key(folder="results", suffix=".bin"), source=source, content_type="application/octet-stream")
        with store.open(key=key) as file:
            assert file.read(4) == b"0123"
            file.seek(8)
            assert file.read() == b"89"
        assert source.read_bytes() == b"0123456789"

    def test_put_again_replaces(self, store: Storage, source: Path) -> None:
        key = new_key(folder="results")
        store.put(key=key, source=source, content_type="text/plain")
        source.write_bytes(b"new")
        kept = store.put(key=key, source=source, content_type="text/plain")
        with store.open(key=kept) as file:
            assert file.read() == b"new"

    def test_large_and_empty_files(self, store: Storage, source: Path) -> None:
        for content in (b"", b"0123456789abcdef" * 700_000):
            source.write_bytes(content)
            key = store.put(key=new_key(folder="results"), source=source, content_type="application/octet-stream")
            with store.open(key=key) as file:
                assert file.read() == content

    def test_put_of_a_file_that_is_not_there_is_our_mistake(self, store: Storage, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            store.put(key=new_key(folder="results"), source=tmp_path / "none", content_type="text/plain")

    def test_exists_and_delete(self, store: Storage, source: Path) -> None:
        assert store.exists(key=new_key(folder="results")) is False
        key = store.put(key=new_key(folder="results"), source=source, content_type="text/plain")
        assert store.exists(key=key) is True
        store.delete(key=key)
        store.delete(key=key)
        assert store.exists(key=key) is False

    @pytest.mark.parametrize("key", ["results/none.png", "none", "never/such/folder/none"])
    def test_missing_file(self, key: str, store: Storage) -> None:
        with pytest.raises(FileMissing) as caught:
            store.open(key=key)
        assert caught.value.kind is errors.Kind.NOT_FOUND
        store.delete(key=key)

    @pytest.mark.parametrize("key", BAD_KEYS)
    def test_key_that_is_not_ours(self, key: str, store: Storage, source: Path) -> None:
        with pytest.raises(BadKey):
            store.put(key=key, source=source, content_type="text/plain")
        if key in self.readable_keys:
            return
        with pytest.raises(BadKey):
            store.open(key=key)
        with pytest.raises(BadKey):
            store.exists(key=key)
        with pytest.raises(BadKey):
            store.delete(key=key)
        with pytest.raises(BadKey):
            store.link(key=key, name="a", content_type="text/plain", expires_seconds=60, inline=False)

    def test_link_leads_to_the_content(self, publish: Publish) -> None:
        answer = publish("a.bin", "application/octet-stream", inline=False)
        assert (answer.status, answer.body) == (200, b"0123456789")

    def test_link_to_a_missing_file(self, store: Storage, follow: Follow) -> None:
        try:
            link = store.link(key=new_key(folder="results"), name="a", content_type="text/plain", expires_seconds=60, inline=False)
        except FileMissing:
            return
        # S3 answers 403 to those who may not list the bucket, so as not to tell them which keys exist.
        assert follow(link).status in {403, 404}


class LinkContract(StorageContract):
    """What a storage must do besides where its links are ours: they serve the file under the name and type that we say."""

    @pytest.mark.parametrize(
        ("content_type", "inline", "served"),
        [
            ("image/png", True, ("image/png", 'inline; filename="a b.x"')),
            ("image/png", False, ("image/png", 'attachment; filename="a b.x"')),
            ("text/plain", True, ("text/plain; charset=utf-8", 'inline; filename="a b.x"')),
            ("text/html", True, ("text/html; charset=utf-8", 'attachment; filename="a b.x"')),
            ("image/svg+xml", True, ("image/svg+xml", 'attachment; filename="a b.x"')),
            ("application/pdf", True, ("application/pdf", 'attachment; filename="a b.x"')),
        ],
    )
    def test_link_serves_the_file(self, content_type: str, inline: bool, served: tuple[str, str], publish: Publish) -> None:
        answer = publish("a b.x", content_type, inline=inline)
        assert (answer.status, answer.body) == (200, b"0123456789")
        assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == served

    @pytest.mark.parametrize(
        ("name", "disposition"),
        [
            ("naïve ✓.txt", "attachment; filename*=utf-8''na%C3%AFve%20%E2%9C%93.txt"),
            ('quo"te.txt', 'attachment; filename="quo\\"te.txt"'),
            ("line\r\nSet-Cookie: a=b.txt", 'attachment; filename="lineSet-Cookie: a=b.txt"'),
            ("../../etc/passwd", 'attachment; filename="passwd"'),
            ("a\u202egnp.exe", 'attachment; filename="agnp.exe"'),
            ("", 'attachment; filename="download"'),
        ],
    )
    def test_link_cleans_the_name(self, name: str, disposition: str, publish: Publish) -> None:
        assert publish(name, "application/zip", inline=False).headers["Content-Disposition"] == disposition
