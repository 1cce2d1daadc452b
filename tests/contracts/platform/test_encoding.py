"""A-1 and A-2.1: how values, lists and errors look on the platform contract."""

from typing import Any

import pytest

from tests.conftest import Actor
from tests.contracts.matching import API_KEY, TEXT, TIMESTAMP, UUID, platform_error
from tests.contracts.stored import everything_stored
from tests.fakes.asgi import Client

KEYS = "/api/user/keys"
IMAGINE = "/api/ai/imagine"
CALL = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}


@pytest.mark.clause("A-1.1")
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (5, "5"),
        ("5", "5"),
        ("+5", "5"),
        (5.0, "5"),
        ("007", "7"),
        (0, "0"),
        ("0", "0"),
        (2**63 - 1, str(2**63 - 1)),
        (str(2**63 - 1), str(2**63 - 1)),
    ],
)
def test_64_bit_integers_come_as_numbers_or_text_and_leave_as_text(user: Actor, given: object, shown: str) -> None:
    reply = user.api.post(KEYS, {"creditLimit": given})
    assert (reply.status, reply.json["creditLimit"]) == (201, shown)


@pytest.mark.clause("A-1.1")
@pytest.mark.parametrize(
    "given", [2**63, str(2**63), -(2**63) - 1, 5.5, "5.5", "5.0", "", " 5", "5 ", "five", "1e3", "0x5", "٥", True, [], {}, 1e300]
)
def test_other_integers_are_refused(user: Actor, given: object) -> None:
    before = everything_stored()
    reply = user.api.post(KEYS, {"creditLimit": given})
    message = "Invalid input data. (creditLimit: Must be a whole number within 64 bits, or a string of one.)"
    assert (reply.status, reply.json) == (400, platform_error(3, message))
    assert everything_stored() == before


@pytest.mark.clause("A-1.4")
def test_null_is_left_out(user: Actor) -> None:
    reply = user.api.post(KEYS, dict.fromkeys(["name", "apis", "appId", "expiresAt", "creditLimit"]))
    assert (reply.status, {name: reply.json[name] for name in ("name", "apis", "appId", "expiresAt", "creditLimit")}) == (
        201,
        {"name": "", "apis": [], "appId": "", "expiresAt": None, "creditLimit": "0"},
    )


@pytest.mark.clause("A-2.1")
@pytest.mark.parametrize("body", [{"name": 5}, {"name": 1.5}, {"name": True}, {"apis": [5]}, {"apis": ["extract", None]}, {"appId": 0}])
def test_texts_are_texts(user: Actor, body: dict[str, Any]) -> None:
    before = everything_stored()
    reply = user.api.post(KEYS, body)
    assert (reply.status, reply.json) == (400, platform_error(3))
    assert everything_stored() == before


@pytest.mark.clause("A-1.2")
@pytest.mark.parametrize("data", ["=", "A", "A===", "YWJj\nZGVm", "YW Jj", "é", "YW-_+/"])
def test_bad_base64_is_refused(user: Actor, data: str) -> None:
    before = everything_stored()
    call = {"source": {"data": {"src": f"data:image/png;base64,{data}"}}, "prompts": {"prompt": ""}}
    reply = user.api.post("/api/ai/extract", call, headers={"Prefer": "respond-async"})
    assert (reply.status, reply.json) in [(400, platform_error(3)), (501, platform_error(12))]
    assert everything_stored() == before


@pytest.mark.clause("A-1.3")
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2100-01-01T10:00:20.021Z", "2100-01-01T10:00:20.021Z"),
        ("2100-01-01T10:00:20Z", "2100-01-01T10:00:20.000Z"),
        ("2100-01-01T10:00:20.1234567Z", None),
        ("2100-01-01T12:00:20+02:00", "2100-01-01T10:00:20.000Z"),
        ("2100-01-01T10:00:20", None),
        ("2100-01-01", None),
        ("2100-13-01T10:00:20Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        (4_102_444_800, None),
        ("tomorrow", None),
    ],
)
def test_timestamps(user: Actor, given: object, shown: str | None) -> None:
    reply = user.api.post(KEYS, {"expiresAt": given})
    if reply.status == 201:
        assert reply.json["expiresAt"] == (shown or "2100-01-01T10:00:20.123Z")
    else:
        assert (reply.status, reply.json, shown) == (400, platform_error(3), None)


@pytest.mark.clause("A-1.4")
@pytest.mark.parametrize("body", [{}, {"name": "", "apis": [], "appId": "", "expiresAt": None, "creditLimit": 0}])
def test_a_field_left_out_is_its_types_default(user: Actor, body: dict[str, Any]) -> None:
    reply = user.api.post(KEYS, body)
    assert reply.status == 201
    assert reply.json == {
        "id": UUID, "name": "", "prefix": reply.json["key"][:11], "apis": [], "appId": "", "createdAt": TIMESTAMP, "expiresAt": None,
        "lastUsedAt": None, "creditLimit": "0", "usedCredits": "0", "key": API_KEY,
    }  # fmt: skip


@pytest.mark.clause("A-1.4")
@pytest.mark.parametrize(
    "extra",
    [
        {"source": None}, {"stream": None}, {"stream": False}, {"source": {}}, {"source": {"type": "", "data": {"type": "", "src": "",
        "text": ""}}},
        {"source": {"data": {"text": None, "src": None}}}, {"prompts": {"prompt": "a red ball", "negative": None}}, {"target": None},
        {"target": {}},
        {"target": {"type": ""}}, {"target": {"type": None}}, {"count": None},
    ],
)  # fmt: skip
def test_null_and_empty_mean_left_out_in_calls(user: Actor, extra: dict[str, Any]) -> None:
    reply = user.api.post(IMAGINE, CALL | extra)
    assert (reply.status, reply.json["usage"]) == (202, {"credits": "0", "reserved": "10"}), reply.text


@pytest.mark.clause("A-1.5")
def test_lists_come_in_pages_newest_first(user: Actor, second_user: Actor) -> None:
    ids = [user.api.post(IMAGINE, CALL).json["id"] for _ in range(5)]
    second_user.api.post(IMAGINE, CALL)
    seen, cursor, sizes = [], "", []
    while True:
        page = user.api.get(f"{IMAGINE}?limit=2&cursor={cursor}").json
        assert sorted(page) == ["items", "next"]
        seen += [item["id"] for item in page["items"]]
        sizes.append(len(page["items"]))
        cursor = page["next"]
        if not cursor:
            break
    assert (seen, sizes) == (ids[::-1], [2, 2, 1])


@pytest.mark.clause("A-1.5")
def test_a_full_last_page_says_that_it_is_the_last(user: Actor) -> None:
    for _ in range(2):
        user.api.post(IMAGINE, CALL)
    assert [user.api.get(f"{IMAGINE}?limit={limit}").json["next"] != "" for limit in (1, 2, 3)] == [True, False, False]


@pytest.mark.clause("A-1.5")
def test_a_page_is_not_shifted_by_new_rows(user: Actor) -> None:
    ids = [user.api.post(IMAGINE, CALL).json["id"] for _ in range(3)]
    page = user.api.get(f"{IMAGINE}?limit=2").json
    user.api.post(IMAGINE, CALL)
    rest = user.api.get(f"{IMAGINE}?limit=2&cursor={page['next']}").json
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]


@pytest.mark.clause("A-1.5")
def test_pages_have_20_items_unless_asked(user: Actor) -> None:
    for number in range(21):
        user.api.post(KEYS, {"name": str(number)})
    page = user.api.get(KEYS).json
    assert [item["name"] for item in page["items"]] == [str(number) for number in range(20, 0, -1)]
    assert len(user.api.get(f"{KEYS}?limit=100").json["items"]) == 22


@pytest.mark.clause("A-2.1")
def test_errors_are_a_code_and_a_message(api: Client, user: Actor) -> None:
    seen = [
        api.get(KEYS),
        user.api.get(IMAGINE + "?limit=x"),
        user.api.get(f"{IMAGINE}/0190b5a0-0000-7000-8000-000000000000"),
        user.key_api.get(KEYS),
        user.api.delete(KEYS),
        user.api.get("/api/nothing"),
    ]
    assert [(reply.status, reply.json) for reply in seen] == [
        (401, {"code": 16, "message": "Invalid authentication token."}),
        (400, {"code": 3, "message": "limit must be a whole number from 1 to 100."}),
        (404, {"code": 5, "message": "There is no such task."}),
        (403, {"code": 7, "message": "An API key cannot do this. Sign in and use the access token."}),
        (405, {"code": 12, "message": 'Method "DELETE" not allowed.'}),
        (404, {"code": 5, "message": TEXT}),
    ]
