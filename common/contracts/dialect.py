"""What a dialect is: a table from error kind to status and code, and how an error's body is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.errors import Kind, TollgateError

Code = str | int | None
Table = Mapping[Kind, tuple[int, Code]]
Context = Mapping[str, str]


def know_nothing(_path: str, _request_id: str) -> Context:
    """Return an empty context: most contracts' errors say nothing of the path and the request."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One contract's way of writing errors.

    ``table`` must hold every kind. ``body`` gets the error, its code and the call's context (service, request id …) and returns JSON.
    ``messages`` are texts that the contract fixes for a kind, whatever the cause.
    """

    name: str
    prefixes: tuple[str, ...]
    table: Table
    body: Callable[[TollgateError, Code, Context], dict[str, Any]]
    realm: str = "tollgate"
    find_context: Callable[[str, str], Context] = know_nothing
    """From a path, and the request's id as its header has it, to what errors say of both, where no view knows more."""
    example: Context = field(default_factory=dict)
    """The context of the errors in the OpenAPI document, which must be the same whenever it is made."""

    def status(self, error: TollgateError) -> int:
        """Return the HTTP status of ``error``."""
        return self.table[error.kind][0]

    def render(self, error: TollgateError, context: Context | None = None) -> dict[str, Any]:
        """Return the body of ``error``."""
        return self.body(error, self.table[error.kind][1], context or {})

    def headers(self, error: TollgateError) -> dict[str, str]:
        """Return the headers that go with ``error``: how to sign in, when to come back."""
        headers = {}
        if error.kind is Kind.UNAUTHENTICATED:
            headers["WWW-Authenticate"] = f'Bearer realm="{self.realm}"'
        if error.retry_after_seconds is not None:
            headers["Retry-After"] = str(error.retry_after_seconds)
        return headers
