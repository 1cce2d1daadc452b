"""The JSON that is read, and the JSON that is not."""

from typing import Any

import pytest

from common import errors
from common.contracts.parsing import DEPTH_MAX, INTEGER_DIGITS_MAX, parse_json


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b' {"a": [1, 2.5, true, null, "x"]} ', {"a": [1, 2.5, True, None, "x"]}),
        ('"ü😀"'.encode(), "ü😀"),
        (rb'"\ud83d\ude00"', "😀"),
        (b"-1", -1),
        (b"9" * INTEGER_DIGITS_MAX, int("9" * INTEGER_DIGITS_MAX)),
        (b"1.7976931348623157e308", 1.7976931348623157e308),
        (b"[" * (DEPTH_MAX - 1) + b"1" + b"]" * (DEPTH_MAX - 1), None),
    ],
)
def test_read(raw: bytes, value: Any) -> None:
    parsed = parse_json(raw)
    assert value is None or parsed == value


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"NaN", "NaN is not JSON."),
        (b"[Infinity]", "Infinity is not JSON."),
        (b"-Infinity", "-Infinity is not JSON."),
        (b"1e999", "A number is too large."),
        (b"[-1e999]", "A number is too large."),
        (b"9" * (INTEGER_DIGITS_MAX + 1), "A number has too many digits."),
        (b"-" + b"9" * 4_000, "A number has too many digits."),
        (rb'"\u0000"', "A text contains a NUL character."),
        (rb'{"\u0000": 1}', "A text contains a NUL character."),
        (rb'["\ud800"]', "A text contains half a surrogate pair."),
        (rb'{"\udfff": 1}', "A text contains half a surrogate pair."),
        (b'"\xff"', "The body is not UTF-8. Send JSON in UTF-8."),
        (b'"\xed\xa0\x80"', "The body is not UTF-8. Send JSON in UTF-8."),
        (b'{"a": 1, "a": 1}', "A name occurs twice in one object."),
        (b'[{"b": {"a": 1, "c": 2, "a": 3}}]', "A name occurs twice in one object."),
        (b"[" * DEPTH_MAX + b"1" + b"]" * DEPTH_MAX, "The body is nested deeper than 32 levels."),
        (b"[" * 100_000, "The body is nested deeper than 32 levels."),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "The body is nested deeper than 32 levels."),
        (b"", "The body is not valid JSON: Expecting value: line 1 column 1 (char 0)."),
        (b"{", "The body is not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."),
    ],
)
def test_refused(raw: bytes, message: str) -> None:
    with pytest.raises(errors.Malformed) as refused:
        parse_json(raw)
    assert refused.value.message == message
