"""Values on the wire: 64-bit integers, bytes, moments, events, and which contract speaks where."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.test import RequestFactory
from rest_framework.serializers import ValidationError

from common import ids, sse
from common.contracts import wire
from common.contracts.address import client_address
from common.contracts.handling import flatten
from common.contracts.registry import find_dialect
from common.contracts.rendering import to_json


@pytest.mark.clause("A-1.3")
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2017, 1, 1, 10, 0, 20, 21_999, tzinfo=UTC), "2017-01-01T10:00:20.021Z"),
        (datetime(2017, 1, 1, 10, 0, 20, tzinfo=timezone(timedelta(hours=-5, minutes=-30))), "2017-01-01T15:30:20.000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
    ],
)
def test_timestamps(moment: datetime, text: str) -> None:
    assert wire.timestamp(moment) == text
    assert wire.find_timestamp(moment) == text
    assert wire.find_timestamp(None) is None


@pytest.mark.clause("A-1.1")
def test_int64() -> None:
    field = wire.Int64Field()
    assert [field.to_internal_value(given) for given in (1, "1", 1.0, "-1", -(2**63), str(2**63 - 1))] == [1, 1, 1, -1, -(2**63), 2**63 - 1]
    assert field.to_representation(10**6) == "1000000"
    for given in (2**63, "9223372036854775808", 1.5, "1.5", True, None, "", "１", "1_0", " 1", 1e20, float("nan"), float("inf"), [1]):
        with pytest.raises(ValidationError):
            field.to_internal_value(given)


@pytest.mark.clause("A-1.2")
def test_base64() -> None:
    field = wire.Base64Field()
    assert [field.to_internal_value(text) for text in ("//4A", "__4A", "/w==", "/w", "_w", "")] == [
        b"\xff\xfe\x00", b"\xff\xfe\x00", b"\xff", b"\xff", b"\xff", b"",
    ]  # fmt: skip
    assert field.to_representation(b"\xff\xfe") == "//4="
    for text in ("=A", "A", "A A=", "é", "AA\n", 5, None):
        with pytest.raises(ValidationError):
            field.to_internal_value(text)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/users/me", "gateway"), ("/api/v1/", "gateway"), ("/api/v1/task", "application"), ("/api/v1/task/", "application"),
        ("/api/v1/tasks", "gateway"), ("/api/ai", "platform"), ("/api/", "platform"), ("/v1/models", "openai"), ("/call", "marketplace"),
        ("/calls", None), ("/", None), ("/admin/", None), ("/files/x", None), ("/apiary", None),
    ],
)  # fmt: skip
def test_which_contract_speaks(path: str, name: str | None) -> None:
    dialect = find_dialect(path)
    assert (dialect.name if dialect else None) == name


def test_nested_details_are_named_by_their_way() -> None:
    detail = {"a": ["x", "y"], "b": {"c": ["z"]}, "d": [{}, {"e": ["w"]}]}
    assert flatten(detail) == {"a": ["x", "y"], "b.c": ["z"], "d[1].e": ["w"]}
    assert flatten(["x"]) == {"body": ["x"]}


def test_json_is_compact_utf8() -> None:
    assert to_json({"a": [1, "ü"]}) == '{"a":[1,"ü"]}'.encode()
    with pytest.raises(TypeError):
        to_json({"a": object()})


def test_events_are_written_on_one_line() -> None:
    assert sse.chunk({"text": "a\nb ü"}, number=3) == 'id: 3\ndata: {"text":"a\\nb ü"}\n\n'.encode()
    assert sse.chunk([]) == b"data: []\n\n"


def test_ids_are_in_order() -> None:
    made = [ids.new_id() for _ in range(1_000)]
    assert made == sorted(set(made))
    assert {each.version for each in made} == {7}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "2.2.2.2", "127.0.0.1"),
        (1, " , 1.1.1.1 , ", "1.1.1.1"),
    ],
)
def test_address(proxies: int, forwarded: str, address: str, settings: object) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies  # type: ignore[attr-defined]  # pytest-django's wrapper takes any setting
    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == address
