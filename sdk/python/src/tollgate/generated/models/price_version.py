from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PriceVersion")


@_attrs_define
class PriceVersion:
    """A price that was set; it holds from ``validFrom`` until the next one of the same feature and target.

    Attributes:
        id (str):
        feature (str):
        target (str):
        credits_ (str):  Example: 1000000.
        per (str):  Example: 1000000.
        valid_from (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        set_by (None | UUID):
    """

    id: str
    feature: str
    target: str
    credits_: str
    per: str
    valid_from: datetime.datetime
    set_by: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        feature = self.feature

        target = self.target

        credits_ = self.credits_

        per = self.per

        valid_from = self.valid_from.isoformat()

        set_by: None | str
        if isinstance(self.set_by, UUID):
            set_by = str(self.set_by)
        else:
            set_by = self.set_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "feature": feature,
                "target": target,
                "credits": credits_,
                "per": per,
                "validFrom": valid_from,
                "setBy": set_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        feature = d.pop("feature")

        target = d.pop("target")

        credits_ = d.pop("credits")

        per = d.pop("per")

        valid_from = datetime.datetime.fromisoformat(d.pop("validFrom"))

        def _parse_set_by(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                set_by_type_0 = UUID(data)

                return set_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        set_by = _parse_set_by(d.pop("setBy"))

        price_version = cls(
            id=id,
            feature=feature,
            target=target,
            credits_=credits_,
            per=per,
            valid_from=valid_from,
            set_by=set_by,
        )

        price_version.additional_properties = d
        return price_version

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
