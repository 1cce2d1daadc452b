"""Results and a storage that is away: stored later without calling the provider again, or the task fails for good (M-6.4)."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from accounts.identity import Caller
from aitasks.providers.port import Event, Media, Output, Usage, Work
from aitasks.services import ending, keeping, running, submitting
from billing import selectors
from common import errors
from common.storage import FileMissing, PresignedStorage, choice, get_storage, register_family
from tasks import selectors as tasks_selectors
from tasks.models import StoredFile, Task
from tasks.services import files
from tests.apps.slow.features import SLOW
from tests.fakes.presigned import API, PUBLISHER_KEY, PresignedMarketplace
from tests.unit.tasks.conftest import Scripted, facts, told

Install = Callable[..., Scripted]
STORAGE = "market:audio"
pytestmark = pytest.mark.clause("M-6.4")


@pytest.fixture
def marketplace(monkeypatch: pytest.MonkeyPatch) -> Iterator[PresignedMarketplace]:
    """A marketplace whose storage is called :data:`STORAGE` here, with little patience for its failures."""
    monkeypatch.setattr(choice, "_families", {})
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 0.01)
    with PresignedMarketplace() as running_marketplace:
        storage = PresignedStorage(base_url=running_marketplace.url, key=PUBLISHER_KEY)
        register_family("market", {"audio": storage}.get)
        yield running_marketplace


def draw(work: Work) -> Iterator[Event]:
    """Make one picture."""
    path = work.folder / "picture.png"
    path.write_bytes(b"pixels")
    yield Usage(1)
    yield Output(0, Media(type="image/png", path=path))


def submit(caller: Caller) -> Task:
    """Call ``slow`` for one piece, to be kept at the marketplace."""
    body = {"prompts": {"prompt": "work"}, "pieces": 1}
    return submitting.submit(caller=caller, feature=SLOW, body=body, contract="platform", storage=STORAGE)[0]


def test_results_are_kept_where_the_task_says(marketplace: PresignedMarketplace, scripted: Install, caller: Caller) -> None:
    scripted(draw)
    task = submit(caller)
    running.run_attempt(task_id=task.pk)
    file = StoredFile.objects.get()
    assert (file.storage, file.storage_key) == (STORAGE, f"Publisher 7/1/{file.pk.hex}.png")
    assert marketplace.files[file.storage_key].content == b"pixels"
    link = tasks_selectors.make_link(file=file, expires_seconds=60)
    assert link == f"{marketplace.url}/store/Publisher%207/1/{file.pk.hex}.png?signature=get"
    files.remove_task(account_id=caller.account_id, task_id=task.pk)
    assert marketplace.files == {}


def test_the_same_key_in_two_storages_is_two_files(marketplace: PresignedMarketplace, caller: Caller) -> None:
    for storage in ("", STORAGE):
        StoredFile.objects.create(
            account_id=caller.account_id, storage=storage, storage_key="a/b", name="b", content_type="text/plain", size_bytes=1
        )
    with pytest.raises(FileMissing):
        get_storage().open(key="a/b")


def test_a_storage_that_comes_back(marketplace: PresignedMarketplace, scripted: Install, caller: Caller) -> None:
    provider = scripted(draw)
    marketplace.down = 3
    task = submit(caller)
    running.run_attempt(task_id=task.pk)
    assert (facts(task.pk), provider.calls) == (("succeeded", 1, 100, 1), 1)
    assert [path for _, path in marketplace.log].count(f"{API}presigned-upload") == 4
    assert [stored.content for stored in marketplace.files.values()] == [b"pixels"]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(999, 0)


def test_a_storage_that_stays_away(marketplace: PresignedMarketplace, scripted: Install, caller: Caller, settings: Settings) -> None:
    settings.STORAGE_RETRY_SECONDS = 0.1
    provider = scripted(draw)
    marketplace.down = 1_000
    task = submit(caller)
    running.run_attempt(task_id=task.pk)
    assert (facts(task.pk)[:2], provider.calls) == (("failed", 1), 1)
    row = Task.objects.get(pk=task.pk)
    assert (row.error_kind, row.error_message) == (
        errors.Kind.STORAGE_DOWN,
        "The result could not be stored: the object storage did not answer in time. Try again later.",
    )
    assert (StoredFile.objects.count(), told(task.pk)[-1]) == (0, {"state": "failed"})
    assert selectors.get_balance(caller.account_id) == selectors.Balance(1_000, 0)


def test_a_task_that_is_cancelled_meanwhile(marketplace: PresignedMarketplace, scripted: Install, caller: Caller) -> None:
    def cancel_then_draw(work: Work) -> Iterator[Event]:
        marketplace.down = 1_000
        ending.cancel(account_id=caller.account_id, task_id=task.pk)
        yield from draw(work)

    provider = scripted(cancel_then_draw)
    task = submit(caller)
    started_at = time.monotonic()
    running.run_attempt(task_id=task.pk)
    assert (facts(task.pk)[0], provider.calls, StoredFile.objects.count()) == ("cancelled", 1, 0)
    assert time.monotonic() - started_at < 60


def test_a_worker_that_stops_meanwhile(
    marketplace: PresignedMarketplace, scripted: Install, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(running, "stopping", stopping)

    def stop_while_away(work: Work) -> Iterator[Event]:
        marketplace.down = 1_000
        for event in draw(work):
            if isinstance(event, Output):
                threading.Timer(0.05, stopping.set).start()
            yield event

    scripted(stop_while_away)
    task = submit(caller)
    running.run_attempt(task_id=task.pk)
    assert facts(task.pk)[:2] == ("queued", 0)


def test_a_storage_that_is_no_longer_configured(marketplace: PresignedMarketplace, scripted: Install, caller: Caller) -> None:
    scripted(draw)
    task = submit(caller)
    running.run_attempt(task_id=task.pk)
    choice._families.clear()
    with pytest.raises(errors.StorageDown) as caught:
        tasks_selectors.make_link(file=StoredFile.objects.get(), expires_seconds=60)
    assert caught.value.message == "The storage market:audio is not configured here, so its files cannot be reached."
