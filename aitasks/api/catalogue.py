"""The features as ``GET /api/ai`` lists them (P-2.9): schema, targets, prices, all from the declarations."""

from typing import Any

from aitasks import registry
from aitasks.calls import request_schema
from aitasks.feature import Feature
from billing import selectors
from billing.states import UnitPrice
from common.contracts.wire import int64

Prices = dict[tuple[str, str], UnitPrice]


def render_features() -> list[dict[str, Any]]:
    """Return every feature with the prices that are valid now (1 query)."""
    prices = selectors.list_prices()
    return [render_feature(feature, prices) for feature in registry.public_features()]


def render_feature(feature: Feature, prices: Prices) -> dict[str, Any]:
    """Return one feature as callers see it."""
    return {
        "name": feature.name,
        "title": feature.title,
        "summary": feature.summary,
        "sources": list(feature.sources),
        "sourceRequired": feature.source_required,
        "promptRequired": feature.prompt_required,
        "targets": [
            {"type": target, "streams": target in feature.streams, "price": render_price(feature, target, prices)}
            for target in feature.prices
        ],
        "longRunning": feature.long_running,
        "schema": request_schema(feature),
        "examples": [dict(example) for example in feature.examples],
    }


def render_price(feature: Feature, target: str, prices: Prices) -> dict[str, Any]:
    """Return a target's price: so many credits for every so many units or part of them."""
    declared = feature.prices[target]
    valid = prices.get((feature.name, target)) or UnitPrice(declared.credits, declared.per)
    return {"credits": int64(valid.credits), "per": int64(valid.per), "unit": declared.unit}
