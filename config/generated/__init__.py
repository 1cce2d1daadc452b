"""Documents that follow from the code: each module returns the text of one, and ``manage.py generate_docs`` writes them.

It stands by itself because it looks at everything from above: the contracts' tables, the task's states, the environment, the tests' marks.
Invariant: the same code gives the same text, so that ``--check`` can compare.
"""

NOTICE = "<!-- Written by `make generate` from the code. Change the code, not this page. -->"


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; a pipe inside a cell is written so that it ends none."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
