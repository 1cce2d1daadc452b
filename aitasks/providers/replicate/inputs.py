"""What a model is given: our words put into its inputs, by the schema that every model at Replicate publishes.

A row may name any model, and each names its inputs as it likes. So each of our wishes has a list of names, and is put into the first that
the model has; what it has no input for is left out, because Replicate refuses inputs that a model does not know. Numbers are kept within
the bounds of the schema, words within its list. A model whose schema is not told (a bare version, a schema without inputs) is given the
first names.

Wire: ``latest_version.openapi_schema.components.schemas.Input.properties`` (replicate.com/docs/reference/http, 2026-11-20).
"""

from collections.abc import Callable, Mapping
from typing import Any

from aitasks.providers.port import Work
from aitasks.providers.prompts import write_messages
from aitasks.providers.sizes import find_ratio, read_size

Schema = Mapping[str, Mapping[str, Any]]
"""By input: type, bounds, ``enum``."""

PROMPT = ("prompt", "text_prompt", "text", "input_text", "input", "instruction", "question", "caption")
SPOKEN = ("text", "prompt", "input_text", "text_input", "input", "script")
NEGATIVE = ("negative_prompt",)
RULES = ("system_prompt", "system_instruction", "system")
COUNT = ("num_outputs", "num_images", "number_of_images", "n", "num_samples", "max_images")
SEED = ("seed",)
SECONDS = ("duration", "seconds_total", "seconds", "length", "audio_length_in_s", "audio_length")
SPEED = ("speed", "speech_rate", "rate")
LANGUAGE = ("language", "lang", "language_boost")
IMAGE = ("image", "input_image", "img", "image_input", "images", "input_images", "init_image", "image_path")
TOKENS = ("max_tokens", "max_new_tokens", "max_completion_tokens", "max_output_tokens", "max_length")
FORMAT = ("output_format",)

SEED_MAX = 2**31 - 1
"""Where a schema gives no bound: the smallest of those that models have."""
SPEED_USUAL = 160
CHARACTERS_PER_TOKEN = 3
TOKENS_MIN = 64
SQUARE = "1:1"
RATIOS = (SQUARE, "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21")
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "pl": "Polish",
    "sv": "Swedish", "tr": "Turkish", "ru": "Russian", "hi": "Hindi",
}  # fmt: skip


def write_input(work: Work, schema: Schema, image: str) -> dict[str, Any]:
    """Return the prediction's input; ``image`` is where the vendor finds the source, empty without one."""
    given: dict[str, Any] = {}
    WRITERS[work.target](work, schema, given)
    if image:
        _put(given, schema, IMAGE, image)
    return given


def _draw(work: Work, schema: Schema, given: dict[str, Any]) -> None:
    _put(given, schema, PROMPT, work.prompt)
    _put(given, schema, NEGATIVE, work.negative)
    _put(given, schema, SEED, work.parameters.get("seed"))
    _put(given, schema, COUNT, work.parameters.get("count"))
    if size := work.parameters.get("size"):
        _put_size(given, schema, str(size))
    # Some models make AVIF or PDF unless told otherwise.
    if "png" in _find_words(schema.get(FORMAT[0], {})):
        given[FORMAT[0]] = "png"


def _play(work: Work, schema: Schema, given: dict[str, Any]) -> None:
    _put(given, schema, PROMPT, work.prompt)
    _put(given, schema, NEGATIVE, work.negative)
    _put(given, schema, SEED, work.parameters.get("seed"))
    _put(given, schema, SECONDS, work.parameters.get("seconds"))


def _say(work: Work, schema: Schema, given: dict[str, Any]) -> None:
    _put(given, schema, SPOKEN, work.prompt)
    if schema:
        _put(given, schema, SPEED, round(int(work.parameters.get("speed") or SPEED_USUAL) / SPEED_USUAL, 2))
        code = str(work.parameters.get("voice") or "").partition("-")[0]
        name = _find_name(schema, LANGUAGE)
        words = _find_words(schema.get(name, {}))
        for word in (code, LANGUAGES.get(code, ""), LANGUAGES.get(code, "").lower()):
            if word and word in words:
                given[name] = word


def _write(work: Work, schema: Schema, given: dict[str, Any]) -> None:
    if work.step == "extract":
        asked = work.prompt.strip() or "Read out all text and describe what can be seen."
        _put(given, schema, PROMPT, f"{asked}\n\nAvoid:\n{work.negative}" if work.negative else asked)
    else:
        rule, said = (message["content"] for message in write_messages(work))
        has_rules = bool(_put(given, schema, RULES, rule))
        _put(given, schema, PROMPT, said if has_rules else f"{rule}\n\n{said}")
    _put(given, schema, TOKENS, max(TOKENS_MIN, int(work.parameters["maxCharacters"]) // CHARACTERS_PER_TOKEN))


WRITERS: Mapping[str, Callable[[Work, Schema, dict[str, Any]], None]] = {"image": _draw, "sound": _play, "speech": _say, "text": _write}
"""By target."""


def _put(given: dict[str, Any], schema: Schema, names: tuple[str, ...], value: Any) -> bool:
    """Put a value into the first input of these names that the model has; returns whether there was one."""
    name = _find_name(schema, names)
    if value is None or value == "" or not name:
        return False
    facts = schema.get(name, {})
    if names is SEED:
        value %= int(facts.get("maximum") or SEED_MAX) + 1
    elif isinstance(value, int | float):
        value = min(max(value, facts.get("minimum", value)), facts.get("maximum", value))
    given[name] = [value] if facts.get("type") == "array" else value
    return True


def _find_name(schema: Schema, names: tuple[str, ...]) -> str:
    if not schema:
        return names[0]
    return next((name for name in names if name in schema), "")


def _put_size(given: dict[str, Any], schema: Schema, size: str) -> None:
    if not schema or {"width", "height"} <= set(schema):
        given["width"], given["height"] = read_size(size)
    elif size in _find_words(schema.get("size", {})):
        given["size"] = size
    elif "aspect_ratio" in schema:
        given["aspect_ratio"] = find_ratio(size, _find_words(schema["aspect_ratio"]) or RATIOS) or SQUARE


def _find_words(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words that an input may be."""
    found = facts.get("enum") or ()
    return tuple(str(word) for word in found)
