"""Which test checks which clause of the contracts: read from the marks in the test files, without running or importing them.

``manage.py generate_docs`` turns this into ``docs/clauses.md``.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CLAUSE = re.compile(r"^([A-Z])-(\d+)\.(\d+)$")


class BadClauseMark(Exception):
    """A ``clause`` mark whose arguments cannot be read as clause ids."""


def clauses_of_tests(root: Path) -> dict[str, list[str]]:
    """Return, for each clause, the tests marked with it as ``tests/…/test_x.py::test_name``, both in order.

    ``root`` is the project's folder. A mark may stand on a test, on a class of tests, or at a file's top as ``pytestmark``.
    Raises :class:`BadClauseMark` on a mark that names no clause or something that is none.
    """
    found: dict[str, set[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        name = path.relative_to(root).as_posix()
        for clause, test in _marks(ast.parse(path.read_text(encoding="utf-8")), name):
            found.setdefault(clause, set()).add(test)
    return {clause: sorted(found[clause]) for clause in sorted(found, key=clause_order)}


def clause_order(clause: str) -> tuple[str, int, int]:
    """Return a sorting key that puts G-1.10 after G-1.9."""
    match = CLAUSE.match(clause)
    if match is None:
        raise BadClauseMark(f"{clause!r} is no clause; clauses look like G-1.2.")
    return match[1], int(match[2]), int(match[3])


def _marks(tree: ast.Module, file: str) -> Iterator[tuple[str, str]]:
    of_file = [node.value for node in tree.body if isinstance(node, ast.Assign) and _assigns_pytestmark(node)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for member in node.body:
                yield from _of_test(member, [*of_file, *node.decorator_list], f"{file}::{node.name}")
        else:
            yield from _of_test(node, of_file, file)


def _of_test(node: ast.stmt, outer: list[ast.expr], where: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
        for mark in [*outer, *node.decorator_list]:
            yield from ((clause, f"{where}::{node.name}") for clause in _clauses(mark, where))


def _assigns_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _clauses(mark: ast.expr, where: str) -> Iterator[str]:
    for node in ast.walk(mark):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "clause"):
            continue
        if not node.args:
            raise BadClauseMark(f"{where}:{node.lineno} has a clause mark without a clause.")
        for argument in node.args:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str) and CLAUSE.match(argument.value)):
                raise BadClauseMark(f"{where}:{node.lineno} has a clause mark with something else than clauses, which look like 'G-1.2'.")
            yield argument.value
