from typing import Literal

ExtraTypeEnum = Literal["chat_app", "others"]

EXTRA_TYPE_ENUM_VALUES: set[ExtraTypeEnum] = {
    "chat_app",
    "others",
}


def check_extra_type_enum(value: str) -> ExtraTypeEnum:
    if value in EXTRA_TYPE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXTRA_TYPE_ENUM_VALUES!r}")
