"""All rows of the product, so that a test of a refusal can show that it changed nothing."""

from typing import Any

from django.apps import apps

from common.models import RateLimit

OURS = ("common", "accounts", "billing", "tasks", "metrics", "chat", "marketplace")


def everything_stored() -> dict[str, list[Any]]:
    """Return every row by model, but for rate limits (to count is what they are for) and for the moment of a key's last use."""
    models = [model for label in OURS for model in apps.get_app_config(label).get_models() if model is not RateLimit]
    return {model.__name__: [_row(row) for row in model._default_manager.order_by("pk").values()] for model in models}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "last_used_at"}
