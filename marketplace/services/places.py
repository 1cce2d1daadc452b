"""Where a service's results are kept (M-6): at its marketplace, by the service's own address and key, or where the platform's files are.

Stands by itself because files remember their storage by name, for longer than a service's settings last.
"""

from common.sealing import SealBroken
from common.storage import PresignedStorage, Storage
from marketplace.models import Service
from marketplace.services import hosting
from marketplace.states import StoragePlace

FAMILY = "marketplace"
"""What the names of these storages begin with: ``marketplace:<service>``."""


def name_storage(service: Service) -> str:
    """Return the name of the place for the service's results, for ``common.storage.get_storage``."""
    return f"{FAMILY}:{service.slug}" if service.storage == StoragePlace.MARKETPLACE else ""


def find_storage(slug: str) -> Storage | None:
    """Return the storage of a service's marketplace, or None when the service has none (any more), or its key cannot be opened."""
    service = Service.objects.filter(slug=slug).exclude(storage_url="").first()
    if service is None:
        return None
    try:
        key = hosting.open_publisher_key(service)
    except SealBroken:
        return None
    return PresignedStorage(base_url=service.storage_url, key=key) if key else None
