from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.transform_target_type import (
    TransformTargetType,
    check_transform_target_type,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="TransformTarget")


@_attrs_define
class TransformTarget:
    """
    Attributes:
        type_ (TransformTargetType | Unset):  Default: ''.
    """

    type_: TransformTargetType | Unset = ""

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
        type_: TransformTargetType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_transform_target_type(_type_)

        transform_target = cls(
            type_=type_,
        )

        return transform_target
