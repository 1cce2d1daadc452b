from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.media_data import MediaData


T = TypeVar("T", bound="NumberedTarget")


@_attrs_define
class NumberedTarget:
    """One result of several.

    Attributes:
        type_ (str):
        data (MediaData): A text, or a signed link to a file.
        index (int):
    """

    type_: str
    data: MediaData
    index: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        data = self.data.to_dict()

        index = self.index

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "data": data,
                "index": index,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_data import MediaData  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        data = MediaData.from_dict(d.pop("data"))

        index = d.pop("index")

        numbered_target = cls(
            type_=type_,
            data=data,
            index=index,
        )

        numbered_target.additional_properties = d
        return numbered_target

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
