"""Input that breaks servers, at every endpoint that reads a body, a query or a path: refused in the contract's own shape, nothing stored.

The corpus is made of what was seen to end in a 500 somewhere: what databases cannot hold, what parsers run out of stack on, numbers beyond
every type, and types that nobody expects.
"""

import base64
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from accounts.services.preferences import BYTES_MAX
from aitasks import registry
from common.contracts.marketplace import MARKETPLACE
from common.errors import TollgateError
from tests.conftest import Actor
from tests.contracts.doors import SOME_UUID, Door, all_doors
from tests.contracts.stored import everything_stored
from tests.factories import credits, people, services
from tests.factories.apps import make_app
from tests.fakes.asgi import Client, Reply, collect

DOORS = {door.route: door for door in all_doors()}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/v1/auth/register"): {"email": "n@example.com", "password": "a long pass phrase", "firstName": "A", "lastName": "B"},
    ("POST", "/api/v1/auth/login"): {"email": "n@example.com", "password": "wrong"},
    ("POST", "/api/v1/auth/refresh"): {"refreshToken": f"{'0' * 32}.{'x' * 43}"},
    ("POST", "/api/v1/auth/password"): {"currentPassword": "wrong", "newPassword": "a long pass phrase"},
    ("POST", "/api/v1/auth/password/reset"): {"email": "n@example.com"},
    ("POST", "/api/v1/auth/password/reset/confirm"): {"token": f"{'0' * 32}.1.{'x' * 64}", "newPassword": "a long pass phrase"},
    ("POST", "/api/v1/auth/verify"): {"token": f"{'0' * 32}.1.{'x' * 64}"},
    ("PUT", "/api/v1/users/me"): {"firstName": "A", "lastName": "B"},
    ("PATCH", "/api/user/profile"): {"firstName": "A", "lastName": "B", "avatar": None},
    ("POST", "/api/v1/subscriptions/upgrade"): {"plan": "basic"},
    ("POST", "/api/v1/subscriptions/credits"): {"pack": "small"},
    ("POST", "/api/user/keys"): {"name": "k", "apis": ["imagine"], "appId": "", "expiresAt": "2100-01-01T00:00:00Z", "creditLimit": "5"},
    ("POST", "/api/admin/users"): {"email": "n@example.com", "firstName": "A", "lastName": "B"},
    ("POST", "/api/admin/pricing"): {
        "feature": "imagine",
        "target": "image",
        "credits": "5",
        "per": "1",
        "validFrom": "2100-01-01T00:00:00Z",
    },
    **{("POST", f"/api/ai/{feature.name}"): dict(feature.examples[0]) for feature in registry.public_features()},
    **{("POST", f"{folder}call"): {"method": "chat", "payload": {"message": "x"}} for folder in ("/", "/services/<slug:slug>/")},
    **{("POST", f"{folder}result"): {"taskId": SOME_UUID} for folder in ("/", "/services/<slug:slug>/")},
    ("POST", "/api/v1/chat/<str:thread_id>/messages"): {"content": "Hello", "stream": False},
    ("POST", "/api/v1/ai-resource/presigned-upload"): {"s3Key": "song.wav"},
    ("POST", "/api/v1/ai-connection/callback"): {"taskId": "t", "errorCode": {"status": "AC_000", "reason": "success"}},
    ("POST", "/api/v1/ai-resource/delete"): {"s3Key": "publishers/x/y.wav"},
}
"""A body that works, for every endpoint that reads JSON of its own shape."""

KEEPING = {
    ("PUT", "/api/user/settings"), ("PATCH", "/api/user/settings"), ("PUT", "/api/user/settings/app/<slug:app_id>/<str:key>"),
}  # fmt: skip
"""Endpoints that keep whatever JSON they are given: what others refuse is what they are for."""

RAW = {
    "empty": b"",
    "space": b"  ",
    "array": b"[]",
    "array of objects": b"[{}]",
    "text": b'"x"',
    "number": b"1",
    "null": b"null",
    "true": b"true",
    "cut off": b'{"a": ',
    "two documents": b"{}{}",
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "comment": b"{} // x",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "invalid UTF-8": b'{"a": "\xff\xfe"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "UTF-8 of half a surrogate pair": b'{"a": "\xed\xa0\x80"}',
    "NUL byte": b'{"a": "\x00"}',
    "deep array": b"[" * 100_000,
    "deep array, closed": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 50_000,
    "form": b"email=a&password=b",
    "xml": b"<?xml version='1.0'?><x/>",
    "pickle": b"\x80\x04N.",
}
"""Bodies that are no request of any endpoint."""

FORBIDDEN = {
    "NUL": '"a\\u0000b"',
    "half a surrogate pair": '"\\ud800"',
    "the other half": '"\\udfff x"',
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "too large a float": "1e999",
    "4,000 digits": "9" * 4_000,
    "deep array": "[" * 900 + "]" * 900,
    "deep object": '{"a":' * 900 + "1" + "}" * 900,
    "NUL in a key": '{"a\\u0000b": 1}',
    "half a surrogate pair in a key": '{"\\ud800": 1}',
    "nothing": "",
    "octal": "01",
    "raw line end": '"a\nb"',
}
"""Values that no field takes, as they stand in the JSON text."""

STRANGE = {
    "null": "null",
    "true": "true",
    "zero": "0",
    "negative": "-1",
    "fraction": "1.5",
    "beyond 64 bits": str(2**63),
    "10**30": str(10**30),
    "array": "[]",
    "array of array": '[[["a"]]]',
    "object": "{}",
    "object of object": '{"type": {"$ne": 1}}',
    "empty text": '""',
    "spaces": '"   "',
    "long text": json.dumps("x" * 200_000),
    "right to left": '"\\u202e\\u2066"',
    "SQL": '"\' OR 1=1 --"',
    "path": '"../../etc/passwd"',
    "template": '"{{7*7}}${7*7}%s%n"',
    "line ends": '"a\\r\\nSet-Cookie: x=1"',
    "number as text": '"1e3"',
    "file URL": '"file:///etc/passwd"',
    "loopback URL": '"http://127.0.0.1:1/"',
    "data URI": '"data:text/html;base64,===="',
    "astral": '"\\ud83d\\ude00"',
}
"""Values that some field may take: never a 500, and what is refused leaves nothing behind."""

SOON = {"Prefer": "respond-async"}
"""No worker runs here, so no call waits for one."""
_numbers = count(1)


def elsewhere(client: Client) -> Client:
    """Return the same client from an address of its own, so that no rate limit answers in place of the endpoint."""
    number = next(_numbers)
    return client.from_address(f"198.{18 + number // 65_536}.{number // 256 % 256}.{number % 256}")


def variants(body: Any, mark: str = "@@") -> Iterator[str]:
    """Yield the body as JSON text with ``@@`` in the place of each value in turn, and as one more field."""
    if isinstance(body, dict):
        for name, value in body.items():
            for text in variants(value):
                rest = {key: item for key, item in body.items() if key != name}
                yield (
                    "{" + ", ".join([f"{json.dumps(name)}: {text}", *(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in rest.items())]) + "}"
                )
    yield mark


def is_refused(reply: Reply, door: Door) -> bool:
    """Return whether a reply refuses: by its status, or in the marketplace's envelope by its code."""
    return reply.status >= 300 or (door.dialect is MARKETPLACE and reply.json["errorCode"]["status"][-4:-2] == "_4")


def check_refused(reply: Reply, door: Door, what: object) -> None:
    """Check that a reply is a 4xx in the contract's own words."""
    if door.dialect is MARKETPLACE:
        assert is_refused(reply, door), (what, reply.body[:300])
        assert reply.status < 500
        if "processDuration" not in reply.json:
            assert set(reply.json) == set(MARKETPLACE.render(TollgateError(""))), (what, reply.body[:300])
        return
    assert 400 <= reply.status < 500 or reply.status == 501, (what, reply.status, reply.body[:300])
    words = {"gateway": {"error", "code"}, "platform": {"code", "message"}, "exchange": {"code", "message", "data"}}[door.dialect.name]
    assert set(reply.json) - {"details"} == words, (what, reply.body[:300])


@pytest.fixture
def user(staff: Actor) -> Actor:
    """Somebody to whom every door opens: a member of staff."""
    return staff


@pytest.fixture
def rich(user: Actor) -> Actor:
    """A user whose credits do not end before the corpus does; the services that the marketplace's doors lead to are there too."""
    services.make_service()
    services.make_service(slug=SOME_UUID, is_default=False)
    credits.give_credits(user.user, 10_000_000)
    return user


@pytest.fixture(params=sorted(BODIES), ids=" ".join)
def target(request: pytest.FixtureRequest) -> tuple[str, Door, dict[str, Any]]:
    """A method, an endpoint, and a body that works there."""
    method, route = request.param
    return method, DOORS[route], BODIES[request.param]


@pytest.mark.clause("G-5.5", "A-2.1")
def test_bodies_that_are_no_request(rich: Actor, target: tuple[str, Door, dict[str, Any]]) -> None:
    method, door, _ = target
    before = everything_stored()
    for what, raw in RAW.items():
        check_refused(elsewhere(rich.api).send(method, door.path, raw=raw, headers=SOON | door.headers), door, what)
    assert everything_stored() == before


@pytest.mark.clause("G-5.5", "A-2.1", "A-1.1")
def test_values_that_nothing_can_hold(rich: Actor, target: tuple[str, Door, dict[str, Any]]) -> None:
    method, door, body = target
    before = everything_stored()
    for text in [*variants(body), json.dumps(body)[:-1] + ', "unknown": @@}']:
        for what, value in FORBIDDEN.items():
            reply = elsewhere(rich.api).send(method, door.path, raw=text.replace("@@", value).encode(), headers=SOON | door.headers)
            check_refused(reply, door, (what, text))
            assert reply.status == 400
    assert everything_stored() == before


@pytest.mark.clause("A-2.1", "P-4.1")
@pytest.mark.parametrize(("method", "route"), sorted(KEEPING))
def test_what_keeps_any_json_refuses_what_nothing_can_hold(rich: Actor, method: str, route: str) -> None:
    make_app(SOME_UUID)
    before = everything_stored()
    for what, value in FORBIDDEN.items():
        for text in (f'{{"a": {value}}}', f'{{"a": {{"b": [{value or ","}]}}}}'):
            reply = rich.api.send(method, DOORS[route].path, raw=text.encode(), headers={"Content-Type": "application/json"})
            check_refused(reply, DOORS[route], (what, text))
            assert reply.status == 400
    assert everything_stored() == before
    for value in STRANGE.values():
        reply = rich.api.send(method, DOORS[route].path, raw=f'{{"a": {value}}}'.encode(), headers={"Content-Type": "application/json"})
        assert reply.status == (400 if len(value) > BYTES_MAX else 200)


@pytest.mark.clause("G-5.5", "A-2.1", "A-1.4")
def test_values_of_types_that_nobody_expects(rich: Actor, target: tuple[str, Door, dict[str, Any]]) -> None:
    method, door, body = target
    bodies = [text.replace("@@", value).encode() for text in variants(body) for value in STRANGE.values()]
    requests = [elsewhere(rich.api).request(method, door.path, raw=raw, headers=SOON | door.headers) for raw in bodies]
    refused = [request for request in requests if is_refused(collect(rich.api.server.begin(request)), door)]
    before = everything_stored()
    for request in refused:
        check_refused(collect(rich.api.server.begin(request)), door, request.chunks)
    assert everything_stored() == before


@pytest.mark.clause("G-5.5", "A-2.1")
def test_unknown_keys_of_every_kind(rich: Actor, target: tuple[str, Door, dict[str, Any]]) -> None:
    method, door, body = target
    before = everything_stored()
    for key in ("", " ", "__proto__", "constructor", "$where", "x" * 10_000, "\u202e", "😀", "a.b", "a[0]", "isStaff"):
        check_refused(elsewhere(rich.api).send(method, door.path, body | {key: 1}, headers=door.headers), door, key)
    assert everything_stored() == before


@pytest.mark.clause("G-5.5", "A-2.1")
def test_a_key_given_twice_is_refused(rich: Actor, target: tuple[str, Door, dict[str, Any]]) -> None:
    """Readers before and behind would disagree on which one counts."""
    method, door, body = target
    before = everything_stored()
    for name, value in body.items():
        raw = json.dumps(body)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"
        check_refused(elsewhere(rich.api).send(method, door.path, raw=raw.encode(), headers=SOON | door.headers), door, name)
    assert everything_stored() == before


@pytest.mark.clause("G-5.5", "A-2.1")
@pytest.mark.parametrize(
    "parameters", ["charset=bogus", "charset=utf-16", "charset=", "boundary=x", "charset=utf-8; charset=x", ";;;", "x" * 5_000]
)
def test_content_type_with_strange_parameters(rich: Actor, target: tuple[str, Door, dict[str, Any]], parameters: str) -> None:
    method, door, _ = target
    before = everything_stored()
    reply = elsewhere(rich.api).send(
        method, door.path, raw=b"{}", headers={"Content-Type": f"application/json; {parameters}"} | SOON | door.headers
    )
    if is_refused(reply, door):
        check_refused(reply, door, parameters)
        assert everything_stored() == before


LISTS = sorted(route for route, door in DOORS.items() if "GET" in door.methods and "<" not in route)
NUMBERS = [
    "",
    "0",
    "-1",
    "101",
    "1.5",
    "abc",
    "1e1",
    "0x10",
    "٣",
    "１",
    " 1",
    "1 ",
    "+1",
    "1_0",
    str(2**31),
    str(2**63),
    str(10**30),
    "9" * 4_300,
]
CURSORS = [
    "x", "%%", "=", "====", "é", "a b", "' OR 1=1", "A" * 10_000,
    *(base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in ("\x00", "x", "é", "-", "1e3", "9" * 5_000, "(select 1)")),
]  # fmt: skip
TEXTS = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF",
    "%C0%AF",
    "\xff",
    "%",
    "%zz",
    "%25",
    "a=b",
    "[]",
    "%F0%9F%98%80",
    "x" * 8_000,
    "..%2F..",
    "'",
    "%0d%0ax: y",
]


@pytest.mark.clause("A-1.5", "A-2.1")
@pytest.mark.parametrize("route", LISTS)
def test_query_parameters(rich: Actor, route: str) -> None:
    door = DOORS[route]
    before = everything_stored()
    rich.api.get(door.path)
    paged = rich.api.get(f"{door.path}?limit=0").status == 400
    for name in ("limit", "cursor", "status", "after", "x", "%00", "x%00", "\xff", "limit[]", "__class__"):
        for value in [*TEXTS, *CURSORS, *NUMBERS]:
            reply = rich.api.get(
                f"{door.path}?{name}={value.replace('é', '%C3%A9').replace('٣', '%D9%A3').replace('１', '%EF%BC%91').replace(' ', '+')}"
            )
            if reply.status != 200:
                check_refused(reply, door, (name, value))
            if paged and name == "limit":
                assert reply.status == 400, value
            if paged and name == "cursor" and value in CURSORS:
                assert reply.status == 400, value
    after = everything_stored()
    for opened_by_reading in ("Wallet", "Grant", "Transfer", "WebhookSecret"):
        before.pop(opened_by_reading), after.pop(opened_by_reading)
    assert after == before


@pytest.mark.clause("A-2.1")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_paths(user: Actor, method: str) -> None:
    ids = [*TEXTS, "0", "-1", SOME_UUID.upper(), SOME_UUID + "0", SOME_UUID.replace("-", ""), "{" + SOME_UUID + "}", "9" * 5_000]
    for route in [route for route in DOORS if "<uuid" in route]:
        door = DOORS[route]
        for value in ids:
            path = door.path.replace(SOME_UUID, value)
            reply = user.api.send(method, path)
            assert reply.status in {404, 405, 400}, (path, reply)
            check_refused(reply, door, path)


@pytest.mark.clause("P-2.8", "P-2.3", "P-2.5")
@pytest.mark.parametrize(
    ("header", "value"),
    [
        *[("Idempotency-Key", value) for value in ("", " ", '""', "x" * 256, "a b", "é", "\x00", '"', 'a"b', "\t")],
        *[("Prefer", value) for value in ("wait=-1", "wait=1.2.3", "wait=...")],
    ],
)
def test_headers_of_calls(rich: Actor, header: str, value: str) -> None:
    before = everything_stored()
    reply = rich.api.post("/api/ai/imagine", BODIES["POST", "/api/ai/imagine"], headers={header: value})
    check_refused(reply, DOORS["/api/ai/imagine"], value)
    assert (reply.status, everything_stored() == before) == (400, True)


@pytest.mark.clause("P-2.5")
@pytest.mark.parametrize("value", ["-1", "x", "1.5", "9" * 10, "٣".encode().decode("latin-1"), "1 2", "\x00"])
def test_last_event_id(rich: Actor, value: str) -> None:
    made = rich.api.post("/api/ai/imagine", BODIES["POST", "/api/ai/imagine"])
    reply = rich.api.get(f"{made.headers['location']}/events", headers={"Last-Event-ID": value})
    check_refused(reply, DOORS["/api/ai/imagine"], value)


UPLOADS = {
    "no file": b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n',
    "text in its place": b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n1\r\n--b--\r\n',
    "empty file": b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--b--\r\n',
    "no name": b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\nabc\r\n--b--\r\n',
    "cut off": b'--b\r\nContent-Disposition: form-data; name="file"; fi',
    "no disposition": b"--b\r\n\r\nabc\r\n--b--\r\n",
    "bad transfer encoding": (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--\r\n'
    ),
    "too many fields": b"".join(b'--b\r\nContent-Disposition: form-data; name="x%d"\r\n\r\n1\r\n' % n for n in range(300)) + b"--b--\r\n",
    "other boundary": b"--c\r\n\r\n--c--\r\n",
    "nothing": b"",
}


@pytest.mark.clause("A-2.1")
@pytest.mark.parametrize("what", sorted(UPLOADS))
def test_uploads_that_are_none(user: Actor, what: str) -> None:
    before = everything_stored()
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    reply = user.api.send("POST", "/api/user/files", raw=UPLOADS[what], headers=headers)
    check_refused(reply, DOORS["/api/user/files"], what)
    assert (reply.status, everything_stored() == before) == (400, True)


@pytest.mark.clause("A-2.1")
@pytest.mark.parametrize(
    "name",
    [
        b"a\x00b.png",
        b"../../etc/passwd",
        b"a\r\nSet-Cookie: x",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"x" * 400,
        "😀\u202e.png".encode(),
        b".",
        b"a/b\\c",
    ],
)
def test_upload_names(user: Actor, name: bytes) -> None:
    raw = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\nabc\r\n--b--\r\n'
    reply = user.api.send("POST", "/api/user/files", raw=raw, headers={"Content-Type": "multipart/form-data; boundary=b"})
    if reply.status == 201:
        assert not {"\x00", "\n", "/"} & set(reply.json["name"])
        assert user.api.get(f"/api/user/files/{reply.json['id']}").json["name"] == reply.json["name"]
    else:
        check_refused(reply, DOORS["/api/user/files"], name)


@pytest.mark.clause("A-2.1")
def test_every_endpoint_that_reads_json_is_attacked() -> None:
    bodiless = {("POST", "/api/v1/auth/logout"), ("POST", "/api/v1/auth/verify/resend"), ("POST", "/api/v1/chat/init")}
    bodiless |= {("POST", f"/api/v1/subscriptions/{name}") for name in ("cancel", "portal", "webhook")}
    bodiless |= {("POST", f"/api/admin/users/<uuid:user_id>/{name}") for name in ("disable", "enable")}
    bodiless |= {("POST", f"/api/admin/tasks/<uuid:task_id>/{name}") for name in ("cancel", "retry")}
    bodiless |= {("POST", "/stats"), ("POST", "/services/<slug:slug>/stats")}
    bodiless |= {("POST", f"/api/user/{name}") for name in ("webhook-secret", "webhook-deliveries/<uuid:delivery_id>/redeliver")}
    bodiless |= {("PUT", "/api/apps/<slug:app_id>/enabled")}
    reading = {(method, route) for route, door in DOORS.items() for method in door.methods & {"POST", "PUT", "PATCH"}}
    assert reading - bodiless - {("POST", "/api/user/files")} == set(BODIES) | KEEPING


def test_a_stranger_with_a_nasty_password_gets_in(api: Client) -> None:
    """Not everything odd is refused: a password may be any text that can be stored."""
    people.make_user(email="n@example.com")
    body = BODIES["POST", "/api/v1/auth/register"] | {"email": "m@example.com", "password": "😀 \u202e ' -- {{7*7}}"}
    assert api.post("/api/v1/auth/register", body).status == 201
    assert api.post("/api/v1/auth/login", {"email": "m@example.com", "password": body["password"]}).status == 200
