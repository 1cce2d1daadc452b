from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.prompts import Prompts
    from ..models.source import Source
    from ..models.text_to_text_target import TextToTextTarget


T = TypeVar("T", bound="TextToTextCall")


@_attrs_define
class TextToTextCall:
    """
    Attributes:
        max_characters (int | Unset): The result is cut off after so many characters; what is not used is not charged.
            Default: 4000.
        source (None | Source | Unset): What to work on.
        prompts (None | Prompts | Unset): What to do.
        target (None | TextToTextTarget | Unset): What to make.
        stream (bool | None | Unset): Send the reply as server-sent events. Default: False.
    """

    max_characters: int | Unset = 4000
    source: None | Source | Unset = UNSET
    prompts: None | Prompts | Unset = UNSET
    target: None | TextToTextTarget | Unset = UNSET
    stream: bool | None | Unset = False

    def to_dict(self) -> dict[str, Any]:
        from ..models.prompts import Prompts  # noqa: PLC0415
        from ..models.source import Source  # noqa: PLC0415
        from ..models.text_to_text_target import TextToTextTarget  # noqa: PLC0415

        max_characters = self.max_characters

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
        elif isinstance(self.prompts, Prompts):
            prompts = self.prompts.to_dict()
        else:
            prompts = self.prompts

        target: dict[str, Any] | None | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, TextToTextTarget):
            target = self.target.to_dict()
        else:
            target = self.target

        stream: bool | None | Unset
        if isinstance(self.stream, Unset):
            stream = UNSET
        else:
            stream = self.stream

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if max_characters is not UNSET:
            field_dict["maxCharacters"] = max_characters
        if source is not UNSET:
            field_dict["source"] = source
        if prompts is not UNSET:
            field_dict["prompts"] = prompts
        if target is not UNSET:
            field_dict["target"] = target
        if stream is not UNSET:
            field_dict["stream"] = stream

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.prompts import Prompts  # noqa: PLC0415
        from ..models.source import Source  # noqa: PLC0415
        from ..models.text_to_text_target import TextToTextTarget  # noqa: PLC0415

        d = dict(src_dict)
        max_characters = d.pop("maxCharacters", UNSET)

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

        def _parse_prompts(data: object) -> None | Prompts | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                prompts_type_0 = Prompts.from_dict(data)

                return prompts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Prompts | Unset, data)

        prompts = _parse_prompts(d.pop("prompts", UNSET))

        def _parse_target(data: object) -> None | TextToTextTarget | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = TextToTextTarget.from_dict(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TextToTextTarget | Unset, data)

        target = _parse_target(d.pop("target", UNSET))

        def _parse_stream(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        stream = _parse_stream(d.pop("stream", UNSET))

        text_to_text_call = cls(
            max_characters=max_characters,
            source=source,
            prompts=prompts,
            target=target,
            stream=stream,
        )

        return text_to_text_call
