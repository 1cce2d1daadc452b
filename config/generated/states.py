"""``docs/states.md`` and its drawing: the task's state machine, from ``tasks.states.TRANSITIONS``.

States that can still change stand on the left, ends on the right; each arrow carries the number of its row in the table.
"""

from dataclasses import dataclass

from config.generated import NOTICE, table
from tasks.states import FINISHED, TRANSITIONS, UNFINISHED, EventKind, State

INTRODUCTION = """# States of a task

A task's state changes by a conditional `UPDATE` on the state and the attempt that the writer knows; a writer that comes too late changes
nothing. An end is final. Every change is also an event with a number, written in the same transaction."""
MEANINGS = {
    EventKind.STATE: "the state changed; the last one carries the whole task",
    EventKind.PROGRESS: "0 to 100, over all steps of a pipeline",
    EventKind.PARTIAL: "one result of several is there",
    EventKind.DELTA: "a piece of text, in order",
}
WIDTH, HEIGHT, LEFT, RIGHT, GAP = 130, 40, 150, 520, 90


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step from one state to another; ``number`` is its row in the table."""

    number: int
    before: State
    after: State
    reason: str


def arrows() -> list[Arrow]:
    """Return every step of the state machine, numbered."""
    steps = [(before, after, reason) for before, onward in TRANSITIONS.items() for after, reason in onward.items()]
    return [Arrow(number + 1, *step) for number, step in enumerate(steps)]


def render() -> str:
    """Return the page."""
    rows = [[str(arrow.number), f"`{arrow.before}`", f"`{arrow.after}`", arrow.reason] for arrow in arrows()]
    events = [[f"`{kind}`", MEANINGS[kind]] for kind in EventKind]
    parts = [
        NOTICE,
        INTRODUCTION,
        "![The states and the steps between them](images/states.svg)",
        table(["step", "from", "to", "when"], rows),
        "## Events",
        "Events are numbered from 1 without gaps. A reader that lost its connection names the last number it saw and goes on from there.",
        table(["event", "meaning"], events),
    ]
    return "\n\n".join(parts) + "\n"


def draw() -> str:
    """Return the drawing as SVG."""
    places = place()
    boxes = [box(state, *spot) for state, spot in places.items()]
    lines = [line(arrow, places) for arrow in arrows()]
    height = max(y for _, y in places.values()) + HEIGHT
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {RIGHT + WIDTH} {height}" width="{RIGHT + WIDTH}" height="{height}"'
    style = 'font-family="sans-serif" font-size="15" text-anchor="middle" role="img"'
    tip = '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    marker = f'<defs>{tip}<path d="M0 0 8 4 0 8z" fill="#57606a"/></marker></defs>'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([f"{head} {style}>", "<title>States of a task</title>", marker, ground, *lines, *boxes, "</svg>"]) + "\n"


def place() -> dict[State, tuple[int, int]]:
    """Return the middle of each state's box."""
    tallest = max(len(UNFINISHED), len(FINISHED))
    found: dict[State, tuple[int, int]] = {}
    for x, states in ((LEFT, UNFINISHED), (RIGHT, FINISHED)):
        # A shorter column is spread over the height of the longer one.
        gap = GAP * (tallest - 1) / max(len(states) - 1, 1)
        found |= {state: (x, int(HEIGHT + number * gap)) for number, state in enumerate(states)}
    return found


def box(state: State, x: int, y: int) -> str:
    """Return a state's box; an end has a thicker border."""
    border = 1.5 if TRANSITIONS[state] else 3
    shape = f'x="{x - WIDTH // 2}" y="{y - HEIGHT // 2}" width="{WIDTH}" height="{HEIGHT}" rx="8"'
    return f'<rect {shape} fill="#f6f8fa" stroke="#1f2328" stroke-width="{border}"/><text x="{x}" y="{y + 5}" fill="#1f2328">{state}</text>'


def line(arrow: Arrow, places: dict[State, tuple[int, int]]) -> str:
    """Return an arrow with its number: between the columns straight, within one beside its way back."""
    (x1, y1), (x2, y2) = places[arrow.before], places[arrow.after]
    if x1 == x2:
        side, down = (-1, 1) if y2 > y1 else (1, -1)
        x1 = x2 = x1 + side * WIDTH // 4
        y1, y2 = y1 + down * HEIGHT // 2, y2 - down * HEIGHT // 2
        near = 0.5
    else:
        # Arrows of one state leave it a little apart, and their numbers stand where they have not crossed yet.
        rank = list(TRANSITIONS[arrow.before]).index(arrow.after)
        x1, y1, x2 = x1 + WIDTH // 2, y1 + (rank - 1) * 8, x2 - WIDTH // 2
        near = 0.18
    x, y = x1 + (x2 - x1) * near, y1 + (y2 - y1) * near
    path = f'<path d="M{x1} {y1} {x2} {y2}" stroke="#57606a" stroke-width="1.5" fill="none" marker-end="url(#tip)"/>'
    disc = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="#ffffff" stroke="#57606a"/>'
    return f'{path}{disc}<text x="{x:.0f}" y="{y + 4:.0f}" font-size="11" fill="#1f2328">{arrow.number}</text>'
