from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.state_enum import StateEnum, check_state_enum

if TYPE_CHECKING:
    from ..models.user_credits import UserCredits


T = TypeVar("T", bound="AdministeredUser")


@_attrs_define
class AdministeredUser:
    """A user as staff see them. ``plan`` and ``credits`` are of the account.

    Attributes:
        id (UUID):
        account (None | UUID):
        email (str):
        first_name (str):
        last_name (str):
        state (StateEnum):
        is_verified (bool):
        is_staff (bool):
        has_password (bool):
        plan (None | str):
        credits_ (None | UserCredits):
        created_at (datetime.datetime):  Example: 2017-01-01T10:00:20.021Z.
        last_activity_at (datetime.datetime | None):  Example: 2017-01-01T10:00:20.021Z.
    """

    id: UUID
    account: None | UUID
    email: str
    first_name: str
    last_name: str
    state: StateEnum
    is_verified: bool
    is_staff: bool
    has_password: bool
    plan: None | str
    credits_: None | UserCredits
    created_at: datetime.datetime
    last_activity_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.user_credits import UserCredits  # noqa: PLC0415

        id = str(self.id)

        account: None | str
        if isinstance(self.account, UUID):
            account = str(self.account)
        else:
            account = self.account

        email = self.email

        first_name = self.first_name

        last_name = self.last_name

        state: str = self.state

        is_verified = self.is_verified

        is_staff = self.is_staff

        has_password = self.has_password

        plan: None | str
        plan = self.plan

        credits_: dict[str, Any] | None
        if isinstance(self.credits_, UserCredits):
            credits_ = self.credits_.to_dict()
        else:
            credits_ = self.credits_

        created_at = self.created_at.isoformat()

        last_activity_at: None | str
        if isinstance(self.last_activity_at, datetime.datetime):
            last_activity_at = self.last_activity_at.isoformat()
        else:
            last_activity_at = self.last_activity_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "account": account,
                "email": email,
                "firstName": first_name,
                "lastName": last_name,
                "state": state,
                "isVerified": is_verified,
                "isStaff": is_staff,
                "hasPassword": has_password,
                "plan": plan,
                "credits": credits_,
                "createdAt": created_at,
                "lastActivityAt": last_activity_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user_credits import UserCredits  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_account(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                account_type_0 = UUID(data)

                return account_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        account = _parse_account(d.pop("account"))

        email = d.pop("email")

        first_name = d.pop("firstName")

        last_name = d.pop("lastName")

        state = check_state_enum(d.pop("state"))

        is_verified = d.pop("isVerified")

        is_staff = d.pop("isStaff")

        has_password = d.pop("hasPassword")

        def _parse_plan(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        plan = _parse_plan(d.pop("plan"))

        def _parse_credits_(data: object) -> None | UserCredits:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                credits_type_0 = UserCredits.from_dict(data)

                return credits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UserCredits, data)

        credits_ = _parse_credits_(d.pop("credits"))

        created_at = datetime.datetime.fromisoformat(d.pop("createdAt"))

        def _parse_last_activity_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_activity_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_activity_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_activity_at = _parse_last_activity_at(d.pop("lastActivityAt"))

        administered_user = cls(
            id=id,
            account=account,
            email=email,
            first_name=first_name,
            last_name=last_name,
            state=state,
            is_verified=is_verified,
            is_staff=is_staff,
            has_password=has_password,
            plan=plan,
            credits_=credits_,
            created_at=created_at,
            last_activity_at=last_activity_at,
        )

        administered_user.additional_properties = d
        return administered_user

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
