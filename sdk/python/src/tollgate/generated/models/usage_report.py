from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.day_usage import DayUsage
    from ..models.open_tasks import OpenTasks
    from ..models.total import Total
    from ..models.used_quota import UsedQuota


T = TypeVar("T", bound="UsageReport")


@_attrs_define
class UsageReport:
    """Calls and credits by day, API and app, newest day first; the total of the whole span, whichever page is shown; the
    limits now.

        Attributes:
            from_ (datetime.date):
            to (datetime.date):
            total (Total): All of it together.
            items (list[DayUsage]):
            next_ (str):
            simultaneous_tasks (OpenTasks): How many unfinished tasks there may be (null: any number), and how many there
                are.
            quotas (list[UsedQuota]):
    """

    from_: datetime.date
    to: datetime.date
    total: Total
    items: list[DayUsage]
    next_: str
    simultaneous_tasks: OpenTasks
    quotas: list[UsedQuota]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_.isoformat()

        to = self.to.isoformat()

        total = self.total.to_dict()

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_ = self.next_

        simultaneous_tasks = self.simultaneous_tasks.to_dict()

        quotas = []
        for quotas_item_data in self.quotas:
            quotas_item = quotas_item_data.to_dict()
            quotas.append(quotas_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "from": from_,
                "to": to,
                "total": total,
                "items": items,
                "next": next_,
                "simultaneousTasks": simultaneous_tasks,
                "quotas": quotas,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.day_usage import DayUsage  # noqa: PLC0415
        from ..models.open_tasks import OpenTasks  # noqa: PLC0415
        from ..models.total import Total  # noqa: PLC0415
        from ..models.used_quota import UsedQuota  # noqa: PLC0415

        d = dict(src_dict)
        from_ = datetime.date.fromisoformat(d.pop("from"))

        to = datetime.date.fromisoformat(d.pop("to"))

        total = Total.from_dict(d.pop("total"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = DayUsage.from_dict(items_item_data)

            items.append(items_item)

        next_ = d.pop("next")

        simultaneous_tasks = OpenTasks.from_dict(d.pop("simultaneousTasks"))

        quotas = []
        _quotas = d.pop("quotas")
        for quotas_item_data in _quotas:
            quotas_item = UsedQuota.from_dict(quotas_item_data)

            quotas.append(quotas_item)

        usage_report = cls(
            from_=from_,
            to=to,
            total=total,
            items=items,
            next_=next_,
            simultaneous_tasks=simultaneous_tasks,
            quotas=quotas,
        )

        usage_report.additional_properties = d
        return usage_report

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
