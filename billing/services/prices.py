"""Setting prices. A price is a new row; what was asked for before keeps the price of its time."""

from datetime import datetime
from uuid import UUID

from billing.models import Price
from common import clock


def set_price(
    *, feature: str, target: str, credits: int, per: int = 1, valid_from: datetime | None = None, created_by_id: UUID | None = None
) -> Price:
    """Set the price of a feature's target from ``valid_from`` (now) on, and return its row."""
    return Price.objects.create(
        feature=feature, target=target, credits=credits, per=per, valid_from=valid_from or clock.now(), created_by_id=created_by_id
    )
