from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TransformPrompts")


@_attrs_define
class TransformPrompts:
    """What to do, and what to avoid.

    Attributes:
        prompt (str | Unset):  Default: ''.
        negative (str | Unset):  Default: ''.
    """

    prompt: str | Unset = ""
    negative: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        prompt = self.prompt

        negative = self.negative

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if negative is not UNSET:
            field_dict["negative"] = negative

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        prompt = d.pop("prompt", UNSET)

        negative = d.pop("negative", UNSET)

        transform_prompts = cls(
            prompt=prompt,
            negative=negative,
        )

        return transform_prompts
