"""What vendors push to us about their jobs: kept until the provider that waits for it looks (``Work.find_answer``), then forgotten."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aitasks.models import ProviderAnswer
from common import clock

KEPT_DAYS = 7


def record_answer(*, provider: str, reference: str, body: Mapping[str, Any]) -> None:
    """Keep what the vendor behind the row ``provider`` says about its job ``reference``; a later word replaces an earlier one."""
    answer = ProviderAnswer(provider=provider, reference=reference, body=dict(body), received_at=clock.now())
    ProviderAnswer.objects.bulk_create(
        [answer], update_conflicts=True, unique_fields=["provider", "reference"], update_fields=["body", "received_at"]
    )


def find_answer(*, provider: str, reference: str) -> Mapping[str, Any] | None:
    """Return what was last said about the job, or None (1 query)."""
    body = ProviderAnswer.objects.filter(provider=provider, reference=reference).values_list("body", flat=True).first()
    return dict(body) if body is not None else None


def forget_old() -> int:
    """Delete answers that nobody can be waiting for any more, and return how many."""
    return ProviderAnswer.objects.filter(received_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()[0]
