"""P-1: the principles that the AI APIs keep."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from aitasks import registry
from aitasks.feature import Call
from aitasks.providers.port import Work
from tests.conftest import Actor
from tests.contracts.matching import TEXT

ROOT = Path(__file__).resolve().parents[3]
CALLERS = {
    "accounts",
    "applications",
    "billing",
    "chat",
    "config",
    "content",
    "marketplace",
    "metrics",
    "tasks",
    "web",
    "django",
    "rest_framework",
}


def imports_of(path: Path) -> set[str]:
    """Return the top packages that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.clause("P-1.1", "P-1.2")
def test_features_and_providers_know_none_of_their_callers() -> None:
    files = [*ROOT.glob("aitasks/features/*.py"), *ROOT.glob("aitasks/providers/**/*.py"), ROOT / "aitasks/feature.py"]
    assert len(files) > 20
    assert {path.name: known for path in files if (known := imports_of(path) & CALLERS)} == {}


@pytest.mark.clause("P-1.2")
def test_a_provider_is_told_the_call_and_nothing_of_the_caller() -> None:
    call = {"step", "source", "prompt", "negative", "target", "parameters", "folder", "context"}
    assert {field.name for field in fields(Work)} == call | {"model", "key", "resume", "find_answer", "make_source_link"}
    assert {field.name for field in fields(Call)} == {"source_type", "source_characters", "prompt", "negative", "target", "parameters"}


@pytest.mark.clause("P-1.2")
def test_the_same_call_gives_the_same_result_whoever_asks_and_whatever_came_before(
    user: Actor, second_user: Actor, run_jobs: Callable[[], int]
) -> None:
    call = {"source": {"data": {"text": "The tram runs every ten minutes. Dogs ride free."}}, "prompts": {"prompt": "Who rides free?"}}
    results = []
    for actor in (user, second_user, user):
        location = actor.api.post("/api/ai/text2text", call, headers={"Prefer": "respond-async"}).headers["location"]
        run_jobs()
        results.append(actor.api.get(location).json["target"])
        actor.api.post("/api/ai/text2text", {"prompts": {"prompt": "Hello, I am Ada."}}, headers={"Prefer": "respond-async"})
        run_jobs()
    assert results == [results[0]] * 3


@pytest.mark.clause("P-1.3")
def test_a_pipeline_is_invisible(user: Actor, run_jobs: Callable[[], int]) -> None:
    assert [step.name for step in registry.get_feature("text2text").steps] == ["text2intent", "intent2text"]
    call = {"prompts": {"prompt": "What is 12 * 3?"}}
    location = user.api.post("/api/ai/text2text", call, headers={"Prefer": "respond-async"}).headers["location"]
    run_jobs()
    with user.api.stream("GET", f"{location}/events") as stream:
        events = stream.text()
    task = user.api.get(location).text
    for inner in ("text2intent", "intent2text", "local-intent"):
        assert inner not in events + task
    shown = json.loads(task)
    assert (shown["feature"], len(shown["targets"]), shown["progress"]) == ("text2text", 1, 100)
    kinds = [row["kind"] for row in user.api.get("/api/user/credits").json["history"]["items"]]
    assert kinds == ["release", "charge", "hold", "grant"], "one hold, one charge"
    for hidden in ("text2intent", "intent2text"):
        assert user.api.post(f"/api/ai/{hidden}", call).status == 404


@pytest.mark.clause("P-1.4")
def test_the_reply_says_who_did_it_and_nobody_is_asked_to_choose(user: Actor, run_jobs: Callable[[], int]) -> None:
    models = {}
    for target in ("image", "sound", "speech"):
        location = user.api.post("/api/ai/imagine", {"prompts": {"prompt": "rain"}, "target": {"type": target}}).headers["location"]
        run_jobs()
        task = user.api.get(location).json
        models[target] = (task["provider"], task["model"])
    assert models == {"image": ("local", "local-image-1"), "sound": ("local", "local-sound-1"), "speech": ("local", "local-speech-1")}
    for item in user.api.get("/api/ai").json["items"]:
        assert "provider" not in item["schema"]["properties"]


SCRIPT = """
import json, sys, warnings
warnings.filterwarnings("ignore", message="No directory at")
import django
django.setup()
from django.test.utils import setup_databases, setup_test_environment
from django.db import connection
connection.settings_dict["TEST"]["NAME"] = sys.argv[1] + "/shout.sqlite3"
setup_databases(verbosity=0, interactive=False)
from common.queue import embedded
from config.asgi import application
from tests.apps.shout.providers import PROVIDERS
from tests.factories import people
from tests.fakes.asgi import Client, Server
api = Client(Server(application))
user = people.make_user()
api = api.with_token(people.open_session(user).access)
call = {"prompts": {"prompt": "hello"}, "marks": 3}
made = api.post("/api/ai/shout", call, headers={"Prefer": "respond-async"})
for row in embedded.claim_jobs(limit=10):
    embedded.run_claimed(row)
work = PROVIDERS[0].works[0]
with api.stream("GET", made.headers["location"] + "/events") as stream:
    events = [chunk for _, chunk in stream.events()]
schema = json.loads(api.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).body)
print(json.dumps({
    "made": [made.status, made.json["usage"]],
    "task": api.get(made.headers["location"]).json,
    "deltas": [chunk["delta"]["text"] for chunk in events[:-1] if chunk["event"] == "delta"],
    "listed": [item for item in api.get("/api/ai").json["items"] if item["name"] == "shout"],
    "refused": [api.post("/api/ai/shout", call | {"marks": 4}).json, api.post("/api/ai/shout", {}).json, api.get("/api/ai/shout/x").status],
    "work": [work.step, work.prompt, work.target, work.parameters, dict(work.context)],
    "documented": sorted(path for path in schema["paths"] if "shout" in path),
    "balance": api.get("/api/user/credits").json["balance"],
}))
"""


@pytest.mark.clause("P-1.5", "P-1.4")
def test_a_feature_is_one_declaration_in_any_app(tmp_path: Path) -> None:
    """In a process of its own: the URL map and the registry are made once, from the apps that are installed."""
    environment = {
        "DEMO": "1",
        "DATA_DIR": str(tmp_path),
        "EXTRA_APPS": "tests.apps.shout",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["made"] == [202, {"credits": "0", "reserved": "7"}]
    task = seen["task"]
    assert (task["feature"], task["status"], task["provider"], task["model"], task["usage"]["credits"]) == (
        "shout",
        "succeeded",
        "shouter",
        "loud-3",
        "7",
    )
    assert task["target"] == {"type": "text", "data": {"type": "text/plain", "text": "HELLO!!!"}}
    assert seen["deltas"] == ["HELLO!!!"]
    assert seen["work"] == ["shout", "hello", "text", {"marks": 3}, {}]
    assert seen["refused"] == [{"code": 3, "message": TEXT}, {"code": 3, "message": TEXT}, 404]
    assert seen["documented"] == ["/api/ai/shout", "/api/ai/shout/{task_id}", "/api/ai/shout/{task_id}/events"]
    assert seen["balance"] == "493"
    [listed] = seen["listed"]
    assert (listed["title"], listed["summary"]) == ("Shout", "Says it louder.")
    assert listed["targets"] == [{"type": "text", "streams": True, "price": {"credits": "7", "per": "1", "unit": "shout"}}]
    assert listed["schema"]["properties"]["marks"] == {
        "default": 1, "description": "Exclamation marks.", "maximum": 3, "minimum": 1, "title": "Marks", "type": "integer",
    }  # fmt: skip
