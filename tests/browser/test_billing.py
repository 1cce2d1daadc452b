"""A newcomer in a real browser buys a plan at the simulated checkout, is declined, tries again, and cancels."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import sign_up

PATIENCE_MS = 30_000
"""Events come from another process, some of them twice and in another order."""

pytestmark = pytest.mark.browser


def shows(page: Page, *, plan: str, status: str) -> None:
    expect(page.locator("#status")).to_have_text(status, timeout=PATIENCE_MS)
    expect(page.locator("#plan")).to_have_text(plan)


@pytest.mark.clause("G-3.2", "G-3.4", "G-3.5")
def test_a_newcomer_buys_a_plan_and_cancels_it(address: str, page: Page) -> None:
    sign_up(page, address, "ada@example.com", after="/billing")
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
