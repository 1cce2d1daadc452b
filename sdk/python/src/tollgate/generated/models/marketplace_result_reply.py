from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.extra_type_enum import ExtraTypeEnum, check_extra_type_enum

if TYPE_CHECKING:
    from ..models.error_code import ErrorCode
    from ..models.result_response import ResultResponse


T = TypeVar("T", bound="MarketplaceResultReply")


@_attrs_define
class MarketplaceResultReply:
    """The reply to a question for a result (M-4.1).

    Attributes:
        api_version (str):
        service (str):
        datetime_ (datetime.datetime):
        process_duration (float): Milliseconds of work; 0 while it waits, -1 for a task that is not there.
        is_response_immediate (bool):
        extra_type (ExtraTypeEnum):
        response (ResultResponse): The result: a text, a link, or parts of both; null while there is none.
        error_code (ErrorCode): How it stands: the service's code with a number, and words.
    """

    api_version: str
    service: str
    datetime_: datetime.datetime
    process_duration: float
    is_response_immediate: bool
    extra_type: ExtraTypeEnum
    response: ResultResponse
    error_code: ErrorCode
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_version = self.api_version

        service = self.service

        datetime_ = self.datetime_.isoformat()

        process_duration = self.process_duration

        is_response_immediate = self.is_response_immediate

        extra_type: str = self.extra_type

        response = self.response.to_dict()

        error_code = self.error_code.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "apiVersion": api_version,
                "service": service,
                "datetime": datetime_,
                "processDuration": process_duration,
                "isResponseImmediate": is_response_immediate,
                "extraType": extra_type,
                "response": response,
                "errorCode": error_code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.error_code import ErrorCode  # noqa: PLC0415
        from ..models.result_response import ResultResponse  # noqa: PLC0415

        d = dict(src_dict)
        api_version = d.pop("apiVersion")

        service = d.pop("service")

        datetime_ = datetime.datetime.fromisoformat(d.pop("datetime"))

        process_duration = d.pop("processDuration")

        is_response_immediate = d.pop("isResponseImmediate")

        extra_type = check_extra_type_enum(d.pop("extraType"))

        response = ResultResponse.from_dict(d.pop("response"))

        error_code = ErrorCode.from_dict(d.pop("errorCode"))

        marketplace_result_reply = cls(
            api_version=api_version,
            service=service,
            datetime_=datetime_,
            process_duration=process_duration,
            is_response_immediate=is_response_immediate,
            extra_type=extra_type,
            response=response,
            error_code=error_code,
        )

        marketplace_result_reply.additional_properties = d
        return marketplace_result_reply

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
