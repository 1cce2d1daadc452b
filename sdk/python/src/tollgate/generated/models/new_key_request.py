from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewKeyRequest")


@_attrs_define
class NewKeyRequest:
    """What a new key may do. Empty ``apis``: whatever its owner may; ``creditLimit`` 0 or left out: no limit of its own.

    Attributes:
        name (str | Unset):  Default: ''.
        apis (list[str] | Unset):
        app_id (str | Unset):  Default: ''.
        expires_at (datetime.datetime | None | Unset):  Example: 2017-01-01T10:00:20.021Z.
        credit_limit (str | Unset):  Default: '0'. Example: 1000000.
    """

    name: str | Unset = ""
    apis: list[str] | Unset = UNSET
    app_id: str | Unset = ""
    expires_at: datetime.datetime | None | Unset = UNSET
    credit_limit: str | Unset = "0"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        apis: list[str] | Unset = UNSET
        if not isinstance(self.apis, Unset):
            apis = self.apis

        app_id = self.app_id

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        credit_limit = self.credit_limit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if apis is not UNSET:
            field_dict["apis"] = apis
        if app_id is not UNSET:
            field_dict["appId"] = app_id
        if expires_at is not UNSET:
            field_dict["expiresAt"] = expires_at
        if credit_limit is not UNSET:
            field_dict["creditLimit"] = credit_limit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        apis = cast(list[str], d.pop("apis", UNSET))

        app_id = d.pop("appId", UNSET)

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expiresAt", UNSET))

        credit_limit = d.pop("creditLimit", UNSET)

        new_key_request = cls(
            name=name,
            apis=apis,
            app_id=app_id,
            expires_at=expires_at,
            credit_limit=credit_limit,
        )

        new_key_request.additional_properties = d
        return new_key_request

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
