from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QuotaUse")


@_attrs_define
class QuotaUse:
    """A quota of the caller's, and how far it is used.

    Attributes:
        api (str):
        period (str):
        limit (int):
        used (int):
        resets_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
    """

    api: str
    period: str
    limit: int
    used: int
    resets_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api = self.api

        period = self.period

        limit = self.limit

        used = self.used

        resets_at = self.resets_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api": api,
                "period": period,
                "limit": limit,
                "used": used,
                "resetsAt": resets_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        api = d.pop("api")

        period = d.pop("period")

        limit = d.pop("limit")

        used = d.pop("used")

        resets_at = datetime.datetime.fromisoformat(d.pop("resetsAt"))

        quota_use = cls(
            api=api,
            period=period,
            limit=limit,
            used=used,
            resets_at=resets_at,
        )

        quota_use.additional_properties = d
        return quota_use

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
