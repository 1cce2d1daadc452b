from typing import Literal

WriteAndTellCallVoice = Literal[
    "de",
    "de-female",
    "en-gb",
    "en-gb-female",
    "en-gb-scotland",
    "en-us",
    "en-us-female",
    "es",
    "es-female",
    "fr",
    "fr-female",
    "hi",
    "it",
    "it-female",
    "nl",
    "pl",
    "pt",
    "ru",
    "sv",
    "tr",
]

WRITE_AND_TELL_CALL_VOICE_VALUES: set[WriteAndTellCallVoice] = {
    "de",
    "de-female",
    "en-gb",
    "en-gb-female",
    "en-gb-scotland",
    "en-us",
    "en-us-female",
    "es",
    "es-female",
    "fr",
    "fr-female",
    "hi",
    "it",
    "it-female",
    "nl",
    "pl",
    "pt",
    "ru",
    "sv",
    "tr",
}


def check_write_and_tell_call_voice(value: str) -> WriteAndTellCallVoice:
    if value in WRITE_AND_TELL_CALL_VOICE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WRITE_AND_TELL_CALL_VOICE_VALUES!r}")
