"""What each failure of a vendor that works by jobs leads to, the same for all of them: a row of the table in their documentation each.

Replies go wrong when the work is asked for, and when a result is fetched.
"""

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import faults, jobs, results
from aitasks.providers.port import Access, Job, Model, Output, Provider, Usage, Work
from aitasks.providers.replicate import Replicate, predictions
from aitasks.providers.stability import Stability
from aitasks.providers.stablediffusionapi import StableDiffusionAPI
from common.errors import Kind, TollgateError
from tests.fakes.job_vendor import FakeJobVendor, make_png
from tests.fakes.replicate import server as replicate_fake
from tests.fakes.stability import server as stability_fake
from tests.fakes.stablediffusionapi import server as modelslab_fake

pytestmark = pytest.mark.clause("P-3.2", "P-3.3")
KINDS = ("replicate", "stability", "stablediffusionapi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A provider at its fake."""

    fake: FakeJobVendor
    make: Callable[[Access], Provider]
    access: Access
    asks: str
    """In the path of the request that asks for the work."""
    finish: Callable[[str], None]
    """Has the work end with a link."""

    def with_patience(self, seconds: float) -> "Bench":
        """Return the same with another time limit."""
        return replace(self, access=replace(self.access, timeout_seconds=seconds))

    def run(self, work: Work) -> list[Any]:
        """Return the events of the work."""
        return list(self.make(self.access).run(work))


def make_access(name: str, base_url: str, credential: str, model: str) -> Access:
    """Return access to one model."""
    models = (Model(name=model, steps=("imagine",), targets=("image",)),)
    return Access(name=name, base_url=base_url, credential=credential, models=models, timeout_seconds=5, deadline_seconds=20)


def open_replicate() -> Bench:
    fake = replicate_fake.FakeReplicate()
    access = make_access("replicate", fake.base_url, replicate_fake.TOKEN, "0123456789abcdef" * 4)

    def finish(url: str) -> None:
        fake.steps = [{"status": "succeeded", "output": [url]}]

    return Bench(fake=fake, make=Replicate, access=access, asks="/v1/predictions", finish=finish)


def open_stability() -> Bench:
    fake = stability_fake.FakeStability()
    access = make_access("stability", fake.base_url, stability_fake.KEY, "core")
    return Bench(fake=fake, make=Stability, access=access, asks="/generate/core", finish=lambda _url: None)


def open_modelslab() -> Bench:
    fake = modelslab_fake.FakeModelsLab()
    access = make_access("modelslab", fake.api_url, modelslab_fake.KEY, "flux")

    def finish(url: str) -> None:
        fake.steps = [{"status": "success", "output": [url]}]

    return Bench(fake=fake, make=StableDiffusionAPI, access=access, asks="/images/text2img", finish=finish)


OPENERS = dict(zip(KINDS, (open_replicate, open_stability, open_modelslab), strict=True))


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A provider of each kind."""
    monkeypatch.setattr(jobs, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "LONGEST_SECONDS", 0.01)
    predictions._schemas.clear()
    made = OPENERS[request.param]()
    with made.fake:
        made.finish(made.fake.serve_file("a.png", make_png(), "image/png"))
        yield made


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """A picture to be drawn."""
    parameters = {"count": 1, "size": "512x512", "seed": None}
    return Work(step="imagine", source=None, prompt="A boat", negative="", target="image", parameters=parameters, folder=tmp_path)


def fail(bench: Bench, work: Work) -> TollgateError:
    """Do the work, which fails, and return how."""
    with pytest.raises(TollgateError) as failed:
        bench.run(work)
    return failed.value


def test_works(bench: Bench, work: Work) -> None:
    assert [event for event in bench.run(work) if isinstance(event, Usage)] == [Usage(1)]


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (307, faults.Down, Kind.PROVIDER_FAILED),
        (400, faults.Refused, Kind.INVALID),
        (401, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (402, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (403, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (404, faults.ModelMissing, Kind.PROVIDER_FAILED),
        (405, faults.ModelMissing, Kind.PROVIDER_FAILED),
        (408, faults.Busy, Kind.PROVIDER_FAILED),
        (409, faults.Busy, Kind.PROVIDER_FAILED),
        (410, faults.ModelMissing, Kind.PROVIDER_FAILED),
        (413, faults.TooLong, Kind.OVERSIZED),
        (422, faults.Refused, Kind.INVALID),
        (425, faults.Busy, Kind.PROVIDER_FAILED),
        (429, faults.Busy, Kind.PROVIDER_FAILED),
        (500, faults.Down, Kind.PROVIDER_FAILED),
        (503, faults.Down, Kind.PROVIDER_FAILED),
        (504, faults.Down, Kind.PROVIDER_FAILED),
    ],
)
@pytest.mark.parametrize("body", [{}, b"<html>Sorry</html>"])
def test_statuses(bench: Bench, work: Work, *, status: int, error: type[TollgateError], kind: Kind, body: object) -> None:
    bench.fake.fail(status, body, path=bench.asks)
    failed = fail(bench, work)
    assert (type(failed), failed.kind) == (error, kind)
    assert len(bench.fake.requests) == 1, "the task engine tries again, nobody else"


def test_wait_that_the_vendor_asks_for(bench: Bench, work: Work) -> None:
    bench.fake.fail(429, {}, headers={"Retry-After": "7"}, path=bench.asks)
    assert fail(bench, work).retry_after_seconds == 7


def test_refused_key_stays_ours(bench: Bench, work: Work) -> None:
    wrong = replace(bench, access=replace(bench.access, credential="wrong-key-of-ours"))
    failed = fail(wrong, work)
    assert type(failed) is faults.KeyRefused
    assert "wrong-key-of-ours" not in failed.message
    assert "wrong-key-of-ours" not in repr(wrong.make(wrong.access))


def test_credential_is_not_logged(bench: Bench, work: Work, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    bench.run(work)
    assert bench.access.credential not in caplog.text


def test_nobody_listens(bench: Bench, work: Work) -> None:
    assert type(fail(replace(bench, access=replace(bench.access, base_url="http://127.0.0.1:9")), work)) is faults.Down


@pytest.mark.parametrize(
    ("how", "error"),
    [("hang", faults.TookTooLong), ("drip", faults.TookTooLong), ("garbage", faults.Garbled), ("truncate", faults.Down)],
)
def test_replies_that_are_none(bench: Bench, work: Work, *, how: str, error: type[TollgateError]) -> None:
    bench.fake.fail(how=how, path=bench.asks)
    assert type(fail(bench.with_patience(0.4), work)) is error


@pytest.mark.parametrize("how", ["big", "endless"])
def test_replies_of_a_hundred_megabytes(bench: Bench, work: Work, how: str) -> None:
    bench.fake.fail(how=how, path=bench.asks)
    tracemalloc.start()
    failed = fail(bench, work)
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert failed.kind is Kind.PROVIDER_FAILED
    assert most_bytes < 20_000_000
    assert bench.fake.sent_bytes < 70_000_000, "what is in the sockets' buffers comes on top of the limit"


@pytest.fixture(params=["replicate", "stablediffusionapi"])
def linking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A provider of each kind whose results are links."""
    monkeypatch.setattr(jobs, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "LONGEST_SECONDS", 0.01)
    made = OPENERS[request.param]()
    with made.fake:
        made.finish(made.fake.serve_file("a.png", make_png(), "image/png"))
        yield made


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("hang", faults.TookTooLong),
        ("drip", faults.TookTooLong),
        ("garbage", faults.Garbled),
        ("truncate", faults.Down),
        ("big", results.TooBig),
        ("endless", results.TooBig),
    ],
)
def test_results_that_cannot_be_fetched(
    linking: Bench, work: Work, monkeypatch: pytest.MonkeyPatch, *, how: str, error: type[TollgateError]
) -> None:
    if how in {"hang", "drip"}:
        monkeypatch.setattr(results, "RESULT_SECONDS_MAX", 0.4)
    linking.fake.fail(how=how, path="/files/")
    failed = fail(linking, work)
    assert (type(failed), failed.kind) == (error, Kind.PROVIDER_FAILED)
    assert linking.fake.sent_bytes < 70_000_000
    assert [path for path in work.folder.iterdir() if path.stat().st_size > 1_000] == []


def test_result_that_could_not_be_fetched_is_fetched_by_the_next_attempt(linking: Bench, work: Work) -> None:
    linking.fake.fail(503, b"later", path="/files/")
    events: list[Any] = []
    with pytest.raises(faults.Down):
        events.extend(linking.make(linking.access).run(work))
    job = next(event for event in events if isinstance(event, Job))
    assert [type(event) for event in linking.run(replace(work, resume=job.reference)) if isinstance(event, Job | Usage)] == [Usage]
    assert len([request for request in linking.fake.requests if request.path.endswith(linking.asks)]) == 1


def test_nothing_is_downloaded_that_is_announced_too_large(linking: Bench, work: Work) -> None:
    linking.fake.fail(how="big", path="/files/")
    fail(linking, work)
    assert linking.fake.sent_bytes < 10_000_000


@pytest.mark.parametrize(("status", "error"), [(404, faults.Down), (500, faults.Down)])
def test_links_that_lead_nowhere(linking: Bench, work: Work, *, status: int, error: type[TollgateError]) -> None:
    linking.fake.fail(status, b"gone", path="/files/")
    assert type(fail(linking, work)) is error


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://10.0.0.1/a.png", "http://[::1]:1/a.png", "http://metadata/"])
def test_links_into_private_networks_are_not_followed(linking: Bench, work: Work, url: str) -> None:
    """The host of the row's own address may be private; whatever else a reply names may not."""
    linking.finish(url)
    assert fail(linking, work).kind is Kind.PROVIDER_FAILED
    assert [request for request in linking.fake.requests if request.method == "GET" and "/v1/" not in request.path] == []


def test_results_within_the_reply(linking: Bench, work: Work) -> None:
    linking.finish("data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
    assert [event.media.type for event in linking.run(work) if isinstance(event, Output)] == ["image/gif"]


def test_no_file_is_left_behind(linking: Bench, work: Work, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    linking.run(work)
    linking.fake.fail(how="truncate", path="/files/")
    fail(linking, work)
    assert list(folder.iterdir()) == []
