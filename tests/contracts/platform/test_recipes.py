"""P-1.5: a feature and a provider, added once as CONTRIBUTING's recipes say, in an app that this test writes; no other file is touched."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import json, sys, warnings
warnings.filterwarnings("ignore", message="No directory at")
import django
django.setup()
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.test.utils import setup_databases
from django.urls import reverse
connection.settings_dict["TEST"]["NAME"] = sys.argv[1] + "/echo.sqlite3"
setup_databases(verbosity=0, interactive=False)
from common.queue import embedded
from config.asgi import application
from tests.factories import people
from tests.fakes.asgi import Client, Server

settings.STATIC_ROOT = sys.argv[1]
nobody = Client(Server(application))
user = people.make_user()
api = nobody.with_token(people.open_session(user).access)
call = {"prompts": {"prompt": "hello"}, "times": 2}
before = api.post("/api/ai/echo", call).json
desk = Browser()
desk.force_login(people.make_user(email="staff@example.com", is_staff=True, is_superuser=True))
form = {"name": "alps", "kind": "mountains", "is_on": "on", "model_list": "[]", "priority": "10", "weight": "10"}
added = desk.post(reverse("admin:aitasks_provider_add"), form).status_code

def run(body):
    made = api.post("/api/ai/echo", body, headers={"Prefer": "respond-async"})
    for row in embedded.claim_jobs(limit=10):
        embedded.run_claimed(row)
    return made.status, made.json["usage"], api.get(made.headers["location"]).json

from aitasks import routing
routing.forget_offers()
schema = json.loads(api.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).body)
body = schema["paths"]["/api/ai/echo"]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
print(json.dumps({
    "before": before,
    "added": added,
    "small": run(call),
    "large": run(call | {"times": 4}),
    "named": run(call | {"model": "everest-1"}),
    "refused": [api.post("/api/ai/echo", call | {"times": 10}).json["code"], api.post("/api/ai/echo", call | {"model": "k2"}).json["code"]],
    "listed": [item for item in nobody.get("/api/ai").json["items"] if item["name"] == "echo"],
    "documented": sorted(path for path in schema["paths"] if "echo" in path),
    "operation": schema["paths"]["/api/ai/echo"]["post"]["operationId"],
    "fields": schema["components"]["schemas"][body.rpartition("/")[2]]["properties"]["times"],
    "price": "echo/text" in desk.get(reverse("admin:billing_price_add")).content.decode(),
    "balance": api.get("/api/user/credits").json["balance"],
    "calls": desk.get(reverse("admin:aitasks_providercall_changelist")).content.decode().count("alps ("),
}))
"""


def write_app(folder: Path) -> None:
    """Write the app of the recipes: each code block whose first line names a file, and nothing else."""
    blocks = re.findall(r"```python\n# (echo/\w+\.py)\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [name for name, _ in blocks] == ["echo/features.py", "echo/providers.py"]
    (folder / "echo").mkdir()
    (folder / "echo" / "__init__.py").write_text('"""Echoes."""\n')
    for name, text in blocks:
        (folder / name).write_text(text)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an installation with the app does, in a process of its own."""
    folder = tmp_path_factory.mktemp("echo")
    write_app(folder)
    environment = {
        "DEMO": "1", "DATA_DIR": str(folder), "EXTRA_APPS": "echo", "ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{ROOT}:{folder}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.clause("P-1.5")
def test_route_schema_catalogue_documents_price_and_playground_follow(seen: dict[str, Any]) -> None:
    [listed] = seen["listed"]
    assert listed["targets"] == [{"type": "text", "streams": False, "price": {"credits": "3", "per": "1", "unit": "echo"}}]
    times = {"default": 2, "description": "How often it is said.", "maximum": 9, "minimum": 1, "title": "Times", "type": "integer"}
    assert listed["schema"]["properties"]["times"] == times
    assert list(listed["schema"]["properties"])[-1] == "model"
    assert listed["examples"][0]["times"] == 3
    assert (seen["fields"]["default"], seen["fields"]["maximum"]) == (2, 9)
    assert seen["documented"] == ["/api/ai/echo", "/api/ai/echo/{task_id}", "/api/ai/echo/{task_id}/events"]
    # The playground's form and the clients are made from these, and know no feature.
    assert (seen["operation"], seen["price"]) == ("echo_call", True)


@pytest.mark.clause("P-1.5", "P-3.1", "P-1.4")
def test_a_row_of_the_new_kind_does_the_work_with_the_model_that_fits(seen: dict[str, Any]) -> None:
    assert seen["before"]["code"] == 12, "until somebody can do it"
    assert seen["added"] == 302
    status, usage, small = seen["small"]
    assert (status, usage) == (202, {"credits": "0", "reserved": "6"})
    assert (small["status"], small["provider"], small["model"], small["usage"]["credits"]) == ("succeeded", "mountains", "hill-1", "6")
    assert [target["data"]["text"] for target in small["targets"]] == ["hello", "hello"]
    assert [seen[name][2]["model"] for name in ("large", "named")] == ["everest-1", "everest-1"]
    assert [target["data"]["text"] for target in seen["named"][2]["targets"]] == ["HELLO", "HELLO"]
    assert (seen["refused"], seen["balance"], seen["calls"]) == ([3, 12], str(500 - 6 - 12 - 6), 3)
