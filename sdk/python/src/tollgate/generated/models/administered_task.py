from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.owner import Owner
    from ..models.task_failure import TaskFailure
    from ..models.task_usage import TaskUsage


T = TypeVar("T", bound="AdministeredTask")


@_attrs_define
class AdministeredTask:
    """A task as staff see it.

    Attributes:
        id (UUID):
        feature (str):
        status (str):
        progress (int):
        contract (str):
        account (UUID):
        user (None | Owner):
        app (str):
        provider (str):
        model (str):
        attempt (int):
        usage (TaskUsage): What the task has cost, or reserves.
        created_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        started_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
        finished_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
        error (None | TaskFailure):
    """

    id: UUID
    feature: str
    status: str
    progress: int
    contract: str
    account: UUID
    user: None | Owner
    app: str
    provider: str
    model: str
    attempt: int
    usage: TaskUsage
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    error: None | TaskFailure
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.owner import Owner  # noqa: PLC0415
        from ..models.task_failure import TaskFailure  # noqa: PLC0415

        id = str(self.id)

        feature = self.feature

        status = self.status

        progress = self.progress

        contract = self.contract

        account = str(self.account)

        user: dict[str, Any] | None
        if isinstance(self.user, Owner):
            user = self.user.to_dict()
        else:
            user = self.user

        app = self.app

        provider = self.provider

        model = self.model

        attempt = self.attempt

        usage = self.usage.to_dict()

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        error: dict[str, Any] | None
        if isinstance(self.error, TaskFailure):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "feature": feature,
                "status": status,
                "progress": progress,
                "contract": contract,
                "account": account,
                "user": user,
                "app": app,
                "provider": provider,
                "model": model,
                "attempt": attempt,
                "usage": usage,
                "createdAt": created_at,
                "startedAt": started_at,
                "finishedAt": finished_at,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.owner import Owner  # noqa: PLC0415
        from ..models.task_failure import TaskFailure  # noqa: PLC0415
        from ..models.task_usage import TaskUsage  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        feature = d.pop("feature")

        status = d.pop("status")

        progress = d.pop("progress")

        contract = d.pop("contract")

        account = UUID(d.pop("account"))

        def _parse_user(data: object) -> None | Owner:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                user_type_0 = Owner.from_dict(data)

                return user_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Owner, data)

        user = _parse_user(d.pop("user"))

        app = d.pop("app")

        provider = d.pop("provider")

        model = d.pop("model")

        attempt = d.pop("attempt")

        usage = TaskUsage.from_dict(d.pop("usage"))

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("startedAt"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finishedAt"))

        def _parse_error(data: object) -> None | TaskFailure:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = TaskFailure.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TaskFailure, data)

        error = _parse_error(d.pop("error"))

        administered_task = cls(
            id=id,
            feature=feature,
            status=status,
            progress=progress,
            contract=contract,
            account=account,
            user=user,
            app=app,
            provider=provider,
            model=model,
            attempt=attempt,
            usage=usage,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            error=error,
        )

        administered_task.additional_properties = d
        return administered_task

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
