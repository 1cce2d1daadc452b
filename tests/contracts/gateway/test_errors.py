"""G-5: how errors look."""

import logging

import pytest

from accounts import profile
from tests.conftest import Actor
from tests.contracts.matching import TEXT, Matching
from tests.fakes.asgi import Client

ME = "/api/v1/users/me"
REGISTER = "/api/v1/auth/register"


@pytest.mark.clause("G-5.1", "G-5.2")
def test_validation_errors_carry_details(api: Client) -> None:
    reply = api.post(REGISTER, {"email": "x", "password": "short", "firstName": "Ada", "lastName": "Example", "extra": 1})
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/json"
    assert reply.json == {
        "error": "Invalid input data.",
        "code": "INVALID_REQUEST",
        "details": {"extra": ["This field is not known here."]},
    }


@pytest.mark.clause("G-5.1")
def test_other_errors_carry_none(api: Client) -> None:
    assert sorted(api.get(ME).json) == ["code", "error"]


@pytest.mark.clause("G-5.2")
def test_401_says_how_to_sign_in(api: Client) -> None:
    assert api.get(ME).headers["www-authenticate"] == 'Bearer realm="tollgate"'


@pytest.mark.clause("G-5.4")
def test_500_shows_nothing_and_is_logged_with_the_request_id(
    user: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(_account_id: object) -> object:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(profile, "collect", explode)
    with caplog.at_level(logging.ERROR):
        reply = user.api.get(ME, headers={"X-Request-Id": "my-request.1"})
    assert reply.status == 500
    assert reply.json == {
        "error": "Something went wrong on our side. Try again; if it persists, report the X-Request-Id of this reply.",
        "code": "INTERNAL_SERVER_ERROR",
    }
    assert reply.headers["x-request-id"] == "my-request.1"
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "request.failed" in logged
    assert "my-request.1" in logged


@pytest.mark.clause("G-5.4")
@pytest.mark.parametrize(
    ("given", "kept"), [("abc", True), ("A-b_c:1.2", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("é", False)]
)
def test_every_reply_carries_a_request_id(api: Client, given: str, kept: bool) -> None:
    own = Matching(r"[0-9a-f-]{36}")
    assert api.get(ME).headers["x-request-id"] == own
    assert api.get(ME, headers={"X-Request-Id": given}).headers["x-request-id"] == (given if kept else own)


@pytest.mark.clause("G-5.5")
@pytest.mark.parametrize(
    "path", ["/api/v1/", "/api/v1/nothing", "/api/v1/users", "/api/v1/users/me/", "/api/v1/auth/login/x", "/api/v1/%F0%9F%98%80"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_unknown_paths(api: Client, method: str, path: str) -> None:
    reply = api.send(method, path)
    assert (reply.status, reply.json) == (404, {"error": TEXT, "code": "NOT_FOUND"})


@pytest.mark.clause("G-5.5")
def test_wrong_method(user: Actor) -> None:
    reply = user.api.delete(ME)
    assert (reply.status, reply.json) == (405, {"error": 'Method "DELETE" not allowed.', "code": "METHOD_NOT_ALLOWED"})
    assert reply.headers["allow"] == "GET, PUT, HEAD"


@pytest.mark.clause("G-5.5")
@pytest.mark.parametrize("raw", [b"", b" ", b"{", b"[1]", b'"text"', b"null", b"{'email': 1}", b"\xff\xfe{\x00}\x00"])
def test_malformed_json(api: Client, raw: bytes) -> None:
    reply = api.send("POST", REGISTER, raw=raw)
    assert (reply.status, sorted(reply.json), reply.json["code"]) == (400, ["code", "error"], "INVALID_REQUEST")


@pytest.mark.clause("G-1.1", "G-5.5")
def test_a_body_in_pieces_is_read(api: Client) -> None:
    body = b'{"email": "ada@example.com", "password": "a long pass phrase", "firstName": "Ada", "lastName": "Example"}'
    assert api.send("POST", REGISTER, chunks=[body[:10], body[10:60], body[60:]]).status == 201


@pytest.mark.clause("G-5.5")
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html", "x", ""]
)
def test_wrong_content_type(api: Client, content_type: str) -> None:
    reply = api.send("POST", REGISTER, raw=b"email=a", headers={"Content-Type": content_type})
    assert (reply.status, reply.json) == (415, {"error": "Send the body as application/json.", "code": "INVALID_REQUEST"})
