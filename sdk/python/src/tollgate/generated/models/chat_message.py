from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.role_enum import RoleEnum, check_role_enum

if TYPE_CHECKING:
    from ..models.message_usage import MessageUsage
    from ..models.reply_error import ReplyError


T = TypeVar("T", bound="ChatMessage")


@_attrs_define
class ChatMessage:
    """Something that was said in a session.

    Attributes:
        message_id (UUID):
        role (RoleEnum):
        content (str):
        status (str): queued, running, succeeded, failed or cancelled, as of tasks.
        created_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        usage (MessageUsage): What a message costs: charged, and reserved while its reply is on its way.
        error (None | ReplyError):
    """

    message_id: UUID
    role: RoleEnum
    content: str
    status: str
    created_at: datetime.datetime
    usage: MessageUsage
    error: None | ReplyError
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.reply_error import ReplyError  # noqa: PLC0415

        message_id = str(self.message_id)

        role: str = self.role

        content = self.content

        status = self.status

        created_at = self.created_at.isoformat()

        usage = self.usage.to_dict()

        error: dict[str, Any] | None
        if isinstance(self.error, ReplyError):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "messageId": message_id,
                "role": role,
                "content": content,
                "status": status,
                "createdAt": created_at,
                "usage": usage,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_usage import MessageUsage  # noqa: PLC0415
        from ..models.reply_error import ReplyError  # noqa: PLC0415

        d = dict(src_dict)
        message_id = UUID(d.pop("messageId"))

        role = check_role_enum(d.pop("role"))

        content = d.pop("content")

        status = d.pop("status")

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        usage = MessageUsage.from_dict(d.pop("usage"))

        def _parse_error(data: object) -> None | ReplyError:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = ReplyError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ReplyError, data)

        error = _parse_error(d.pop("error"))

        chat_message = cls(
            message_id=message_id,
            role=role,
            content=content,
            status=status,
            created_at=created_at,
            usage=usage,
            error=error,
        )

        chat_message.additional_properties = d
        return chat_message

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
