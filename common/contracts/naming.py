"""Names for the OpenAPI document's inline schemas, so that clients generated from it have one type where the product has one.

A hook of drf-spectacular over the whole document: an object with a ``title`` becomes a component of that name. Where two different objects
share a title, both stay inline: a wrong name would be worse than none.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def name_schemas(result: Schema, **_more: Any) -> Schema:
    """Return the document with its titled objects as components."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    bodies = [body for operation in _operations(result) for body in _contents(operation)]
    titled: dict[str, list[Schema]] = {}
    for body in bodies:
        for found in _titled(body.get("schema", {})):
            titled.setdefault(_name(found), []).append(found)
    named = {name for name, alike in titled.items() if name not in components and all(other == alike[0] for other in alike)}
    for body in bodies:
        if "schema" in body:
            body["schema"] = _refer(body["schema"], named, components)
    result["components"]["schemas"] = dict(sorted(components.items()))
    return result


def _operations(document: Schema) -> Iterator[Schema]:
    for operations in document["paths"].values():
        yield from (operation for operation in operations.values() if isinstance(operation, dict))


def _contents(operation: Schema) -> Iterator[Schema]:
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from part.get("content", {}).values()


def _titled(node: Any) -> Iterator[Schema]:
    if isinstance(node, dict):
        if node.get("type") == "object" and isinstance(node.get("title"), str):
            yield node
        for item in node.values():
            yield from _titled(item)
    elif isinstance(node, list):
        for item in node:
            yield from _titled(item)


def _name(titled: Schema) -> str:
    """Return the name of a titled object: the words of its title, each with a capital letter."""
    return "".join(word[:1].upper() + word[1:] for word in str(titled["title"]).split())


def _refer(node: Any, named: set[str], components: Schema) -> Any:
    """Return ``node`` with a reference in the place of each named object, which goes to the components."""
    if isinstance(node, list):
        return [_refer(item, named, components) for item in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _refer(item, named, components) for key, item in node.items()}
    if node.get("type") != "object" or not isinstance(node.get("title"), str):
        return inner
    name = _name(node)
    if name not in named:
        return inner
    components[name] = inner
    return {"$ref": f"#/components/schemas/{name}"}
