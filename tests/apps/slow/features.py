"""``slow``: makes pieces of text, a credit each, as slowly and as badly as the call says."""

from typing import Literal

from pydantic import Field

from aitasks.feature import Feature, Parameters, Price


class SlowParameters(Parameters):
    """How the work goes. Each call of the provider adds the prompt as a line to ``journal``."""

    pieces: int = Field(default=1, ge=0, le=1_000, description="Results to make, a unit each.")
    seconds: float = Field(default=0, ge=0, le=60, description="How long the whole work takes.")
    journal: str = Field(default="", description="File that counts the provider's calls.")
    fails: int = Field(default=0, ge=0, description="How many calls, the first ones, end badly.")
    after: int = Field(default=0, ge=0, description="Results that those calls deliver before.")
    how: Literal["passing", "refused", "crash", "killed"] = Field(default="passing", description="How those calls end.")


SLOW = Feature(
    name="slow",
    title="Slow",
    summary="Makes pieces of text, slowly.",
    parameters=SlowParameters,
    prices={"text": Price(credits=1, per=1, unit="piece", units_max=lambda call: call.parameters.pieces)},  # type: ignore[attr-defined]  # the call carries these parameters
    long_running=True,
)
FEATURES = (SLOW,)
