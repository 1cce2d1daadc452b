"""Contract P: files that a caller uploads, to be named as the source of calls (P-2.1)."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from common import errors, media
from common.contracts.paging import parse_page, render_page
from common.contracts.platform import PLATFORM
from common.contracts.wire import Int64Field, TimestampField, int64, timestamp
from common.errors import Kind
from tasks import selectors
from tasks.models import StoredFile
from tasks.services import files

UPLOAD_BYTES_MAX = 50 * 1024 * 1024


class UploadSerializer(serializers.Serializer[object]):
    """A file, as multipart form data."""

    file = serializers.FileField()


class FileSerializer(serializers.Serializer[object]):
    """A stored file; ``id`` goes into ``source.data.src`` of a call."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.CharField()
    size = Int64Field()
    src = serializers.URLField()
    createdAt = TimestampField()


class FilePageSerializer(serializers.Serializer[object]):
    """A page of files, newest first."""

    items = FileSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Files(CallerView):
    """``/api/user/files``."""

    dialect = PLATFORM
    api = "files"
    parser_classes = (MultiPartParser,)
    error_kinds = (Kind.BODY_TOO_LARGE, Kind.UNSUPPORTED_MEDIA_TYPE)

    @extend_schema(operation_id="user_files_list", responses={200: FilePageSerializer})
    def get(self, request: Request) -> Response:
        """List the files that the caller has uploaded, newest first."""
        return Response(render_page(selectors.list_uploads(self.caller.account_id), parse_page(request), render_file))

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: FileSerializer})
    def post(self, request: Request) -> Response:
        """Upload a file, to be the source of calls."""
        upload = receive(request).get("file")
        if not isinstance(upload, TemporaryUploadedFile):
            raise errors.Invalid("Send the file as the form field `file`.")
        path = Path(upload.temporary_file_path())
        if not upload.size:
            raise errors.Invalid("The file is empty.")
        name = (upload.name or "file")[-100:]
        row = files.upload_file(account_id=self.caller.account_id, source=path, content_type=media.sniff(path), name=name)
        return Response(render_file(row), status=201)


class OneFile(CallerView):
    """``/api/user/files/{id}``."""

    dialect = PLATFORM
    api = "files"
    error_kinds = (Kind.NOT_FOUND,)

    @extend_schema(responses={200: FileSerializer})
    def get(self, request: Request, file_id: UUID) -> Response:
        """Return a file with a fresh link."""
        return Response(render_file(selectors.get_file(account_id=self.caller.account_id, file_id=file_id)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, file_id: UUID) -> Response:
        """Delete an uploaded file."""
        files.delete_file(account_id=self.caller.account_id, file_id=file_id)
        return Response(status=204)


def receive(request: Request) -> MultiValueDict[str, Any]:
    """Return the files of a form, each on disk, however small: what is stored is read from there."""
    handler = TemporaryFileUploadHandler(request._request)  # noqa: SLF001 - Django's own request, under DRF's
    request._request.upload_handlers = [handler]  # noqa: SLF001 - as above
    try:
        received: MultiValueDict[str, Any] = request.FILES
    except ParseError:
        # Django closes the files that arrived whole, and forgets the one that broke off.
        begun = getattr(handler, "file", None)
        if begun is not None:
            begun.close()
        raise
    return received


def render_file(row: StoredFile) -> dict[str, Any]:
    """Return a file as its owner sees it."""
    link = selectors.make_link(file=row, expires_seconds=settings.FILE_LINK_SECONDS)
    return {
        "id": str(row.pk),
        "name": row.name,
        "type": row.content_type,
        "size": int64(row.size_bytes),
        "src": f"{settings.PUBLIC_URL}{link}" if link.startswith("/") else link,
        "createdAt": timestamp(row.created_at),
    }
