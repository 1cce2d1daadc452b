"""The whole product for a browser: web, worker and scheduler on a fresh folder, with what it sends by mail, and how a person gets in."""

import email
import email.policy
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
WELCOME = 500
PASSWORD = "a long pass phrase"
OUTSIDE = {"DATABASE_URL", "BROKER_URL", "REDIS_URL", "PUBLIC_URL", "EMAIL_URL", "CHAT_PROVIDER", "OPENAI_MODELS"}
"""What this process may have been given and the product under a browser must not have: it is all embedded."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running product: its address, and the folder that it keeps its data in."""

    address: str
    folder: Path

    def newest_link(self, subject: str) -> str:
        """Return the link of the newest letter with this subject, when it has come."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for path in sorted((self.folder / "mail").glob("*.eml"), reverse=True):
                letter = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
                body = letter.get_body(("plain",))
                match = re.search(r"http://\S+token=\S+", body.get_content()) if body else None
                if letter["Subject"] == subject and match:
                    return match[0]
            time.sleep(0.1)
        pytest.fail(f"no letter about {subject} came")

    def demo(self) -> dict[str, Any]:
        """Return the demo's people with their passwords and keys."""
        command = [sys.executable, str(ROOT / "manage.py"), "demo", "--json"]
        told = subprocess.run(command, env=environment(self.folder), capture_output=True, check=False)
        assert told.returncode == 0, told.stderr.decode()
        found: dict[str, Any] = json.loads(told.stdout)
        return found

    def call(self, path: str, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        """Call the API as a program does, and return what it answers."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Prefer": "wait=30"}
        with urlopen(Request(f"{self.address}{path}", json.dumps(body).encode(), headers), timeout=PATIENCE_SECONDS) as reply:
            found: dict[str, Any] = json.load(reply)
            return found


@contextmanager
def serve(folder: Path, **more: str) -> Iterator[Served]:
    """Run the product on ``folder``, with more variables, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (folder / "serve.log").open("wb") as log:
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=environment(folder) | more, stdout=log, stderr=log)
        try:
            wait_for_answer(address, server)
            yield Served(address, folder)
        finally:
            server.terminate()
            server.wait(30)


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of a product on ``folder``."""
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    return kept | {"DEMO": "1", "DATA_DIR": str(folder), "WELCOME_CREDITS": str(WELCOME)}


def wait_for_answer(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Return as soon as the server has answered: one that starts takes connections before it does."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended at its start"
        try:
            urlopen(f"{address}/", timeout=PATIENCE_SECONDS).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


_taken: set[tuple[str, str]] = set()


def sign_up(page: Page, address: str, email: str, *, after: str = "/playground") -> None:
    """Make an account, and go to ``after``."""
    # A test's second try finds the account of its first.
    while (address, email) in _taken:
        email = f"again-{email}"
    _taken.add((address, email))
    page.goto(f"{address}/sign-up?next={after}")
    for label, value in (("First name", "Ada"), ("Last name", "Example"), ("E-mail", email), ("Password", PASSWORD)):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#balance")).to_have_text(str(WELCOME))


def sign_in(page: Page, address: str, email: str, password: str = PASSWORD) -> None:
    """Sign in to an account that there is."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#balance")).to_be_visible()


def open_menu(page: Page, name: str) -> None:
    """Follow a link of the menu."""
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("navigation", name="Menu").get_by_role("link", name=name).click()
