"""Files in S3 or anything that speaks its protocol: the adapter for production.

Invariants: links are presigned, so readers fetch files without us; every call has time limits; boto3 looks up credentials and region in
its usual places (the AWS variables, an instance's role).
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from common import errors
from common.storage.port import FileMissing, check_key, header_content_type, header_disposition

MEMORY_BYTES_MAX = 8_388_608  # a file up to this size is read into memory, a larger one into a temporary file
LINK_SECONDS_MAX = 604_800  # the longest that Signature Version 4 allows: seven days
# One thread per file: a worker already does several things at once.
TRANSFER = TransferConfig(use_threads=False)
MISSING_CODES = frozenset(("404", "NoSuchKey", "NotFound"))


class S3Down(errors.StorageDown):
    """The object storage does not answer, or refuses our credentials or bucket."""

    def __init__(self) -> None:
        super().__init__("The files cannot be stored or read at the moment. Try again later.")


class S3Storage:
    """Storage in one bucket. ``endpoint_url`` empty means Amazon's own."""

    def __init__(self, bucket: str, *, endpoint_url: str = "") -> None:
        self._bucket = bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint_url or None,
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "max_attempts": 3},
                signature_version="s3v4",
                # Other servers than Amazon's seldom have a host name for each bucket.
                s3={"addressing_style": "path" if endpoint_url else "auto"},
            ),
        )

    def put(self, *, key: str, source: Path, content_type: str) -> str:
        """Store a copy of ``source``; a large one goes up in parts and appears when all have arrived."""
        with _in_our_words():
            self._client.upload_file(str(source), self._bucket, check_key(key), ExtraArgs={"ContentType": content_type}, Config=TRANSFER)
        return key

    def open(self, *, key: str) -> BinaryIO:
        """Return a copy of the object, open for reading, gone when it is closed."""
        # The copy outlives this function: it is the caller's to close.
        copy = tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES_MAX)  # noqa: SIM115
        try:
            with _in_our_words():
                self._client.download_fileobj(self._bucket, check_key(key), copy, Config=TRANSFER)
        except BaseException:
            copy.close()
            raise
        copy.seek(0)
        return cast(BinaryIO, copy)

    def delete(self, *, key: str) -> None:
        """Remove the object if there is one."""
        with _in_our_words():
            self._client.delete_object(Bucket=self._bucket, Key=check_key(key))

    def exists(self, *, key: str) -> bool:
        """Return whether there is an object under this key."""
        try:
            with _in_our_words():
                self._client.head_object(Bucket=self._bucket, Key=check_key(key))
        except FileMissing:
            return False
        return True

    def link(self, *, key: str, name: str, content_type: str, expires_seconds: int, inline: bool) -> str:
        """Return a presigned link, of seven days at most; made without a request."""
        parameters = {
            "Bucket": self._bucket,
            "Key": check_key(key),
            "ResponseContentDisposition": header_disposition(name=name, content_type=content_type, inline=inline),
            "ResponseContentType": header_content_type(content_type),
        }
        with _in_our_words():
            expires = min(expires_seconds, LINK_SECONDS_MAX)
            return str(self._client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=expires))

    def upload_link(self, *, key: str, bytes_max: int, expires_seconds: int) -> str:
        """Return a presigned link for one PUT; S3 cannot be told a limit this way."""
        with _in_our_words():
            parameters = {"Bucket": self._bucket, "Key": check_key(key)}
            expires = min(expires_seconds, LINK_SECONDS_MAX)
            return str(self._client.generate_presigned_url("put_object", Params=parameters, ExpiresIn=expires))


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING_CODES:
            raise FileMissing from error
        raise S3Down from error
    except (BotoCoreError, Boto3Error) as error:
        raise S3Down from error
