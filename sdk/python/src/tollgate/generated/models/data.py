from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Data")


@_attrs_define
class Data:
    """A piece of content: ``text`` in place, or ``src``: a URL, a data: URI, or the id of an uploaded file.

    Attributes:
        type_ (str | Unset): MIME type; may be left out where the content tells. Default: ''.
        src (str | Unset): An http(s) URL, a data: URI, or the id of an uploaded file. Default: ''.
        text (str | Unset): The text itself. Default: ''.
    """

    type_: str | Unset = ""
    src: str | Unset = ""
    text: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        src = self.src

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if type_ is not UNSET:
            field_dict["type"] = type_
        if src is not UNSET:
            field_dict["src"] = src
        if text is not UNSET:
            field_dict["text"] = text

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type", UNSET)

        src = d.pop("src", UNSET)

        text = d.pop("text", UNSET)

        data = cls(
            type_=type_,
            src=src,
            text=text,
        )

        return data
