"""A person in a real browser looks after what is theirs: apps, a key of an app, usage, webhooks, settings; wide and on a telephone."""

import json
import re
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import WELCOME, Served, open_menu, serve, sign_in, sign_up
from tests.fakes.receiver import Receiver, receiver

__all__ = ["receiver"]

pytestmark = pytest.mark.browser
CALL = {"source": {"data": {"text": "Who wrote it?"}}, "prompts": {"prompt": "Ada wrote it."}}
PAGES = "/ /playground /chat /apps /usage /keys /webhooks /settings /credits /billing /account".split()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product, which may send webhooks to this machine."""
    with serve(tmp_path_factory.mktemp("data"), SAFE_FETCH_ALLOW="127.0.0.0/8") as running:
        yield running


def make_key(page: Page, served: Served, name: str, *, app: str = "No app") -> str:
    page.goto(f"{served.address}/keys")
    page.get_by_label("Name").fill(name)
    page.get_by_label("App", exact=False).select_option(app)
    page.get_by_role("button", name="Create key").click()
    return page.locator("#made").text_content() or ""


@pytest.mark.clause("P-5.1")
def test_an_app_is_enabled_and_a_key_made_for_it(page: Page, served: Served) -> None:
    sign_up(page, served.address, "apps@example.com", after="/apps")
    reader = page.locator("section", has=page.get_by_role("heading", name="Reader"))
    expect(reader.locator(".needs")).to_contain_text("/api/ai/inspire")
    expect(reader.get_by_text("Enabled")).to_have_count(0)
    reader.get_by_role("button", name="Enable").click()
    expect(page.get_by_role("status")).to_have_text("Reader is enabled.")
    expect(reader.get_by_text("Enabled")).to_be_visible()

    key = make_key(page, served, "Reading room", app="Reader")
    expect(page.locator(".lines li")).to_contain_text("through reader")
    served.call("/api/ai/inspire", CALL, key=key)
    page.goto(f"{served.address}/usage")
    expect(page.get_by_role("row", name=re.compile("^inspire reader 1 1$"))).to_be_visible()

    page.goto(f"{served.address}/apps")
    reader.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("status")).to_contain_text("The app is disabled.")
    expect(reader.get_by_role("button", name="Enable")).to_be_visible()


@pytest.mark.clause("P-4.1")
def test_usage_is_drawn_with_its_numbers(page: Page, served: Served) -> None:
    sign_up(page, served.address, "usage@example.com", after="/usage")
    expect(page.get_by_text("No call has ended in these days.")).to_be_visible()
    key = make_key(page, served, "Counting")
    for _ in range(3):
        served.call("/api/ai/inspire", CALL, key=key)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Usage").click()
    expect(page.locator(".chart figcaption").first).to_have_text(re.compile(r"Calls\s+3 calls"))
    expect(page.locator(".chart figcaption").last).to_have_text(re.compile(r"Credits\s+3 credits"))
    bars = page.locator(".chart").first.locator(".bar-of-chart")
    heights = bars.evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().height)")
    assert [height > 0 for height in heights] == [False] * (len(heights) - 1) + [True]
    expect(page.get_by_role("row", name=re.compile("^inspire . 3 3$"))).to_be_visible()
    page.get_by_role("link", name="7 days").click()
    expect(bars).to_have_count(7)
    expect(page.get_by_text(re.compile("^0 of [0-9,]+ simultaneous tasks"))).to_be_visible()
    expect(page.locator("#balance")).to_have_text(str(WELCOME - 3))


@pytest.mark.clause("P-2.7")
def test_the_secret_is_copied_and_changed(page: Page, served: Served) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_up(page, served.address, "secret@example.com", after="/webhooks")
    before = page.locator("#secret").text_content() or ""
    assert before.startswith("whsec_")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == before
    page.get_by_role("button", name="New secret").click()
    expect(page.get_by_role("status")).to_contain_text("There is a new secret.")
    expect(page.locator("#secret")).not_to_have_text(before)
    expect(page.locator("#secret")).to_have_text(re.compile("^whsec_"))


@pytest.mark.clause("P-2.7")
def test_a_delivery_is_sent_again(page: Page, served: Served, receiver: Receiver) -> None:
    sign_up(page, served.address, "hooks@example.com", after="/webhooks")
    expect(page.get_by_text("None in the last 30 days.")).to_be_visible()
    key = make_key(page, served, "Hooks")
    task = served.call("/api/ai/inspire", CALL | {"webhook": receiver.url()}, key=key)
    receiver.wait_for(1)
    open_menu(page, "Webhooks")
    expect(page.locator(".deliveries li")).to_have_count(1)
    expect(page.locator(".deliveries li")).to_contain_text("task.completed")
    expect(page.locator(".deliveries li")).to_contain_text(receiver.url())
    page.get_by_role("button", name="Send task.completed again").click()
    expect(page.get_by_role("status")).to_have_text("It is on its way once more.")
    receiver.wait_for(2)
    assert [sent.json["data"]["id"] for sent in receiver.sent] == [task["id"]] * 2
    assert len({sent.headers["webhook-id"] for sent in receiver.sent}) == 1


@pytest.mark.clause("P-4.1")
def test_settings_are_saved_or_refused_as_they_were_typed(page: Page, served: Served) -> None:
    sign_up(page, served.address, "settings@example.com", after="/settings")
    text = page.get_by_label("Settings")
    expect(text).to_have_value("{}")
    text.fill('{"theme": "dark"}')
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("saved")
    assert json.loads(text.input_value()) == {"theme": "dark"}
    text.fill("[1, 2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".errorlist, .problem").first).to_be_visible()
    expect(text).to_have_value("[1, 2")
    page.goto(f"{served.address}/settings")
    assert json.loads(text.input_value()) == {"theme": "dark"}


def test_a_revoked_key_is_refused(page: Page, served: Served) -> None:
    sign_up(page, served.address, "revokes@example.com", after="/keys")
    key = make_key(page, served, "Old")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke Old").click()
    expect(page.get_by_role("status")).to_contain_text("The key is revoked.")
    with pytest.raises(HTTPError) as refused:
        served.call("/api/ai/inspire", CALL, key=key)
    with refused.value:
        assert refused.value.code == 401


@pytest.mark.parametrize("who", ["user", "admin"])
def test_every_page_fits_a_telephone(browser: Browser, served: Served, who: str) -> None:
    telephone = browser.new_context(viewport={"width": 375, "height": 720}, is_mobile=True)
    small = telephone.new_page()
    person = served.demo()[who]
    sign_in(small, served.address, person["email"], person["password"])
    for path in PAGES:
        small.goto(f"{served.address}{path}")
        assert small.evaluate("document.documentElement.scrollWidth") == 375, path
        # The brand, the credits and the menu in one row, the pages in another.
        assert small.locator(".bar").evaluate("bar => bar.offsetHeight") < 120, path
    menu = small.get_by_role("navigation", name="Menu")
    expect(menu).to_be_hidden()
    small.get_by_role("button", name="Menu", exact=True).click()
    expect(menu.get_by_role("link", name="Admin")).to_have_count(1 if who == "admin" else 0)
    left, right = menu.evaluate("menu => [menu.getBoundingClientRect().left, menu.getBoundingClientRect().right]")
    assert (left >= 0, right <= 375) == (True, True)
    small.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    telephone.close()
