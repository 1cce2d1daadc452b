from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.embed_target_type import EmbedTargetType, check_embed_target_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="EmbedTarget")


@_attrs_define
class EmbedTarget:
    """
    Attributes:
        type_ (EmbedTargetType | Unset):  Default: ''.
    """

    type_: EmbedTargetType | Unset = ""

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
        type_: EmbedTargetType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_embed_target_type(_type_)

        embed_target = cls(
            type_=type_,
        )

        return embed_target
