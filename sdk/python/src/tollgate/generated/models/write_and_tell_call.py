from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.write_and_tell_call_news import (
    WriteAndTellCallNews,
    check_write_and_tell_call_news,
)
from ..models.write_and_tell_call_voice import (
    WriteAndTellCallVoice,
    check_write_and_tell_call_voice,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.source import Source
    from ..models.write_and_tell_prompts import WriteAndTellPrompts
    from ..models.write_and_tell_target import WriteAndTellTarget


T = TypeVar("T", bound="WriteAndTellCall")


@_attrs_define
class WriteAndTellCall:
    """
    Attributes:
        max_characters (int | Unset): The text is cut off after so many characters; what is not spoken is not charged.
            Default: 600.
        voice (WriteAndTellCallVoice | Unset): Language and kind of the voice. Default: 'en-us'.
        speed (int | Unset): Words a minute. Default: 160.
        source (None | Source | Unset): What to work on.
        prompts (None | Unset | WriteAndTellPrompts): What to do.
        target (None | Unset | WriteAndTellTarget): What to make.
        stream (bool | None | Unset): Send the reply as server-sent events. Default: False.
        webhook (str | Unset): An https URL that is told what happens. Default: ''.
        webhook_events (list[WriteAndTellCallNews] | Unset): What it is told; its end, if left out.
        model (str | Unset): Ask for a model by name; left out, the platform chooses. Default: ''.
    """

    max_characters: int | Unset = 600
    voice: WriteAndTellCallVoice | Unset = "en-us"
    speed: int | Unset = 160
    source: None | Source | Unset = UNSET
    prompts: None | Unset | WriteAndTellPrompts = UNSET
    target: None | Unset | WriteAndTellTarget = UNSET
    stream: bool | None | Unset = False
    webhook: str | Unset = ""
    webhook_events: list[WriteAndTellCallNews] | Unset = UNSET
    model: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.source import Source  # noqa: PLC0415
        from ..models.write_and_tell_prompts import WriteAndTellPrompts  # noqa: PLC0415
        from ..models.write_and_tell_target import WriteAndTellTarget  # noqa: PLC0415

        max_characters = self.max_characters

        voice: str | Unset = UNSET
        if not isinstance(self.voice, Unset):
            voice = self.voice

        speed = self.speed

        source: dict[str, Any] | None | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, Source):
            source = self.source.to_dict()
        else:
            source = self.source

        prompts: dict[str, Any] | None | Unset
        if isinstance(self.prompts, Unset):
            prompts = UNSET
        elif isinstance(self.prompts, WriteAndTellPrompts):
            prompts = self.prompts.to_dict()
        else:
            prompts = self.prompts

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, WriteAndTellTarget):
            target = self.target.to_dict()
        else:
            target = self.target

        stream: bool | None | Unset
        if isinstance(self.stream, Unset):
            stream = UNSET
        else:
            stream = self.stream

        webhook = self.webhook

        webhook_events: list[str] | Unset = UNSET
        if not isinstance(self.webhook_events, Unset):
            webhook_events = []
            for webhook_events_item_data in self.webhook_events:
                webhook_events_item: str = webhook_events_item_data
                webhook_events.append(webhook_events_item)

        model = self.model

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if max_characters is not UNSET:
            field_dict["maxCharacters"] = max_characters
        if voice is not UNSET:
            field_dict["voice"] = voice
        if speed is not UNSET:
            field_dict["speed"] = speed
        if source is not UNSET:
            field_dict["source"] = source
        if prompts is not UNSET:
            field_dict["prompts"] = prompts
        if target is not UNSET:
            field_dict["target"] = target
        if stream is not UNSET:
            field_dict["stream"] = stream
        if webhook is not UNSET:
            field_dict["webhook"] = webhook
        if webhook_events is not UNSET:
            field_dict["webhookEvents"] = webhook_events
        if model is not UNSET:
            field_dict["model"] = model

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source import Source  # noqa: PLC0415
        from ..models.write_and_tell_prompts import WriteAndTellPrompts  # noqa: PLC0415
        from ..models.write_and_tell_target import WriteAndTellTarget  # noqa: PLC0415

        d = dict(src_dict)
        max_characters = d.pop("maxCharacters", UNSET)

        _voice = d.pop("voice", UNSET)
        voice: WriteAndTellCallVoice | Unset
        if isinstance(_voice, Unset):
            voice = UNSET
        else:
            voice = check_write_and_tell_call_voice(_voice)

        speed = d.pop("speed", UNSET)

        def _parse_source(data: object) -> None | Source | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_type_0 = Source.from_dict(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Source | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_prompts(data: object) -> None | Unset | WriteAndTellPrompts:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                prompts_type_0 = WriteAndTellPrompts.from_dict(data)

                return prompts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WriteAndTellPrompts, data)

        prompts = _parse_prompts(d.pop("prompts", UNSET))

        def _parse_target(data: object) -> None | Unset | WriteAndTellTarget:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = WriteAndTellTarget.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WriteAndTellTarget, data)

        target = _parse_target(d.pop("target", UNSET))

        def _parse_stream(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        stream = _parse_stream(d.pop("stream", UNSET))

        webhook = d.pop("webhook", UNSET)

        _webhook_events = d.pop("webhookEvents", UNSET)
        webhook_events: list[WriteAndTellCallNews] | Unset = UNSET
        if _webhook_events is not UNSET:
            webhook_events = []
            for webhook_events_item_data in _webhook_events:
                webhook_events_item = check_write_and_tell_call_news(webhook_events_item_data)

                webhook_events.append(webhook_events_item)

        model = d.pop("model", UNSET)

        write_and_tell_call = cls(
            max_characters=max_characters,
            voice=voice,
            speed=speed,
            source=source,
            prompts=prompts,
            target=target,
            stream=stream,
            webhook=webhook,
            webhook_events=webhook_events,
            model=model,
        )

        return write_and_tell_call
