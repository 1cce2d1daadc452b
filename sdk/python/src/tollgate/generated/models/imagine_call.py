from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.imagine_call_news import ImagineCallNews, check_imagine_call_news
from ..models.imagine_call_size import ImagineCallSize, check_imagine_call_size
from ..models.imagine_call_voice import ImagineCallVoice, check_imagine_call_voice
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.imagine_prompts import ImaginePrompts
    from ..models.imagine_target import ImagineTarget
    from ..models.source import Source


T = TypeVar("T", bound="ImagineCall")


@_attrs_define
class ImagineCall:
    """
    Attributes:
        count (int | Unset): How many images. Default: 1.
        size (ImagineCallSize | Unset): Width x height in pixels. Default: '512x512'.
        seed (int | None | Unset): The same prompt and seed give the same result; image n of several uses seed + n. Left
            out, the prompt decides.
        seconds (int | Unset): Length of the sound. Default: 8.
        voice (ImagineCallVoice | Unset): Language and kind of the voice. Default: 'en-us'.
        speed (int | Unset): Words a minute. Default: 160.
        source (None | Source | Unset): What to work on.
        prompts (ImaginePrompts | None | Unset): What to do.
        target (ImagineTarget | None | Unset): What to make.
        stream (bool | None | Unset): Send the reply as server-sent events. Default: False.
        webhook (str | Unset): An https URL that is told what happens. Default: ''.
        webhook_events (list[ImagineCallNews] | Unset): What it is told; its end, if left out.
        model (str | Unset): Ask for a model by name; left out, the platform chooses. Default: ''.
    """

    count: int | Unset = 1
    size: ImagineCallSize | Unset = "512x512"
    seed: int | None | Unset = UNSET
    seconds: int | Unset = 8
    voice: ImagineCallVoice | Unset = "en-us"
    speed: int | Unset = 160
    source: None | Source | Unset = UNSET
    prompts: ImaginePrompts | None | Unset = UNSET
    target: ImagineTarget | None | Unset = UNSET
    stream: bool | None | Unset = False
    webhook: str | Unset = ""
    webhook_events: list[ImagineCallNews] | Unset = UNSET
    model: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.imagine_prompts import ImaginePrompts  # noqa: PLC0415
        from ..models.imagine_target import ImagineTarget  # noqa: PLC0415
        from ..models.source import Source  # noqa: PLC0415

        count = self.count

        size: str | Unset = UNSET
        if not isinstance(self.size, Unset):
            size = self.size

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        seconds = self.seconds

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
        elif isinstance(self.prompts, ImaginePrompts):
            prompts = self.prompts.to_dict()
        else:
            prompts = self.prompts

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, ImagineTarget):
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
        if count is not UNSET:
            field_dict["count"] = count
        if size is not UNSET:
            field_dict["size"] = size
        if seed is not UNSET:
            field_dict["seed"] = seed
        if seconds is not UNSET:
            field_dict["seconds"] = seconds
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
        from ..models.imagine_prompts import ImaginePrompts  # noqa: PLC0415
        from ..models.imagine_target import ImagineTarget  # noqa: PLC0415
        from ..models.source import Source  # noqa: PLC0415

        d = dict(src_dict)
        count = d.pop("count", UNSET)

        _size = d.pop("size", UNSET)
        size: ImagineCallSize | Unset
        if isinstance(_size, Unset):
            size = UNSET
        else:
            size = check_imagine_call_size(_size)

        def _parse_seed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seed = _parse_seed(d.pop("seed", UNSET))

        seconds = d.pop("seconds", UNSET)

        _voice = d.pop("voice", UNSET)
        voice: ImagineCallVoice | Unset
        if isinstance(_voice, Unset):
            voice = UNSET
        else:
            voice = check_imagine_call_voice(_voice)

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

        def _parse_prompts(data: object) -> ImaginePrompts | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                prompts_type_0 = ImaginePrompts.from_dict(data)

                return prompts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ImaginePrompts | None | Unset, data)

        prompts = _parse_prompts(d.pop("prompts", UNSET))

        def _parse_target(data: object) -> ImagineTarget | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = ImagineTarget.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ImagineTarget | None | Unset, data)

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
        webhook_events: list[ImagineCallNews] | Unset = UNSET
        if _webhook_events is not UNSET:
            webhook_events = []
            for webhook_events_item_data in _webhook_events:
                webhook_events_item = check_imagine_call_news(webhook_events_item_data)

                webhook_events.append(webhook_events_item)

        model = d.pop("model", UNSET)

        imagine_call = cls(
            count=count,
            size=size,
            seed=seed,
            seconds=seconds,
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

        return imagine_call
