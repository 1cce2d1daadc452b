"""Bar charts as plain geometry, for templates that draw them as inline SVG: no script, no library in the browser.

Invariants: a chart has :data:`WIDTH` by :data:`HEIGHT` units whatever it shows; its top is a round number; a value above zero is visible.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160
FLOOR = 136
"""Where bars stand; below are the labels."""
GAP = 0.25
LABELS_MAX = 8
VISIBLE = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the chart's units; ``label`` is empty where there is no room for it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what it is called, its bars, the number at its top, and what they come to."""

    title: str
    unit: str
    bars: list[Bar]
    top: int
    total: int

    @property
    def box(self) -> str:
        """Return the SVG's view box."""
        return f"0 0 {WIDTH} {HEIGHT}"


def draw_bars(*, title: str, unit: str, values: Sequence[tuple[str, int]]) -> Chart:
    """Return the chart of named values, from left to right."""
    top = _round_up(max((value for _, value in values), default=0))
    pitch = WIDTH / max(len(values), 1)
    every = -(-len(values) // LABELS_MAX) or 1
    bars = []
    for number, (name, value) in enumerate(values):
        height = max(value / top * (FLOOR - 8), VISIBLE) if value else 0
        bars.append(
            Bar(
                x=round(number * pitch + pitch * GAP / 2, 1),
                y=round(FLOOR - height, 1),
                width=round(pitch * (1 - GAP), 1),
                height=round(height, 1),
                middle=round((number + 0.5) * pitch, 1),
                label=name if number % every == 0 else "",
                name=name,
                value=value,
            )
        )
    return Chart(title=title, unit=unit, bars=bars, top=top, total=sum(value for _, value in values))


def _round_up(value: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50 and so on."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor >= value:
                return step * factor
        step *= 10
