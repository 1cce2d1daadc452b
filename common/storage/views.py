"""Serves the local storage's signed links. With S3 the links lead to S3 and these views are never asked.

Invariants: what the signature does not say is not done; nothing that a browser would run is shown inline; reading never blocks the
event loop; what is put here has been spooled to disk by then, within the size that its token allows (``config/bodies.py``).
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common import clock, errors
from common.storage.choice import get_local_storage
from common.storage.links import Link, LinkExpired, LinkForged, read_token, read_upload_token
from common.storage.local import FileExists
from common.storage.port import header_content_type, header_disposition
from common.storage.ranges import Span, Unsatisfiable, parse_range

CHUNK_BYTES = 262_144
CACHE_SECONDS_MAX = 3_600


@require_safe
async def serve_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the file of a signed link, whole or the range asked for; 404 for a forged link or a missing file, 410 for an expired link."""
    try:
        link = read_token(token)
    except LinkForged as error:
        return _refuse(404, error.message)
    except LinkExpired as error:
        return _refuse(410, error.message)
    path = get_local_storage().path(key=link.key)
    try:
        stat = await asyncio.to_thread(path.stat)
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        response = await _answer(request, path, size_bytes=stat.st_size, etag=etag)
    except (FileNotFoundError, NotADirectoryError):
        return _refuse(404, "There is no such file. Ask for a new link.")
    _set_headers(response, link=link, etag=etag)
    return response


@csrf_exempt
@require_http_methods(["PUT"])
def receive_file(request: HttpRequest, token: str) -> HttpResponse:
    """Store what is put at a signed link, once, and answer 200; 404 for a forged link, 410 for an expired, 409 for a used one."""
    try:
        upload = read_upload_token(token)
        get_local_storage().receive(key=upload.key, content=cast("BinaryIO", request))
    except LinkForged as error:
        return _refuse(404, error.message)
    except LinkExpired as error:
        return _refuse(410, error.message)
    except FileExists as error:
        return _refuse(409, error.message)
    except errors.StorageDown as error:
        return _refuse(503, error.message)
    return HttpResponse(status=200)


async def _answer(request: HttpRequest, path: Path, *, size_bytes: int, etag: str) -> HttpResponseBase:
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304)
    span = None
    # A range is only good for the version that the browser has the other parts of.
    if request.headers.get("If-Range", etag) == etag:
        try:
            span = parse_range(request.headers.get("Range", ""), size_bytes=size_bytes)
        except Unsatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size_bytes}"})
    sent = span or Span(0, size_bytes - 1)
    response = HttpResponse() if request.method == "HEAD" else await _body(path, sent)
    response["Content-Length"] = str(sent.length_bytes)
    if span is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.first}-{span.last}/{size_bytes}"
    return response


def _set_headers(response: HttpResponseBase, *, link: Link, etag: str) -> None:
    max_age = max(0, min(CACHE_SECONDS_MAX, int(link.expires_at - clock.now().timestamp())))
    response["Content-Type"] = header_content_type(link.content_type)
    response["Content-Disposition"] = header_disposition(name=link.name, content_type=link.content_type, inline=link.inline)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = f"private, max-age={max_age}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag


async def _body(path: Path, span: Span) -> HttpResponseBase:
    # Most files are previews that fit into one chunk: one visit to a thread instead of one for each step of a stream.
    if span.length_bytes <= CHUNK_BYTES:
        return HttpResponse(await asyncio.to_thread(_read_at_once, path, span))
    return StreamingHttpResponse(_read(path, span))


def _read_at_once(path: Path, span: Span) -> bytes:
    with path.open("rb") as file:
        file.seek(span.first)
        return file.read(span.length_bytes)


async def _read(path: Path, span: Span) -> AsyncIterator[bytes]:
    # Opened in here, not in the view: a reply that is never sent would leave the file open.
    left = span.length_bytes
    file = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(file.seek, span.first)
        while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
    finally:
        file.close()


def _refuse(status: int, message: str) -> HttpResponse:
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8", headers=headers)
