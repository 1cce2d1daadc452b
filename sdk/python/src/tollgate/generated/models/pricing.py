from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.current_price import CurrentPrice
    from ..models.price_history import PriceHistory


T = TypeVar("T", bound="Pricing")


@_attrs_define
class Pricing:
    """What everything costs now, all on one page, and every price that was ever set.

    Attributes:
        items (list[CurrentPrice]):
        next_ (str):
        history (PriceHistory): A page of prices that were set, newest first.
    """

    items: list[CurrentPrice]
    next_: str
    history: PriceHistory
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_ = self.next_

        history = self.history.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "next": next_,
                "history": history,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.current_price import CurrentPrice  # noqa: PLC0415
        from ..models.price_history import PriceHistory  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = CurrentPrice.from_dict(items_item_data)

            items.append(items_item)

        next_ = d.pop("next")

        history = PriceHistory.from_dict(d.pop("history"))

        pricing = cls(
            items=items,
            next_=next_,
            history=history,
        )

        pricing.additional_properties = d
        return pricing

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
