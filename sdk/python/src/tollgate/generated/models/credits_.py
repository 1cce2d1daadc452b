from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.grant import Grant
    from ..models.history import History


T = TypeVar("T", bound="Credits")


@_attrs_define
class Credits:
    """What can be spent, what is reserved, where it came from and where it went.

    Attributes:
        balance (str):  Example: 1000000.
        reserved (str):  Example: 1000000.
        grants (list[Grant]):
        history (History): A page of movements, newest first.
    """

    balance: str
    reserved: str
    grants: list[Grant]
    history: History
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        balance = self.balance

        reserved = self.reserved

        grants = []
        for grants_item_data in self.grants:
            grants_item = grants_item_data.to_dict()
            grants.append(grants_item)

        history = self.history.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "balance": balance,
                "reserved": reserved,
                "grants": grants,
                "history": history,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.grant import Grant  # noqa: PLC0415
        from ..models.history import History  # noqa: PLC0415

        d = dict(src_dict)
        balance = d.pop("balance")

        reserved = d.pop("reserved")

        grants = []
        _grants = d.pop("grants")
        for grants_item_data in _grants:
            grants_item = Grant.from_dict(grants_item_data)

            grants.append(grants_item)

        history = History.from_dict(d.pop("history"))

        credits_ = cls(
            balance=balance,
            reserved=reserved,
            grants=grants,
            history=history,
        )

        credits_.additional_properties = d
        return credits_

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
