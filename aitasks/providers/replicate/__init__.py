"""Replicate: models of anybody, run as predictions.

Address, token and models come from the operator alone; nothing that a caller sends chooses them.
"""

from aitasks.providers.port import Kind
from aitasks.providers.replicate.models import MODELS
from aitasks.providers.replicate.provider import Replicate

KIND = Kind(
    name="replicate",
    title="Replicate",
    connect=Replicate,
    models=MODELS,
    credential_variable="REPLICATE_API_TOKEN",
    base_url_variable="REPLICATE_BASE_URL",
)

__all__ = ["KIND", "Replicate"]
