"""``shout``: a feature by one declaration, as anybody would add it (P-1.5)."""

from pydantic import Field

from aitasks.feature import Call, Feature, Parameters, Price


class ShoutParameters(Parameters):
    """How loud."""

    marks: int = Field(default=1, ge=1, le=3, description="Exclamation marks.")


def _one(_call: Call) -> int:
    return 1


SHOUT = Feature(
    name="shout",
    title="Shout",
    summary="Says it louder.",
    parameters=ShoutParameters,
    prices={"text": Price(credits=7, per=1, unit="shout", units_max=_one)},
    prompt_required=True,
    streams=("text",),
    examples=({"prompts": {"prompt": "hello"}, "target": {"type": "text"}, "marks": 2},),
)
FEATURES = (SHOUT,)
