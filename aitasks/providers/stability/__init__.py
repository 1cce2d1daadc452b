"""Stability AI: pictures and sounds by its REST API ``v2beta``.

Address, key and models come from the operator alone; nothing that a caller sends chooses them. There is no official SDK of this version
of the API that is kept, so requests go out by :mod:`aitasks.providers.rest`.
"""

from aitasks.providers.port import Kind
from aitasks.providers.stability.models import MODELS
from aitasks.providers.stability.provider import Stability

KIND = Kind(
    name="stability",
    title="Stability AI",
    connect=Stability,
    models=MODELS,
    credential_variable="STABILITY_API_KEY",
    base_url_variable="STABILITY_BASE_URL",
)

__all__ = ["KIND", "Stability"]
