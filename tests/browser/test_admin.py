"""A member of staff in a real browser: the admin's front page with its charts, on a desk and on a telephone, under its own policy."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The whole product on a fresh folder, and who may sign in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("data")
    outside = {"DATABASE_URL", "BROKER_URL", "REDIS_URL", "PUBLIC_URL", "EMAIL_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    environment |= {"DEMO": "1", "DATA_DIR": str(folder), "PORT": str(port)}
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, ROOT / "manage.py", "serve"], env=environment, stdout=log, stderr=log)
        try:
            wait_until_ready(port, server)
            command = [sys.executable, str(ROOT / "manage.py"), "demo", "--json"]
            asked = subprocess.run(command, env=environment, check=False, capture_output=True)
            assert asked.returncode == 0, asked.stderr
            yield json.loads(asked.stdout)
        finally:
            server.terminate()
            server.wait(30)


def wait_until_ready(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended at its start"
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/ready"):
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.mark.clause("P-6.3")
@pytest.mark.parametrize("width", [1280, 375])
def test_the_front_page(page: Page, demo: dict[str, Any], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{demo['base_url']}/admin/")
    page.get_by_label("Email").fill(demo["admin"]["email"])
    page.get_by_label("Password").fill(demo["admin"]["password"])
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("img", name="Credits, last 24 hours")).to_be_visible()
    expect(page.get_by_role("img", name="Longest wait for a worker, last 30 days")).to_be_visible()
    page.get_by_text("As a table").first.click()
    expect(page.get_by_role("row").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("link", name="tasks wait for a worker").click()
    expect(page.get_by_text("Select task to view")).to_be_visible()
    assert refused == []
