from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.plan_enum import PlanEnum, check_plan_enum
from ..models.subscription_status_enum import (
    SubscriptionStatusEnum,
    check_subscription_status_enum,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="SubscriptionStatus")


@_attrs_define
class SubscriptionStatus:
    """How the subscription stands. ``expiresOn`` is the end of what is paid; the free plan has none.

    Attributes:
        subscription_status (SubscriptionStatusEnum):
        plan (PlanEnum):
        expires_on (datetime.datetime | Unset):  Example: 2017-01-01T10:00:20.021Z.
    """

    subscription_status: SubscriptionStatusEnum
    plan: PlanEnum
    expires_on: datetime.datetime | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        subscription_status: str = self.subscription_status

        plan: str = self.plan

        expires_on: str | Unset = UNSET
        if not isinstance(self.expires_on, Unset):
            expires_on = self.expires_on.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subscriptionStatus": subscription_status,
                "plan": plan,
            }
        )
        if expires_on is not UNSET:
            field_dict["expiresOn"] = expires_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subscription_status = check_subscription_status_enum(d.pop("subscriptionStatus"))

        plan = check_plan_enum(d.pop("plan"))

        _expires_on = d.pop("expiresOn", UNSET)
        expires_on: datetime.datetime | Unset
        if isinstance(_expires_on, Unset):
            expires_on = UNSET
        else:
            expires_on = datetime.datetime.fromisoformat(_expires_on)

        subscription_status = cls(
            subscription_status=subscription_status,
            plan=plan,
            expires_on=expires_on,
        )

        subscription_status.additional_properties = d
        return subscription_status

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
