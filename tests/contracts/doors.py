"""Every endpoint of every contract, read from the URL map itself, so that a new one is tested without being named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.api.authentication import CallerView
from common.contracts.dialect import Dialect
from common.contracts.marketplace import MARKETPLACE
from common.contracts.views import ContractView, UnknownPath
from tests.factories.services import TOKEN

SOME_UUID = "0190b5a0-0000-7000-8000-000000000000"
CONVERTER = re.compile(r"<(?:(\w+):)?\w+>")


@dataclass(frozen=True, slots=True)
class Door:
    """One path of a contract: ``route`` as the URL map has it, ``path`` with an id that nothing has."""

    route: str
    view: type[ContractView]

    @property
    def path(self) -> str:
        """Return a path that leads here."""
        return CONVERTER.sub(SOME_UUID, self.route)

    @property
    def dialect(self) -> Dialect:
        """Return the contract's way of writing errors."""
        return self.view.dialect

    @property
    def methods(self) -> set[str]:
        """Return the methods that the endpoint answers."""
        return {name.upper() for name in self.view.http_method_names if name != "head" and hasattr(self.view, name)}

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers by which this door is entered, besides a credential: a marketplace's, with a request id of its own."""
        if self.dialect is not MARKETPLACE:
            return {}
        who = {"x-marketplace-token": TOKEN, "x-user-id": "user-1", "x-user-role": "user"}
        return who | {"x-request-id": str(uuid4())}

    @property
    def needs_caller(self) -> bool:
        """Return whether a credential is needed."""
        return issubclass(self.view, CallerView)

    def __str__(self) -> str:
        return self.route


def all_doors() -> list[Door]:
    """Return every endpoint of every contract."""
    return [Door(route, callback.cls) for route, callback in all_routes() if is_endpoint(getattr(callback, "cls", None))]


def all_routes() -> list[tuple[str, Any]]:
    """Return every path pattern with its view function; pages and the admin too."""
    return list(_walk(get_resolver("config.urls"), "/"))


def is_endpoint(view: type | None) -> bool:
    """Return whether a view class is a contract's endpoint, and not the catch-all that ends its list."""
    return view is not None and issubclass(view, ContractView) and not issubclass(view, UnknownPath)


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback
