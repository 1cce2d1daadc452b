"""Where files are kept: one port, two adapters (local disk, S3), chosen by the settings.

Stands by itself because no domain has to know where bytes lie. Domain code calls ``storage.get_storage()`` and ``storage.new_key()``; the
view that serves local links is ``common.storage.views.serve_file``.
"""

from common.storage.choice import get_storage
from common.storage.port import BadKey, FileMissing, Storage, new_key

__all__ = ["BadKey", "FileMissing", "Storage", "get_storage", "new_key"]
