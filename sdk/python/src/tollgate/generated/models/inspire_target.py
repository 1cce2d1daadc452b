from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.inspire_target_type import InspireTargetType, check_inspire_target_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="InspireTarget")


@_attrs_define
class InspireTarget:
    """
    Attributes:
        type_ (InspireTargetType | Unset):  Default: ''.
    """

    type_: InspireTargetType | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _type_ = d.pop("type", UNSET)
        type_: InspireTargetType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_inspire_target_type(_type_)

        inspire_target = cls(
            type_=type_,
        )

        return inspire_target
