"""The Python client against the running product (P-7.1)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.conftest import Installation
from tollgate import ApiError, TaskFailed, Tollgate, TookTooLong, models
from tollgate.generated.api.user import user_credits_retrieve

pytestmark = [pytest.mark.slow, pytest.mark.clause("P-7.1")]


@pytest.fixture
def tollgate(installation: Installation) -> Iterator[Tollgate]:
    with Tollgate(installation.url, installation.key) as client:
        yield client


def sea(**more: Any) -> models.ImagineCall:
    return models.ImagineCall(prompts=models.ImaginePrompts(prompt="a calm sea at sunset"), **more)


def test_a_task_runs_to_its_end_with_progress_and_files(tollgate: Tollgate, tmp_path: Path) -> None:
    seen: list[int] = []
    task = tollgate.run("imagine", sea(count=2, seed=7), on_progress=seen.append)
    assert (task.status, [target.index for target in task.targets]) == ("succeeded", [0, 1])
    assert seen == sorted(set(seen))
    assert seen[-1] == 100
    target = task.targets[1]
    assert isinstance(target.data.src, str)
    picture = tollgate.download(target.data.src, tmp_path / "sea.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture.stat().st_size) == target.data.size


def test_events_are_read_to_the_end_and_resumed(tollgate: Tollgate) -> None:
    task = tollgate.start("imagine", sea(count=2))
    kinds = [event["event"] for event in tollgate.events(task)]
    assert (kinds.count("partial"), kinds[-1]) == (2, "completed")
    assert [event["event"] for event in tollgate.events(task, after=len(kinds) - 1)] == ["completed"]


def test_text_is_streamed(tollgate: Tollgate) -> None:
    question = {"data": {"type": "text/plain", "text": "Who wrote the first compiler?"}}
    context = {"prompt": "Ada wrote the first program. Grace wrote the first compiler."}
    pieces = list(tollgate.stream("inspire", {"source": question, "prompts": context}))
    assert "Grace" in "".join(pieces)


def test_the_same_key_gives_the_same_task_and_a_finished_one_is_removed(tollgate: Tollgate) -> None:
    task = tollgate.run("imagine", sea(), idempotency_key="sea-1")
    assert tollgate.start("imagine", sea(), idempotency_key="sea-1").id == task.id
    tollgate.cancel(task)
    with pytest.raises(ApiError) as caught:
        tollgate.get(task)
    assert (caught.value.status, caught.value.code) == (404, 5)


def test_an_unfinished_task_is_cancelled_and_says_so(tollgate: Tollgate) -> None:
    task = tollgate.start("imagine", {"prompts": {"prompt": "rain"}, "target": {"type": "sound"}, "seconds": 60})
    with pytest.raises(TookTooLong):
        tollgate.wait(task, timeout_seconds=-1)
    assert tollgate.cancel(task).status == "cancelled"
    with pytest.raises(TaskFailed, match="cancelled"):
        tollgate.wait(task)


def test_an_upload_is_the_source_of_a_call(tollgate: Tollgate, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("One two three.")
    file = tollgate.upload(notes)
    task = tollgate.run("extract", {"source": {"data": {"src": str(file.id)}}})
    assert task.target is not None
    assert "three" in str(task.target.data.text)


def test_a_refusal_has_the_servers_words(tollgate: Tollgate, installation: Installation) -> None:
    with pytest.raises(ApiError) as caught:
        tollgate.run("imagine", {})
    assert (caught.value.status, caught.value.code) == (400, 3)
    with Tollgate(installation.url, "tg_no") as stranger, pytest.raises(ApiError) as refused:
        stranger.start("imagine", sea())
    assert (refused.value.status, refused.value.code) == (401, 16)


def test_every_endpoint_is_a_function(tollgate: Tollgate) -> None:
    found = user_credits_retrieve.sync(client=tollgate.api)
    assert isinstance(found, models.Credits)
    assert int(found.balance) > 0


def test_the_readme_runs_as_it_stands(
    installation: Installation, python_source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (python_source.parent / "README.md").read_text(), re.DOTALL)
    script = "\n".join(blocks).replace("http://127.0.0.1:8000", installation.url).replace("tg_…", installation.key)
    monkeypatch.chdir(tmp_path)
    exec(compile(script, "README.md", "exec"), {"__name__": "readme"})  # noqa: S102 - it is our own document
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["mountains-0.png", "mountains-1.png"]
    assert "100 %" in capsys.readouterr().out
