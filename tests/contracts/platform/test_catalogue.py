"""P-2.9, P-2.2 and P-3.4: what there is, and that all of it works with real input."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from aitasks import registry
from billing.services import prices
from tests.conftest import Actor
from tests.contracts.matching import TEXT
from tests.fakes.asgi import Client

CATALOGUE = "/api/ai"
EXAMPLES = [(feature.name, dict(example)) for feature in registry.public_features() for example in feature.examples]
STARTS = {
    "image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "audio/wav": b"RIFF", "audio/mpeg": b"ID3", "audio/ogg": b"OggS",
    "video/mp4": b"\x00\x00\x00",
}  # fmt: skip


BOTH = {"tell": ["text", "speech"]}
"""Features whose tasks have results of several kinds."""


@pytest.mark.clause("P-2.9", "P-2.2")
def test_lists_the_features(api: Client) -> None:
    reply = api.get(CATALOGUE)
    assert (reply.status, sorted(reply.json), reply.json["next"]) == (200, ["items", "next"], "")
    targets = {item["name"]: [target["type"] for target in item["targets"]] for item in reply.json["items"]}
    assert {"imagine", "inspire", "extract", "transform", "text2text"} <= set(targets)
    assert targets["imagine"][:3] == ["image", "sound", "speech"]
    assert (targets["inspire"], targets["extract"], targets["transform"], targets["text2text"]) == (
        ["text"],
        ["text"],
        ["image", "text"],
        ["text"],
    )
    imagine = next(item for item in reply.json["items"] if item["name"] == "imagine")
    assert sorted(imagine) == sorted(
        ["name", "title", "summary", "sources", "sourceRequired", "promptRequired", "targets", "longRunning", "schema", "examples"]
    )
    assert imagine["targets"][0] == {"type": "image", "streams": False, "price": {"credits": "10", "per": "1", "unit": "image"}}


@pytest.mark.clause("P-2.9")
def test_schemas_are_valid_and_examples_fit_them(api: Client) -> None:
    for item in api.get(CATALOGUE).json["items"]:
        jsonschema.Draft202012Validator.check_schema(item["schema"])
        validator = jsonschema.Draft202012Validator(item["schema"])
        assert item["examples"]
        for example in item["examples"]:
            validator.validate(example)
        assert not validator.is_valid(item["examples"][0] | {"unknown": 1})


@pytest.mark.clause("P-2.9")
def test_schemas_say_how_long_prompts_may_be(api: Client) -> None:
    schemas = {item["name"]: item["schema"] for item in api.get(CATALOGUE).json["items"]}
    longest = {
        name: [part["maxLength"] for part in schema["$defs"]["Prompts"]["properties"].values()]
        for name, schema in schemas.items()
        if name in {"imagine", "text2text", "embed"}
    }
    assert longest == {"imagine": [4_000, 4_000], "text2text": [20_000, 20_000], "embed": [0, 0]}


@pytest.mark.clause("P-2.9")
def test_shows_the_price_that_is_valid_now(api: Client, user: Actor) -> None:
    prices.set_price(feature="imagine", target="image", credits=3, per=1)
    imagine = next(item for item in api.get(CATALOGUE).json["items"] if item["name"] == "imagine")
    assert imagine["targets"][0]["price"]["credits"] == "3"
    call = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
    assert user.api.post("/api/ai/imagine", call).json["usage"]["reserved"] == "3"


@pytest.mark.clause("P-3.4", "P-2.2", "P-2.9")
@pytest.mark.parametrize(("feature", "example"), EXAMPLES, ids=[f"{name}-{at}" for at, (name, _) in enumerate(EXAMPLES)])
def test_every_example_works_as_it_stands(user: Actor, run_jobs: Callable[[], int], feature: str, example: dict[str, Any]) -> None:
    body = {name: value for name, value in example.items() if name != "stream"}
    made = user.api.post(f"/api/ai/{feature}", body, headers={"Prefer": "respond-async"})
    assert made.status == 202
    held = int(made.json["usage"]["reserved"])
    run_jobs()
    task = user.api.get(made.headers["location"]).json
    assert (task["status"], task["error"], task["provider"]) == ("succeeded", None, "local")
    assert 0 < int(task["usage"]["credits"]) <= held
    kinds = BOTH.get(feature) or [example["target"]["type"]] * example.get("count", 1)
    assert [target["type"] for target in task["targets"]] == kinds
    for target, kind in zip(task["targets"], kinds, strict=True):
        check_result(user.api, target, kind)


def check_result(api: Client, target: dict[str, Any], kind: str) -> None:
    """Check that a result is what was asked for, down to the file's first bytes."""
    assert target["type"] == kind
    data = target["data"]
    if kind == "text":
        assert data == {"type": "text/plain", "text": TEXT}
        return
    if kind == "vector":
        assert (data["type"], sorted(json.loads(data["text"]))) == ("application/json", ["dimensions", "vector"])
        return
    file = api.get("/files/" + data["src"].split("/files/")[1])
    assert (file.status, len(file.body)) == (200, int(data["size"]))
    assert file.body.startswith(STARTS[data["type"]]), data["type"]
