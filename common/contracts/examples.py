"""Examples for the OpenAPI document (G-6.1): whatever body an endpoint gives no example of gets one made from its schema.

A hook of drf-spectacular over the whole document, so that no endpoint can be without. An endpoint's own examples stay as they are.
"""

from collections.abc import Iterator
from typing import Any

JSON = "application/json"
DEPTH_MAX = 8
BY_FORMAT = {
    "uuid": "0192f0c1-0000-7000-8000-000000000000",
    "date-time": "2026-01-01T00:00:00.000Z",
    "date": "2026-01-01",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "int64": "1000000",
    "byte": "aGVsbG8=",
}
BY_NAME = {
    "apis": ["imagine"],
    "checkoutUrl": "https://checkout.example.com/c/pay/cs_1",
    "content": "Hello!",
    "currentPassword": "a long pass phrase",
    "email": "ada@example.com",
    "expiresIn": 3600,
    "firstName": "Ada",
    "key": "tg_1a2b3c4d_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA",
    "lastName": "Example",
    "message": "Done.",
    "name": "Laptop",
    "newPassword": "a longer pass phrase",
    "next": "",
    "password": "a long pass phrase",
    "portalUrl": "https://billing.example.com/p/session/1",
    "prefix": "tg_1a2b3c4d",
    "refreshToken": "0192f0c10000700080000000000000aa.c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA",
    "threadId": "thread_0192f0c1000070008000000000000000",
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
}
PYTHON_TYPES: dict[str, type] = {
    "string": str, "integer": int, "number": float, "boolean": bool, "array": list, "object": dict, "null": type(None),
}  # fmt: skip
BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.0, "boolean": True, "null": None}


def complete_examples(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Return the document with an example for every JSON body of a request and of a reply."""
    for content in _bare_contents(result):
        content["example"] = make_example(content["schema"], result.get("components", {}).get("schemas", {}))
    return result


def make_example(schema: dict[str, Any], components: dict[str, Any], name: str = "", depth: int = 0) -> Any:
    """Return a value that fits ``schema``; what is nested deeper than :data:`DEPTH_MAX` is left empty."""
    if "$ref" in schema:
        return make_example(components[schema["$ref"].rsplit("/", 1)[-1]], components, name, depth)
    for given in (schema.get("example"), schema.get("default"), *schema.get("examples", ()), *schema.get("enum", ())):
        if given is not None:
            return given
    parts = schema.get("allOf") or schema.get("oneOf") or schema.get("anyOf")
    if parts:
        return make_example(parts[0], components, name, depth)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if name in BY_NAME and isinstance(BY_NAME[name], PYTHON_TYPES[kind]):
        return BY_NAME[name]
    if kind == "object":
        properties = schema.get("properties", {}) if depth < DEPTH_MAX else {}
        return {key: make_example(part, components, key, depth + 1) for key, part in properties.items()}
    if kind == "array":
        return [make_example(schema.get("items", {}), components, name, depth + 1)]
    return BY_FORMAT.get(schema.get("format", ""), BY_TYPE[kind])


def _bare_contents(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in document["paths"].values():
        for operation in operations.values():
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                content = part.get("content", {}).get(JSON, {})
                if "schema" in content and not {"example", "examples"} & set(content):
                    yield content
