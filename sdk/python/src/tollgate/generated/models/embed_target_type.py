from typing import Literal

EmbedTargetType = Literal["", "vector"]

EMBED_TARGET_TYPE_VALUES: set[EmbedTargetType] = {
    "",
    "vector",
}


def check_embed_target_type(value: str) -> EmbedTargetType:
    if value in EMBED_TARGET_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMBED_TARGET_TYPE_VALUES!r}")
