"""M-6 through the contract: a service whose results are kept at its marketplace, and what happens while that storage is away."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from aitasks.services import keeping
from marketplace.models import Call, Service
from marketplace.services import callbacks, hosting, places
from tasks.models import StoredFile, Task
from tasks.services import erasing, files
from tests.contracts.marketplace.conftest import Marketplace
from tests.fakes.presigned import API, PUBLISHER_KEY, PresignedMarketplace
from tests.unit.storage.storage_contract import follow_over_http

RunJobs = Callable[[], int]
STORED = "The result could not be stored: the object storage did not answer in time. Try again later."
DOWN = "The files cannot be stored or read at the moment. Try again later."


@pytest.fixture
def presigned(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[PresignedMarketplace]:
    """The marketplace's storage, which the service uses."""
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 0.01)
    with PresignedMarketplace() as running:
        service.storage, service.storage_url = "marketplace", running.url
        hosting.save_service(service=service, publisher_key=PUBLISHER_KEY)
        yield running


@pytest.mark.clause("M-6.1", "M-6.2", "M-4.4")
def test_results_are_kept_at_the_marketplace(shop: Marketplace, presigned: PresignedMarketplace, run_jobs: RunJobs, data_dir: Path) -> None:
    task_id = shop.call_task()
    run_jobs()
    file = StoredFile.objects.get()
    assert (file.storage, file.storage_key) == ("marketplace:audiocraft", f"Publisher 7/1/{file.pk.hex}.wav")
    link = f"{presigned.url}/store/Publisher%207/1/{file.pk.hex}.wav?signature=get"
    assert shop.result(task_id)["response"] == {"dataType": "S3_OBJECT", "data": link}
    assert follow_over_http(link).body == presigned.files[file.storage_key].content
    assert len(presigned.files[file.storage_key].content) == file.size_bytes
    body = callbacks.build_body(Call.objects.select_related("task", "method", "account", "service", "token").get())
    assert body["response"] == {"dataType": "S3_OBJECT", "data": link}
    # Links are asked for when somebody asks, each time.
    assert [path for _, path in presigned.log].count(f"{API}presigned-download") == 2


@pytest.mark.clause("M-6.4")
def test_a_storage_that_comes_back(shop: Marketplace, presigned: PresignedMarketplace, run_jobs: RunJobs) -> None:
    presigned.down = 2
    task_id = shop.call_task()
    run_jobs()
    assert shop.result(task_id)["errorCode"] == {"status": "AC_000", "reason": "success"}
    assert Task.objects.values_list("attempt", flat=True).get() == 1


@pytest.mark.clause("M-6.4")
def test_a_storage_that_stays_away(shop: Marketplace, presigned: PresignedMarketplace, run_jobs: RunJobs, settings: Settings) -> None:
    settings.STORAGE_RETRY_SECONDS = 0.05
    presigned.down = 1_000
    task_id = shop.call_task()
    run_jobs()
    result = shop.result(task_id)
    assert (result["errorCode"], result["response"]["data"]) == ({"status": "AC_504", "reason": STORED}, None)
    assert Task.objects.values_list("attempt", "state").get() == (1, "failed")


@pytest.mark.clause("M-6.4")
def test_links_while_the_storage_is_away(shop: Marketplace, presigned: PresignedMarketplace, run_jobs: RunJobs) -> None:
    task_id = shop.call_task()
    run_jobs()
    presigned.down = 1
    assert shop.result(task_id)["errorCode"] == {"status": "AC_504", "reason": DOWN}
    assert shop.result(task_id)["errorCode"] == {"status": "AC_000", "reason": "success"}


@pytest.mark.clause("M-6.4")
def test_where_results_are_kept(service: Service, presigned: PresignedMarketplace, settings: Settings) -> None:
    assert places.name_storage(service) == "marketplace:audiocraft"
    assert places.find_storage("audiocraft") is not None
    assert places.find_storage("another") is None
    settings.SECRET_KEY = "another secret of forty characters or so"
    assert places.find_storage("audiocraft") is None
    service.storage = "platform"
    assert places.name_storage(service) == ""


@pytest.mark.clause("M-6.1")
def test_a_file_is_copied_and_erased_where_it_is(
    shop: Marketplace, presigned: PresignedMarketplace, run_jobs: RunJobs, tmp_path: Path
) -> None:
    shop.call_task()
    run_jobs()
    file = StoredFile.objects.get()
    content = presigned.files[file.storage_key].content
    files.copy_file(account_id=file.account_id, file_id=file.pk, into=tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content
    erasing.erase_work(file.account_id)
    assert (presigned.files, StoredFile.objects.count(), Task.objects.count()) == ({}, 0, 0)
