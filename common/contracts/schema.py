"""The OpenAPI document of an endpoint (G-6.1): error replies, section and deprecation follow from its contract and its view."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from common.contracts.dialect import Dialect
from common.contracts.versions import find_version_deprecation
from common.errors import Kind, TollgateError

if TYPE_CHECKING:
    # The views' own decorators load this module, so it cannot load them.
    from common.contracts.views import ContractView

EVERYWHERE = (Kind.MALFORMED, Kind.METHOD_NOT_ALLOWED, Kind.INTERNAL)
EVENT = {
    "title": "ServerSentEvent",
    "type": "object",
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}
"""Where a reply is ``text/event-stream``, its schema describes each of its events, as OpenAPI before 3.2 has it."""
WITH_BODY = (Kind.INVALID, Kind.BODY_TOO_LARGE, Kind.UNSUPPORTED_MEDIA_TYPE)
WORDS = {
    Kind.MALFORMED: "The request is malformed.",
    Kind.INVALID: "Invalid input data.",
    Kind.OVERSIZED: "Something is longer or larger than allowed.",
    Kind.BODY_TOO_LARGE: "The body is too large.",
    Kind.UNSUPPORTED_MEDIA_TYPE: "The body's content type is not read here.",
    Kind.METHOD_NOT_ALLOWED: "The method is not known here.",
    Kind.UNAUTHENTICATED: "Invalid authentication token.",
    Kind.FORBIDDEN: "Not allowed.",
    Kind.PAYMENT_REQUIRED: "The credits are too low.",
    Kind.UNSUPPORTED: "Nobody can do this.",
    Kind.NOT_FOUND: "There is no such thing.",
    Kind.CONFLICT: "It exists already, or its state does not allow this.",
    Kind.TOO_MANY: "Too many requests.",
    Kind.PROVIDER_FAILED: "The provider failed.",
    Kind.BROKER_DOWN: "The message broker is down.",
    Kind.REDIS_DOWN: "Redis is down.",
    Kind.STORAGE_DOWN: "The storage is down.",
    Kind.INTERNAL: "Something went wrong on our side.",
}
DETAILS = {
    Kind.INVALID: {"field": ["What is wrong with it."]},
    Kind.CONFLICT: {"conflict": ["What it conflicts with."]},
}
DETAILS_SCHEMA = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
"""What is wrong, by field."""


class ContractSchema(AutoSchema):
    """Adds to every operation what follows from its contract: a summary, the error replies, the mark of a deprecation."""

    def get_tags(self) -> list[str]:
        """Return the contract's section, which is the first part of the path after the prefix."""
        parts = [part for part in self.path.split("/") if part not in {"", "api", "v1"}]
        return parts[:1] or ["other"]

    def get_operation_id(self) -> str:
        """Return the operation's name, without what all paths begin with; clients are generated with functions of these names."""
        return str(super().get_operation_id()).removeprefix("api_").removeprefix("v1_")

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the operation with all of it."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        dialect: Dialect | None = getattr(self.view, "dialect", None)
        if operation is None or dialect is None:
            return operation
        first_line = next(iter(operation.get("description", "").splitlines()), "")
        operation.setdefault("summary", first_line.removesuffix("."))
        for status, reply in operation["responses"].items():
            reply["description"] = reply.get("description") or HTTPStatus(int(status)).phrase
        self._add_errors(operation, dialect)
        deprecation = self._endpoint.deprecation or find_version_deprecation(self.path)
        if deprecation is not None:
            operation["deprecated"] = True
            operation["description"] = "\n\n".join([*filter(None, [operation.get("description")]), deprecation.sentence])
        return operation

    @property
    def _endpoint(self) -> "ContractView":
        return cast("ContractView", self.view)

    def _add_errors(self, operation: dict[str, Any], dialect: Dialect) -> None:
        """Add a reply for each status that an error can have; where several kinds share one, each has its example."""
        own: dict[str, TollgateError] = dict(self._endpoint.error_examples)
        reworded = {error.kind for error in own.values()} & set(self._endpoint.error_kinds)
        general = {
            kind.value: _example_of(kind) for kind in self._kinds(has_body=bool(operation.get("requestBody"))) if kind not in reworded
        }
        by_status: dict[int, dict[str, TollgateError]] = {}
        for name, error in (general | own).items():
            by_status.setdefault(dialect.status(error), {})[name] = error
        for status, errors in sorted(by_status.items()):
            operation["responses"].setdefault(str(status), _error_reply(dialect, errors, self._error_schema(dialect)))

    def _kinds(self, *, has_body: bool) -> list[Kind]:
        kinds = [*EVERYWHERE, *self._endpoint.error_kinds]
        if self.view.authentication_classes:
            kinds += [Kind.UNAUTHENTICATED, Kind.FORBIDDEN]
        if "{" in self.path:
            kinds.append(Kind.NOT_FOUND)
        return kinds + list(WITH_BODY if has_body else ())

    def _error_schema(self, dialect: Dialect) -> dict[str, Any]:
        """Return a reference to the schema of the contract's errors, which is made once."""
        whole, plain = (dialect.render(TollgateError("", details=details), dialect.example) for details in (DETAILS[Kind.INVALID], None))
        schema = _schema_of(whole) | {"required": list(plain)}
        component = ResolvedComponent(  # type: ignore[no-untyped-call]  # spectacular ships few types
            name=f"{dialect.name.title()}Error", type=ResolvedComponent.SCHEMA, object=dialect.name, schema=schema
        )
        self.registry.register_on_missing(component)
        return dict(component.ref)


def _example_of(kind: Kind) -> TollgateError:
    """Return an error of a kind in general words."""
    error = TollgateError(WORDS[kind], details=DETAILS.get(kind), retry_after_seconds=60 if kind is Kind.TOO_MANY else None)
    error.kind = kind  # type: ignore[misc]  # an example of each kind, without a class for each
    return error


def _error_reply(dialect: Dialect, errors: dict[str, TollgateError], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the reply of one status with an example for each error that has it, and the headers that come with it."""
    examples = {name: {"value": dialect.render(error, dialect.example)} for name, error in errors.items()}
    shown = {"examples": examples} if len(examples) > 1 else {"example": next(iter(examples.values()))["value"]}
    headers = {name: value for error in errors.values() for name, value in dialect.headers(error).items()}
    documented = {name: {"schema": {"type": "string"}, "example": value} for name, value in headers.items()}
    return {
        "description": " ".join(dict.fromkeys(error.message for error in errors.values())),
        **({"headers": documented} if documented else {}),
        "content": {"application/json": {"schema": schema, **shown}},
    }


def _schema_of(value: Any) -> dict[str, Any]:
    """Return a JSON Schema that ``value`` fits: the error bodies are small and always whole."""
    if isinstance(value, dict):
        properties = {name: DETAILS_SCHEMA if name == "details" else _schema_of(item) for name, item in value.items()}
        return {"type": "object", "properties": properties, "required": [name for name in value if name != "details"]}
    if isinstance(value, list):
        return {"type": "array", "items": _schema_of(value[0]) if value else {}}
    if value is None:
        return {}
    return {"type": {bool: "boolean", int: "integer", str: "string"}[type(value)]}
