from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OwnProfile")


@_attrs_define
class OwnProfile:
    """The user's own record; ``name`` is both names, ``avatar`` a signed link to a PNG, or null.

    Attributes:
        id (UUID):
        email (str):
        email_verified (bool):
        name (str):
        first_name (str):
        last_name (str):
        avatar (None | str):
        created_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        updated_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
    """

    id: UUID
    email: str
    email_verified: bool
    name: str
    first_name: str
    last_name: str
    avatar: None | str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        email = self.email

        email_verified = self.email_verified

        name = self.name

        first_name = self.first_name

        last_name = self.last_name

        avatar: None | str
        avatar = self.avatar

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "email": email,
                "emailVerified": email_verified,
                "name": name,
                "firstName": first_name,
                "lastName": last_name,
                "avatar": avatar,
                "createdAt": created_at,
                "updatedAt": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        email = d.pop("email")

        email_verified = d.pop("emailVerified")

        name = d.pop("name")

        first_name = d.pop("firstName")

        last_name = d.pop("lastName")

        def _parse_avatar(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        avatar = _parse_avatar(d.pop("avatar"))

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updatedAt"))

        own_profile = cls(
            id=id,
            email=email,
            email_verified=email_verified,
            name=name,
            first_name=first_name,
            last_name=last_name,
            avatar=avatar,
            created_at=created_at,
            updated_at=updated_at,
        )

        own_profile.additional_properties = d
        return own_profile

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
