from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.breaker_enum import BreakerEnum, check_breaker_enum

T = TypeVar("T", bound="ProviderState")


@_attrs_define
class ProviderState:
    """How a provider is doing. ``errorRate`` is of its recent calls, 0 to 1; ``problem`` says why it cannot be asked at
    all.

    The embedded provider, which cannot be away, is not watched unless it is limited: its calls are counted in the usage
    only.

        Attributes:
            name (str):
            kind (str):
            is_on (bool):
            problem (str):
            priority (int):
            weight (int):
            concurrency_max (int | None):
            breaker (BreakerEnum):
            kept_out_until (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
            failures_in_row (int):
            calls (str):  Example: 1000000.
            error_rate (float):
            latency_ms (None | str):  Example: 1000000.
            running (int):
            last_error (str):
            last_error_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
    """

    name: str
    kind: str
    is_on: bool
    problem: str
    priority: int
    weight: int
    concurrency_max: int | None
    breaker: BreakerEnum
    kept_out_until: datetime.datetime | None
    failures_in_row: int
    calls: str
    error_rate: float
    latency_ms: None | str
    running: int
    last_error: str
    last_error_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        kind = self.kind

        is_on = self.is_on

        problem = self.problem

        priority = self.priority

        weight = self.weight

        concurrency_max: int | None
        concurrency_max = self.concurrency_max

        breaker: str = self.breaker

        kept_out_until: None | str
        if isinstance(self.kept_out_until, datetime.datetime):
            kept_out_until = self.kept_out_until.isoformat()
        else:
            kept_out_until = self.kept_out_until

        failures_in_row = self.failures_in_row

        calls = self.calls

        error_rate = self.error_rate

        latency_ms: None | str
        latency_ms = self.latency_ms

        running = self.running

        last_error = self.last_error

        last_error_at: None | str
        if isinstance(self.last_error_at, datetime.datetime):
            last_error_at = self.last_error_at.isoformat()
        else:
            last_error_at = self.last_error_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "kind": kind,
                "isOn": is_on,
                "problem": problem,
                "priority": priority,
                "weight": weight,
                "concurrencyMax": concurrency_max,
                "breaker": breaker,
                "keptOutUntil": kept_out_until,
                "failuresInRow": failures_in_row,
                "calls": calls,
                "errorRate": error_rate,
                "latencyMs": latency_ms,
                "running": running,
                "lastError": last_error,
                "lastErrorAt": last_error_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        kind = d.pop("kind")

        is_on = d.pop("isOn")

        problem = d.pop("problem")

        priority = d.pop("priority")

        weight = d.pop("weight")

        def _parse_concurrency_max(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        concurrency_max = _parse_concurrency_max(d.pop("concurrencyMax"))

        breaker = check_breaker_enum(d.pop("breaker"))

        def _parse_kept_out_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                kept_out_until_type_0 = datetime.datetime.fromisoformat(data)

                return kept_out_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        kept_out_until = _parse_kept_out_until(d.pop("keptOutUntil"))

        failures_in_row = d.pop("failuresInRow")

        calls = d.pop("calls")

        error_rate = d.pop("errorRate")

        def _parse_latency_ms(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        latency_ms = _parse_latency_ms(d.pop("latencyMs"))

        running = d.pop("running")

        last_error = d.pop("lastError")

        def _parse_last_error_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_error_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_error_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_error_at = _parse_last_error_at(d.pop("lastErrorAt"))

        provider_state = cls(
            name=name,
            kind=kind,
            is_on=is_on,
            problem=problem,
            priority=priority,
            weight=weight,
            concurrency_max=concurrency_max,
            breaker=breaker,
            kept_out_until=kept_out_until,
            failures_in_row=failures_in_row,
            calls=calls,
            error_rate=error_rate,
            latency_ms=latency_ms,
            running=running,
            last_error=last_error,
            last_error_at=last_error_at,
        )

        provider_state.additional_properties = d
        return provider_state

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
