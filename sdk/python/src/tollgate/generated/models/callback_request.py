from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.callback_request_error_code import CallbackRequestErrorCode
    from ..models.callback_request_response_type_0 import CallbackRequestResponseType0


T = TypeVar("T", bound="CallbackRequest")


@_attrs_define
class CallbackRequest:
    """What a service says of a task of its own (M-3.1): what the marketplace contract pushes, whole.

    Attributes:
        task_id (str):
        error_code (CallbackRequestErrorCode):
        response (CallbackRequestResponseType0 | None | Unset):
    """

    task_id: str
    error_code: CallbackRequestErrorCode
    response: CallbackRequestResponseType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.callback_request_response_type_0 import (
            CallbackRequestResponseType0,  # noqa: PLC0415
        )

        task_id = self.task_id

        error_code = self.error_code.to_dict()

        response: dict[str, Any] | None | Unset
        if isinstance(self.response, Unset):
            response = UNSET
        elif isinstance(self.response, CallbackRequestResponseType0):
            response = self.response.to_dict()
        else:
            response = self.response

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taskId": task_id,
                "errorCode": error_code,
            }
        )
        if response is not UNSET:
            field_dict["response"] = response

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.callback_request_error_code import CallbackRequestErrorCode  # noqa: PLC0415
        from ..models.callback_request_response_type_0 import (
            CallbackRequestResponseType0,  # noqa: PLC0415
        )

        d = dict(src_dict)
        task_id = d.pop("taskId")

        error_code = CallbackRequestErrorCode.from_dict(d.pop("errorCode"))

        def _parse_response(data: object) -> CallbackRequestResponseType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_type_0 = CallbackRequestResponseType0.from_dict(data)

                return response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CallbackRequestResponseType0 | None | Unset, data)

        response = _parse_response(d.pop("response", UNSET))

        callback_request = cls(
            task_id=task_id,
            error_code=error_code,
            response=response,
        )

        callback_request.additional_properties = d
        return callback_request

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
