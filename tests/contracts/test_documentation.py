"""G-6: the OpenAPI document is whole, valid and true, and its page works without anybody else's server."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from billing.services import quotas
from common.contracts.marketplace import MARKETPLACE
from common.errors import Kind, TollgateError
from tests.conftest import Actor
from tests.contracts.doors import CONVERTER, Door, all_doors
from tests.factories.apps import make_app
from tests.factories.people import PASSWORD
from tests.fakes.asgi import Client, Reply

DOORS = all_doors()
REGISTER = {"email": "ada@example.com", "password": "a long pass phrase", "firstName": "Ada", "lastName": "Example"}
IMAGINE = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    generated: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # spectacular ships few types
    return generated


ERROR_FIELDS = {"gateway": {"error", "code", "details"}, "platform": {"code", "message"}, "exchange": {"code", "message", "data"}}
ERROR_FIELDS["marketplace"] = set(MARKETPLACE.render(TollgateError("")))


def json_examples(part: dict[str, Any]) -> list[Any]:
    """Return the examples of a body in JSON."""
    content = part.get("content", {}).get("application/json", {})
    return [example["value"] for example in content.get("examples", {}).values()] + ([content["example"]] if "example" in content else [])


def documented_path(door: Door) -> str:
    return CONVERTER.sub(lambda match: "{" + match[0].strip("<>").split(":")[-1] + "}", door.route)


def resolved(schema: Any, document: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that stands by itself, with the document's components at hand."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"], **schema}


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every request's and reply's content with words that say where it is."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for name, part in parts.items():
                for content_type, content in part.get("content", {}).items():
                    yield f"{method} {path} {name} {content_type}", content


@pytest.mark.clause("G-6.2")
def test_generating_it_warns_of_nothing(document: dict[str, Any]) -> None:
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # as above
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})


@pytest.mark.clause("G-6.1", "G-6.2")
def test_is_valid_openapi(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d", document["openapi"])
    validate_schema(document)  # type: ignore[no-untyped-call]  # spectacular ships few types


@pytest.mark.clause("G-6.1")
def test_has_every_door_and_every_method(document: dict[str, Any]) -> None:
    expected = {documented_path(door): {method.lower() for method in door.methods} for door in DOORS}
    assert {path: set(operations) for path, operations in document["paths"].items()} == expected


@pytest.mark.clause("G-6.1")
def test_every_operation_has_a_name_a_section_and_its_error_replies(document: dict[str, Any]) -> None:
    names = []
    for door in DOORS:
        for method in door.methods:
            operation = document["paths"][documented_path(door)][method.lower()]
            names.append(operation["operationId"])
            statuses = set(operation["responses"])
            assert operation["tags"]
            assert {"400", "405", "500"} <= statuses, names[-1]
            assert ({"401", "403"} <= statuses) == door.needs_caller or "401" in statuses, names[-1]
            if "{" in documented_path(door):
                assert str(door.dialect.table[Kind.NOT_FOUND][0]) in statuses, names[-1]
            assert bool(operation.get("security")) == door.needs_caller, names[-1]
    assert len(names) == len(set(names))


@pytest.mark.clause("G-6.1")
def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    checked = 0
    for where, content in contents(document):
        for example in json_examples({"content": {"application/json": content}}):
            errors = [
                error.message for error in jsonschema.Draft202012Validator(resolved(content["schema"], document)).iter_errors(example)
            ]
            assert (where, errors) == (where, [])
            checked += 1
    assert checked > 100


@pytest.mark.clause("G-6.1")
def test_every_json_body_has_an_example(document: dict[str, Any]) -> None:
    bare = [
        where for where, content in contents(document) if where.endswith(" application/json") and not {"example", "examples"} & set(content)
    ]
    assert bare == []


@pytest.mark.clause("G-6.1")
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_every_operation_is_described_from_its_request_to_its_errors(document: dict[str, Any], door: Door) -> None:
    for method in door.methods:
        operation = document["paths"][documented_path(door)][method.lower()]
        assert re.fullmatch(r"[A-Z][^\n]{3,150}[^.\s]", operation["summary"])
        assert operation["description"]
        replies = operation["responses"]
        assert all(reply["description"] for reply in replies.values())
        done = [reply for status, reply in replies.items() if status < "400"]
        assert done
        assert all(json_examples(reply) for reply in done if "application/json" in reply.get("content", {}))
        for status, reply in replies.items():
            for example in json_examples(reply) if status >= "400" else ():
                assert set(example) <= ERROR_FIELDS[door.dialect.name]
        if "401" in replies:
            assert replies["401"]["headers"]["WWW-Authenticate"]["example"] == 'Bearer realm="tollgate"'
        if "429" in replies:
            assert replies["429"]["headers"]["Retry-After"]["example"] == "60"


@pytest.mark.clause("G-6.1", "G-5.2")
def test_errors_of_one_status_have_an_example_each(document: dict[str, Any]) -> None:
    def errors_of(path: str, status: str) -> dict[str, Any]:
        content = document["paths"][path]["post"]["responses"][status]["content"]["application/json"]
        return {name: example["value"] for name, example in content["examples"].items()} if "examples" in content else content["example"]

    assert errors_of("/api/v1/auth/register", "400") == {
        "malformed": {"error": "The request is malformed.", "code": "INVALID_REQUEST"},
        "invalid": {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": {"field": ["What is wrong with it."]}},
        "email_taken": {"error": "Email already exists.", "code": "INVALID_REQUEST"},
    }
    assert errors_of("/api/v1/auth/login", "401") == {"error": "Invalid email or password.", "code": "UNAUTHORIZED"}
    assert errors_of("/api/v1/auth/refresh", "401") == {"error": "Invalid refresh token.", "code": "UNAUTHORIZED"}
    assert errors_of("/api/v1/auth/logout", "401") == {"error": "Invalid authentication token.", "code": "UNAUTHORIZED"}


def users_own(user: Actor) -> list[tuple[str, str, Reply]]:
    """Return calls of what belongs to the user, with their replies."""
    make_app("notes", "imagine")
    quotas.set_quota(plan="free", api="imagine", period="month", limit=100)
    one = "/api/user/settings/app/{app_id}/{key}"
    return [
        ("get", "/api/apps", user.api.get("/api/apps")),
        ("put", "/api/apps/{app_id}/enabled", user.api.put("/api/apps/notes/enabled")),
        ("put", "/api/apps/{app_id}/enabled", user.api.put("/api/apps/nothing/enabled")),
        ("delete", "/api/apps/{app_id}/enabled", user.api.delete("/api/apps/notes/enabled")),
        ("get", "/api/user/profile", user.api.get("/api/user/profile")),
        ("patch", "/api/user/profile", user.api.send("PATCH", "/api/user/profile", {"firstName": "A"})),
        ("patch", "/api/user/profile", user.api.send("PATCH", "/api/user/profile", {"firstName": ""})),
        ("put", "/api/user/settings", user.api.put("/api/user/settings", {"a": {"b": [1, None]}})),
        ("patch", "/api/user/settings", user.api.send("PATCH", "/api/user/settings", {"a": None})),
        ("get", "/api/user/settings", user.api.get("/api/user/settings")),
        ("put", one, user.api.put("/api/user/settings/app/notes/view", [1, {"a": None}])),
        ("get", one, user.api.get("/api/user/settings/app/notes/view")),
        ("get", "/api/user/settings/app/{app_id}", user.api.get("/api/user/settings/app/notes")),
        ("delete", one, user.api.delete("/api/user/settings/app/notes/view")),
        ("get", "/api/user/plans", user.api.get("/api/user/plans")),
        ("get", "/api/user/usage", user.api.get("/api/user/usage")),
        ("get", "/api/user/usage", user.api.get("/api/user/usage?from=x")),
    ]


def administration(staff: Actor, user: Actor) -> list[tuple[str, str, Reply]]:
    """Return replies of every call under ``/api/admin/``, with method and path."""
    api, root = staff.api, "/api/admin"
    task = api.post("/api/ai/imagine", IMAGINE).json["id"]
    calls = [
        ("post", "/users", "/users", {"email": "new@example.com", "firstName": "A", "lastName": "B"}),
        ("get", "/users", "/users?limit=1", None),
        ("get", "/users/{user_id}", f"/users/{user.user.pk}", None),
        ("post", "/users/{user_id}/disable", f"/users/{user.user.pk}/disable", None),
        ("post", "/users/{user_id}/enable", f"/users/{user.user.pk}/enable", None),
        ("post", "/pricing", "/pricing", {"feature": "imagine", "target": "image", "credits": "3"}),
        ("get", "/pricing", "/pricing", None),
        ("get", "/usage", "/usage?by=user", None),
        ("get", "/tasks", "/tasks", None),
        ("get", "/tasks/{task_id}", f"/tasks/{task}", None),
        ("post", "/tasks/{task_id}/cancel", f"/tasks/{task}/cancel", None),
        ("post", "/tasks/{task_id}/retry", f"/tasks/{task}/retry", None),
        ("get", "/providers", "/providers", None),
        ("get", "/audit", "/audit", None),
        ("delete", "/users/{user_id}", f"/users/{user.user.pk}", None),
        ("delete", "/users/{user_id}", f"/users/{user.user.pk}", None),
    ]
    return [(method, root + route, api.send(method.upper(), root + path, body)) for method, route, path, body in calls]


@pytest.mark.clause("G-6.1")
def test_replies_of_real_calls_fit(api: Client, user: Actor, staff: Actor, run_jobs: Callable[[], int], document: dict[str, Any]) -> None:
    upload = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\none\r\n--b--\r\n'
    registered = api.post("/api/v1/auth/register", REGISTER)
    login = {"email": REGISTER["email"], "password": REGISTER["password"]}
    made = user.api.post("/api/ai/imagine", IMAGINE)
    file = user.api.send("POST", "/api/user/files", raw=upload, headers={"Content-Type": "multipart/form-data; boundary=b"})
    key = user.api.post("/api/user/keys", {"name": "x"})
    run_jobs()
    calls = [
        ("post", "/api/v1/auth/register", registered),
        ("post", "/api/v1/auth/register", api.post("/api/v1/auth/register", REGISTER)),
        ("post", "/api/v1/auth/register", api.post("/api/v1/auth/register", {})),
        ("post", "/api/v1/auth/login", api.post("/api/v1/auth/login", login)),
        ("post", "/api/v1/auth/login", api.post("/api/v1/auth/login", login | {"password": "wrong"})),
        ("post", "/api/v1/auth/refresh", api.post("/api/v1/auth/refresh", {"refreshToken": user.refresh})),
        ("post", "/api/v1/auth/password", user.api.post("/api/v1/auth/password", {"currentPassword": "x", "newPassword": PASSWORD})),
        ("post", "/api/v1/auth/password", user.api.post("/api/v1/auth/password", {"currentPassword": PASSWORD, "newPassword": PASSWORD})),
        ("post", "/api/v1/auth/password/reset", api.post("/api/v1/auth/password/reset", {"email": "a@example.com"})),
        (
            "post",
            "/api/v1/auth/password/reset/confirm",
            api.post("/api/v1/auth/password/reset/confirm", {"token": "x", "newPassword": PASSWORD}),
        ),
        ("post", "/api/v1/auth/verify", api.post("/api/v1/auth/verify", {"token": "x"})),
        ("post", "/api/v1/auth/verify/resend", user.api.post("/api/v1/auth/verify/resend")),
        ("get", "/api/v1/users/me", user.api.get("/api/v1/users/me")),
        ("get", "/api/v1/users/me", api.get("/api/v1/users/me")),
        ("put", "/api/v1/users/me", user.api.put("/api/v1/users/me", {"firstName": "A", "lastName": "B"})),
        ("put", "/api/v1/users/me", user.api.put("/api/v1/users/me", {"firstName": "", "lastName": "B"})),
        ("post", "/api/user/keys", key),
        ("get", "/api/user/keys", user.api.get("/api/user/keys")),
        ("get", "/api/user/keys", user.key_api.get("/api/user/keys")),
        ("post", "/api/user/files", file),
        ("get", "/api/user/files", user.api.get("/api/user/files")),
        ("get", "/api/user/files/{file_id}", user.api.get(f"/api/user/files/{file.json['id']}")),
        ("get", "/api/user/files/{file_id}", user.api.get(f"/api/user/files/{made.json['id']}")),
        ("get", "/api/user/credits", user.api.get("/api/user/credits")),
        *users_own(user),
        ("get", "/api/ai", api.get("/api/ai")),
        ("post", "/api/ai/imagine", made),
        ("post", "/api/ai/imagine", user.api.post("/api/ai/imagine", {})),
        ("get", "/api/ai/imagine", user.api.get("/api/ai/imagine?status=all")),
        ("get", "/api/ai/imagine/{task_id}", user.api.get(made.headers["location"])),
        ("delete", "/api/ai/imagine/{task_id}", user.api.delete(made.headers["location"])),
        ("delete", "/api/ai/imagine/{task_id}", user.api.delete(made.headers["location"])),
        ("post", "/api/v1/auth/logout", user.api.post("/api/v1/auth/logout")),
        *administration(staff, user),
    ]
    for method, path, reply in calls:
        replies = document["paths"][path][method]["responses"]
        where = f"{method} {path} {reply.status}"
        assert str(reply.status) in replies, where
        content = replies[str(reply.status)].get("content", {})
        if not content:
            assert (where, reply.body) == (where, b"")
            continue
        validator = jsonschema.Draft202012Validator(resolved(content["application/json"]["schema"], document))
        assert (where, [error.message for error in validator.iter_errors(reply.json)]) == (where, [])


@pytest.mark.clause("G-6.1")
def test_page_needs_nobody_elses_server(api: Client) -> None:
    page = api.get("/api-docs")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    links = re.findall(r"""<(?:script|link|img)\b[^>]*(?:src|href)=["']([^"']+)["']""", page.text)
    assert links
    for link in links:
        assert link.startswith("/"), link
        assert api.get(link).status == 200, link


@pytest.mark.clause("G-6.1")
def test_page_runs_under_its_own_policy(api: Client) -> None:
    """What the page would have to run or style in place is named in the policy, or is not there."""
    page = api.get("/api-docs")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";") if " " in part.strip())
    inline = [
        text
        for attributes, text in re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
        if "src=" not in attributes and text.strip()
    ]
    scripts = policy.get("script-src", policy["default-src"])
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert inline == []
    if re.search(r"<style|style=", page.text):
        assert "'unsafe-inline'" in policy.get("style-src", policy["default-src"])


@pytest.mark.clause("G-6.1")
def test_schema_is_served(api: Client, document: dict[str, Any]) -> None:
    for accept, content_type in [
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("*/*", "application/vnd.oai.openapi"),
    ]:
        reply = api.get("/api/schema", headers={"Accept": accept})
        assert (reply.status, reply.headers["content-type"].split(";")[0]) == (200, content_type)
    assert document["info"]["version"] == settings.SPECTACULAR_SETTINGS["VERSION"]
