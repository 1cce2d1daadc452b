from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.numbered_target import NumberedTarget
    from ..models.target import Target
    from ..models.task_error import TaskError
    from ..models.usage import Usage


T = TypeVar("T", bound="Task")


@_attrs_define
class Task:
    """A task, as every endpoint of a feature shows it (P-2.3).

    Attributes:
        id (UUID):
        feature (str):
        status (str): queued, running, succeeded, failed or cancelled.
        progress (int):
        target (None | Target):
        targets (list[NumberedTarget]):
        usage (Usage): What the task has cost, and what is still reserved for it.
        provider (str):
        model (str):
        attempt (int):
        created_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        started_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
        finished_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
        error (None | TaskError):
    """

    id: UUID
    feature: str
    status: str
    progress: int
    target: None | Target
    targets: list[NumberedTarget]
    usage: Usage
    provider: str
    model: str
    attempt: int
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    error: None | TaskError
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.target import Target  # noqa: PLC0415
        from ..models.task_error import TaskError  # noqa: PLC0415

        id = str(self.id)

        feature = self.feature

        status = self.status

        progress = self.progress

        target: dict[str, Any] | None
        if isinstance(self.target, Target):
            target = self.target.to_dict()
        else:
            target = self.target

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        usage = self.usage.to_dict()

        provider = self.provider

        model = self.model

        attempt = self.attempt

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
        if isinstance(self.error, TaskError):
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
                "target": target,
                "targets": targets,
                "usage": usage,
                "provider": provider,
                "model": model,
                "attempt": attempt,
                "createdAt": created_at,
                "startedAt": started_at,
                "finishedAt": finished_at,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.numbered_target import NumberedTarget  # noqa: PLC0415
        from ..models.target import Target  # noqa: PLC0415
        from ..models.task_error import TaskError  # noqa: PLC0415
        from ..models.usage import Usage  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        feature = d.pop("feature")

        status = d.pop("status")

        progress = d.pop("progress")

        def _parse_target(data: object) -> None | Target:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = Target.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Target, data)

        target = _parse_target(d.pop("target"))

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = NumberedTarget.from_dict(targets_item_data)

            targets.append(targets_item)

        usage = Usage.from_dict(d.pop("usage"))

        provider = d.pop("provider")

        model = d.pop("model")

        attempt = d.pop("attempt")

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

        def _parse_error(data: object) -> None | TaskError:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = TaskError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TaskError, data)

        error = _parse_error(d.pop("error"))

        task = cls(
            id=id,
            feature=feature,
            status=status,
            progress=progress,
            target=target,
            targets=targets,
            usage=usage,
            provider=provider,
            model=model,
            attempt=attempt,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            error=error,
        )

        task.additional_properties = d
        return task

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
