from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.outcome_enum import OutcomeEnum, check_outcome_enum

if TYPE_CHECKING:
    from ..models.considered import Considered


T = TypeVar("T", bound="TaskTry")


@_attrs_define
class TaskTry:
    """One try at a provider for a step of the task, and who else was considered.

    Attributes:
        attempt (int):
        step (str):
        provider (str):
        model (str):
        outcome (OutcomeEnum):
        started_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        ended_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
        error (str):
        considered (list[Considered]):
    """

    attempt: int
    step: str
    provider: str
    model: str
    outcome: OutcomeEnum
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    error: str
    considered: list[Considered]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attempt = self.attempt

        step = self.step

        provider = self.provider

        model = self.model

        outcome: str = self.outcome

        started_at = self.started_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        error = self.error

        considered = []
        for considered_item_data in self.considered:
            considered_item = considered_item_data.to_dict()
            considered.append(considered_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempt": attempt,
                "step": step,
                "provider": provider,
                "model": model,
                "outcome": outcome,
                "startedAt": started_at,
                "endedAt": ended_at,
                "error": error,
                "considered": considered,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.considered import Considered  # noqa: PLC0415

        d = dict(src_dict)
        attempt = d.pop("attempt")

        step = d.pop("step")

        provider = d.pop("provider")

        model = d.pop("model")

        outcome = check_outcome_enum(d.pop("outcome"))

        started_at = datetime.datetime.fromisoformat(d.pop("startedAt"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("endedAt"))

        error = d.pop("error")

        considered = []
        _considered = d.pop("considered")
        for considered_item_data in _considered:
            considered_item = Considered.from_dict(considered_item_data)

            considered.append(considered_item)

        task_try = cls(
            attempt=attempt,
            step=step,
            provider=provider,
            model=model,
            outcome=outcome,
            started_at=started_at,
            ended_at=ended_at,
            error=error,
            considered=considered,
        )

        task_try.additional_properties = d
        return task_try

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
