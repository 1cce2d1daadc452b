from typing import Literal

TransformTargetType = Literal["", "image", "text"]

TRANSFORM_TARGET_TYPE_VALUES: set[TransformTargetType] = {
    "",
    "image",
    "text",
}


def check_transform_target_type(value: str) -> TransformTargetType:
    if value in TRANSFORM_TARGET_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRANSFORM_TARGET_TYPE_VALUES!r}")
