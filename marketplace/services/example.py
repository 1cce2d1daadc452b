"""The service that comes with the demo, as an example of one: AudioCraft, with methods of every kind of reply.

Sounds are files, descriptions and chat are texts, a told text is both; what does the work is whatever provider serves the features.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.models import Service
from marketplace.services import hosting
from marketplace.states import DataType, ExtraType, FieldType, Place

SLUG = "audiocraft"
SOUND_SECONDS_MAX = 300
FACTS = {"name": "AudioCraft", "code": "AC", "api_version": "1.0.1", "is_default": True}
PROMPT = {"name": "prompt", "type": FieldType.TEXT, "place": Place.PROMPT, "minimum": 1, "maximum": 4_000}
DURATION = {
    "name": "duration", "type": FieldType.WHOLE, "place": Place.PARAMETER, "parameter": "seconds", "is_required": False, "minimum": 1,
    "maximum": SOUND_SECONDS_MAX,
}  # fmt: skip
SOUND = {"feature": "imagine", "target": "sound", "data_type": DataType.S3_OBJECT}
METHODS: Mapping[str, tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]] = {
    "music_gen": (SOUND | {"fixed": {"prompts": {"prompt": "Music:"}}}, (PROMPT, DURATION)),
    "audio_gen": (SOUND, (PROMPT, DURATION)),
    "image_description": (
        {"feature": "extract", "target": "text", "data_type": DataType.META_DATA},
        (
            {"name": "image_url", "type": FieldType.LINK, "place": Place.SOURCE_LINK, "maximum": 2_000, "is_allowance": False},
            PROMPT | {"is_required": False, "minimum": None},
        ),
    ),
    "chat": ({"feature": "text2text", "target": "text", "data_type": DataType.META_DATA, "extra_type": ExtraType.CHAT_APP}, (PROMPT,)),
    "tell": ({"feature": "tell", "target": "speech", "data_type": DataType.HYBRID}, (PROMPT,)),
}


def make_example(*, token: str, publisher_key: str, callback_url: str) -> Service:
    """Create the example service where it is missing, and return it; what staff changed of it stays, but for its callback address."""
    service = Service.objects.filter(slug=SLUG).first()
    if service is not None:
        service.callback_url = callback_url
        hosting.save_service(service=service)
        return service
    facts = FACTS | {"slug": SLUG, "callback_url": callback_url}
    service, _ = hosting.create_service(facts=facts, token=token, publisher_key=publisher_key)
    for name, (method, fields) in METHODS.items():
        hosting.create_method(service=service, name=name, facts=method, fields=fields)
    return service
