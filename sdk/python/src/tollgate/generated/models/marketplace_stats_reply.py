from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.error_code import ErrorCode
    from ..models.stats_response import StatsResponse


T = TypeVar("T", bound="MarketplaceStatsReply")


@_attrs_define
class MarketplaceStatsReply:
    """The reply to a question for statistics (M-5.1).

    Attributes:
        api_version (str):
        service (str):
        datetime_ (datetime.datetime):
        response (StatsResponse): Counts of the user's ended tasks in this service.
        error_code (ErrorCode): How it stands: the service's code with a number, and words.
    """

    api_version: str
    service: str
    datetime_: datetime.datetime
    response: StatsResponse
    error_code: ErrorCode
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_version = self.api_version

        service = self.service

        datetime_ = self.datetime_.isoformat()

        response = self.response.to_dict()

        error_code = self.error_code.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "apiVersion": api_version,
                "service": service,
                "datetime": datetime_,
                "response": response,
                "errorCode": error_code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_code import ErrorCode  # noqa: PLC0415
        from ..models.stats_response import StatsResponse  # noqa: PLC0415

        d = dict(src_dict)
        api_version = d.pop("apiVersion")

        service = d.pop("service")

        datetime_ = datetime.datetime.fromisoformat(d.pop("datetime"))

        response = StatsResponse.from_dict(d.pop("response"))

        error_code = ErrorCode.from_dict(d.pop("errorCode"))

        marketplace_stats_reply = cls(
            api_version=api_version,
            service=service,
            datetime_=datetime_,
            response=response,
            error_code=error_code,
        )

        marketplace_stats_reply.additional_properties = d
        return marketplace_stats_reply

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
