"""A feature of somebody's own app is in the clients as soon as they are generated (P-1.5, P-7.1)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_setup_commands import ROOT, clean_environment

pytestmark = [pytest.mark.slow, pytest.mark.clause("P-1.5", "P-7.1")]


def test_a_feature_of_an_app_of_ones_own_has_its_method_and_its_type(tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    environment = clean_environment(ROOT, DEMO="1", DATA_DIR=str(tmp_path / "data"), EXTRA_APPS="tests.apps.shout")
    subprocess.run([sys.executable, "manage.py", "spectacular", "--file", str(document)], cwd=ROOT, env=environment, check=True)
    python, typescript = tmp_path / "generated", tmp_path / "schema.d.ts"
    generator = [str(Path(sys.executable).parent / "openapi-python-client"), "generate", "--path", str(document), "--meta", "none"]
    config = ["--config", str(ROOT / "sdk" / "python" / "generator.yaml"), "--output-path", str(python)]
    subprocess.run([*generator, *config], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (python / "api" / "ai" / "shout_call.py").is_file()
    assert "class ShoutCall:" in (python / "models" / "shout_call.py").read_text()
    tool = ROOT / "sdk" / "typescript" / "node_modules" / ".bin" / "openapi-typescript"
    subprocess.run([str(tool), str(document), "--output", str(typescript)], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert '"/api/ai/shout"' in typescript.read_text()
