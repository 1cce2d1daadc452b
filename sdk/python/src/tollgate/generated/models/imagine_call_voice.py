from typing import Literal

ImagineCallVoice = Literal[
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

IMAGINE_CALL_VOICE_VALUES: set[ImagineCallVoice] = {
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


def check_imagine_call_voice(value: str) -> ImagineCallVoice:
    if value in IMAGINE_CALL_VOICE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IMAGINE_CALL_VOICE_VALUES!r}")
