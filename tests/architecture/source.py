"""Our Python files, read and parsed once: what the rules of this folder look at.

The packages are those that import-linter knows (``root_packages`` in pyproject.toml), so that no list is kept twice.
"""

import ast
import io
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path from the project's root in POSIX form, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def remark(self, number: int) -> str:
        """Return line ``number`` with the comment lines right above it: where a reason may stand."""
        lines = self.text.splitlines()
        first = number - 1
        while first > 0 and lines[first - 1].lstrip().startswith("#"):
            first -= 1
        return "\n".join(lines[first:number])

    def within(self, *places: str) -> bool:
        """Return whether the file is one of ``places``; a place that ends in a slash is a folder, at any depth."""
        return any(self.path == place or (place.endswith("/") and f"/{place}" in f"/{self.path}") for place in places)

    def comments(self) -> Iterator[tuple[int, str]]:
        """Yield every comment with its line number."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def source(text: str, *, path: str = "billing/somewhere.py") -> Source:
    """Return ``text`` as though it stood in the file ``path``."""
    return Source(path=path, text=text, tree=ast.parse(text))


def root_packages() -> list[str]:
    """Return the packages that import-linter watches."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(configuration["tool"]["importlinter"]["root_packages"])


@lru_cache(maxsize=1)
def all_sources() -> tuple[Source, ...]:
    """Return every Python file of ours, tests and benchmarks included, ordered by path."""
    folders = [*root_packages(), "tests", "benchmarks"]
    paths = [ROOT / "manage.py", *(path for folder in folders for path in (ROOT / folder).rglob("*.py"))]
    return tuple(source(path.read_text(encoding="utf-8"), path=path.relative_to(ROOT).as_posix()) for path in sorted(paths))


def product_sources() -> tuple[Source, ...]:
    """Return the files that run in production: no tests, no benchmarks, no migrations (those are Django's)."""
    return tuple(file for file in all_sources() if not file.within("migrations/") and not file.path.startswith(("tests/", "benchmarks/")))
