"""What is pushed to a caller's own server: over https to anywhere public, over plain http only to networks that the operator opened."""

import pytest
from pytest_django import Settings

from common import fetch
from tests.fakes.asset_host import AssetHost

PUBLIC, PRIVATE = "93.184.215.14", "10.1.2.3"


NAMES = {"away.example": [PUBLIC], "inside.example": ["127.0.0.1"]}


@pytest.mark.clause("P-2.7")
@pytest.mark.parametrize(
    ("url", "opened", "rule"),
    [
        (f"https://{PUBLIC}/", (), ""),
        ("https://example.com/", (), ""),
        (f"http://{PUBLIC}/", (), "plain-http"),
        (f"http://{PUBLIC}/", ("127.0.0.0/8",), "plain-http"),
        (f"http://{PUBLIC}/", (f"{PUBLIC}/32",), ""),
        ("http://example.com/", (), "plain-http"),
        ("http://unknown.example/", ("127.0.0.0/8",), "plain-http"),
        ("http://away.example/", ("127.0.0.0/8",), "plain-http"),
        ("http://inside.example/", ("127.0.0.0/8",), ""),
        ("https://unknown.example/", ("127.0.0.0/8",), ""),
        ("http://localhost/", ("127.0.0.0/8",), ""),
        ("http://localhost/", (), "address"),
        (f"https://{PRIVATE}/", (), "address"),
        (f"http://{PRIVATE}/", (), "address"),
        (f"http://{PRIVATE}/", ("10.0.0.0/8",), ""),
        (f"https://{PRIVATE}/", ("10.0.0.0/8",), ""),
    ],
)
def test_at_intake(settings: Settings, url: str, opened: tuple[str, ...], rule: str) -> None:
    settings.SAFE_FETCH_ALLOW = opened
    found = ""
    try:
        fetch.check_push_url(url=url, resolver=lambda host, _: NAMES.get(host, []))
    except fetch.UrlRefused as error:
        found = error.rule
    assert found == rule


@pytest.mark.parametrize(("answers", "rule"), [([PUBLIC], "plain-http"), (["127.0.0.1", PUBLIC], "plain-http"), ([PRIVATE], "address")])
def test_plain_http_to_a_name_is_checked_when_it_is_looked_up(
    settings: Settings, asset_host: AssetHost, answers: list[str], rule: str
) -> None:
    settings.SAFE_FETCH_ALLOW = ("127.0.0.0/8",)
    allow = fetch.allow_for_push("http")
    url = asset_host.url("/status/204", host="hook.example")
    with pytest.raises(fetch.UrlRefused) as caught:
        fetch.send(method="POST", url=url, headers={}, content=b"", allow=allow, resolver=lambda *_: answers)
    assert caught.value.rule == rule
    assert asset_host.requests == []
    assert fetch.send(method="POST", url=url, headers={}, content=b"", allow=allow, resolver=lambda *_: ["127.0.0.1"]).status == 204
