"""``docs/clauses.md``: which tests check which clause of the contracts, from the marks on the tests.

This is the one place of the product that looks at the tests; it is only asked where they are, on a developer's machine and in continuous
integration.
"""

from pathlib import Path

from config.generated import NOTICE, table
from tests.architecture.clause_matrix import clauses_of_tests

INTRODUCTION = """# Clauses and their tests

The contracts are numbered: G is the gateway, P the platform, M the marketplace, T the applications, A what they share. A test that
checks a clause carries its number (`@pytest.mark.clause("G-1.2")`); this page lists them."""


def render(root: Path) -> str:
    """Return the page for the tests of the project in ``root``."""
    found = clauses_of_tests(root)
    parts = [
        NOTICE,
        INTRODUCTION,
        f"{len(found)} clauses are checked by {len({test for tests in found.values() for test in tests})} tests.",
    ]
    for contract in sorted({clause[0] for clause in found}):
        rows = [[clause, "<br>".join(f"`{test}`" for test in marked)] for clause, marked in found.items() if clause[0] == contract]
        parts += [f"## {contract}", table(["clause", "tests"], rows)]
    return "\n\n".join(parts) + "\n"
