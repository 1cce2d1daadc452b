"""A newcomer in a real browser buys a plan at the simulated checkout, is declined, tries again, and cancels."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_playground import wait_for_answer

ROOT = Path(__file__).resolve().parents[2]
EMBEDDED = {"DATABASE_URL", "BROKER_URL", "REDIS_URL", "PUBLIC_URL"}
PATIENCE_MS = 30_000
"""Events come from another process, some of them twice and in another order."""

pytestmark = pytest.mark.browser


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the whole product answers, its simulation of Stripe too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in EMBEDDED}
    environment |= {"DEMO": "1", "DATA_DIR": str(tmp_path), "WELCOME_CREDITS": "500"}
    with (tmp_path / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            wait_for_answer(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def shows(page: Page, *, plan: str, status: str) -> None:
    expect(page.locator("#status")).to_have_text(status, timeout=PATIENCE_MS)
    expect(page.locator("#plan")).to_have_text(plan)


@pytest.mark.clause("G-3.2", "G-3.4", "G-3.5")
def test_a_newcomer_buys_a_plan_and_cancels_it(address: str, page: Page) -> None:
    page.goto(f"{address}/sign-up?next=/billing")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Example")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("a long pass phrase")
    page.get_by_role("button", name="Create account").click()
    shows(page, plan="Free", status="Inactive")
    for _ in range(30):  # The offers are brought to the simulation a moment after the start.
        if page.get_by_role("button", name="Choose Premium").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("button", name="Choose Premium").click()
    page.get_by_role("button", name="Card declined").click()
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    page.get_by_role("button", name="Back without paying").click()
    shows(page, plan="Free", status="Inactive")
    expect(page.locator("#balance")).to_have_text("500")
    page.get_by_role("button", name="Choose Premium").click()
    page.get_by_role("button", name="Pay 29.00 USD").click()
    shows(page, plan="Premium", status="Active")
    expect(page.locator("#balance")).to_have_text("25500", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Cancel the plan").click()
    shows(page, plan="Premium", status="Cancelled")
    expect(page.locator("#balance")).to_have_text("25500")
