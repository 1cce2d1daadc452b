from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.write_and_tell_target_type import (
    WriteAndTellTargetType,
    check_write_and_tell_target_type,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="WriteAndTellTarget")


@_attrs_define
class WriteAndTellTarget:
    """
    Attributes:
        type_ (WriteAndTellTargetType | Unset):  Default: ''.
    """

    type_: WriteAndTellTargetType | Unset = ""

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
        type_: WriteAndTellTargetType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_write_and_tell_target_type(_type_)

        write_and_tell_target = cls(
            type_=type_,
        )

        return write_and_tell_target
