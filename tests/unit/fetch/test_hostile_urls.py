"""No URL that a user can write leads to an address that is not public: each is refused, and before any connection is made."""

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from common import fetch
from common.fetch.addresses import is_reachable
from tests.fakes.asset_host import AssetHost
from tests.unit.fetch.conftest import Witness

LIMITS = fetch.Limits(bytes_max=1_000_000, seconds_max=5.0)
NOTHING = fetch.Allow()
LOOPBACK = fetch.allow_networks(["127.0.0.1/32"])

ADDRESS, HOST, SCHEME = "address", "host", "scheme"
# Each names its trap by what it is; the rule that catches it stands beside it.
HOSTILE = [
    ("http://127.0.0.1/", ADDRESS),
    ("http://127.255.255.254/", ADDRESS),
    ("http://localhost/", ADDRESS),
    ("http://evil.localhost/", ADDRESS),
    ("http://0.0.0.0/", ADDRESS),
    ("http://10.0.0.1/", ADDRESS),
    ("http://172.16.0.1/", ADDRESS),
    ("http://192.168.1.1/", ADDRESS),
    ("http://100.64.0.1/", ADDRESS),
    ("http://100.100.100.200/latest/meta-data/", ADDRESS),
    ("http://169.254.169.254/latest/meta-data/", ADDRESS),
    ("http://168.63.129.16/machine", ADDRESS),
    ("http://192.0.0.192/opc/v2/", ADDRESS),
    ("http://192.0.2.1/", ADDRESS),
    ("http://198.18.0.1/", ADDRESS),
    ("http://224.0.0.1/", ADDRESS),
    ("http://240.0.0.1/", ADDRESS),
    ("http://255.255.255.255/", ADDRESS),
    ("http://[::]/", ADDRESS),
    ("http://[::1]/", ADDRESS),
    ("http://[::127.0.0.1]/", ADDRESS),
    ("http://[::ffff:127.0.0.1]/", ADDRESS),
    ("http://[::ffff:7f00:1]/", ADDRESS),
    ("http://[::ffff:8.8.8.8]/", ADDRESS),
    ("http://[0:0:0:0:0:ffff:a9fe:a9fe]/", ADDRESS),
    ("http://[64:ff9b::a9fe:a9fe]/", ADDRESS),
    ("http://[64:ff9b:1::a9fe:a9fe]/", ADDRESS),
    ("http://[2002:a9fe:a9fe::1]/", ADDRESS),
    ("http://[2001:0:7f00:1::]/", ADDRESS),
    ("http://[2001:db8::1]/", ADDRESS),
    ("http://[3fff::1]/", ADDRESS),
    ("http://[fe80::1]/", ADDRESS),
    ("http://[fec0::1]/", ADDRESS),
    ("http://[fc00::1]/", ADDRESS),
    ("http://[fd00:ec2::254]/latest/meta-data/", ADDRESS),
    ("http://[ff02::1]/", ADDRESS),
    ("http://[5f00::1]/", ADDRESS),
    ("http://[4000::1]/", ADDRESS),
    ("http://[fe80::1%25eth0]/", HOST),
    ("http://[::1%lo]/", HOST),
    ("http://[127.0.0.1]/", HOST),
    ("http://2130706433/", HOST),
    ("http://0x7f000001/", HOST),
    ("http://0x7f.1/", HOST),
    ("http://0177.0.0.1/", HOST),
    ("http://127.1/", HOST),
    ("http://127.0.0.01/", HOST),
    ("http://127.0.0.1./", HOST),
    ("http://017700000001/", HOST),
    ("http://256.256.256.256/", HOST),
    ("http://①②⑦.⓪.⓪.①/", HOST),
    ("http://127。0。0。1/", HOST),
    ("http://１２７.0.0.1/", HOST),
    ("http://١٢٧.0.0.1/", HOST),
    ("http://ⓛocalhost/", HOST),
    ("http://localhost./", HOST),
    ("http://%6cocalhost/", HOST),
    ("http://127.0.0.1%2f@example.com/", "credentials"),
    ("http://user:password@example.com/", "credentials"),
    ("http://example.com@127.0.0.1/", "credentials"),
    ("http://@127.0.0.1/", "credentials"),
    ("http://127.0.0.1:80@example.com/", "credentials"),
    ("http://example.com\\@127.0.0.1/", "characters"),
    ("http://127.0.0.1\\.example.com/", "characters"),
    ("http://example.com/a b", "characters"),
    ("http://example.com/\r\nHost: 127.0.0.1", "characters"),
    ("http://exam\tple.com/", "characters"),
    ("http://example.com/\x00", "characters"),
    ("http://example.com/\ud800", "characters"),
    (" http://example.com/", "characters"),
    ("http:///etc/passwd", HOST),
    ("http://", HOST),
    ("http://:80/", HOST),
    ("http://example..com/", HOST),
    ("http://-example.com/", HOST),
    ("http://" + "a" * 64 + ".com/", HOST),
    ("http://[::1", HOST),
    ("http://[::1]extra/", HOST),
    ("http://example.com:80:80/", HOST),
    ("http://example.com:/", HOST),
    ("http://example.com:８０/", HOST),
    ("http://example.com:-1/", HOST),
    ("http://example.com:0/", "port"),
    ("http://example.com:22/", "port"),
    ("http://example.com:25/", "port"),
    ("http://example.com:6667/", "port"),
    ("http://example.com:65536/", "port"),
    ("ftp://example.com/", SCHEME),
    ("file:///etc/passwd", SCHEME),
    ("gopher://127.0.0.1:6379/_INFO", SCHEME),
    ("data:text/plain,hello", SCHEME),
    ("javascript:alert(1)", SCHEME),
    ("//example.com/", SCHEME),
    ("http:example.com", SCHEME),
    ("http:/example.com/", SCHEME),
    ("example.com/a.png", SCHEME),
    ("", SCHEME),
    ("http://example.com/" + "a" * 8_192, "length"),
]


def never(host: str, port: int) -> Sequence[str]:
    """A resolver for URLs that must be refused before their name is looked up."""
    raise AssertionError(f"{host} was looked up")


def answering(*addresses: str) -> Callable[[str, int], Sequence[str]]:
    """A resolver that gives every name these addresses."""
    return lambda host, port: addresses


def refused(url: str, *, into: Path, resolver: fetch.Resolver, allow: fetch.Allow = NOTHING) -> fetch.UrlRefused:
    with pytest.raises(fetch.UrlRefused) as caught:
        fetch.download(url=url, into=into, limits=LIMITS, allow=allow, resolver=resolver)
    assert not into.exists()
    return caught.value


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize(("url", "rule"), HOSTILE)
def test_hostile_url_is_refused_at_intake_without_network(url: str, rule: str, witness: Witness) -> None:
    with pytest.raises(fetch.UrlRefused) as caught:
        fetch.check_url(url=url, allow=NOTHING)
    assert (caught.value.rule, witness.connections, witness.lookups) == (rule, [], [])


@pytest.mark.clause("T-3.4")
# At fetch, the names localhost and *.localhost are looked up like any other name; their addresses are among those of the next test.
@pytest.mark.parametrize(("url", "rule"), [case for case in HOSTILE if "localhost/" not in case[0] or case[1] == HOST])
def test_hostile_url_is_refused_at_fetch_without_connection(url: str, rule: str, witness: Witness, tmp_path: Path) -> None:
    assert refused(url, into=tmp_path / "file", resolver=never).rule == rule
    with pytest.raises(fetch.UrlRefused):
        fetch.send(method="POST", url=url, headers={}, content=b"{}", allow=NOTHING, resolver=never)
    assert (witness.connections, witness.lookups) == ([], [])


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize("url", [url for url, rule in HOSTILE if rule == ADDRESS and "localhost" not in url])
def test_name_that_resolves_to_a_hostile_address_is_refused(url: str, witness: Witness, tmp_path: Path) -> None:
    address = url.removeprefix("http://").rpartition("/")[0].partition("/")[0].strip("[]")
    error = refused("http://rebound.example/", into=tmp_path / "file", resolver=answering(address))
    assert (error.rule, witness.connections) == (ADDRESS, [])
    assert address not in error.message


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize("answers", [("93.184.215.14", "127.0.0.1"), ("127.0.0.1", "93.184.215.14"), ("2606:4700::1", "::1")])
def test_one_hostile_answer_among_public_ones_refuses_the_name(answers: tuple[str, ...], witness: Witness, tmp_path: Path) -> None:
    assert refused("http://mixed.example/", into=tmp_path / "file", resolver=answering(*answers)).rule == ADDRESS
    assert witness.connections == []


@pytest.mark.clause("T-3.4")
def test_name_that_answers_differently_the_second_time_is_looked_up_once(asset_host: AssetHost, witness: Witness, tmp_path: Path) -> None:
    asset_host.serve("/secret", b"internal")
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers.pop(0)

    # The first answer is one that may be reached here; what would come second may not, and is never asked for.
    url = asset_host.url("/secret", host="rebinding.example")
    fetch.download(url=url, into=tmp_path / "file", limits=LIMITS, allow=LOOPBACK, resolver=rebinding)
    assert asked == ["rebinding.example"]
    assert witness.connections == [("127.0.0.1", asset_host.port)]
    assert asset_host.requests[0].headers["host"] == f"rebinding.example:{asset_host.port}"


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/meta-data/",
        "//127.0.0.2/",
        "http://[::1]/",
        "http://0x7f.1/",
        "http://inside.example/",
        "file:///etc/passwd",
        "http://user@example.com/",
        "\\\\127.0.0.2\\",
    ],
)
def test_redirect_to_a_hostile_place_is_refused(location: str, asset_host: AssetHost, witness: Witness, tmp_path: Path) -> None:
    url = asset_host.serve("/moved", b"", status=302, headers={"Location": location})
    refused(url, into=tmp_path / "file", resolver=answering("127.0.0.2"), allow=LOOPBACK)
    assert witness.connections == [("127.0.0.1", asset_host.port)]


def test_public_addresses_are_reachable() -> None:
    public = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "192.0.1.1", "198.20.0.1", "2606:4700::1111", "2a00:1450:4001::1"]
    assert [text for text in public if not is_reachable(ip_address(text), allow=NOTHING)] == []


def test_allow_opens_its_networks_only() -> None:
    allow = fetch.allow_networks(["10.1.0.0/16", "::1/128"])
    addresses = ["10.1.2.3", "::1", "10.2.0.1", "127.0.0.1", "::ffff:10.1.2.3", "169.254.169.254"]
    assert [text for text in addresses if is_reachable(ip_address(text), allow=allow)] == ["10.1.2.3", "::1"]
    fetch.check_url(url="http://10.1.2.3/", allow=allow)


def test_messages_tell_no_address_and_no_credential(tmp_path: Path) -> None:
    error = refused("http://name:hunter2@example.com/?signature=abc", into=tmp_path / "file", resolver=never)
    assert "hunter2" not in error.message
    assert "signature" not in error.message
    error = refused("http://rebound.example/?signature=abc", into=tmp_path / "file", resolver=answering("10.9.8.7"))
    assert error.message == "The URL's host is not at a public address. Use one that the internet can reach."


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a?b#c", "https://example.com/a?b"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("http://example.com:8080?q", "http://example.com:8080/?q"),
        ("http://example.com/ö?ü=%20&x={1}", "http://example.com/%C3%B6?%C3%BC=%20&x={1}"),
        ("http://xn--mnchen-3ya.de/", "http://xn--mnchen-3ya.de/"),
        ("http://[2606:4700:0:0::1]:8080/", "http://[2606:4700::1]:8080/"),
        ("http://my_bucket.s3.example.com/a@b", "http://my_bucket.s3.example.com/a@b"),
        ("http://1.example.com/", "http://1.example.com/"),
        ("http://minio:9000/x", "http://minio:9000/x"),
    ],
)
def test_ordinary_url_is_accepted_in_one_normal_form(url: str, normal: str) -> None:
    fetch.check_url(url=url, allow=NOTHING)
    assert fetch.parse(url).url == normal
