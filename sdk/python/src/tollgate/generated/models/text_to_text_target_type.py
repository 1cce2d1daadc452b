from typing import Literal

TextToTextTargetType = Literal["", "text"]

TEXT_TO_TEXT_TARGET_TYPE_VALUES: set[TextToTextTargetType] = {
    "",
    "text",
}


def check_text_to_text_target_type(value: str) -> TextToTextTargetType:
    if value in TEXT_TO_TEXT_TARGET_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TEXT_TO_TEXT_TARGET_TYPE_VALUES!r}")
