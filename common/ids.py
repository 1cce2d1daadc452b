"""Identifiers: time-ordered, so that the newest rows sit together in every index and a page's cursor is an id."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUID (version 7); ids made later sort later, within a process strictly."""
    return uuid7()
