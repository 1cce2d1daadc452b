"""A person in a real browser: confirms an address, forgets the password, sets a new one by mail, ends a session; on a telephone too."""

import email
import email.policy
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
PASSWORD, NEW = "a long pass phrase", "another long pass phrase"

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Served:
    """A running product: its address, and the folder that its letters go to."""

    address: str
    letters: Path

    def newest_link(self, subject: str) -> str:
        """Return the link of the newest letter with this subject, when it has come."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for path in sorted(self.letters.glob("*.eml"), reverse=True):
                letter = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
                body = letter.get_body(("plain",))
                match = re.search(r"http://\S+token=\S+", body.get_content()) if body else None
                if letter["Subject"] == subject and match:
                    return match[0]
            time.sleep(0.1)
        pytest.fail(f"no letter about {subject} came")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole product on a fresh folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("data")
    outside = {"DATABASE_URL", "BROKER_URL", "REDIS_URL", "PUBLIC_URL", "EMAIL_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in outside} | {"DEMO": "1", "DATA_DIR": str(folder)}
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            wait_for_answer(port, server)
            yield Served(f"http://127.0.0.1:{port}", folder / "mail")
        finally:
            server.terminate()
            server.wait(30)


def wait_for_answer(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended at its start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


def sign_in(page: Page, served: Served, password: str) -> None:
    page.goto(f"{served.address}/sign-in")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#balance")).to_be_visible()


@pytest.mark.clause("G-1.8")
def test_a_person_looks_after_an_account(page: Page, browser: Browser, served: Served) -> None:
    page.goto(f"{served.address}/sign-up")
    for label, value in (("First name", "Ada"), ("Last name", "Example"), ("E-mail", "ada@example.com"), ("Password", PASSWORD)):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("status").first).to_contain_text("We have sent a letter to ada@example.com.")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Account").click()
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    page.goto(served.newest_link("Confirm your mail address"))
    page.get_by_role("button", name="Confirm address").click()
    expect(page.get_by_role("heading")).to_have_text("Your address is confirmed")

    telephone = browser.new_context(viewport={"width": 375, "height": 720}, is_mobile=True)
    small = telephone.new_page()
    sign_in(small, served, PASSWORD)
    for path in ("/account", "/forgotten-password", "/forgotten-password/sent", "/verify"):
        small.goto(f"{served.address}{path}")
        assert small.evaluate("document.documentElement.scrollWidth") == 375, path

    page.goto(f"{served.address}/account")
    expect(page.get_by_text("Confirmed on")).to_be_visible()
    expect(page.locator(".sessions li")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^End the session")).click()
    expect(page.locator(".sessions li")).to_have_count(1)
    small.goto(f"{served.address}/account")
    expect(small.get_by_role("heading")).to_have_text("Sign in")

    small.get_by_role("link", name="Forgotten your password?").click()
    small.get_by_label("E-mail").fill("ada@example.com")
    small.get_by_role("button", name="Send the link").click()
    expect(small.get_by_role("heading")).to_have_text("Look into your mail")
    small.goto(served.newest_link("Set a new password"))
    small.get_by_label("New password").fill(NEW)
    small.get_by_role("button", name="Set password").click()
    expect(small.get_by_role("status")).to_contain_text("Your password is changed")
    page.reload()
    expect(page.get_by_role("heading")).to_have_text("Sign in")
    sign_in(page, served, NEW)
    telephone.close()
