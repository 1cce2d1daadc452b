from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.profile_status_enum import ProfileStatusEnum, check_profile_status_enum

if TYPE_CHECKING:
    from ..models.chat_session import ChatSession


T = TypeVar("T", bound="Profile")


@_attrs_define
class Profile:
    """The user's own record (G-2.1).

    Attributes:
        user_id (UUID):
        email (str):
        first_name (str):
        last_name (str):
        subscription_status (ProfileStatusEnum):
        chat_sessions (list[ChatSession]):
        created_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        updated_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
    """

    user_id: UUID
    email: str
    first_name: str
    last_name: str
    subscription_status: ProfileStatusEnum
    chat_sessions: list[ChatSession]
    created_at: datetime.datetime
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        user_id = str(self.user_id)

        email = self.email

        first_name = self.first_name

        last_name = self.last_name

        subscription_status: str = self.subscription_status

        chat_sessions = []
        for chat_sessions_item_data in self.chat_sessions:
            chat_sessions_item = chat_sessions_item_data.to_dict()
            chat_sessions.append(chat_sessions_item)

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "userId": user_id,
                "email": email,
                "firstName": first_name,
                "lastName": last_name,
                "subscriptionStatus": subscription_status,
                "chatSessions": chat_sessions,
                "createdAt": created_at,
                "updatedAt": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_session import ChatSession  # noqa: PLC0415

        d = dict(src_dict)
        user_id = UUID(d.pop("userId"))

        email = d.pop("email")

        first_name = d.pop("firstName")

        last_name = d.pop("lastName")

        subscription_status = check_profile_status_enum(d.pop("subscriptionStatus"))

        chat_sessions = []
        _chat_sessions = d.pop("chatSessions")
        for chat_sessions_item_data in _chat_sessions:
            chat_sessions_item = ChatSession.from_dict(chat_sessions_item_data)

            chat_sessions.append(chat_sessions_item)

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updatedAt"))

        profile = cls(
            user_id=user_id,
            email=email,
            first_name=first_name,
            last_name=last_name,
            subscription_status=subscription_status,
            chat_sessions=chat_sessions,
            created_at=created_at,
            updated_at=updated_at,
        )

        profile.additional_properties = d
        return profile

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
