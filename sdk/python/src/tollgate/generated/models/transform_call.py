from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.transform_call_news import TransformCallNews, check_transform_call_news
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.source import Source
    from ..models.transform_prompts import TransformPrompts
    from ..models.transform_target import TransformTarget


T = TypeVar("T", bound="TransformCall")


@_attrs_define
class TransformCall:
    """
    Attributes:
        max_characters (int | Unset): The result is cut off after so many characters; what is not used is not charged.
            Default: 4000.
        quality (int | Unset): Quality of a JPEG or WebP result; PNG has none. Default: 88.
        source (None | Source | Unset): What to work on.
        prompts (None | TransformPrompts | Unset): What to do.
        target (None | TransformTarget | Unset): What to make.
        stream (bool | None | Unset): Send the reply as server-sent events. Default: False.
        webhook (str | Unset): An https URL that is told what happens. Default: ''.
        webhook_events (list[TransformCallNews] | Unset): What it is told; its end, if left out.
        model (str | Unset): Ask for a model by name; left out, the platform chooses. Default: ''.
    """

    max_characters: int | Unset = 4000
    quality: int | Unset = 88
    source: None | Source | Unset = UNSET
    prompts: None | TransformPrompts | Unset = UNSET
    target: None | TransformTarget | Unset = UNSET
    stream: bool | None | Unset = False
    webhook: str | Unset = ""
    webhook_events: list[TransformCallNews] | Unset = UNSET
    model: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.source import Source  # noqa: PLC0415
        from ..models.transform_prompts import TransformPrompts  # noqa: PLC0415
        from ..models.transform_target import TransformTarget  # noqa: PLC0415

        max_characters = self.max_characters

        quality = self.quality

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
        elif isinstance(self.prompts, TransformPrompts):
            prompts = self.prompts.to_dict()
        else:
            prompts = self.prompts

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, TransformTarget):
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
        if quality is not UNSET:
            field_dict["quality"] = quality
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
        from ..models.transform_prompts import TransformPrompts  # noqa: PLC0415
        from ..models.transform_target import TransformTarget  # noqa: PLC0415

        d = dict(src_dict)
        max_characters = d.pop("maxCharacters", UNSET)

        quality = d.pop("quality", UNSET)

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

        def _parse_prompts(data: object) -> None | TransformPrompts | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                prompts_type_0 = TransformPrompts.from_dict(data)

                return prompts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TransformPrompts | Unset, data)

        prompts = _parse_prompts(d.pop("prompts", UNSET))

        def _parse_target(data: object) -> None | TransformTarget | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = TransformTarget.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TransformTarget | Unset, data)

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
        webhook_events: list[TransformCallNews] | Unset = UNSET
        if _webhook_events is not UNSET:
            webhook_events = []
            for webhook_events_item_data in _webhook_events:
                webhook_events_item = check_transform_call_news(webhook_events_item_data)

                webhook_events.append(webhook_events_item)

        model = d.pop("model", UNSET)

        transform_call = cls(
            max_characters=max_characters,
            quality=quality,
            source=source,
            prompts=prompts,
            target=target,
            stream=stream,
            webhook=webhook,
            webhook_events=webhook_events,
            model=model,
        )

        return transform_call
