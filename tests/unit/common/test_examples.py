"""Examples that the OpenAPI document gets where an endpoint gives none (G-6.1)."""

from typing import Any

import jsonschema
import pytest

from common.contracts.examples import complete_examples, make_example

COMPONENTS: dict[str, Any] = {
    "Names": {"type": "object", "properties": {"firstName": {"type": "string"}, "next": {"type": "string"}}},
    "Tree": {
        "type": "object",
        "properties": {"leaf": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/components/Tree"}}},
    },
}


@pytest.mark.clause("G-6.1")
@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"$ref": "#/components/schemas/Names"}, {"firstName": "Ada", "next": ""}),
        ({"allOf": [{"$ref": "#/components/schemas/Names"}]}, {"firstName": "Ada", "next": ""}),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "string", "enum": ["free", "basic"]}, "free"),
        ({"type": "string", "example": "given"}, "given"),
        ({"type": "boolean", "default": False}, False),
        ({"type": ["integer", "null"]}, 1),
        ({"type": "string", "format": "uuid"}, "0192f0c1-0000-7000-8000-000000000000"),
        ({"type": "object", "properties": {"email": {"type": "integer"}}}, {"email": 1}),
        ({}, {}),
    ],
)
def test_what_is_made_of_a_schema(schema: dict[str, Any], expected: object) -> None:
    assert make_example(schema, COMPONENTS) == expected


def test_a_schema_that_contains_itself_comes_to_an_end() -> None:
    example = make_example({"$ref": "#/components/Tree"}, COMPONENTS)
    jsonschema.validate(example, {"$ref": "#/components/Tree", "components": COMPONENTS})


@pytest.mark.clause("G-6.1")
def test_what_an_endpoint_gives_stays() -> None:
    given, bare = {"schema": {"type": "integer"}, "example": 7}, {"schema": {"type": "integer"}}
    several = {"schema": {"type": "integer"}, "examples": {"one": {"value": 1}}}
    operations = {
        "post": {
            "requestBody": {"content": {"application/json": dict(given), "text/plain": dict(bare)}},
            "responses": {
                "200": {"content": {"application/json": dict(bare)}},
                "400": {"content": {"application/json": dict(several)}},
                "204": {},
            },
        }
    }
    complete_examples({"paths": {"/x": operations}})
    replies = operations["post"]["responses"]
    assert operations["post"]["requestBody"] == {"content": {"application/json": given, "text/plain": bare}}
    assert replies == {
        "200": {"content": {"application/json": bare | {"example": 1}}},
        "400": {"content": {"application/json": several}},
        "204": {},
    }
