"""The connection itself: hanging up works through TLS, and nobody is trusted without a certificate."""

import datetime as dt
import ssl
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aitasks.providers import line
from aitasks.providers.faults import Down
from aitasks.providers.openai import OpenAI
from aitasks.providers.port import Output, Progress, Work
from tests.fakes.openai.server import FakeOpenAI


@pytest.fixture
def secure_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    """The fake over TLS, trusted by way of the variable that operators use for an authority of their own."""
    pem = make_certificate(tmp_path / "host.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    line.certificates.cache_clear()
    with FakeOpenAI(certificate=context) as fake:
        yield fake
    line.certificates.cache_clear()


def make_certificate(path: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1, and return where."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def at(fake: FakeOpenAI) -> OpenAI:
    """Return the provider at a server."""
    return OpenAI(fake.give_access())


def test_reply_over_tls(secure_server: FakeOpenAI, make_work: Callable[..., Work]) -> None:
    outputs = [event for event in at(secure_server).run(make_work()) if isinstance(event, Output)]
    assert [output.media.text for output in outputs] == ["All is well here today."]


@pytest.mark.parametrize("after", [0, 2])
def test_hanging_up_over_tls(secure_server: FakeOpenAI, make_work: Callable[..., Work], after: int) -> None:
    secure_server.fail(how="hang", after=after)
    events = at(secure_server).run(make_work())
    while not isinstance(event := next(events), Progress) or (after and not event.percent):
        continue
    events.close()
    assert secure_server.left.wait(2)


def test_strangers_are_not_trusted(secure_server: FakeOpenAI, make_work: Callable[..., Work], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    line.certificates.cache_clear()
    with pytest.raises(Down):
        list(at(secure_server).run(make_work()))
    assert secure_server.requests == []
