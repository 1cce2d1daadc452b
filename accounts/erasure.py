"""What has to be erased with a user besides accounts' own rows (P-6.2).

A person's data lie on every floor: chats, tasks and their files, payments. Each app contributes at start (``AppConfig.ready``) a function
that erases what it keeps, so that accounts needs to know none of them. They run in the order in which they were contributed: apps are
loaded from the highest floor to the lowest, so what points at something goes before it.

An eraser is given an account's id. The account's user still exists meanwhile, disabled and without a name. It is called again until it has
returned, after a crash too, and once more a while later, for what was on its way: it has to be idempotent. Files and other people's servers
it reaches outside of transactions; what it cannot erase now, it raises about. Sums of money and counts stay, without anything that says
whose they were.
"""

from collections.abc import Callable
from uuid import UUID

Eraser = Callable[[UUID], None]
_erasers: dict[str, Eraser] = {}


def contribute(name: str, eraser: Eraser) -> None:
    """Have ``eraser`` called with the id of every account whose user is deleted."""
    _erasers[name] = eraser


def all_erasers() -> dict[str, Eraser]:
    """Return every eraser by the name of what it erases, in the order in which they run."""
    return dict(_erasers)
