from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CurrentPrice")


@_attrs_define
class CurrentPrice:
    """What a call costs now. ``isDeclared``: nobody has set a price, the feature's own holds.

    Attributes:
        feature (str):
        target (str):
        unit (str):
        credits_ (str):  Example: 1000000.
        per (str):  Example: 1000000.
        is_declared (bool):
    """

    feature: str
    target: str
    unit: str
    credits_: str
    per: str
    is_declared: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        feature = self.feature

        target = self.target

        unit = self.unit

        credits_ = self.credits_

        per = self.per

        is_declared = self.is_declared

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "feature": feature,
                "target": target,
                "unit": unit,
                "credits": credits_,
                "per": per,
                "isDeclared": is_declared,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        feature = d.pop("feature")

        target = d.pop("target")

        unit = d.pop("unit")

        credits_ = d.pop("credits")

        per = d.pop("per")

        is_declared = d.pop("isDeclared")

        current_price = cls(
            feature=feature,
            target=target,
            unit=unit,
            credits_=credits_,
            per=per,
            is_declared=is_declared,
        )

        current_price.additional_properties = d
        return current_price

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
