"""A user's picture (P-4.1): whatever it came as, it is decoded, made small and stored as a PNG of ours, without a camera's notes.

Stands by itself because it is the one place where accounts handle bytes. Invariants: bytes are written before the row names them and
removed after it does not; what a stranger's server sends is never kept as it came.
"""

import re
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings
from PIL import Image, ImageOps

from accounts.above import answers
from accounts.errors import NotAnImage
from accounts.models import User
from common import errors, fetch, limits, media
from common.storage import get_storage
from common.storage.port import new_key

BYTES_MAX = 2 * 1024 * 1024
PIXELS_MAX = 12_000_000
SIDE_PIXELS_MAX = 512
RATE = limits.Rate(20, 300)
# A web thread waits meanwhile, so a slow host is not waited for long.
LIMITS = fetch.Limits(bytes_max=BYTES_MAX, seconds_max=5)
FILE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CONTENT_TYPE = "image/png"


def prepare_avatar(*, account_id: UUID, source: str) -> str:
    """Store the picture that ``source`` is (the id of an uploaded file, a ``data:`` URI, or a URL) and return its place in the storage.

    Raises :class:`NotAnImage`, ``media.TooManyPixels``, the fetcher's errors, ``errors.NotFound``, ``limits.RateExceeded``.
    """
    limits.take(key=f"avatar:{account_id}", rate=RATE)
    with tempfile.TemporaryDirectory(prefix="tollgate-") as folder:
        given, made = Path(folder) / "given", Path(folder) / "made.png"
        _bring(account_id, source, given)
        _draw(given, made)
        key = new_key(folder="avatars", suffix=".png")
        get_storage().put(key=key, source=made, content_type=CONTENT_TYPE)
    return key


def discard_avatar(*, key: str) -> None:
    """Remove a stored picture that no user has (any more)."""
    if key:
        get_storage().delete(key=key)


def find_link(*, user: User) -> str | None:
    """Return a signed link to the user's picture, or None without one."""
    if not user.avatar_key:
        return None
    link = get_storage().link(
        key=user.avatar_key, name="avatar.png", content_type=CONTENT_TYPE, expires_seconds=settings.FILE_LINK_SECONDS, inline=True
    )
    return f"{settings.PUBLIC_URL}{link}" if link.startswith("/") else link


def _bring(account_id: UUID, source: str, into: Path) -> None:
    if source[:5].lower() == "data:":
        into.write_bytes(media.parse_data_uri(source, bytes_max=BYTES_MAX)[1])
    elif FILE_ID.fullmatch(source):
        answers.copy_upload(account_id, UUID(source), into)
    elif source.startswith(("https://", "http://")):
        fetch.download(url=source, into=into, limits=LIMITS)
    else:
        raise errors.Invalid("The avatar must be the id of an uploaded file, a data: URI, or an https URL.")


def _draw(given: Path, made: Path) -> None:
    try:
        media.check_image(given, pixels_max=PIXELS_MAX)
    except media.NotWhatItClaims:
        raise NotAnImage from None
    with Image.open(given, formats=media.IMAGE_FORMATS) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))
        # A new picture: nothing but the pixels is carried over.
        plain = Image.new("RGBA", upright.size)
        plain.paste(upright.convert("RGBA"))
        plain.save(made, "PNG")
