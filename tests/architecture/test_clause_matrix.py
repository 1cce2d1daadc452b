"""The clause matrix reads marks on tests, classes and files, and refuses what is no clause."""

from pathlib import Path

import pytest

from tests.architecture.clause_matrix import BadClauseMark, clauses_of_tests

TESTS = '''
import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-1.10")]


@pytest.mark.clause("G-1.9", "P-3.1")
def test_one() -> None:
    """First."""


@pytest.mark.clause("G-1.9")
class TestMany:
    @pytest.mark.parametrize("a", [1])
    async def test_two(self, a: int) -> None:
        """Second."""

    def help(self) -> None:
        """No test."""
'''


def write(root: Path, text: str) -> None:
    (root / "tests" / "contracts").mkdir(parents=True)
    (root / "tests" / "contracts" / "test_a.py").write_text(text)


def test_marks_of_tests_classes_and_files_are_collected_in_order(tmp_path: Path) -> None:
    write(tmp_path, TESTS)
    one, two = "tests/contracts/test_a.py::test_one", "tests/contracts/test_a.py::TestMany::test_two"
    found = clauses_of_tests(tmp_path)
    assert found == {"G-1.9": [two, one], "G-1.10": [two, one], "P-3.1": [one]}
    assert list(found) == ["G-1.9", "G-1.10", "P-3.1"]


@pytest.mark.parametrize("mark", ["clause()", "clause('G-1')", "clause('G-1.2 ')", "clause(ID)", "clause(3)"])
def test_a_mark_that_names_no_clause_is_refused(tmp_path: Path, mark: str) -> None:
    write(tmp_path, f"import pytest\n\n@pytest.mark.{mark}\ndef test_a():\n    pass\n")
    with pytest.raises(BadClauseMark):
        clauses_of_tests(tmp_path)


def test_every_mark_in_this_project_can_be_read() -> None:
    clauses_of_tests(Path(__file__).resolve().parents[2])
