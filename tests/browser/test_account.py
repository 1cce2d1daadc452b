"""A person in a real browser: confirms an address, forgets the password, sets a new one by mail, ends a session; on a telephone too."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served, open_menu, sign_in, sign_up

NEW, ADA = "another long pass phrase", "ada@example.com"

pytestmark = pytest.mark.browser


@pytest.mark.clause("G-1.8")
def test_a_person_looks_after_an_account(page: Page, browser: Browser, served: Served) -> None:
    sign_up(page, served.address, ADA)
    expect(page.get_by_role("status").first).to_contain_text("We have sent a letter to ada@example.com.")

    open_menu(page, "Account")
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    page.goto(served.newest_link("Confirm your mail address"))
    page.get_by_role("button", name="Confirm address").click()
    expect(page.get_by_role("heading")).to_have_text("Your address is confirmed")

    telephone = browser.new_context(viewport={"width": 375, "height": 720}, is_mobile=True)
    small = telephone.new_page()
    sign_in(small, served.address, ADA)
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
    small.get_by_label("E-mail").fill(ADA)
    small.get_by_role("button", name="Send the link").click()
    expect(small.get_by_role("heading")).to_have_text("Look into your mail")
    small.goto(served.newest_link("Set a new password"))
    small.get_by_label("New password").fill(NEW)
    small.get_by_role("button", name="Set password").click()
    expect(small.get_by_role("status")).to_contain_text("Your password is changed")
    page.reload()
    expect(page.get_by_role("heading")).to_have_text("Sign in")
    sign_in(page, served.address, ADA, NEW)
    telephone.close()
