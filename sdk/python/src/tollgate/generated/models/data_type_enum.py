from typing import Literal

DataTypeEnum = Literal["HYBRID", "META_DATA", "S3_OBJECT"]

DATA_TYPE_ENUM_VALUES: set[DataTypeEnum] = {
    "HYBRID",
    "META_DATA",
    "S3_OBJECT",
}


def check_data_type_enum(value: str) -> DataTypeEnum:
    if value in DATA_TYPE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DATA_TYPE_ENUM_VALUES!r}")
