from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StatsResponse")


@_attrs_define
class StatsResponse:
    """Counts of the user's ended tasks in this service.

    Attributes:
        num_request_success (int):
        num_request_failed (int):
    """

    num_request_success: int
    num_request_failed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        num_request_success = self.num_request_success

        num_request_failed = self.num_request_failed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "numRequestSuccess": num_request_success,
                "numRequestFailed": num_request_failed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        num_request_success = d.pop("numRequestSuccess")

        num_request_failed = d.pop("numRequestFailed")

        stats_response = cls(
            num_request_success=num_request_success,
            num_request_failed=num_request_failed,
        )

        stats_response.additional_properties = d
        return stats_response

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
