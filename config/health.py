"""Health: ``/health/live`` says that the process answers; ``/health/ready`` that the parts it needs do, each within a second."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

PART_SECONDS = 1
_pool = ThreadPoolExecutor(4, thread_name_prefix="health")


def live(_request: HttpRequest) -> JsonResponse:
    """Answer, without touching anything."""
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database, the migrations and the broker are there, else 503 with which is not."""
    parts = {name: _probe(check) for name, check in CHECKS.items()}
    is_ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if is_ready else "unavailable", "parts": parts}, status=200 if is_ready else 503)


def _probe(check: Callable[[], bool]) -> str:
    def guarded() -> bool:
        try:
            return check()
        finally:
            connection.close()

    try:
        return "ok" if _pool.submit(guarded).result(timeout=PART_SECONDS) else "behind"
    except OutOfTime:
        return "slow"
    except Exception:  # noqa: BLE001 - whatever a driver raises, the part is down
        return "down"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    if not settings.BROKER_URL:
        return True
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=PART_SECONDS)
    return True


CHECKS: dict[str, Callable[[], bool]] = {"database": _database, "migrations": _migrations, "broker": _broker}
