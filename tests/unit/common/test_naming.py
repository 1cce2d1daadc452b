"""Inline schemas of the OpenAPI document become components by their titles."""

from typing import Any

from common.contracts.naming import name_schemas

POINT = {"title": "A point", "type": "object", "properties": {"x": {"type": "integer", "title": "X"}}}


def document(*bodies: dict[str, Any]) -> dict[str, Any]:
    paths = {
        f"/{number}": {"post": {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {}}}
        for number, body in enumerate(bodies)
    }
    return {"paths": paths, "components": {"schemas": {"Zebra": {"type": "object"}}}}


def schema(result: dict[str, Any], path: str) -> Any:
    return result["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]


def test_objects_of_one_title_become_one_component() -> None:
    result = name_schemas(document(POINT, {"type": "array", "items": POINT}))
    assert schema(result, "/0") == {"$ref": "#/components/schemas/APoint"}
    assert schema(result, "/1") == {"type": "array", "items": {"$ref": "#/components/schemas/APoint"}}
    assert list(result["components"]["schemas"]) == ["APoint", "Zebra"]
    assert result["components"]["schemas"]["APoint"] == POINT


def test_what_is_inside_a_named_object_is_named_too() -> None:
    line = {"title": "Line", "type": "object", "properties": {"from": POINT}}
    result = name_schemas(document(line))
    assert result["components"]["schemas"]["Line"]["properties"] == {"from": {"$ref": "#/components/schemas/APoint"}}


def test_two_objects_that_share_a_title_stay_where_they_are() -> None:
    other = POINT | {"properties": {}}
    result = name_schemas(document(POINT, other))
    assert (schema(result, "/0"), schema(result, "/1")) == (POINT, other)
    assert list(result["components"]["schemas"]) == ["Zebra"]


def test_a_title_that_a_component_has_already_is_left_alone() -> None:
    zebra = {"title": "Zebra", "type": "object", "properties": {}}
    assert schema(name_schemas(document(zebra)), "/0") == zebra
