"""The Stable Diffusion API of ModelsLab: pictures by any model of its library, and sound effects.

Address, key and models come from the operator alone; nothing that a caller sends chooses them. The vendor's own SDK (modelslab-py, read
2026-11-20) knows neither another address nor time limits, so requests go out by :mod:`aitasks.providers.rest`.
"""

from aitasks.providers.port import Kind
from aitasks.providers.stablediffusionapi.models import MODELS
from aitasks.providers.stablediffusionapi.provider import StableDiffusionAPI

KIND = Kind(
    name="stablediffusionapi",
    title="Stable Diffusion API",
    connect=StableDiffusionAPI,
    models=MODELS,
    credential_variable="STABLEDIFFUSIONAPI_API_KEY",
    base_url_variable="STABLEDIFFUSIONAPI_BASE_URL",
)

__all__ = ["KIND", "StableDiffusionAPI"]
