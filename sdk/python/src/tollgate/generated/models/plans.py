from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.plan_enum import PlanEnum, check_plan_enum
from ..models.subscription_status_enum import (
    SubscriptionStatusEnum,
    check_subscription_status_enum,
)

if TYPE_CHECKING:
    from ..models.plan import Plan
    from ..models.quota_use import QuotaUse
    from ..models.simultaneous import Simultaneous


T = TypeVar("T", bound="Plans")


@_attrs_define
class Plans:
    """All plans, which one the caller has, and what limits the caller now.

    Attributes:
        current (PlanEnum):
        status (SubscriptionStatusEnum):
        expires_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
        simultaneous_tasks (Simultaneous): How many unfinished tasks there may be (null: any number), and how many there
            are.
        quotas (list[QuotaUse]):
        items (list[Plan]):
        next_ (str):
    """

    current: PlanEnum
    status: SubscriptionStatusEnum
    expires_at: datetime.datetime | None
    simultaneous_tasks: Simultaneous
    quotas: list[QuotaUse]
    items: list[Plan]
    next_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        current: str = self.current

        status: str = self.status

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        simultaneous_tasks = self.simultaneous_tasks.to_dict()

        quotas = []
        for quotas_item_data in self.quotas:
            quotas_item = quotas_item_data.to_dict()
            quotas.append(quotas_item)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_ = self.next_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "current": current,
                "status": status,
                "expiresAt": expires_at,
                "simultaneousTasks": simultaneous_tasks,
                "quotas": quotas,
                "items": items,
                "next": next_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.plan import Plan  # noqa: PLC0415
        from ..models.quota_use import QuotaUse  # noqa: PLC0415
        from ..models.simultaneous import Simultaneous  # noqa: PLC0415

        d = dict(src_dict)
        current = check_plan_enum(d.pop("current"))

        status = check_subscription_status_enum(d.pop("status"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expiresAt"))

        simultaneous_tasks = Simultaneous.from_dict(d.pop("simultaneousTasks"))

        quotas = []
        _quotas = d.pop("quotas")
        for quotas_item_data in _quotas:
            quotas_item = QuotaUse.from_dict(quotas_item_data)

            quotas.append(quotas_item)

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Plan.from_dict(items_item_data)

            items.append(items_item)

        next_ = d.pop("next")

        plans = cls(
            current=current,
            status=status,
            expires_at=expires_at,
            simultaneous_tasks=simultaneous_tasks,
            quotas=quotas,
            items=items,
            next_=next_,
        )

        plans.additional_properties = d
        return plans

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
