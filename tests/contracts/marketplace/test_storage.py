"""M-6 and the storage of M-9.1: our adapter for presigned links against our own endpoints, over a socket; what a publisher may do there."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import settings as product
from pytest_django import Settings

from common.storage import FileMissing, PresignedStorage, Storage, links
from common.storage.choice import get_local_storage
from marketplace.models import Publisher, Resource
from marketplace.services import resources
from tests.fakes.asgi import Client, Reply, Server
from tests.fakes.live import listening
from tests.unit.storage.storage_contract import BAD_KEYS, Follow, StorageContract, follow_over_http

API = "/api/v1/ai-resource/"
Travel = Callable[[timedelta], None]


@pytest.fixture(scope="module")
def base_url(server: Server) -> Iterator[str]:
    """The product's address."""
    with listening(server.app) as url:
        yield url


@pytest.fixture
def publisher(live_database: None) -> tuple[Publisher, str]:
    """A publisher and its key."""
    return resources.create_publisher(name="AudioCraft")


@pytest.fixture
def public_url(base_url: str, settings: Settings) -> str:
    """The product's address, as its links have it."""
    settings.PUBLIC_URL = base_url
    return base_url


@pytest.fixture
def store(public_url: str, publisher: tuple[Publisher, str]) -> Storage:
    return PresignedStorage(base_url=public_url, key=publisher[1])


@pytest.fixture
def follow() -> Follow:
    return follow_over_http


@pytest.mark.clause("M-6.1", "M-6.2", "M-6.3", "M-6.4", "M-9.1")
class TestOurOwnEndpoints(StorageContract):
    """The storage's contract, with this product at both ends."""

    readable_keys = frozenset(BAD_KEYS) - {"", "a\x00b", "a\n"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.bin"
    path.write_bytes(b"0123456789")
    return path


def ask(api: Client, method: str, name: str, body: object = None, *, key: str, header: str = "x-publisher-key") -> Reply:
    """Ask one of the endpoints as a publisher."""
    return api.send(method, f"{API}{name}", body, headers={header: key} if key else {})


def refusal(status: int, message: str) -> Mapping[str, Any]:
    """Return the envelope of an error."""
    return {"code": status, "message": message, "data": None}


@pytest.mark.clause("M-6.1", "M-6.2", "M-6.3", "M-9.1")
@pytest.mark.parametrize("header", ["x-publisher-key", "x-product-api-key"])
def test_an_object_from_its_upload_to_its_end(api: Client, publisher: tuple[Publisher, str], public_url: str, header: str) -> None:
    owner, key = publisher
    begun = ask(api, "POST", "presigned-upload", {"s3Key": "Some Song.WAV"}, key=key, header=header)
    row = Resource.objects.get()
    assert row.key == f"publishers/{owner.pk.hex}/{row.pk.hex}.wav"
    url = begun.json["data"]["presignedUrl"]
    assert (begun.status, begun.json) == (200, {"code": 0, "message": "success", "data": {"presignedUrl": url, "key": row.key}})
    assert url.startswith(f"{public_url}/uploads/")
    assert httpx2.put(url, content=b"sound").status_code == 200
    linked = ask(api, "GET", f"presigned-download?s3Key={row.key.replace('/', '%2F')}", key=key, header=header)
    assert linked.json == {"code": 0, "message": "success", "data": {"url": linked.json["data"]["url"]}}
    got = httpx2.get(linked.json["data"]["url"])
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, b"sound", "audio/wav")
    assert got.headers["content-disposition"] == 'inline; filename="Some Song.WAV"'
    gone = ask(api, "POST", "delete", {"s3Key": row.key}, key=key, header=header)
    assert (gone.status, gone.json) == (200, {"code": 0, "message": "success", "data": None})
    assert (Resource.objects.count(), get_local_storage().exists(key=row.key)) == (0, False)
    again = ask(api, "POST", "delete", {"s3Key": row.key}, key=key, header=header)
    assert (again.status, again.json) == (404, refusal(404, "There is no object with this s3Key."))


@pytest.mark.clause("M-9.1")
@pytest.mark.parametrize("key", ["", "x", "pk_" + "x" * 43])
@pytest.mark.parametrize(
    ("method", "name", "body"),
    [
        ("POST", "presigned-upload", {"s3Key": "a.wav"}),
        ("GET", "presigned-download?s3Key=a", None),
        ("POST", "delete", {"s3Key": "a"}),
    ],
)
def test_no_key_no_entry(api: Client, key: str, method: str, name: str, body: object) -> None:
    resources.create_publisher(name="AudioCraft")
    reply = ask(api, method, name, body, key=key)
    assert (reply.status, reply.json) == (401, refusal(401, "The x-publisher-key is missing, or no publisher's."))
    assert Resource.objects.count() == 0


@pytest.mark.clause("M-9.1")
def test_a_publisher_who_is_switched_off_or_has_another_key(api: Client, publisher: tuple[Publisher, str]) -> None:
    owner, key = publisher
    changed = resources.change_key(publisher=owner)
    assert ask(api, "POST", "presigned-upload", {"s3Key": "a.wav"}, key=key).status == 401
    assert ask(api, "POST", "presigned-upload", {"s3Key": "a.wav"}, key=changed).status == 200
    Publisher.objects.update(is_on=False)
    assert ask(api, "POST", "presigned-upload", {"s3Key": "a.wav"}, key=changed).status == 401
    assert key not in str(Publisher.objects.values())


@pytest.mark.clause("M-9.1")
def test_what_another_publisher_owns_does_not_exist(store: Storage, base_url: str, source: Path) -> None:
    kept = store.put(key="a/b.wav", source=source, content_type="audio/wav")
    stranger = PresignedStorage(base_url=base_url, key=resources.create_publisher(name="Another")[1])
    with pytest.raises(FileMissing):
        stranger.link(key=kept, name="a", content_type="audio/wav", expires_seconds=60, inline=True)
    stranger.delete(key=kept)
    assert store.exists(key=kept) is True


@pytest.mark.clause("M-9.1")
@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("../../etc/passwd", ""),
        ("a.tar.gz", ".gz"),
        ("a.", ""),
        (".wav", ".wav"),
        ("a.w/av", ""),
        ("a.wa\u0308v", ""),
        ("publishers/x/y.PNG", ".png"),
        ("a.abcdefghijk", ""),
    ],
)
def test_of_a_name_only_the_extension_counts(api: Client, publisher: tuple[Publisher, str], name: str, ending: str) -> None:
    reply = ask(api, "POST", "presigned-upload", {"s3Key": name}, key=publisher[1])
    row = Resource.objects.get()
    assert reply.json["data"]["key"] == row.key == f"publishers/{publisher[0].pk.hex}/{row.pk.hex}{ending}"


@pytest.mark.clause("M-9.1")
@pytest.mark.parametrize("body", [{}, {"s3Key": ""}, {"s3Key": ["a"]}, {"s3Key": 1}, {"s3Key": "x" * 201}, {"s3Key": "a", "acl": "public"}])
def test_a_body_that_is_wrong(api: Client, publisher: tuple[Publisher, str], body: object) -> None:
    for name in ("presigned-upload", "delete"):
        reply = ask(api, "POST", name, body, key=publisher[1])
        assert (reply.status, reply.json["code"], reply.json["data"]) == (400, 400, None)
        assert reply.json["message"].startswith("Invalid input data. (")


@pytest.mark.clause("M-9.1")
@pytest.mark.parametrize("query", ["", "?s3Key=", "?key=a"])
def test_a_link_to_nothing(api: Client, publisher: tuple[Publisher, str], query: str) -> None:
    reply = ask(api, "GET", f"presigned-download{query}", key=publisher[1])
    assert (reply.status, reply.json) == (400, refusal(400, "The s3Key is missing. Give it in the query string."))


def begin(api: Client, key: str) -> str:
    """Return a link for an upload."""
    url: str = ask(api, "POST", "presigned-upload", {"s3Key": "a.wav"}, key=key).json["data"]["presignedUrl"]
    return url.removeprefix(product.PUBLIC_URL)


@pytest.mark.clause("M-9.1")
def test_a_link_puts_one_object_once(api: Client, publisher: tuple[Publisher, str]) -> None:
    path = begin(api, publisher[1])
    assert api.put(path, raw=b"first").status == 200
    again = api.put(path, raw=b"second")
    assert (again.status, again.text) == (409, "This link has been used. Ask for a new one.")
    with get_local_storage().open(key=Resource.objects.get().key) as file:
        assert file.read() == b"first"
    folder = get_local_storage().path(key=Resource.objects.get().key).parent
    assert [name for name in folder.iterdir() if name.suffix == ".part"] == []


@pytest.mark.clause("M-9.1")
def test_a_link_that_expired_or_was_never_ours(api: Client, publisher: tuple[Publisher, str], travel: Travel) -> None:
    path = begin(api, publisher[1])
    travel(timedelta(seconds=resources.UPLOAD_LINK_SECONDS + 2))
    late = api.put(path, raw=b"late")
    assert (late.status, late.text) == (410, "This link has expired. Ask for a new one.")
    token = links.make_token(key="a/b", name="n", content_type="audio/wav", inline=True, expires_seconds=60)
    for forged in ("/uploads/x", f"/uploads/{token}", f"{path}x"):
        reply = api.put(forged, raw=b"forged")
        assert (reply.status, reply.text) == (404, "Nothing can be put here. Ask for a new link.")
    assert get_local_storage().exists(key=Resource.objects.get().key) is False
    assert api.post(path, {}).status == 405


@pytest.mark.clause("M-9.1")
def test_an_upload_may_not_be_larger_than_its_link_says(
    api: Client, monkeypatch: pytest.MonkeyPatch, publisher: tuple[Publisher, str]
) -> None:
    monkeypatch.setattr(resources, "UPLOAD_BYTES_MAX", 2_000_000)
    path = begin(api, publisher[1])
    assert api.put(path, chunks=[bytes(1_000_000), bytes(1_000_001)]).status == 413
    assert api.put(path, raw=b"", headers={"Content-Length": "2000001"}).status == 413
    assert get_local_storage().exists(key=Resource.objects.get().key) is False
    assert api.put(path, chunks=[bytes(1_000_000), bytes(1_000_000)]).status == 200
    assert get_local_storage().path(key=Resource.objects.get().key).stat().st_size == 2_000_000


@pytest.mark.clause("M-9.1")
def test_an_upload_may_be_larger_than_other_bodies(api: Client, publisher: tuple[Publisher, str]) -> None:
    size_bytes = product.DATA_UPLOAD_MAX_MEMORY_SIZE + 1_000_000
    assert api.put(begin(api, publisher[1]), chunks=[bytes(size_bytes // 4)] * 4).status == 200
    assert get_local_storage().path(key=Resource.objects.get().key).stat().st_size == size_bytes // 4 * 4


@pytest.mark.clause("M-6.4", "M-9.1")
def test_a_storage_that_cannot_be_reached(api: Client, settings: Settings) -> None:
    key = resources.create_publisher(name="Nowhere", storage="s3")[1]
    settings.S3_BUCKET = ""
    reply = ask(api, "POST", "presigned-upload", {"s3Key": "a.wav"}, key=key)
    assert (reply.status, reply.json) == (503, refusal(503, "The storage s3 is not configured here, so its files cannot be reached."))
    assert Resource.objects.count() == 0


@pytest.mark.clause("M-9.1")
def test_what_was_never_put_is_forgotten(api: Client, publisher: tuple[Publisher, str], travel: Travel) -> None:
    path = begin(api, publisher[1])
    assert api.put(path, raw=b"here").status == 200
    begin(api, publisher[1])
    assert resources.forget_unused() == 0
    travel(resources.FORGET_AFTER + timedelta(seconds=1))
    assert resources.forget_unused() == 1
    assert Resource.objects.get().found_at is not None
    assert resources.forget_unused() == 0
