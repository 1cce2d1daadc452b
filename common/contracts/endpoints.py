"""Every endpoint of the URL map that is in use, and which of them are deprecated.

The URL map is the one list of endpoints; documents, checks and notices ask here instead of keeping one of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from common.contracts.deprecation import Deprecation
from common.contracts.versions import find_version_deprecation
from common.contracts.views import ContractView, UnknownPath, documented_path


@dataclass(frozen=True, slots=True)
class DeprecatedEndpoint:
    """An operation that is deprecated: ``name`` is its method and path, as in ``POST /api/v1/things/{id}``."""

    name: str
    deprecation: Deprecation


def list_deprecated() -> list[DeprecatedEndpoint]:
    """Return every deprecated operation, by path and method."""
    found = []
    for path, view in _walk(get_resolver(), ""):
        deprecation = view.deprecation or find_version_deprecation(path)
        if deprecation is not None:
            found += [DeprecatedEndpoint(f"{method} {path}", deprecation) for method in view.answered_methods()]
    return sorted(found, key=lambda endpoint: endpoint.name.split(" ")[::-1])


def find_deprecation(path: str) -> Deprecation | None:
    """Return the declaration that holds at a request's path, for replies that no view made."""
    try:
        view = getattr(resolve(path).func, "cls", None)
    except Resolver404:
        view = None
    own = view.deprecation if _is_contract(view) else None
    return own or find_version_deprecation(path)


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, type[ContractView]]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern):
            view = getattr(entry.callback, "cls", None)
            if _is_contract(view) and not issubclass(view, UnknownPath):
                yield documented_path(route), view


def _is_contract(view: Any) -> TypeGuard[type[ContractView]]:
    return isinstance(view, type) and issubclass(view, ContractView)
