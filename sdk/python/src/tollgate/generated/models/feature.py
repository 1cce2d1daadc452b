from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.feature_examples_item import FeatureExamplesItem
    from ..models.feature_schema import FeatureSchema
    from ..models.feature_target import FeatureTarget


T = TypeVar("T", bound="Feature")


@_attrs_define
class Feature:
    """A feature, with the JSON Schema of its calls.

    Attributes:
        name (str):
        title (str):
        summary (str):
        sources (list[str]):
        source_required (bool):
        prompt_required (bool):
        targets (list[FeatureTarget]):
        long_running (bool):
        schema (FeatureSchema):
        examples (list[FeatureExamplesItem]):
    """

    name: str
    title: str
    summary: str
    sources: list[str]
    source_required: bool
    prompt_required: bool
    targets: list[FeatureTarget]
    long_running: bool
    schema: FeatureSchema
    examples: list[FeatureExamplesItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        title = self.title

        summary = self.summary

        sources = self.sources

        source_required = self.source_required

        prompt_required = self.prompt_required

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        long_running = self.long_running

        schema = self.schema.to_dict()

        examples = []
        for examples_item_data in self.examples:
            examples_item = examples_item_data.to_dict()
            examples.append(examples_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "title": title,
                "summary": summary,
                "sources": sources,
                "sourceRequired": source_required,
                "promptRequired": prompt_required,
                "targets": targets,
                "longRunning": long_running,
                "schema": schema,
                "examples": examples,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feature_examples_item import FeatureExamplesItem  # noqa: PLC0415
        from ..models.feature_schema import FeatureSchema  # noqa: PLC0415
        from ..models.feature_target import FeatureTarget  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        summary = d.pop("summary")

        sources = cast(list[str], d.pop("sources"))

        source_required = d.pop("sourceRequired")

        prompt_required = d.pop("promptRequired")

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = FeatureTarget.from_dict(targets_item_data)

            targets.append(targets_item)

        long_running = d.pop("longRunning")

        schema = FeatureSchema.from_dict(d.pop("schema"))

        examples = []
        _examples = d.pop("examples")
        for examples_item_data in _examples:
            examples_item = FeatureExamplesItem.from_dict(examples_item_data)

            examples.append(examples_item)

        feature = cls(
            name=name,
            title=title,
            summary=summary,
            sources=sources,
            source_required=source_required,
            prompt_required=prompt_required,
            targets=targets,
            long_running=long_running,
            schema=schema,
            examples=examples,
        )

        feature.additional_properties = d
        return feature

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
