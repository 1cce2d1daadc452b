from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MediaData")


@_attrs_define
class MediaData:
    """A text, or a signed link to a file.

    Attributes:
        type_ (str): MIME type.
        text (str | Unset):
        src (str | Unset): A link that works for a while; ask for the task again for a fresh one.
        file (UUID | Unset): The stored file's id, good as a source of other calls.
        size (str | Unset):  Example: 1000000.
    """

    type_: str
    text: str | Unset = UNSET
    src: str | Unset = UNSET
    file: UUID | Unset = UNSET
    size: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        text = self.text

        src = self.src

        file: str | Unset = UNSET
        if not isinstance(self.file, Unset):
            file = str(self.file)

        size = self.size

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if src is not UNSET:
            field_dict["src"] = src
        if file is not UNSET:
            field_dict["file"] = file
        if size is not UNSET:
            field_dict["size"] = size

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        text = d.pop("text", UNSET)

        src = d.pop("src", UNSET)

        _file = d.pop("file", UNSET)
        file: UUID | Unset
        if isinstance(_file, Unset):
            file = UNSET
        else:
            file = UUID(_file)

        size = d.pop("size", UNSET)

        media_data = cls(
            type_=type_,
            text=text,
            src=src,
            file=file,
            size=size,
        )

        media_data.additional_properties = d
        return media_data

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
