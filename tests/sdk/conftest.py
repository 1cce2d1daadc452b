"""The whole product, started as a user would, for the clients to call."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.test_setup_commands import ROOT, clean_environment, free_port, started

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Installation:
    """A running product with demo data."""

    url: str
    key: str


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation of its own, for these tests alone."""
    folder = tmp_path_factory.mktemp("product")
    port = free_port()
    environment = clean_environment(ROOT, DEMO="1", HOST="127.0.0.1", PORT=str(port), DATA_DIR=str(folder), PYTHONPATH=str(ROOT))
    with started([sys.executable, "manage.py", "serve"], folder=ROOT, environment=environment) as process:
        url = f"http://127.0.0.1:{port}"
        transport = httpx.HTTPTransport(retries=0)
        with httpx.Client(base_url=url, transport=transport, timeout=START_SECONDS) as client:
            await_ready(client, process)
        demo = [sys.executable, "manage.py", "demo", "--json"]
        facts = json.loads(subprocess.run(demo, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)
        yield Installation(url=url, key=facts["user"]["api_key"])


def await_ready(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the product says that it is ready."""
    for _ in range(START_SECONDS * 5):
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            if client.get("/health/ready").is_success:
                return
        except httpx.TransportError:
            pass
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("the server was not ready in time")


@pytest.fixture
def python_source() -> Path:
    """Where the Python client lies."""
    return ROOT / "sdk" / "python" / "src"


@pytest.fixture
def shell() -> dict[str, str]:
    """The environment for tools that are not Python."""
    return {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"} or name.startswith("npm_")}
