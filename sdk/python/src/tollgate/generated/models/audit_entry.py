from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_actor import AuditActor
    from ..models.audit_object import AuditObject


T = TypeVar("T", bound="AuditEntry")


@_attrs_define
class AuditEntry:
    """Something that staff did; ``actor`` is null for a command or the platform itself.

    Attributes:
        id (UUID):
        at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        actor (AuditActor | None):
        action (str):
        object_ (AuditObject): What it was done to. What belongs to a person has no label.
        details (Any):
        address (str):
    """

    id: UUID
    at: datetime.datetime
    actor: AuditActor | None
    action: str
    object_: AuditObject
    details: Any
    address: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.audit_actor import AuditActor  # noqa: PLC0415

        id = str(self.id)

        at = self.at.isoformat()

        actor: dict[str, Any] | None
        if isinstance(self.actor, AuditActor):
            actor = self.actor.to_dict()
        else:
            actor = self.actor

        action = self.action

        object_ = self.object_.to_dict()

        details = self.details

        address = self.address

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "at": at,
                "actor": actor,
                "action": action,
                "object": object_,
                "details": details,
                "address": address,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_actor import AuditActor  # noqa: PLC0415
        from ..models.audit_object import AuditObject  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_actor(data: object) -> AuditActor | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                actor_type_0 = AuditActor.from_dict(data)

                return actor_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AuditActor | None, data)

        actor = _parse_actor(d.pop("actor"))

        action = d.pop("action")

        object_ = AuditObject.from_dict(d.pop("object"))

        details = d.pop("details")

        address = d.pop("address")

        audit_entry = cls(
            id=id,
            at=at,
            actor=actor,
            action=action,
            object_=object_,
            details=details,
            address=address,
        )

        audit_entry.additional_properties = d
        return audit_entry

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
