"""Where files are kept: one port, three adapters (local disk, S3, the presigned links of a marketplace), chosen by name.

Stands by itself because no domain has to know where bytes lie. Domain code calls ``storage.get_storage(name)`` and ``storage.new_key()``;
the view that serves local links is ``common.storage.views.serve_file``. Described in docs/storage.md.
"""

from common.storage.choice import UnknownStorage, get_storage, register_family
from common.storage.port import BadKey, FileMissing, Storage, new_key
from common.storage.presigned import PresignedStorage

__all__ = ["BadKey", "FileMissing", "PresignedStorage", "Storage", "UnknownStorage", "get_storage", "new_key", "register_family"]
