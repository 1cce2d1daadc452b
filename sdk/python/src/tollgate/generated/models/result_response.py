from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.data_type_enum import DataTypeEnum, check_data_type_enum
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.result_response_data_type_1_item import ResultResponseDataType1Item
    from ..models.result_response_items_item import ResultResponseItemsItem


T = TypeVar("T", bound="ResultResponse")


@_attrs_define
class ResultResponse:
    """The result: a text, a link, or parts of both; null while there is none.

    Attributes:
        data_type (DataTypeEnum):
        data (list[ResultResponseDataType1Item] | None | str):
        items (list[ResultResponseItemsItem] | Unset):
    """

    data_type: DataTypeEnum
    data: list[ResultResponseDataType1Item] | None | str
    items: list[ResultResponseItemsItem] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data_type: str = self.data_type

        data: list[dict[str, Any]] | None | str
        if isinstance(self.data, list):
            data = []
            for data_type_1_item_data in self.data:
                data_type_1_item = data_type_1_item_data.to_dict()
                data.append(data_type_1_item)

        else:
            data = self.data

        items: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.items, Unset):
            items = []
            for items_item_data in self.items:
                items_item = items_item_data.to_dict()
                items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dataType": data_type,
                "data": data,
            }
        )
        if items is not UNSET:
            field_dict["items"] = items

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.result_response_data_type_1_item import (
            ResultResponseDataType1Item,  # noqa: PLC0415
        )
        from ..models.result_response_items_item import ResultResponseItemsItem  # noqa: PLC0415

        d = dict(src_dict)
        data_type = check_data_type_enum(d.pop("dataType"))

        def _parse_data(data: object) -> list[ResultResponseDataType1Item] | None | str:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                data_type_1 = []
                _data_type_1 = data
                for data_type_1_item_data in _data_type_1:
                    data_type_1_item = ResultResponseDataType1Item.from_dict(data_type_1_item_data)

                    data_type_1.append(data_type_1_item)

                return data_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ResultResponseDataType1Item] | None | str, data)

        data = _parse_data(d.pop("data"))

        _items = d.pop("items", UNSET)
        items: list[ResultResponseItemsItem] | Unset = UNSET
        if _items is not UNSET:
            items = []
            for items_item_data in _items:
                items_item = ResultResponseItemsItem.from_dict(items_item_data)

                items.append(items_item)

        result_response = cls(
            data_type=data_type,
            data=data,
            items=items,
        )

        result_response.additional_properties = d
        return result_response

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
