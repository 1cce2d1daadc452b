from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Totals")


@_attrs_define
class Totals:
    """Calls that ended, how they ended, and what they used. ``latencyMs`` is the average from start to end.

    Attributes:
        calls (str):  Example: 1000000.
        succeeded (str):  Example: 1000000.
        failed (str):  Example: 1000000.
        cancelled (str):  Example: 1000000.
        units (str):  Example: 1000000.
        credits_ (str):  Example: 1000000.
        latency_ms (str):  Example: 1000000.
    """

    calls: str
    succeeded: str
    failed: str
    cancelled: str
    units: str
    credits_: str
    latency_ms: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        calls = self.calls

        succeeded = self.succeeded

        failed = self.failed

        cancelled = self.cancelled

        units = self.units

        credits_ = self.credits_

        latency_ms = self.latency_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "calls": calls,
                "succeeded": succeeded,
                "failed": failed,
                "cancelled": cancelled,
                "units": units,
                "credits": credits_,
                "latencyMs": latency_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        calls = d.pop("calls")

        succeeded = d.pop("succeeded")

        failed = d.pop("failed")

        cancelled = d.pop("cancelled")

        units = d.pop("units")

        credits_ = d.pop("credits")

        latency_ms = d.pop("latencyMs")

        totals = cls(
            calls=calls,
            succeeded=succeeded,
            failed=failed,
            cancelled=cancelled,
            units=units,
            credits_=credits_,
            latency_ms=latency_ms,
        )

        totals.additional_properties = d
        return totals

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
