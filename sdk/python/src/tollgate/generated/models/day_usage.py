from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DayUsage")


@_attrs_define
class DayUsage:
    """The calls of one API through one app (empty: through none) that ended on one day (UTC).

    Attributes:
        day (datetime.date):
        api (str):
        app_id (str):
        calls (str):  Example: 1000000.
        credits_ (str):  Example: 1000000.
    """

    day: datetime.date
    api: str
    app_id: str
    calls: str
    credits_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        day = self.day.isoformat()

        api = self.api

        app_id = self.app_id

        calls = self.calls

        credits_ = self.credits_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "day": day,
                "api": api,
                "appId": app_id,
                "calls": calls,
                "credits": credits_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        api = d.pop("api")

        app_id = d.pop("appId")

        calls = d.pop("calls")

        credits_ = d.pop("credits")

        day_usage = cls(
            day=day,
            api=api,
            app_id=app_id,
            calls=calls,
            credits_=credits_,
        )

        day_usage.additional_properties = d
        return day_usage

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
