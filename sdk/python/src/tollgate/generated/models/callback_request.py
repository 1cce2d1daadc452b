from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.callback_request_error_code import CallbackRequestErrorCode
    from ..models.callback_request_response import CallbackRequestResponse


T = TypeVar("T", bound="CallbackRequest")


@_attrs_define
class CallbackRequest:
    """What a service says of a task of its own (M-3.1): what the marketplace contract pushes, whole.

    Attributes:
        task_id (str):
        error_code (CallbackRequestErrorCode):
        response (CallbackRequestResponse | Unset):
    """

    task_id: str
    error_code: CallbackRequestErrorCode
    response: CallbackRequestResponse | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        error_code = self.error_code.to_dict()

        response: dict[str, Any] | Unset = UNSET
        if not isinstance(self.response, Unset):
            response = self.response.to_dict()

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
        from ..models.callback_request_response import CallbackRequestResponse  # noqa: PLC0415

        d = dict(src_dict)
        task_id = d.pop("taskId")

        error_code = CallbackRequestErrorCode.from_dict(d.pop("errorCode"))

        _response = d.pop("response", UNSET)
        response: CallbackRequestResponse | Unset
        if isinstance(_response, Unset):
            response = UNSET
        else:
            response = CallbackRequestResponse.from_dict(_response)

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
