"""Services of others that follow the marketplace contract (M-9.1), such as another installation of this product.

A row names the service's address (``https://audio.example.com``, or ``…/services/<slug>``) and the token by which it knows us. Its models
are the service's methods: ``inputs`` says what a method calls what we send. Described in docs/run-a-marketplace.md.
"""

from aitasks.providers.marketplace.provider import Marketplace
from aitasks.providers.port import Kind

KIND = Kind(name="marketplace", title="Marketplace service", connect=Marketplace)

__all__ = ["KIND", "Marketplace"]
