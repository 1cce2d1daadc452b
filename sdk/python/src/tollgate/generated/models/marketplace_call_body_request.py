from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.marketplace_call_body_request_payload import (
        MarketplaceCallBodyRequestPayload,
    )


T = TypeVar("T", bound="MarketplaceCallBodyRequest")


@_attrs_define
class MarketplaceCallBodyRequest:
    """A call: what to do, and with what.

    Attributes:
        payload (MarketplaceCallBodyRequestPayload):
        method (str | Unset):
    """

    payload: MarketplaceCallBodyRequestPayload
    method: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        payload = self.payload.to_dict()

        method = self.method

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "payload": payload,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.marketplace_call_body_request_payload import (
            MarketplaceCallBodyRequestPayload,  # noqa: PLC0415
        )

        d = dict(src_dict)
        payload = MarketplaceCallBodyRequestPayload.from_dict(d.pop("payload"))

        method = d.pop("method", UNSET)

        marketplace_call_body_request = cls(
            payload=payload,
            method=method,
        )

        marketplace_call_body_request.additional_properties = d
        return marketplace_call_body_request

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
