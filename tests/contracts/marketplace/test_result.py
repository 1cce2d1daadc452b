"""M-4: asking for a result: how far it is, what it is, and whose it is."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aitasks.services import ending
from common import errors
from marketplace.models import Call, Method, Service
from tasks.models import Task
from tasks.services import running
from tests.contracts.marketplace.conftest import CHAT, MUSIC, Marketplace, envelope
from tests.contracts.matching import LINK, TEXT, TIMESTAMP
from tests.factories import services
from tests.fakes.asset_host import AssetHost, Page, asset_host

__all__ = ["asset_host"]
RunJobs = Callable[[], int]
SOMEBODY = "0190b5a0-0000-7000-8000-000000000000"


def answer(status: str, reason: object, *, data: object = None, kind: str = "S3_OBJECT", took: object = 0.0, extra: str = "others") -> Any:
    """Return the reply of M-4.1."""
    return {
        "apiVersion": "1.0.1", "service": "AudioCraft", "datetime": TIMESTAMP, "processDuration": took, "isResponseImmediate": False,
        "extraType": extra, "response": {"dataType": kind, "data": data}, "errorCode": {"status": status, "reason": reason},
    }  # fmt: skip


def missing(task_id: object) -> Any:
    """Return the reply of M-4.3."""
    return answer("AC_404", f"taskId: {task_id} is not exist", kind="META_DATA", took=-1)


class TestStates:
    @pytest.mark.clause("M-4.1", "M-4.2", "M-3.2")
    def test_pending_in_progress_success(self, shop: Marketplace, run_jobs: RunJobs, travel: Callable[[timedelta], None]) -> None:
        task_id = shop.call_task()
        travel(timedelta(seconds=5))
        assert shop.result(task_id) == answer("AC_001", "pending")
        attempt = running.claim(task_id=UUID(task_id))
        assert attempt is not None
        travel(timedelta(milliseconds=1_500))
        assert shop.result(task_id) == answer("AC_002", "in progress", took=1_500.0)
        assert running.put_back(attempt=attempt, job="aitasks.run_attempt", counts=False)
        assert shop.result(task_id) == answer("AC_001", "pending")
        assert run_jobs() == 2
        travel(timedelta(seconds=9))
        assert shop.result(task_id) == answer("AC_000", "success", data=LINK, took=0.0)

    @pytest.mark.clause("M-3.2", "M-4.3")
    def test_the_duration_is_a_float_of_an_unknown_task_too(self, shop: Marketplace) -> None:
        took = shop.result("none")["processDuration"]
        assert (took, type(took)) == (-1.0, float)

    @pytest.mark.clause("M-3.2")
    def test_the_duration_is_a_float_of_milliseconds_of_work(self, shop: Marketplace, run_jobs: RunJobs) -> None:
        task_id = shop.call_task()
        run_jobs()
        task = Task.objects.get()
        assert task.started_at
        assert task.finished_at
        took = shop.result(task_id)["processDuration"]
        assert isinstance(took, float)
        assert took == round((task.finished_at - task.started_at) / timedelta(milliseconds=1), 3)
        assert took > 0

    @pytest.mark.clause("M-4.2")
    @pytest.mark.parametrize(
        ("problem", "status"),
        [
            (errors.Invalid, "AC_400"), (errors.Oversized, "AC_401"), (errors.Unsupported, "AC_403"), (errors.NotFound, "AC_404"),
            (errors.TollgateError, "AC_500"), (errors.ProviderFailed, "AC_501"), (errors.BrokerDown, "AC_502"),
            (errors.RedisDown, "AC_503"), (errors.StorageDown, "AC_504"),
        ],
    )  # fmt: skip
    def test_a_failed_task_tells_its_own_code(self, shop: Marketplace, problem: type[errors.TollgateError], status: str) -> None:
        task_id = shop.call_task()
        attempt = running.claim(task_id=UUID(task_id))
        assert attempt is not None
        running.fail(attempt=attempt, error=problem("What was wrong."), closing=ending.close)
        assert shop.result(task_id) == answer(status, "What was wrong.", took=Anything())

    @pytest.mark.clause("M-4.2")
    def test_a_storage_that_cannot_be_reached(self, shop: Marketplace, run_jobs: RunJobs, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("where a folder should be")
        settings.DATA_DIR, settings.STORAGE_RETRY_SECONDS = tmp_path / "file", 0
        task_id = shop.call_task()
        run_jobs()
        reason = "The result could not be stored: the object storage did not answer in time. Try again later."
        assert shop.result(task_id) == answer("AC_504", reason, took=Anything())

    @pytest.mark.clause("M-4.2")
    def test_a_task_that_staff_cancelled(self, shop: Marketplace) -> None:
        task_id = shop.call_task()
        assert ending.cancel(account_id=Task.objects.get().account_id, task_id=UUID(task_id))
        assert shop.result(task_id) == answer("AC_500", "The task was cancelled by the service's staff.")


class TestResults:
    @pytest.mark.clause("M-3.3", "M-4.1")
    def test_a_link(self, shop: Marketplace, run_jobs: RunJobs) -> None:
        task_id = shop.call_task()
        run_jobs()
        result = shop.result(task_id)
        assert result == answer("AC_000", "success", data=LINK, took=result["processDuration"])
        file = shop.client.get("/files/" + result["response"]["data"].split("/files/")[1])
        assert (file.status, file.headers["content-type"], file.body[:4]) == (200, "audio/wav", b"RIFF")

    @pytest.mark.clause("M-4.4")
    def test_links_are_fresh_at_every_call(self, shop: Marketplace, run_jobs: RunJobs, travel: Callable[[timedelta], None]) -> None:
        task_id = shop.call_task()
        run_jobs()
        first = shop.result(task_id)["response"]["data"]
        travel(timedelta(days=2))
        second = shop.result(task_id)["response"]["data"]
        assert first != second
        statuses = [shop.client.get("/files/" + link.split("/files/")[1]).status for link in (first, second)]
        assert statuses == [410, 200]

    @pytest.mark.clause("M-4.4")
    def test_no_two_links_are_the_same(self, shop: Marketplace, run_jobs: RunJobs) -> None:
        task_id = shop.call_task()
        run_jobs()
        assert len({shop.result(task_id)["response"]["data"] for _ in range(3)}) == 3

    @pytest.mark.clause("M-3.3", "M-2.3")
    def test_a_text_of_a_chat_method(self, shop: Marketplace, run_jobs: RunJobs) -> None:
        task_id = shop.call_task(CHAT)
        run_jobs()
        result = shop.result(task_id)
        assert result == answer("AC_000", "success", data=TEXT, kind="META_DATA", took=result["processDuration"], extra="chat_app")
        assert "5" in result["response"]["data"]

    @pytest.mark.clause("M-3.3")
    def test_a_text_and_a_link(self, shop: Marketplace, service: Service, run_jobs: RunJobs) -> None:
        method = services.make_method(service, "tell", feature="tell", target="speech", data_type="HYBRID")
        services.add_field(method, "prompt")
        task_id = shop.call_task({"method": "tell", "payload": {"prompt": "What is 2 + 3?"}})
        run_jobs()
        result = shop.result(task_id)
        parts = [{"dataType": "META_DATA", "data": "2+3 = 5"}, {"dataType": "S3_OBJECT", "data": LINK}]
        assert result == answer("AC_000", "success", data=parts, kind="HYBRID", took=result["processDuration"])

    @pytest.mark.clause("M-3.3")
    def test_several_links(self, shop: Marketplace, service: Service, run_jobs: RunJobs) -> None:
        method = services.make_method(service, "draw", feature="imagine", target="image", data_type="S3_OBJECT", fixed={"count": 2})
        services.add_field(method, "prompt")
        task_id = shop.call_task({"method": "draw", "payload": {"prompt": "a red ball"}})
        run_jobs()
        response = shop.result(task_id)["response"]
        assert response == {"dataType": "S3_OBJECT", "data": LINK, "items": [{"dataType": "S3_OBJECT", "data": LINK}] * 2}
        assert response["data"].split("/files/")[1][:40] == response["items"][0]["data"].split("/files/")[1][:40]

    @pytest.mark.clause("M-2.6")
    def test_a_source_by_link(self, shop: Marketplace, run_jobs: RunJobs, asset_host: AssetHost, settings: Any) -> None:
        settings.SAFE_FETCH_ALLOW = ("127.0.0.0/8",)
        asset_host.pages["/cat.png"] = Page(PIXEL, "image/png")
        task_id = shop.call_task({"method": "image_description", "payload": {"image_url": asset_host.url("/cat.png")}})
        assert asset_host.requests == []
        run_jobs()
        result = shop.result(task_id)
        assert result == answer("AC_000", "success", data=TEXT, kind="META_DATA", took=result["processDuration"])
        assert [request.path for request in asset_host.requests] == ["/cat.png"]

    @pytest.mark.clause("M-2.6", "M-4.2")
    def test_a_source_that_is_not_there(self, shop: Marketplace, run_jobs: RunJobs, asset_host: AssetHost, settings: Any) -> None:
        settings.SAFE_FETCH_ALLOW = ("127.0.0.0/8",)
        task_id = shop.call_task({"method": "image_description", "payload": {"image_url": asset_host.url("/status/404")}})
        run_jobs()
        result = shop.result(task_id)
        assert (result["response"]["data"], result["errorCode"]["status"][:4]) == (None, "AC_4")


class TestWhose:
    @pytest.mark.clause("M-4.3")
    @pytest.mark.parametrize("task_id", [SOMEBODY, "x", "", "' OR 1=1", "0" * 100])
    def test_unknown_tasks(self, shop: Marketplace, task_id: str) -> None:
        assert shop.result(task_id) == missing(task_id)

    @pytest.mark.clause("M-4.3")
    def test_another_user_s_task(self, shop: Marketplace) -> None:
        task_id = shop.call_task()
        for role in ("user", "publisher"):
            assert shop.as_user("user-2", role).result(task_id) == missing(task_id)
        assert shop.as_user("user-2", "admin").result(task_id) == answer("AC_001", "pending")

    @pytest.mark.clause("M-4.3")
    def test_another_service_s_task(self, shop: Marketplace) -> None:
        services.make_service(slug="second", code="SE", name="Second", is_default=False)
        task_id = shop.call_task()
        second = Marketplace(client=shop.client, folder="/services/second", role="admin")
        assert second.result(task_id)["errorCode"] == {"status": "SE_404", "reason": f"taskId: {task_id} is not exist"}

    @pytest.mark.clause("M-4.3")
    def test_a_task_of_another_contract(self, shop: Marketplace) -> None:
        task_id = shop.call_task()
        Call.objects.all().delete()
        assert shop.result(task_id) == missing(task_id)

    @pytest.mark.clause("M-1.1", "M-1.2")
    @pytest.mark.parametrize(
        ("body", "named"), [({}, "taskId"), ({"taskId": 1}, "taskId"), ({"taskId": None}, "taskId"), ({"taskId": "x", "a": 1}, "a")]
    )
    def test_bodies(self, shop: Marketplace, body: object, named: str) -> None:
        reply = shop.post("result", body, headers=shop.headers(x_request_id=None))
        assert (reply.status, reply.json) == (400, envelope("AC_400", TEXT))
        assert f"{named}:" in reply.json["errorCode"]["reason"]

    def test_a_method_that_is_off_still_answers_for_what_it_took(self, shop: Marketplace, run_jobs: RunJobs) -> None:
        task_id = shop.call_task(MUSIC)
        services.change(Method.objects.all(), is_on=False)
        run_jobs()
        assert shop.result(task_id)["errorCode"]["status"] == "AC_000"


class Anything:
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x08\x08\x02\x00\x00\x00Km)\xdc\x00\x00\x00\x15IDATx\xdac\xbcY\xce\xc6"
    b"\x80\r01\xe0\x00\x83S\x02\x00\x10n\x01f$\xdcz\x92\x00\x00\x00\x00IEND\xaeB`\x82"
)
