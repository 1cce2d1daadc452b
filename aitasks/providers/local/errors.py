"""Why the embedded provider refuses: one class per reason, each a core error kind, each message says what to do."""

from collections.abc import Sequence

from common import errors


class BrokenFile(errors.Invalid):
    """The bytes are not a readable file of the kind that was announced."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"The {kind} cannot be read: it is damaged, cut short, or not what its type says. Send the original file again.")


class TooManyPixels(errors.Oversized):
    """The picture would decode to more pixels than a worker should hold."""

    def __init__(self, *, width: int | None, height: int | None, pixels_max: int) -> None:
        size = f"{width} x {height} pixels" if width and height else "far too many pixels"
        super().__init__(f"The image has {size}; at most {pixels_max:,} in all are worked on. Make it smaller first.")


class TooBig(errors.Oversized):
    """A file or a text is longer than what is read."""


class TookTooLong(errors.Invalid):
    """A file needs more time or memory than it may have; another attempt would end the same way."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"The {kind} needs more time or memory than allowed. Send a smaller or simpler file.")


class SourceMissing(errors.Invalid):
    """The call has nothing to work on."""


class UnknownWish(errors.Invalid):
    """The prompt asks for something that is not on the list."""

    def __init__(self, wish: str, known: Sequence[str]) -> None:
        super().__init__(f'Not understood: "{wish[:80]}". What can be done: {"; ".join(known)}.')


class BeyondRules(errors.Unsupported):
    """The wish is clear and needs a real model, which this provider does not pretend to be."""
