from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.inspire_call_news import InspireCallNews, check_inspire_call_news
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.inspire_prompts import InspirePrompts
    from ..models.inspire_target import InspireTarget
    from ..models.source import Source


T = TypeVar("T", bound="InspireCall")


@_attrs_define
class InspireCall:
    """
    Attributes:
        max_characters (int | Unset): The result is cut off after so many characters; what is not used is not charged.
            Default: 4000.
        sentences (int | Unset): The most sentences of the context that an answer quotes. Default: 3.
        source (None | Source | Unset): What to work on.
        prompts (InspirePrompts | None | Unset): What to do.
        target (InspireTarget | None | Unset): What to make.
        stream (bool | None | Unset): Send the reply as server-sent events. Default: False.
        webhook (str | Unset): An https URL that is told what happens. Default: ''.
        webhook_events (list[InspireCallNews] | Unset): What it is told; its end, if left out.
        model (str | Unset): Ask for a model by name; left out, the platform chooses. Default: ''.
    """

    max_characters: int | Unset = 4000
    sentences: int | Unset = 3
    source: None | Source | Unset = UNSET
    prompts: InspirePrompts | None | Unset = UNSET
    target: InspireTarget | None | Unset = UNSET
    stream: bool | None | Unset = False
    webhook: str | Unset = ""
    webhook_events: list[InspireCallNews] | Unset = UNSET
    model: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.inspire_prompts import InspirePrompts  # noqa: PLC0415
        from ..models.inspire_target import InspireTarget  # noqa: PLC0415
        from ..models.source import Source  # noqa: PLC0415

        max_characters = self.max_characters

        sentences = self.sentences

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
        elif isinstance(self.prompts, InspirePrompts):
            prompts = self.prompts.to_dict()
        else:
            prompts = self.prompts

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, InspireTarget):
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
        if sentences is not UNSET:
            field_dict["sentences"] = sentences
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
        from ..models.inspire_prompts import InspirePrompts  # noqa: PLC0415
        from ..models.inspire_target import InspireTarget  # noqa: PLC0415
        from ..models.source import Source  # noqa: PLC0415

        d = dict(src_dict)
        max_characters = d.pop("maxCharacters", UNSET)

        sentences = d.pop("sentences", UNSET)

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

        def _parse_prompts(data: object) -> InspirePrompts | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                prompts_type_0 = InspirePrompts.from_dict(data)

                return prompts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InspirePrompts | None | Unset, data)

        prompts = _parse_prompts(d.pop("prompts", UNSET))

        def _parse_target(data: object) -> InspireTarget | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = InspireTarget.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InspireTarget | None | Unset, data)

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
        webhook_events: list[InspireCallNews] | Unset = UNSET
        if _webhook_events is not UNSET:
            webhook_events = []
            for webhook_events_item_data in _webhook_events:
                webhook_events_item = check_inspire_call_news(webhook_events_item_data)

                webhook_events.append(webhook_events_item)

        model = d.pop("model", UNSET)

        inspire_call = cls(
            max_characters=max_characters,
            sentences=sentences,
            source=source,
            prompts=prompts,
            target=target,
            stream=stream,
            webhook=webhook,
            webhook_events=webhook_events,
            model=model,
        )

        return inspire_call
