"""Every feature, every kind of provider, and the providers that need no row, found at start.

The product's own features are in ``aitasks.features``, its kinds of provider are the rooms of ``aitasks.providers`` with a ``KIND``; any
other installed app may have a ``features`` module with ``FEATURES`` and a ``providers`` module with ``PROVIDERS`` (used as they are) and
``KINDS`` (of which the admin makes rows), and nothing else has to be touched (P-1.5).
"""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule

from aitasks import providers
from aitasks.feature import Feature
from aitasks.providers.local import Local
from aitasks.providers.openai import OpenAI, OpenAIThreads, describe_model
from aitasks.providers.openai.threads import DIALECTS
from aitasks.providers.port import Access, Kind, Model, Provider
from aitasks.providers.threads import ThreadKeeper
from common import errors

CHAT_MODEL_DEFAULT = "gpt-5.4-mini"
"""Who chats when ``CHAT_PROVIDER`` names OpenAI and ``OPENAI_MODELS`` names nobody."""
EMBEDDED = "local"
"""The kind that works in this process: no breaker, no health, one row of what it did."""


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
def all_kinds() -> Mapping[str, Kind]:
    """Return every kind of provider by name; raises ValueError if two share one."""
    found: dict[str, Kind] = {}
    for kind in (*_rooms(), *_declared("providers", "KINDS")):
        if kind.name in found:
            message = f"two kinds of provider are called {kind.name}"
            raise ValueError(message)
        found[kind.name] = kind
    return found


def all_providers() -> tuple[Provider, ...]:
    """Return the providers of an installation without rows, in the order in which they are asked.

    Those of other apps, what the settings name, the embedded one.
    """
    access = _find_openai(settings.OPENAI_MODELS)
    models = (OpenAI(access),) if access else ()
    return (*rowless_providers(), *models, *all_keepers().values(), Local())


@cache
def rowless_providers() -> tuple[Provider, ...]:
    """Return the providers that other apps declare, which have no rows and are always there."""
    return tuple(_declared("providers", "PROVIDERS"))


@cache
def all_keepers() -> dict[str, OpenAIThreads]:
    """Return what keeps chats outside this installation, by ``CHAT_PROVIDER``'s value; both dialects, so that old chats stay open."""
    chat_models = (CHAT_MODEL_DEFAULT,) if settings.CHAT_PROVIDER in DIALECTS else ()
    access = _find_openai(settings.OPENAI_MODELS or chat_models)
    return {kind: OpenAIThreads(access, kind=kind) for kind in DIALECTS} if access else {}


def find_keeper(kind: str) -> ThreadKeeper | None:
    """Return the keeper of this kind of threads, or None when the settings name none."""
    return all_keepers().get(kind)


def is_remote(provider: Provider) -> bool:
    """Return whether the provider is somebody else's server, which may be down, slow or busy."""
    return provider.kind != EMBEDDED and (provider.kind in all_kinds() or provider.kind in DIALECTS)


def named_models(kind: Kind) -> tuple[Model, ...]:
    """Return the models that the settings name for a kind: only OpenAI's has such a variable."""
    return tuple(map(describe_model, settings.OPENAI_MODELS)) if kind.name == "openai" else ()


def get_feature(name: str) -> Feature:
    """Return the feature; raises :class:`UnknownFeature`."""
    try:
        return all_features()[name]
    except KeyError:
        raise UnknownFeature(name) from None


def forget() -> None:
    """Have everything that depends on settings and installed apps be found again."""
    for found in (all_features, all_kinds, rowless_providers, all_keepers):
        found.cache_clear()


def _find_openai(models: tuple[str, ...]) -> Access | None:
    """Return the access to these models that the settings name, or None; providers read no settings themselves."""
    if not models or not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        return None
    return Access(
        name="openai",
        credential=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL,
        models=tuple(map(describe_model, models)),
        timeout_seconds=settings.PROVIDER_TIMEOUT_SECONDS,
        idle_seconds=settings.PROVIDER_STREAM_IDLE_SECONDS,
        deadline_seconds=settings.PROVIDER_DEADLINE_SECONDS,
    )


def _rooms() -> Iterator[Kind]:
    for room in pkgutil.iter_modules(providers.__path__):
        if room.ispkg:
            kind = getattr(import_module(f"{providers.__name__}.{room.name}"), "KIND", None)
            if kind is not None:
                yield kind


def _declared(module: str, attribute: str) -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, module):
            yield from getattr(import_module(f"{config.name}.{module}"), attribute, ())
