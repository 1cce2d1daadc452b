"""Field types on the wire (A-1): 64-bit integers as strings, bytes as base64, RFC 3339 times, cursors."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
INTEGER = re.compile(r"[+-]?[0-9]{1,20}")


def timestamp(moment: datetime) -> str:
    """Return ``moment`` in RFC 3339 with milliseconds and ``Z`` (A-1.3)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def find_timestamp(moment: datetime | None) -> str | None:
    """Return ``moment`` in RFC 3339, or None where there is none."""
    return None if moment is None else timestamp(moment)


def int64(number: int) -> str:
    """Return ``number`` as the decimal string that replies carry (A-1.1)."""
    return str(number)


@extend_schema_field({"type": "string", "format": "int64", "example": "1000000"})
class Int64Field(serializers.Field[int, Any, str, Any]):
    """A 64-bit integer: a number or a numeric string in, a string out; anything else is refused (A-1.1)."""

    def to_internal_value(self, data: Any) -> int:
        """Return the integer that ``data`` means."""
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        is_text = isinstance(data, str) and INTEGER.fullmatch(data)
        if isinstance(data, bool) or not (isinstance(data, int) or is_text) or not INT64_MIN <= int(data) <= INT64_MAX:
            message = "Must be a whole number within 64 bits, or a string of one."
            raise serializers.ValidationError(message)
        return int(data)

    def to_representation(self, value: int) -> str:
        """Return the decimal string."""
        return int64(value)


@extend_schema_field({"type": "string", "format": "byte"})
class Base64Field(serializers.Field[bytes, Any, str, Any]):
    """Bytes: base64 in and out, standard or URL-safe alphabet, with or without padding in (A-1.2)."""

    def to_internal_value(self, data: Any) -> bytes:
        """Return the bytes that ``data`` encodes."""
        if isinstance(data, str):
            text = data.replace("-", "+").replace("_", "/").rstrip("=")
            try:
                return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
            except (binascii.Error, ValueError):
                pass
        message = "Must be base64."
        raise serializers.ValidationError(message)

    def to_representation(self, value: bytes) -> str:
        """Return standard base64, padded."""
        return base64.b64encode(value).decode()


@extend_schema_field({"type": "string", "format": "date-time", "example": "2017-01-01T10:00:20.021Z"})
class TimestampField(serializers.DateTimeField):
    """A moment with its zone in, RFC 3339 UTC with milliseconds out (A-1.3)."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return the moment; a time without a zone is refused."""
        if isinstance(value, str) and not re.search(r"(Z|z|[+-]\d{2}:\d{2})$", value):
            message = "Must be RFC 3339 with a time zone, such as 2017-01-01T10:00:20.021Z."
            raise serializers.ValidationError(message)
        try:
            return super().to_internal_value(value)
        except OverflowError:
            message = "This moment is out of range."
            raise serializers.ValidationError(message) from None

    def to_representation(self, value: Any) -> str:
        """Return RFC 3339."""
        return timestamp(value)
