"""What holds at every door of every contract, whatever it does."""

from typing import Any

import pytest

from common.contracts.dialect import Dialect
from config.bodies import MIB, limit_bytes
from tests.conftest import Actor
from tests.contracts.doors import SOME_UUID, Door, all_doors, all_routes
from tests.contracts.matching import TEXT, TIMESTAMP, UUID, Matching
from tests.contracts.stored import everything_stored
from tests.factories import services
from tests.fakes.asgi import Client, Reply

DOORS = all_doors()
BODILESS = {"/api/v1/auth/logout", "/api/v1/auth/verify/resend", "/api/v1/chat/init"}
BODILESS |= {"/api/v1/subscriptions/cancel", "/api/v1/subscriptions/portal", "/stats", "/services/<slug:slug>/stats"}
BODILESS |= {f"/api/admin/users/<uuid:user_id>/{verb}" for verb in ("disable", "enable")}
BODILESS |= {f"/api/admin/tasks/<uuid:task_id>/{verb}" for verb in ("cancel", "retry")}
BODILESS |= {"/api/user/webhook-secret", "/api/user/webhook-deliveries/<uuid:delivery_id>/redeliver"}
BODILESS |= {"/api/apps/<slug:app_id>/enabled"}
"""Endpoints that do something and read no body, so that none can be wrong."""
WRITING = [(door, method) for door in DOORS for method in sorted(door.methods & {"POST", "PUT", "PATCH"}) if door.route not in BODILESS]
JSON_ONLY = [(door, method) for door, method in WRITING if not door.route.endswith(("/files", "/webhook"))]
"""Uploads say what they are, and of a webhook the signature over its bytes is what counts."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "PROPFIND")
REQUEST_ID = Matching(r"[0-9a-f-]{36}")
UNKNOWN = [
    ("/api/", "platform"), ("/api/nothing", "platform"), ("/api/ai/", "platform"), ("/api/ai/nothing", "platform"), ("/api/ai/imagine/",
    "platform"),
    ("/api/ai/imagine/x", "platform"), ("/api/ai/imagine/0190b5a0-0000-7000-8000-000000000000/x", "platform"), ("/api/user/", "platform"),
    ("/api/user/keys/", "platform"), ("/api/user/keys/%00", "platform"), ("/api/ai/%2e%2e/%2e%2e/etc/passwd", "platform"),
    ("/api/ai/%ED%A0%80", "platform"), ("/api/ai/%FF%FE", "platform"), ("/api/ai/imagine/" + "9" * 5_000, "platform"),
    ("/api/v1/", "gateway"), ("/api/v1/nothing", "gateway"), ("/api/v1/users/me/", "gateway"), ("/api/v1/%00", "gateway"), ("/api/v1//",
    "gateway"),
    ("/api/v1/ai-resource", "exchange"), ("/api/v1/ai-resource/nothing", "exchange"), ("/api/v1/ai-connection/", "exchange"),
    ("/call/", "marketplace"), ("/services", "marketplace"), ("/services/x", "marketplace"), ("/services/x/%00", "marketplace"),
    ("/v1/", "openai"), ("/v1/nothing", "openai"), ("/v1/%0d%0aSet-Cookie:x", "openai"),
]  # fmt: skip


@pytest.fixture
def user(staff: Actor) -> Actor:
    """Somebody to whom every door opens: a member of staff."""
    return staff


@pytest.fixture(autouse=True)
def called_services(live_database: None) -> None:
    """The services that the marketplace's doors lead to."""
    services.make_service()
    services.make_service(slug=SOME_UUID, is_default=False)


def check_error(reply: Reply, dialect: Dialect, status: int) -> None:
    """Check that a reply is an error in its contract's words, and carries what every reply must."""
    assert (reply.status, reply.headers["content-type"]) == (status, "application/json"), reply
    assert reply.headers["x-request-id"] == REQUEST_ID
    assert "set-cookie" not in reply.headers
    body = reply.json
    bodies: dict[str, dict[str, Any]] = {
        "gateway": {"error": TEXT, "code": TEXT},
        "platform": {"code": {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 413: 3, 415: 3, 501: 12}.get(status), "message": TEXT},
        "openai": {"error": {"message": TEXT, "type": TEXT, "param": None, "code": TEXT}},
        "exchange": {"code": status, "message": TEXT, "data": None},
        "marketplace": {
            "requestId": body.get("requestId"), "traceId": UUID, "apiVersion": body.get("apiVersion"), "service": body.get("service"),
            "datetime": TIMESTAMP, "isResponseImmediate": False, "extraType": "others", "response": {"taskId": ""},
            "errorCode": {"status": Matching(r"(AC|XXX)_40\d"), "reason": TEXT},
        },
    }  # fmt: skip
    body.pop("details", None)
    assert body == bodies[dialect.name]


@pytest.mark.clause("G-5.5", "A-2.1")
@pytest.mark.parametrize("door", DOORS, ids=str)
def test_unknown_methods(user: Actor, door: Door) -> None:
    before = everything_stored()
    for method in sorted(set(METHODS) - door.methods):
        reply = user.api.send(method, door.path, headers=door.headers)
        check_error(reply, door.dialect, 405)
        assert set(reply.headers["allow"].split(", ")) - {"HEAD"} == door.methods
    if "GET" not in door.methods:
        assert user.api.send("HEAD", door.path, headers=door.headers).status == 405
    assert everything_stored() == before


@pytest.mark.clause("G-5.5")
@pytest.mark.parametrize("door", [door for door in DOORS if "GET" in door.methods], ids=str)
def test_head_is_get_without_its_body(user: Actor, door: Door) -> None:
    head, get = user.api.send("HEAD", door.path), user.api.get(door.path)
    assert (head.status, sorted(head.headers)) == (get.status, sorted(get.headers))


@pytest.mark.clause("G-1.7", "A-2.1", "A-3.1")
@pytest.mark.parametrize("door", [door for door in DOORS if door.needs_caller], ids=str)
def test_no_credential_no_entry(api: Client, door: Door) -> None:
    before = everything_stored()
    for method in sorted(door.methods):
        for credential in ("", "x", "tg_12345678_" + "x" * 43):
            reply = api.with_token(credential).send(method, door.path)
            check_error(reply, door.dialect, 401)
            assert reply.headers["www-authenticate"] == 'Bearer realm="tollgate"'
    assert everything_stored() == before


@pytest.mark.clause("G-5.5", "A-2.1")
@pytest.mark.parametrize(("door", "method"), JSON_ONLY, ids=str)
def test_wrong_content_types(user: Actor, door: Door, method: str) -> None:
    before = everything_stored()
    for content_type in (
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "x",
        "/",
    ):
        reply = user.api.send(method, door.path, raw=b"{}", headers=door.headers | {"Content-Type": content_type})
        check_error(reply, door.dialect, 415)
    assert everything_stored() == before


@pytest.mark.clause("A-2.1")
def test_wrong_content_type_for_uploads(user: Actor) -> None:
    door = next(door for door in DOORS if door.route == "/api/user/files")
    for content_type in ("application/json", "text/plain", "image/png", "multipart/form-data; boundary=" + "x" * 300):
        reply = user.api.send("POST", door.path, raw=b"{}", headers={"Content-Type": content_type})
        check_error(reply, door.dialect, 415)
        assert reply.json["message"] == "Send the body as multipart/form-data."
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"):
        check_error(user.api.send("POST", door.path, raw=b"--x\r\n", headers={"Content-Type": content_type}), door.dialect, 400)


@pytest.mark.clause("G-5.1", "A-2.1")
@pytest.mark.parametrize(("door", "method"), WRITING, ids=str)
def test_body_that_announces_too_much(user: Actor, door: Door, method: str) -> None:
    before = everything_stored()
    limit = limit_bytes(door.path)
    for announced in (limit + 1, 10**30):
        reply = user.api.send(method, door.path, raw=b"{}", headers=door.headers | {"Content-Length": str(announced)})
        check_error(reply, door.dialect, 413)
        assert reply.headers["connection"] == "close"
    assert everything_stored() == before


@pytest.mark.clause("G-5.1", "A-2.1")
@pytest.mark.parametrize(
    ("path", "megabytes"), [("/api/v1/auth/register", 1), ("/api/user/keys", 1), ("/api/ai/imagine", 20), ("/api/user/files", 51)]
)
def test_body_that_grows_too_large(user: Actor, path: str, megabytes: int) -> None:
    before = everything_stored()
    door = next(door for door in DOORS if door.route == path)
    reply = user.api.send("POST", path, chunks=[b" " * MIB] * megabytes + [b" "])
    check_error(reply, door.dialect, 413)
    assert everything_stored() == before


@pytest.mark.clause("G-5.1")
def test_body_of_exactly_the_limit_is_read(api: Client) -> None:
    reply = api.send("POST", "/api/v1/auth/login", chunks=[b" " * (MIB - 2), b"{}"])
    assert (reply.status, sorted(reply.json["details"])) == (400, ["email", "password"])


@pytest.mark.clause("G-5.5", "A-2.1")
@pytest.mark.parametrize(("path", "contract"), UNKNOWN)
def test_unknown_paths(api: Client, path: str, contract: str) -> None:
    dialects = {door.dialect.name: door.dialect for door in DOORS}
    for method in ("HEAD", *METHODS):
        reply = api.send(method, path)
        if contract == "openai":
            assert (reply.status, reply.json["error"]["code"]) == (404, "not_found")
        elif contract == "marketplace" and method != "HEAD":
            check_error(reply, dialects[contract], 200)
        elif contract == "marketplace":
            assert reply.status == 200
        else:
            check_error(reply, dialects[contract], 404)


@pytest.mark.clause("G-5.5", "A-2.1")
@pytest.mark.parametrize("accept", ["text/html", "*/*", "", "application/xml;q=0.9", "x"])
def test_never_html_whatever_is_asked_for(api: Client, accept: str) -> None:
    for door in DOORS:
        reply = api.send("GET", f"{door.path}?format=html", headers=door.headers | {"Accept": accept})
        assert (door, reply.headers["content-type"]) == (door, "application/json")
        assert reply.status in {200, 401, 405}


@pytest.mark.clause("G-5.4")
def test_pages_carry_a_request_id_too(api: Client) -> None:
    for path in ("/", "/sign-in", "/nothing", "/health/live", "/files/x", "/api-docs", "/api/schema"):
        assert api.get(path).headers["x-request-id"] == REQUEST_ID, path


def test_doors_are_found() -> None:
    """The lists above are read from the URL map: this one says that reading it works."""
    routes = {door.route for door in DOORS}
    assert {
        "/api/v1/auth/register",
        "/api/v1/users/me",
        "/api/user/keys/<uuid:key_id>",
        "/api/ai",
        "/api/ai/imagine/<uuid:task_id>/events",
    } <= routes
    assert len(routes) == len(DOORS)
    named = [route for route, callback in all_routes() if route.startswith(("/api/", "/v1/", "/call", "/result", "/stats", "/services"))]
    assert len(named) > len(DOORS)
