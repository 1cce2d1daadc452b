from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.text_to_text_target_type import (
    TextToTextTargetType,
    check_text_to_text_target_type,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="TextToTextTarget")


@_attrs_define
class TextToTextTarget:
    """
    Attributes:
        type_ (TextToTextTargetType | Unset):  Default: ''.
    """

    type_: TextToTextTargetType | Unset = ""

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
        type_: TextToTextTargetType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_text_to_text_target_type(_type_)

        text_to_text_target = cls(
            type_=type_,
        )

        return text_to_text_target
