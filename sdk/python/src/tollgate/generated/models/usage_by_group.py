from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.by_enum import ByEnum, check_by_enum

if TYPE_CHECKING:
    from ..models.totals import Totals
    from ..models.usage_group import UsageGroup


T = TypeVar("T", bound="UsageByGroup")


@_attrs_define
class UsageByGroup:
    """Usage from ``from`` on and before ``to``: all of it, and a page of its parts, the most expensive first (days: the
    newest).

        Attributes:
            by (ByEnum):
            to (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
            totals (Totals): Calls that ended, how they ended, and what they used. ``latencyMs`` is the average from start
                to end.
            items (list[UsageGroup]):
            next_ (str):
            from_ (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
    """

    by: ByEnum
    to: datetime.datetime
    totals: Totals
    items: list[UsageGroup]
    next_: str
    from_: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        by: str = self.by

        to = self.to.isoformat()

        totals = self.totals.to_dict()

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_ = self.next_

        from_ = self.from_.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "by": by,
                "to": to,
                "totals": totals,
                "items": items,
                "next": next_,
                "from": from_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.totals import Totals  # noqa: PLC0415
        from ..models.usage_group import UsageGroup  # noqa: PLC0415

        d = dict(src_dict)
        by = check_by_enum(d.pop("by"))

        to = datetime.datetime.fromisoformat(d.pop("to"))

        totals = Totals.from_dict(d.pop("totals"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = UsageGroup.from_dict(items_item_data)

            items.append(items_item)

        next_ = d.pop("next")

        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        usage_by_group = cls(
            by=by,
            to=to,
            totals=totals,
            items=items,
            next_=next_,
            from_=from_,
        )

        usage_by_group.additional_properties = d
        return usage_by_group

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
