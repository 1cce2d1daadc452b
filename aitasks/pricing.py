"""What a call may cost at most, at the price that is valid now (A-4.1)."""

from dataclasses import dataclass

from aitasks.feature import Call, Feature
from billing import selectors
from billing.states import UnitPrice


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a call and the most units it can use."""

    price: UnitPrice
    units_max: int

    @property
    def credits_max(self) -> int:
        """Return the most credits that the call can cost."""
        return self.price.credits_for(self.units_max)


def quote(feature: Feature, call: Call) -> Quote:
    """Return the quote for a call: the price set by staff, else the declaration's."""
    declared = feature.prices[call.target]
    price = selectors.find_price(feature=feature.name, target=call.target) or UnitPrice(declared.credits, declared.per)
    return Quote(price, declared.units_max(call))
