"""Every feature and provider, found at start.

The product's own features are in ``aitasks.features``; any other installed app may have a ``features`` module with ``FEATURES`` and a
``providers`` module with ``PROVIDERS``, and nothing else has to be touched (P-1.5).
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule

from aitasks.feature import Feature
from aitasks.providers.local import Local
from aitasks.providers.openai import Account, OpenAI, OpenAIThreads
from aitasks.providers.openai.threads import DIALECTS
from aitasks.providers.port import Provider
from aitasks.providers.threads import ThreadKeeper
from common import errors

CHAT_MODEL_DEFAULT = "gpt-5-mini"
"""Who chats when ``CHAT_PROVIDER`` names OpenAI and ``OPENAI_MODELS`` names nobody."""


class UnknownFeature(errors.NotFound):
    """No feature has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no feature {name[:60]}. GET /api/ai lists them.")


@cache
def all_features() -> dict[str, Feature]:
    """Return every feature by name; raises ValueError if two share one."""
    found: dict[str, Feature] = {}
    for feature in _declared("features", "FEATURES"):
        if feature.name in found:
            message = f"two features are called {feature.name}"
            raise ValueError(message)
        found[feature.name] = feature
    return found


def public_features() -> list[Feature]:
    """Return the features that have routes of their own and are listed."""
    return [feature for feature in all_features().values() if feature.public]


@cache
def all_providers() -> tuple[Provider, ...]:
    """Return every provider, in the order in which they are asked: those of other apps, what the settings name, the embedded one."""
    account = _find_openai(settings.OPENAI_MODELS)
    models = (OpenAI(account),) if account else ()
    return (*_declared("providers", "PROVIDERS"), *models, *all_keepers().values(), Local())


@cache
def all_keepers() -> dict[str, OpenAIThreads]:
    """Return what keeps chats outside this installation, by ``CHAT_PROVIDER``'s value; both dialects, so that old chats stay open."""
    chat_models = (CHAT_MODEL_DEFAULT,) if settings.CHAT_PROVIDER in DIALECTS else ()
    account = _find_openai(settings.OPENAI_MODELS or chat_models)
    return {kind: OpenAIThreads(account, kind=kind) for kind in DIALECTS} if account else {}


def find_keeper(kind: str) -> ThreadKeeper | None:
    """Return the keeper of this kind of threads, or None when the settings name none."""
    return all_keepers().get(kind)


def get_feature(name: str) -> Feature:
    """Return the feature; raises :class:`UnknownFeature`."""
    try:
        return all_features()[name]
    except KeyError:
        raise UnknownFeature(name) from None


def _find_openai(models: tuple[str, ...]) -> Account | None:
    """Return the access to these models that the settings name, or None; providers read no settings themselves."""
    if not models or not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        return None
    return Account(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL,
        models=models,
        timeout_seconds=settings.PROVIDER_TIMEOUT_SECONDS,
        idle_seconds=settings.PROVIDER_STREAM_IDLE_SECONDS,
    )


def _declared(module: str, attribute: str) -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, module):
            yield from getattr(import_module(f"{config.name}.{module}"), attribute, ())
