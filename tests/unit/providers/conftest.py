"""What the tests of all vendors' rooms share: work to be done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers.port import Media, Work


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """A maker of work."""

    def make(
        step: str = "chat",
        prompt: str = "Hello?",
        *,
        source: Media | None = None,
        negative: str = "",
        target: str = "text",
        context: Any = None,
        named: str = "",
        key: str = "",
        **parameters: Any,
    ) -> Work:
        return Work(
            step=step,
            source=source,
            prompt=prompt,
            negative=negative,
            target=target,
            parameters={"maxCharacters": 4_000, **parameters},
            folder=tmp_path,
            context=context or {},
            model=named,
            key=key,
        )

    return make
