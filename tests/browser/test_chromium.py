"""The browser itself: a page of ours can be opened, read and clicked."""

import pytest
from playwright.sync_api import Page

PAGE = "<title>Tollgate</title><button onclick=\"document.title = 'clicked'\">Press</button>"


@pytest.mark.browser
def test_chromium_runs_scripts(page: Page) -> None:
    page.set_content(PAGE)
    page.get_by_role("button", name="Press").click()
    assert page.title() == "clicked"
