"""Plain facts of the marketplace contract: roles, what a reply is, where a payload's fields go, codes that are no errors. No Django."""

from enum import StrEnum

CONTRACT = "marketplace"
"""The contract's name in tasks, usage records and deliveries; the dialect's too."""
SUCCESS, PENDING, IN_PROGRESS = "000", "001", "002"
"""Codes of M-7 that are no errors; what stands for an error is in the dialect's table."""


class Role(StrEnum):
    """What a marketplace's user is there (M-1.1)."""

    ADMIN = "admin"
    USER = "user"
    PUBLISHER = "publisher"


class ExtraType(StrEnum):
    """What a method is for (M-2.3)."""

    OTHERS = "others"
    CHAT_APP = "chat_app"


class DataType(StrEnum):
    """What a result is (M-3.3)."""

    META_DATA = "META_DATA"
    """A text."""
    S3_OBJECT = "S3_OBJECT"
    """A link to a file."""
    HYBRID = "HYBRID"
    """Both: ``data`` is a list of parts, each with a ``dataType`` and ``data`` of its own."""


class StoragePlace(StrEnum):
    """Where a service's results are kept (M-6.4)."""

    PLATFORM = "platform"
    """Where the platform keeps all its files: its own bucket, or the local disk."""
    MARKETPLACE = "marketplace"
    """At the marketplace, by presigned links (M-6.1)."""


class FieldType(StrEnum):
    """What a payload's field holds."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LINK = "link"


class Place(StrEnum):
    """Where a payload's field goes in the feature's call."""

    PROMPT = "prompt"
    NEGATIVE = "negative"
    SOURCE_TEXT = "source_text"
    SOURCE_LINK = "source_link"
    PARAMETER = "parameter"
