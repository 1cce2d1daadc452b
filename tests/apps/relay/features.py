"""``relay``: plans, makes, and signs: three texts, a credit each, one task."""

from pydantic import Field

from aitasks.feature import Feature, Parameters, Price, Step


class RelayParameters(Parameters):
    """Where each step notes that it was done, and how often the middle one fails."""

    journal: str = Field(default="", description="File that gets a line for each call of a step.")
    fails: int = Field(default=0, ge=0, description="How many calls of the second step, the first ones, end badly.")
    how: str = Field(default="passing", description="How those calls end: passing, refused or killed.")


RELAY = Feature(
    name="relay",
    title="Relay",
    summary="Hands the work on from step to step.",
    parameters=RelayParameters,
    prices={"text": Price(credits=1, per=1, unit="text", units_max=lambda _call: 3)},
    prompt_required=True,
    long_running=True,
    steps=(Step(name="relay-plan"), Step(name="relay-make", share=2), Step(name="relay-sign")),
)
FEATURES = (RELAY,)
