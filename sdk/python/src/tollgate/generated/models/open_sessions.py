from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.open_session import OpenSession


T = TypeVar("T", bound="OpenSessions")


@_attrs_define
class OpenSessions:
    """The caller's open sessions, newest first.

    Attributes:
        chat_sessions (list[OpenSession]):
    """

    chat_sessions: list[OpenSession]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        chat_sessions = []
        for chat_sessions_item_data in self.chat_sessions:
            chat_sessions_item = chat_sessions_item_data.to_dict()
            chat_sessions.append(chat_sessions_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chatSessions": chat_sessions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.open_session import OpenSession  # noqa: PLC0415

        d = dict(src_dict)
        chat_sessions = []
        _chat_sessions = d.pop("chatSessions")
        for chat_sessions_item_data in _chat_sessions:
            chat_sessions_item = OpenSession.from_dict(chat_sessions_item_data)

            chat_sessions.append(chat_sessions_item)

        open_sessions = cls(
            chat_sessions=chat_sessions,
        )

        open_sessions.additional_properties = d
        return open_sessions

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
