from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewPriceRequest")


@_attrs_define
class NewPriceRequest:
    """A price from ``validFrom`` on, from now on where it is left out: ``credits`` for every ``per`` units or part of
    them.

        Attributes:
            feature (str):
            target (str):
            credits_ (str):  Example: 1000000.
            per (str | Unset):  Default: '1'. Example: 1000000.
            valid_from (datetime.datetime | None | Unset):  Example: 2017-01-01T10:00:20.021Z.
    """

    feature: str
    target: str
    credits_: str
    per: str | Unset = "1"
    valid_from: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        feature = self.feature

        target = self.target

        credits_ = self.credits_

        per = self.per

        valid_from: None | str | Unset
        if isinstance(self.valid_from, Unset):
            valid_from = UNSET
        elif isinstance(self.valid_from, datetime.datetime):
            valid_from = self.valid_from.isoformat()
        else:
            valid_from = self.valid_from

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "feature": feature,
                "target": target,
                "credits": credits_,
            }
        )
        if per is not UNSET:
            field_dict["per"] = per
        if valid_from is not UNSET:
            field_dict["validFrom"] = valid_from

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        feature = d.pop("feature")

        target = d.pop("target")

        credits_ = d.pop("credits")

        per = d.pop("per", UNSET)

        def _parse_valid_from(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_from_type_0 = datetime.datetime.fromisoformat(data)

                return valid_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        valid_from = _parse_valid_from(d.pop("validFrom", UNSET))

        new_price_request = cls(
            feature=feature,
            target=target,
            credits_=credits_,
            per=per,
            valid_from=valid_from,
        )

        new_price_request.additional_properties = d
        return new_price_request

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
