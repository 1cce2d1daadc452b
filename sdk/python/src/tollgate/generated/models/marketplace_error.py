from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.marketplace_error_error_code import MarketplaceErrorErrorCode
    from ..models.marketplace_error_response import MarketplaceErrorResponse


T = TypeVar("T", bound="MarketplaceError")


@_attrs_define
class MarketplaceError:
    """
    Attributes:
        request_id (str):
        trace_id (str):
        api_version (str):
        service (str):
        datetime_ (str):
        is_response_immediate (bool):
        extra_type (str):
        response (MarketplaceErrorResponse):
        error_code (MarketplaceErrorErrorCode):
    """

    request_id: str
    trace_id: str
    api_version: str
    service: str
    datetime_: str
    is_response_immediate: bool
    extra_type: str
    response: MarketplaceErrorResponse
    error_code: MarketplaceErrorErrorCode
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id = self.request_id

        trace_id = self.trace_id

        api_version = self.api_version

        service = self.service

        datetime_ = self.datetime_

        is_response_immediate = self.is_response_immediate

        extra_type = self.extra_type

        response = self.response.to_dict()

        error_code = self.error_code.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "requestId": request_id,
                "traceId": trace_id,
                "apiVersion": api_version,
                "service": service,
                "datetime": datetime_,
                "isResponseImmediate": is_response_immediate,
                "extraType": extra_type,
                "response": response,
                "errorCode": error_code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.marketplace_error_error_code import MarketplaceErrorErrorCode  # noqa: PLC0415
        from ..models.marketplace_error_response import MarketplaceErrorResponse  # noqa: PLC0415

        d = dict(src_dict)
        request_id = d.pop("requestId")

        trace_id = d.pop("traceId")

        api_version = d.pop("apiVersion")

        service = d.pop("service")

        datetime_ = d.pop("datetime")

        is_response_immediate = d.pop("isResponseImmediate")

        extra_type = d.pop("extraType")

        response = MarketplaceErrorResponse.from_dict(d.pop("response"))

        error_code = MarketplaceErrorErrorCode.from_dict(d.pop("errorCode"))

        marketplace_error = cls(
            request_id=request_id,
            trace_id=trace_id,
            api_version=api_version,
            service=service,
            datetime_=datetime_,
            is_response_immediate=is_response_immediate,
            extra_type=extra_type,
            response=response,
            error_code=error_code,
        )

        marketplace_error.additional_properties = d
        return marketplace_error

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
