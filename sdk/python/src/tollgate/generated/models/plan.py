from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.plan_enum import PlanEnum, check_plan_enum

if TYPE_CHECKING:
    from ..models.plan_price import PlanPrice
    from ..models.quota import Quota


T = TypeVar("T", bound="Plan")


@_attrs_define
class Plan:
    """A plan and what it includes; ``credits`` come with every paid period.

    Attributes:
        name (PlanEnum):
        title (str):
        current (bool):
        offered (bool):
        price (PlanPrice): What a plan costs: ``amount`` in the currency's smallest unit, every ``interval``.
        credits_ (str):  Example: 1000000.
        simultaneous_tasks (int):
        apis (list[str]):
        quotas (list[Quota]):
    """

    name: PlanEnum
    title: str
    current: bool
    offered: bool
    price: PlanPrice
    credits_: str
    simultaneous_tasks: int
    apis: list[str]
    quotas: list[Quota]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name: str = self.name

        title = self.title

        current = self.current

        offered = self.offered

        price = self.price.to_dict()

        credits_ = self.credits_

        simultaneous_tasks = self.simultaneous_tasks

        apis = self.apis

        quotas = []
        for quotas_item_data in self.quotas:
            quotas_item = quotas_item_data.to_dict()
            quotas.append(quotas_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "title": title,
                "current": current,
                "offered": offered,
                "price": price,
                "credits": credits_,
                "simultaneousTasks": simultaneous_tasks,
                "apis": apis,
                "quotas": quotas,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.plan_price import PlanPrice  # noqa: PLC0415
        from ..models.quota import Quota  # noqa: PLC0415

        d = dict(src_dict)
        name = check_plan_enum(d.pop("name"))

        title = d.pop("title")

        current = d.pop("current")

        offered = d.pop("offered")

        price = PlanPrice.from_dict(d.pop("price"))

        credits_ = d.pop("credits")

        simultaneous_tasks = d.pop("simultaneousTasks")

        apis = cast(list[str], d.pop("apis"))

        quotas = []
        _quotas = d.pop("quotas")
        for quotas_item_data in _quotas:
            quotas_item = Quota.from_dict(quotas_item_data)

            quotas.append(quotas_item)

        plan = cls(
            name=name,
            title=title,
            current=current,
            offered=offered,
            price=price,
            credits_=credits_,
            simultaneous_tasks=simultaneous_tasks,
            apis=apis,
            quotas=quotas,
        )

        plan.additional_properties = d
        return plan

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
