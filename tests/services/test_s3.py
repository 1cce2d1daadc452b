"""The S3 adapter: the storage's contract over the real protocol, against a server on loopback."""

import logging
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from common import errors
from common.storage import Storage, get_storage
from common.storage.s3 import S3Down, S3Storage
from marketplace.services import resources
from tests.unit.storage.storage_contract import Follow, LinkContract, follow_over_http


@pytest.fixture(scope="module")
def endpoint_url() -> Iterator[str]:
    """An S3 server on a free port, with a bucket, and the variables that boto3 reads."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        url = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=url).create_bucket(Bucket="files")
        yield url
    server.stop()


@pytest.fixture
def store(endpoint_url: str, settings: Settings) -> Storage:
    settings.S3_BUCKET, settings.S3_ENDPOINT_URL = "files", endpoint_url
    return get_storage()


@pytest.fixture
def follow() -> Follow:
    return follow_over_http


class TestContract(LinkContract):
    """The contract over S3."""


def test_settings_choose_s3(store: Storage) -> None:
    assert isinstance(store, S3Storage)
    assert get_storage() is store


def test_type_is_kept_with_the_object(store: Storage, endpoint_url: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    store.put(key="a/b", source=source, content_type="image/png")
    head = boto3.client("s3", endpoint_url=endpoint_url).head_object(Bucket="files", Key="a/b")
    assert head["ContentType"] == "image/png"


def test_link_is_presigned_and_expires_within_seven_days(store: Storage) -> None:
    link = store.link(key="a/b", name="n", content_type="image/png", expires_seconds=30 * 86_400, inline=True)
    assert "X-Amz-Signature=" in link
    assert "X-Amz-Expires=604800" in link


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"x")
    return path


def test_server_that_does_not_answer(endpoint_url: str, source: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        down = S3Storage("files", endpoint_url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(S3Down) as caught:
            down.open(key="a/b")
        assert caught.value.kind is errors.Kind.STORAGE_DOWN
        with pytest.raises(S3Down):
            down.exists(key="a/b")


def test_bucket_that_is_not_there(endpoint_url: str, source: Path) -> None:
    down = S3Storage("no-such-bucket", endpoint_url=endpoint_url)
    with pytest.raises(S3Down):
        down.put(key="a/b", source=source, content_type="image/png")
    with pytest.raises(S3Down):
        down.delete(key="a/b")


def put(link: str, content: bytes) -> None:
    """Put something at a link."""
    # urllib would call it a form, and the server would read it as one.
    request = urllib.request.Request(link, data=content, method="PUT", headers={"Content-Type": "application/octet-stream"})
    with urllib.request.urlopen(request) as reply:
        assert reply.status == 200


def test_upload_link_takes_one_put(store: Storage) -> None:
    link = store.upload_link(key="a/put.png", bytes_max=10, expires_seconds=30 * 86_400)
    assert "X-Amz-Expires=604800" in link
    put(link, b"pixels")
    with store.open(key="a/put.png") as file:
        assert file.read() == b"pixels"


def test_objects_of_publishers_go_to_the_bucket(store: Storage, db: None) -> None:
    publisher, _ = resources.create_publisher(name="Neighbour", storage="s3")
    key, link = resources.begin_upload(publisher=publisher, name="song.wav")
    put(link, b"sound")
    with urllib.request.urlopen(resources.make_link(publisher=publisher, key=key)) as reply:
        assert (reply.read(), reply.headers["Content-Type"]) == (b"sound", "audio/wav")
    resources.delete_resource(publisher=publisher, key=key)
    assert store.exists(key=key) is False
