"""G-7: the version is in the path, and a deprecation is one declaration from which everything else follows."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as product
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from pytest_django import Settings

from accounts.services import keys
from common import clock
from common.checks import check_deprecations
from common.contracts.deprecation import Deprecation, mark
from common.contracts.endpoints import list_deprecated
from common.contracts.gateway import GATEWAY
from common.contracts.versions import API_VERSION, DEPRECATED_VERSIONS
from config.generated import deprecations
from metrics import services
from tests.apps.fading.api import FadingGreetings
from tests.architecture.source import ROOT
from tests.conftest import Actor, make_actor
from tests.fakes.asgi import Client, Reply

GUIDE = "https://example.com/docs/greetings"
NOTICE = {
    "deprecation": "@1793491200",
    "sunset": "Tue, 01 Jun 2027 00:00:00 GMT",
    "link": f'<{GUIDE}>; rel="deprecation"; type="text/html", <{GUIDE}>; rel="sunset"; type="text/html"',
}
WHOLE = Deprecation(since=date(2026, 1, 31), sunset=date(2026, 7, 31), guide="https://example.com/docs/v2")
SENTENCE = (
    "Deprecated since 2026-11-01; works until 2027-06-01. Use `GET /api/v2/greetings/{name}` instead. "
    "How to move: https://example.com/docs/greetings"
)


@pytest.fixture
def fading(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product with a deprecated endpoint, in a process that has not seen a call yet."""
    settings.ROOT_URLCONF = "tests.apps.fading.urls"
    monkeypatch.setattr(services, "remembered", services.Memory())


@pytest.fixture
def fading_version(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The gateway's first version, deprecated as a whole."""
    monkeypatch.setattr(services, "remembered", services.Memory())
    DEPRECATED_VERSIONS["/api/v1/"] = WHOLE
    yield
    del DEPRECATED_VERSIONS["/api/v1/"]


def notice_of(reply: Reply) -> dict[str, str]:
    """Return the headers of a deprecation that a reply has."""
    return {name: reply.headers[name] for name in NOTICE if name in reply.headers}


def document() -> dict[str, Any]:
    generated: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # spectacular ships few types
    return generated


@pytest.mark.clause("G-7.1")
def test_the_major_version_is_in_the_path() -> None:
    assert GATEWAY.prefixes == (f"/api/v{API_VERSION.partition('.')[0]}/",)


@pytest.mark.clause("G-7.2")
def test_schema_settings_and_changelog_carry_one_semantic_version() -> None:
    newest = re.search(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert newest is not None
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?", API_VERSION)
    assert {newest[1], product.SPECTACULAR_SETTINGS["VERSION"], document()["info"]["version"]} == {API_VERSION}


@pytest.mark.clause("G-7.2")
def test_every_reply_says_so(fading: None, api: Client, user: Actor) -> None:
    path = "/api/v1/fading/Bob"
    _, text = keys.create_key(account_id=user.account_id, name="x", apis=["imagine"])
    replies = [
        (200, user.api.get(path)),
        (200, user.api.send("HEAD", path)),
        (200, user.key_api.post(path, {"words": "x"})),
        (400, user.api.post(path, {"word": "x"})),
        (400, user.api.send("POST", path, raw=b"{")),
        (400, user.api.get(path + "?x=%00")),
        (400, user.api.get(path + "?x=\xff")),
        (401, api.get(path)),
        (401, api.with_token("x").get(path)),
        (403, api.with_token(text).get(path)),
        (404, user.api.get("/api/v1/fading/nobody")),
        (405, user.api.delete(path)),
        (413, user.api.send("POST", path, raw=b"{}", headers={"Content-Length": str(10**9)})),
        (415, user.api.send("POST", path, raw=b"{}", headers={"Content-Type": "text/plain"})),
        (500, user.api.get("/api/v1/fading/trouble")),
    ]
    for number, (status, reply) in enumerate(replies):
        assert (number, reply.status, notice_of(reply)) == (number, status, NOTICE)


@pytest.mark.clause("G-7.2")
def test_nothing_else_says_so(fading: None, api: Client, user: Actor) -> None:
    for path in ("/api/v1/greetings/Bob", "/api/v1/greetings/nobody", "/api/v1/users/me", "/api/v1/nothing", "/api/v1/fading", "/"):
        assert notice_of(user.api.get(path)) == {}, path
    refused = user.api.send("POST", "/api/v1/greetings/Bob", raw=b"{}", headers={"Content-Length": str(10**9)})
    assert (refused.status, notice_of(refused)) == (413, {})


@pytest.mark.clause("G-7.2")
def test_a_whole_version_says_so(fading: None, fading_version: None, api: Client, user: Actor) -> None:
    whole = {name.lower(): value for name, value in WHOLE.headers.items()}
    assert whole["deprecation"] == "@1769817600"
    for path in ("/api/v1/users/me", "/api/v1/greetings/Bob", "/api/v1/nothing"):
        assert notice_of(user.api.get(path)) == whole, path
    assert notice_of(user.api.send("POST", "/api/v1/auth/login", raw=b"{}", headers={"Content-Length": str(10**9)})) == whole
    assert notice_of(user.api.get("/api/v1/fading/Bob")) == NOTICE  # An endpoint's own declaration goes before its version's.
    for path in ("/api/user/keys", "/api/ai", "/"):
        assert notice_of(user.api.get(path)) == {}, path
    operations = [
        operation for path, methods in document()["paths"].items() if path.startswith("/api/v1/") for operation in methods.values()
    ]
    assert operations
    assert all(operation["deprecated"] for operation in operations)


@pytest.mark.clause("G-7.2")
def test_it_works_until_it_is_removed(fading: None, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sunset = datetime(2027, 6, 1, tzinfo=UTC)
    for later, warnings in (
        (-timedelta(seconds=1), []),
        (timedelta(0), ["tollgate.W001"] * 2),
        (timedelta(days=400), ["tollgate.W001"] * 2),
    ):
        now = sunset + later
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        reply = make_actor(api).api.get("/api/v1/fading/Bob")
        assert (reply.status, reply.json, notice_of(reply)) == (200, {"words": "Hello, Bob!"}, NOTICE)
        assert [message.id for message in check_deprecations(None)] == warnings


@pytest.mark.clause("G-7.2")
def test_the_document_marks_it(fading: None) -> None:
    paths = document()["paths"]
    for method, words in {"get": "Return the greeting.", "post": "Say it back."}.items():
        faded, twin = paths["/api/v1/fading/{name}"][method], paths["/api/v1/greetings/{name}"][method]
        assert (faded["deprecated"], faded["description"]) == (True, f"{words}\n\n{SENTENCE}")
        assert (twin.get("deprecated"), twin["description"]) == (None, words)
    marked = {path for path, methods in paths.items() if any(operation.get("deprecated") for operation in methods.values())}
    assert marked == {"/api/v1/fading/{name}"}


@pytest.mark.clause("G-7.2")
def test_the_documentation_lists_it(fading: None) -> None:
    assert [endpoint.name for endpoint in list_deprecated()] == ["GET /api/v1/fading/{name}", "POST /api/v1/fading/{name}"]
    page = deprecations.render()
    for method in ("GET", "POST"):
        line = f"| `{method} /api/v1/fading/{{name}}` | 2026-11-01 | 2027-06-01 | `GET /api/v2/greetings/{{name}}` | <{GUIDE}> |"
        assert page.splitlines().count(line) == 1
    assert deprecations.NOTHING not in page


@pytest.mark.clause("G-7.2")
def test_the_documentation_lists_a_whole_version(fading_version: None) -> None:
    assert "| `everything below /api/v1/` | 2026-01-31 | 2026-07-31 | – | <https://example.com/docs/v2> |" in deprecations.render()


def test_links_that_a_reply_has_stay() -> None:
    response = HttpResponse(headers={"Link": '</next>; rel="next"'})
    mark(response, FadingGreetings.deprecation)
    assert response.headers["Link"] == f'</next>; rel="next", {NOTICE["link"]}'
