"""Files at a marketplace: the adapter for storage that is reached by links which its owner signs, one for each file and use (M-6).

The marketplace is asked for a link (``{base}/api/v1/ai-resource/…``, with our publisher's key) and the bytes go to where the link leads. It
chooses the key that a file is kept under.

Invariants: the publisher's key is sent to the base address only; a link is followed to that address's host wherever it stands, to other
hosts by the rules of the safe fetcher; no redirects; every exchange ends by a deadline; nothing is held whole in memory; whatever goes
wrong at the other side is ``StorageDown``.
"""

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

from common import errors, fetch
from common.storage.port import BadKey, FileMissing, NoUploadLinks, check_key

KEY_HEADERS = ("x-publisher-key", "x-product-api-key")
"""The original has both names for it; whichever a marketplace reads, it is there (M-6.1)."""
KEY_CHARACTERS_MAX = 1_000
LINK_LIMITS = fetch.Limits(bytes_max=65_536, seconds_max=5, connect_seconds_max=3, read_seconds_max=5, redirects_max=0)
"""Short, because replies and deliveries wait for links."""
FILE_LIMITS = fetch.Limits(bytes_max=1_073_741_824, seconds_max=300, connect_seconds_max=3, read_seconds_max=20, redirects_max=0)
PROBE_LIMITS = fetch.Limits(bytes_max=1, seconds_max=10, connect_seconds_max=3, read_seconds_max=8, redirects_max=0)
STORED = frozenset((HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT))


class MarketplaceStorageDown(errors.StorageDown):
    """The marketplace's storage does not answer, refuses our key, or answers what is not in the contract."""

    def __init__(self) -> None:
        super().__init__("The files cannot be stored or read at the moment. Try again later.")


class PresignedStorage:
    """Storage at the marketplace whose address is ``base_url``, as the publisher whose key is ``key``."""

    def __init__(self, *, base_url: str, key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {**dict.fromkeys(KEY_HEADERS, key), "Content-Type": "application/json", "Accept": "application/json"}

    def put(self, *, key: str, source: Path, content_type: str) -> str:
        """Send a copy of ``source`` and return the key that the marketplace has given it; the last segment of ``key`` is only proposed."""
        name = check_key(key).rpartition("/")[2]
        if not source.is_file():
            raise FileNotFoundError(source)
        with _in_our_words(), _existing():
            data = self._ask("POST", "presigned-upload", {"s3Key": name})
            url, kept = _text(data, "presignedUrl"), _text(data, "key")
            reply = fetch.send_file(
                url=url, headers={"Content-Type": content_type}, source=source, limits=FILE_LIMITS, allow=self._allow(url)
            )
            if reply.status not in STORED or not _is_key(kept):
                raise MarketplaceStorageDown
        return kept

    def open(self, *, key: str) -> BinaryIO:
        """Return a copy of the file, open for reading, gone when it is closed."""
        url = self._download_link(key)
        # The copy outlives this function, without a name on the disk: it is the caller's to close.
        with tempfile.TemporaryDirectory(prefix="tollgate-") as folder:
            copy = Path(folder) / "file"
            with _in_our_words():
                _download(url, copy, self._allow(url))
            return copy.open("rb")

    def delete(self, *, key: str) -> None:
        """Ask the marketplace to remove the file; one that it does not know is removed."""
        with _in_our_words(), contextlib.suppress(FileMissing):
            self._ask("POST", "delete", {"s3Key": _check_kept(key)})

    def exists(self, *, key: str) -> bool:
        """Return whether the marketplace has a file under this key; its first byte is asked for."""
        try:
            url = self._download_link(key)
            with _in_our_words():
                reply = fetch.send(method="GET", url=url, headers={}, content=b"", limits=PROBE_LIMITS, allow=self._allow(url))
                _check_status(reply.status)
        except FileMissing:
            return False
        return True

    def link(self, *, key: str, name: str, content_type: str, expires_seconds: int, inline: bool) -> str:
        """Return a link that the marketplace has signed now; its life, the file's name and type are the marketplace's to choose."""
        return self._download_link(key)

    def upload_link(self, *, key: str, bytes_max: int, expires_seconds: int) -> str:
        """Refuse: a marketplace's links for uploads are for its publisher alone."""
        raise NoUploadLinks

    def _download_link(self, key: str) -> str:
        query = urlencode({"s3Key": _check_kept(key)})
        with _in_our_words():
            url = _text(self._ask("GET", f"presigned-download?{query}"), "url")
            fetch.parse(url)
        return url

    def _ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Return the ``data`` of the marketplace's reply; raises :class:`FileMissing` where it says so."""
        reply = fetch.send(
            method=method,
            url=f"{self._base_url}/api/v1/ai-resource/{path}",
            headers=self._headers,
            content=b"" if body is None else json.dumps(body).encode(),
            limits=LINK_LIMITS,
            allow=fetch.ANYWHERE,
        )
        _check_status(reply.status)
        answer = json.loads(reply.body_head)
        if not isinstance(answer, dict) or answer.get("code") != 0:
            raise MarketplaceStorageDown
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    def _allow(self, url: str) -> fetch.Allow | None:
        """Return where ``url`` may lead: the operator has named the marketplace's own host, others have to be public or opened."""
        return fetch.ANYWHERE if fetch.parse(url).host == fetch.parse(self._base_url).host else None


def _download(url: str, into: Path, allow: fetch.Allow | None) -> None:
    try:
        fetch.download(url=url, into=into, limits=FILE_LIMITS, allow=allow)
    except fetch.DownloadFailed as error:
        if error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise FileMissing from error
        raise


def _check_status(status: int) -> None:
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise FileMissing
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise MarketplaceStorageDown


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise MarketplaceStorageDown
    return value


def _check_kept(key: str) -> str:
    """Return a key that a marketplace gave us, which may look like anything that is one line; raises ``BadKey`` otherwise."""
    if not _is_key(key):
        raise BadKey("This is no key of a marketplace's file.")
    return key


def _is_key(key: str) -> bool:
    return 0 < len(key) <= KEY_CHARACTERS_MAX and key.isprintable()


@contextlib.contextmanager
def _existing() -> Iterator[None]:
    """Take a path that is not found for no marketplace's: what is uploaded cannot be missing."""
    try:
        yield
    except FileMissing as error:
        raise MarketplaceStorageDown from error


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except (fetch.UrlRefused, fetch.NotWhatItClaims, fetch.DownloadTooLarge, fetch.DownloadFailed, ValueError, RecursionError) as error:
        raise MarketplaceStorageDown from error
