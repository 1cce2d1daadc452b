"""The TypeScript client against the running product (P-7.1): built by its own compiler, run by Node's own test runner."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.sdk.conftest import Installation
from tests.test_setup_commands import ROOT

FOLDER = ROOT / "sdk" / "typescript"
pytestmark = [pytest.mark.slow, pytest.mark.clause("P-7.1")]


@pytest.fixture(scope="module")
def built() -> Path:
    """The client, type-checked and built; `make check` has installed what that takes."""
    subprocess.run(["npm", "run", "--silent", "build"], cwd=FOLDER, check=True)
    return FOLDER


def test_the_client_works(built: Path, installation: Installation, shell: dict[str, str]) -> None:
    environment = shell | {"TOLLGATE_URL": installation.url, "TOLLGATE_KEY": installation.key}
    done = subprocess.run(["node", "--test", "test/"], cwd=built, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^# pass 7$", done.stdout, re.MULTILINE)


def test_the_readme_runs_as_it_stands(built: Path, installation: Installation, shell: dict[str, str]) -> None:
    blocks = re.findall(r"```ts\n(.*?)```", (FOLDER / "README.md").read_text(), re.DOTALL)
    script = "\n".join(blocks).replace("http://127.0.0.1:8000", installation.url).replace("tg_…", installation.key)
    command = ["node", "--input-type=module", "--eval", script.replace('"tollgate-sdk"', f'"{built / "dist" / "index.js"}"')]
    done = subprocess.run(command, cwd=built, env=shell, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "100 %" in done.stdout
