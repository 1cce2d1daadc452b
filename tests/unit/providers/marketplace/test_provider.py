"""A service of others as a provider (M-9.1): what it is sent, how its task is awaited, what becomes of its results and errors."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aitasks.providers import faults
from aitasks.providers.marketplace import KIND, Marketplace
from aitasks.providers.marketplace.service import TaskFailed
from aitasks.providers.port import Access, Event, Job, Media, Output, Progress, Usage, Work
from common import errors
from tests.fakes.job_vendor import make_png, make_wav
from tests.fakes.marketplace_service import TOKEN, FakeService, result

pytestmark = pytest.mark.clause("M-9.1")
MakeWork = Callable[..., Work]


def run(provider: Marketplace, work: Work) -> list[Event]:
    """Return what the provider tells, but for its pulse."""
    return [event for event in provider.run(work) if not isinstance(event, Progress)]


def sound(service: FakeService, *, seconds: float = 2, name: str = "a.wav") -> dict[str, Any]:
    """Return the response of a task that has made a sound."""
    return {"dataType": "S3_OBJECT", "data": service.serve_file(name, make_wav(seconds), "audio/wav")}


def test_what_a_service_is_sent(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    fake_service.endings = [("000", sound(fake_service))]
    events = run(provider, make_work(negative="drums"))
    assert events[:2] == [Job("task-1"), Usage(2)]
    (output,) = [event for event in events if isinstance(event, Output)]
    assert (output.index, output.media.type) == (0, "audio/wav")
    assert output.media.path is not None
    assert output.media.path.read_bytes() == make_wav(2)
    call, asked = fake_service.calls("POST", "/services/fake/")
    assert call.json == {"method": "music_gen", "payload": {"text": "calm piano", "duration": 2}}
    names = ("x-marketplace-token", "x-user-id", "x-user-role", "x-request-id")
    assert [call.headers[name] for name in names] == [TOKEN, "tollgate-fake", "user", "task-imagine-fake"]
    assert (asked.path, asked.json, asked.headers["x-user-id"]) == ("/services/fake/result", {"taskId": "task-1"}, "tollgate-fake")
    assert "x-request-id" not in asked.headers


def test_without_names_of_its_own_a_method_gets_everything_under_ours(
    provider: Marketplace, fake_service: FakeService, make_work: MakeWork
) -> None:
    links = [fake_service.serve_file(f"{number}.png", make_png(), "image/png") for number in range(2)]
    parts = [{"dataType": "S3_OBJECT", "data": link} for link in links]
    fake_service.endings = [("000", {"dataType": "S3_OBJECT", "data": links[0], "items": parts})]
    events = run(provider, make_work(target="image", negative="birds", parameters={"count": 2, "seed": 7}))
    assert [event.index for event in events if isinstance(event, Output)] == [0, 1]
    assert [event.units for event in events if isinstance(event, Usage)] == [1, 2]
    payload = {"prompt": "calm piano", "negative": "birds", "seconds": 2, "count": 2, "seed": 7, "maxCharacters": 20}
    assert fake_service.requests[0].json == {"method": "drawing", "payload": payload}


@pytest.mark.clause("M-2.6")
def test_sources_go_as_links_and_texts_as_they_are(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    fake_service.endings = [("000", {"dataType": "META_DATA", "data": "a cat"}), ("000", {"data": "a text"})]
    facts = {"step": "extract", "target": "text", "prompt": "what"}
    picture = make_work(**facts, source=Media(type="image/png"), make_source_link=lambda: "https://a.example/cat.png")
    text = make_work(**facts, source=Media(type="text/plain", text="Once upon"), key="another")
    for work, link, told in ((picture, "https://a.example/cat.png", "a cat"), (text, "Once upon", "a text")):
        events = run(provider, work)
        assert [event.media.text for event in events if isinstance(event, Output)] == [told]
        call = fake_service.calls("POST", "/services/fake/call")[-1]
        assert call.json == {"method": "describing", "payload": {"image_url": link, "question": "what"}}
    # Of a link that may be another one next time, the id says which: the same id may not come with another body (M-2.5).
    assert list(fake_service.ids) == ["task-imagine-fake-c770100f52e5", "another"]


def test_a_source_that_nobody_can_be_given(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    with pytest.raises(faults.Refused):
        run(provider, make_work(step="extract", target="text", source=Media(type="image/png")))
    assert fake_service.requests == []


def test_hybrid_answers_and_texts_that_are_too_long(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    parts = [{"dataType": "S3_OBJECT", "data": "http://127.0.0.1:1/x"}, {"dataType": "META_DATA", "data": "0123456789" * 3}]
    fake_service.endings = [("000", {"dataType": "HYBRID", "data": parts})]
    events = run(provider, make_work(step="extract", target="text"))
    assert [event.media.text for event in events if isinstance(event, Output)] == ["01234567890123456789"]


@pytest.mark.clause("M-3.3", "M-9.1")
@pytest.mark.parametrize("data", [{"audio": "http://127.0.0.1:1/x", "caption": "rain"}, ["http://127.0.0.1:1/x", "rain"], "rain"])
def test_hybrid_answers_of_another_form(provider: Marketplace, fake_service: FakeService, make_work: MakeWork, data: object) -> None:
    fake_service.endings = [("000", {"dataType": "HYBRID", "data": data})]
    events = run(provider, make_work(step="extract", target="text"))
    assert [event.media.text for event in events if isinstance(event, Output)] == ["rain"]


def test_a_callback_ends_the_waiting(provider: Marketplace, fake_service: FakeService, make_work: MakeWork, access: Access) -> None:
    pushed: dict[str, Any] = {}
    looked: list[str] = []

    def find_answer(reference: str) -> dict[str, Any] | None:
        looked.append(reference)
        if len(looked) == 2:
            pushed[reference] = result("000", "success", **sound(fake_service))
        return pushed.get(reference)

    events = run(provider, make_work(find_answer=find_answer))
    assert isinstance(events[-1], Output)
    assert looked == ["task-1", "task-1"]
    assert len(fake_service.calls("POST", "/services/fake/result")) == 1


@pytest.mark.clause("M-4.2")
@pytest.mark.parametrize("pushed", [{}, {"errorCode": "nonsense"}, result("001", "pending"), result("002", "in progress")])
def test_callbacks_that_end_nothing(provider: Marketplace, fake_service: FakeService, make_work: MakeWork, pushed: dict[str, Any]) -> None:
    fake_service.endings = [("000", sound(fake_service))]
    assert isinstance(run(provider, make_work(find_answer=lambda reference: pushed))[-1], Output)
    assert len(fake_service.calls("POST", "/services/fake/result")) == 1


@pytest.mark.clause("M-4.2")
def test_without_a_callback_the_service_is_asked(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    waiting = provider.run(make_work())
    while not isinstance(next(waiting), Job):
        pass
    for _ in range(8):
        assert next(waiting) == Progress(0)
    fake_service.finish("task-1", **sound(fake_service))
    assert [event.index for event in waiting if isinstance(event, Output)] == [0]


@pytest.mark.clause("M-4.4")
def test_a_link_that_has_run_out_is_asked_for_again(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    old = result("000", "success", dataType="S3_OBJECT", data=f"{fake_service.base_url}/files/gone.wav")
    fake_service.fail(404, b"", path="gone.wav")
    fake_service.endings = [("000", sound(fake_service))]
    events = run(provider, make_work(find_answer=lambda reference: old))
    assert isinstance(events[-1], Output)


def test_a_later_attempt_goes_on_with_the_task(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    fake_service.ids["earlier"] = "task-7"
    fake_service.finish("task-7", **sound(fake_service))
    events = run(provider, make_work(resume="task-7"))
    assert [type(event) for event in events] == [Usage, Output]
    assert fake_service.calls("POST", "/services/fake/call") == []


@pytest.mark.parametrize("code", ["500", "501", "502", "503", "504", "404"])
def test_a_task_that_failed_is_followed_by_another(
    provider: Marketplace, fake_service: FakeService, make_work: MakeWork, code: str
) -> None:
    fake_service.ids["earlier"] = "task-7"
    fake_service.finish("task-7", code)
    fake_service.endings = [(code, {}), ("000", sound(fake_service))]
    events = run(provider, make_work(resume="task-7"))
    assert [event for event in events if isinstance(event, Job)] == [Job("task-1"), Job("task-2")]
    assert list(fake_service.ids) == ["earlier", "task-imagine-fake", "task-imagine-fake-2"]


@pytest.mark.clause("M-2.5")
def test_no_more_than_three_tasks_for_one_piece_of_work(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    fake_service.endings = [("500", {})] * 3
    for _ in range(2):
        with pytest.raises(TaskFailed):
            run(provider, make_work())
    assert list(fake_service.ids) == ["task-imagine-fake", "task-imagine-fake-2", "task-imagine-fake-3"]


@pytest.mark.clause("M-9.1")
@pytest.mark.parametrize(
    ("code", "error", "message"),
    [
        ("400", faults.Refused, "The AI provider refuses this: as it is"),
        ("401", faults.TooLong, "The AI provider refuses this: as it is"),
        ("402", faults.KeyRefused, faults.OUR_FAULT),
        ("403", errors.Unsupported, "The AI provider refuses this: as it is"),
        ("500", TaskFailed, "The AI provider could not do the work. Try again."),
    ],
)
@pytest.mark.parametrize("is_pushed", [False, True])
def test_how_a_task_can_end(
    provider: Marketplace, fake_service: FakeService, make_work: MakeWork, *, code: str, error: type[errors.TollgateError], message: str,
    is_pushed: bool,
) -> None:  # fmt: skip
    body = result(code, "as it is")
    fake_service.endings = [("002" if is_pushed else code, {})] * 3
    with pytest.raises(error) as failed:
        run(provider, make_work(find_answer=(lambda reference: body) if is_pushed else lambda reference: None))
    assert (type(failed.value), failed.value.message) == (error, message)


@pytest.mark.clause("M-2.2")
@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (200, "400", faults.Refused),
        (400, "400", faults.Refused),
        (200, "401", faults.TooLong),
        (429, "401", faults.Busy),
        (401, "402", faults.KeyRefused),
        (200, "402", faults.KeyRefused),
        (200, "403", errors.Unsupported),
        (200, "404", faults.Down),
        (200, "502", faults.Down),
        (500, "500", faults.Down),
    ],
)
def test_how_a_call_can_be_refused(
    provider: Marketplace, fake_service: FakeService, make_work: MakeWork, *, status: int, code: str, error: type[errors.TollgateError]
) -> None:
    body = {"errorCode": {"status": f"WHATEVER_{code}", "reason": f"not with {TOKEN}"}, "response": {"taskId": ""}}
    fake_service.fail(status, body, headers={"Retry-After": "7"})
    with pytest.raises(error) as failed:
        run(provider, make_work())
    assert type(failed.value) is error
    assert TOKEN not in failed.value.message
    assert failed.value.retry_after_seconds == (7 if status == 429 else None)
    assert len(fake_service.requests) == 1


def test_asking_may_fail_a_few_times(provider: Marketplace, fake_service: FakeService, make_work: MakeWork) -> None:
    fake_service.endings = [("000", sound(fake_service))]
    fake_service.fail(500, {}, path="/result", times=2)
    fake_service.fail(200, {"errorCode": {"status": "FK_504", "reason": "the storage is away"}}, path="/result")
    assert isinstance(run(provider, make_work())[-1], Output)
    assert len(fake_service.ids) == 1
    fake_service.fail(500, {}, path="/result", times=9)
    with pytest.raises(faults.Garbled):
        run(provider, make_work())
    assert len(fake_service.ids) == 1


@pytest.mark.parametrize("how", ["hang", "garbage", "truncate", "drip", "big", "endless"])
def test_a_service_that_is_out_of_order(provider: Marketplace, fake_service: FakeService, make_work: MakeWork, how: str) -> None:
    fake_service.fail(how=how, path="/call")
    with pytest.raises(errors.ProviderFailed) as failed:
        run(provider, make_work())
    assert type(failed.value) in {faults.TookTooLong, faults.Garbled}


@pytest.mark.parametrize(
    "body", [{}, [], 5, "x", {"errorCode": "AC_001"}, {"errorCode": {"status": 1}}, {"errorCode": {"status": "FK_001"}}]
)
def test_answers_that_are_not_in_the_contract(provider: Marketplace, fake_service: FakeService, make_work: MakeWork, body: object) -> None:
    fake_service.fail(200, body)
    with pytest.raises(faults.Garbled):
        run(provider, make_work())


@pytest.mark.parametrize(
    "response",
    [
        {"data": None},
        {"dataType": "S3_OBJECT", "data": "http://169.254.169.254/latest"},
        {"dataType": "S3_OBJECT", "data": "file:///etc/passwd"},
        {"dataType": "META_DATA", "data": "a text where a sound was asked for"},
    ],
)
def test_results_that_are_none(provider: Marketplace, fake_service: FakeService, make_work: MakeWork, response: dict[str, Any]) -> None:
    fake_service.endings = [("000", response)]
    with pytest.raises(faults.Garbled):
        run(provider, make_work())


def test_work_that_takes_too_long(access: Access, fake_service: FakeService, make_work: MakeWork) -> None:
    with pytest.raises(faults.TookTooLong):
        run(Marketplace(replace(access, deadline_seconds=0.1)), make_work())


def test_what_it_serves(provider: Marketplace, make_work: MakeWork) -> None:
    assert KIND.name == provider.kind == "marketplace"
    assert (provider.serves(make_work()), provider.model(make_work())) == (True, "music_gen")
    assert provider.serves(make_work(parameters={"seconds": 31})) is False
    assert provider.serves(make_work(target="speech")) is False
    assert provider.serves(make_work(model="drawing")) is False
    assert provider.serves(make_work(step="chat", target="text")) is False
    assert provider.model(make_work(step="whatever", target="text")) == "describing"
    with pytest.raises(errors.Unsupported):
        run(provider, make_work(target="speech"))


def test_it_lets_go_when_nobody_wants_the_work_any_more(provider: Marketplace, make_work: MakeWork) -> None:
    waiting = provider.run(make_work())
    while not isinstance(next(waiting), Job):
        pass
    next(waiting)
    waiting.close()
    with pytest.raises(StopIteration):
        next(waiting)
