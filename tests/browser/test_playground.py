"""A person in a real browser, on a real server: signs up, has pictures drawn, sees what they cost, has one read, cancels a task."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser import serving
from tests.browser.serving import WELCOME

IMAGE_PRICE = 10
FILE_PRICE = 6
"""A file counts as 5,000 characters, and what is read from a plain picture begins the sixth thousand."""

pytestmark = pytest.mark.browser


def sign_up(page: Page, address: str, email: str) -> None:
    serving.sign_up(page, address, email)
    expect(page.get_by_role("navigation", name="Features").get_by_role("link", name="Imagine")).to_be_visible()


def record_progress(page: Page) -> None:
    """Keep every value that the progress bar shows, however briefly."""
    page.evaluate(
        """() => {
            window.shown = [];
            const bar = document.getElementById("progress");
            new MutationObserver(() => window.shown.push(bar.value)).observe(bar, { attributes: true, attributeFilter: ["value"] });
        }"""
    )


def record_seen(page: Page) -> None:
    """Keep what the result shows at each change: how many pictures, whether it has ended, and who is at work."""
    page.evaluate(
        """() => {
            window.seen = [];
            const look = () => window.seen.push([
                document.querySelectorAll("#outputs .picture").length,
                !document.getElementById("facts").hidden,
                document.getElementById("maker").textContent,
            ]);
            const panel = document.getElementById("outputs").parentElement;
            new MutationObserver(look).observe(panel, { subtree: true, childList: true, attributes: true });
        }"""
    )


@pytest.mark.clause("P-2.4", "P-2.5", "P-2.9")
def test_a_person_draws_pictures_and_pays_for_them(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.get_by_role("link", name="Sign up and try it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign up")
    sign_up(page, address, "draws@example.com")
    page.get_by_label("Prompt").fill("A calm sea at sunset with a small boat")
    page.get_by_label("Count").fill("2")
    page.get_by_label("Size").select_option("1024x1024")
    expect(page.locator("#price")).to_have_text("10 credits for each image; 20 at most")
    record_progress(page)
    page.get_by_role("button", name="Run", exact=True).click()
    pictures = page.get_by_role("button", name=re.compile("Show picture"))
    expect(pictures).to_have_count(2, timeout=60_000)
    expect(page.locator("#facts")).to_contain_text("20 credits", timeout=30_000)
    expect(page.locator("#balance")).to_have_text(str(WELCOME - 2 * IMAGE_PRICE))
    shown = page.evaluate("window.shown")
    assert shown[-1] == 100
    assert shown[:-1] == sorted(shown[:-1])
    assert len({value for value in shown if 0 < value < 100}) >= 3
    widths = page.locator(".picture img").evaluate_all(
        "images => Promise.all(images.map(async i => { await i.decode(); return i.naturalWidth; }))"
    )
    assert widths == [1024, 1024]
    pictures.first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.reload()
    expect(page.locator(".picture img")).to_have_count(2)
    page.get_by_role("link", name=re.compile("credits")).click()
    expect(page.locator(".lines li").first).to_contain_text("Imagine")
    expect(page.locator(".lines li").first).to_contain_text("\N{MINUS SIGN}20")


@pytest.mark.clause("P-2.5")
def test_partial_results_and_who_makes_them_are_seen_before_the_end(page: Page, address: str) -> None:
    sign_up(page, address, "partial@example.com")
    page.get_by_label("Prompt").fill("A calm sea at sunset with a small boat")
    page.get_by_label("Count").fill("4")
    page.get_by_label("Size").select_option("1024x1024")
    expect(page.locator("#price")).to_have_text("10 credits for each image; 40 at most")
    record_seen(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("40 credits", timeout=60_000)
    expect(page.locator("#facts")).to_contain_text("local · local-image-1")
    seen = page.evaluate("window.seen")
    while_running = [pictures for pictures, facts, _ in seen if not facts]
    assert {1, 2, 3} <= set(while_running)
    assert any(maker == " by local · local-image-1" for pictures, facts, maker in seen if not facts and pictures < 4)


@pytest.mark.clause("P-2.2", "P-2.1")
def test_a_portrait_speaks(page: Page, address: str, tmp_path: Path) -> None:
    path = tmp_path / "portrait.png"
    Image.new("RGB", (320, 320), "peru").save(path)
    sign_up(page, address, "speaks@example.com")
    page.get_by_role("radio", name="Video").check()
    page.get_by_label("Prompt").fill("Hello. I am a picture.")
    page.get_by_text("Add a picture or a text").click()
    page.get_by_label("File, up to 50 MB").set_input_files(path)
    expect(page.get_by_role("radio", name="Video")).to_be_checked()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("local-video-1", timeout=60_000)
    played = page.locator("#outputs video").evaluate(
        """async video => {
            video.muted = true;
            await video.play();
            await new Promise(done => video.addEventListener("timeupdate", () => video.currentTime > 0 && done()));
            return [video.videoWidth > 0, video.duration > 0.5, video.error];
        }"""
    )
    assert played == [True, True, None]


def test_a_vector_is_shown_with_its_length_and_asks_for_no_prompt(page: Page, address: str) -> None:
    sign_up(page, address, "embeds@example.com")
    page.get_by_role("link", name="Embed").click()
    expect(page.get_by_label("Prompt")).to_be_hidden()
    page.get_by_label("Text to work on").fill("Bees make honey.")
    page.get_by_label("Dimensions").fill("64")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#outputs figcaption")).to_contain_text("A vector of 64 numbers", timeout=30_000)
    assert len(json.loads(page.locator("#outputs pre").text_content() or "")["vector"]) == 64
    page.get_by_role("link", name="Imagine").click()
    expect(page.get_by_label("Prompt")).to_be_visible()


def test_results_of_several_kinds_are_all_shown(page: Page, address: str) -> None:
    sign_up(page, address, "several@example.com")
    made = [{"type": "text/plain", "text": "The tram runs."}, {"type": "audio/wav", "src": f"{address}/static/none.wav", "size": "2048"}]
    targets = [{"index": number, "type": "speech", "data": data} for number, data in enumerate(made)]
    facts = {"id": str(UUID(int=1)), "feature": "imagine", "status": "succeeded", "progress": 100, "targets": targets, "error": None}
    facts |= {"usage": {"credits": "3"}, "provider": "local", "model": "", "attempt": 1, "startedAt": None, "finishedAt": None}
    page.route("**/api/ai/imagine", lambda route: route.fulfill(json=facts))
    page.get_by_label("Prompt").fill("The tram")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#outputs pre")).to_have_text("The tram runs.")
    expect(page.locator("#outputs audio")).to_be_visible()
    expect(page.locator("#facts")).to_contain_text("3 credits")


@pytest.mark.clause("P-5.1", "P-5.3")
def test_a_call_may_go_through_an_app_that_is_enabled(page: Page, address: str) -> None:
    sign_up(page, address, "through@example.com")
    expect(page.get_by_label("App", exact=True)).to_have_count(0)
    page.goto(f"{address}/apps")
    page.get_by_role("button", name="Enable Studio").click()
    page.goto(f"{address}/playground")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("App", exact=True).select_option("Studio")
    page.get_by_label("Prompt").fill("A hill")
    expect(page.locator("#curl")).to_contain_text("X-App-Id: studio")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("10 credits", timeout=60_000)
    page.goto(f"{address}/usage")
    expect(page.get_by_role("row", name="imagine studio 1 10")).to_be_visible()


def test_a_model_may_be_asked_for(page: Page, address: str) -> None:
    sign_up(page, address, "models@example.com")
    page.get_by_label("Prompt").fill("A hill")
    expect(page.get_by_label("Model")).to_be_hidden()
    expect(page.get_by_label(re.compile("Webhook"))).to_have_count(0)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Model").fill("unheard-of")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("No provider here has a model unheard-of")
    page.get_by_label("Model").fill("local-image-1")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("local · local-image-1", timeout=60_000)


@pytest.mark.parametrize(
    ("status", "body", "link"),
    [
        (402, {"code": 9, "message": "This needs 40 credits, and 10 are available."}, "Get credits"),
        (429, {"code": 8, "message": "The quota of 10 calls a day is used up. It resets at 2030-01-02T00:00:00Z."}, "See your limits"),
        (403, {"code": 7, "message": "imagine is not enabled for you: the plan free does not include it."}, "See the apps"),
    ],
)
def test_a_refusal_is_said_with_where_it_can_be_mended(page: Page, address: str, status: int, body: dict[str, Any], link: str) -> None:
    sign_up(page, address, f"refused{status}@example.com")
    page.route("**/api/ai/imagine", lambda route: route.fulfill(status=status, json=body))
    page.get_by_label("Prompt").fill("A hill")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#problem")).to_have_text(f"{body['message']} {link}")
    expect(page.locator("#problem").get_by_role("link", name=link)).to_be_visible()
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


@pytest.mark.clause("P-2.1")
def test_a_person_uploads_a_picture_and_reads_about_it(page: Page, address: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (320, 240), "orange").save(path)
    sign_up(page, address, "reads@example.com")
    page.get_by_role("link", name="Extract").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#problem")).to_have_text("Give a source first: a text, a file or an address.")
    page.get_by_label("File, up to 50 MB").set_input_files(path)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#outputs")).to_contain_text("320", timeout=60_000)
    expect(page.locator("#outputs")).to_contain_text("240")
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator("#recent li")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Delete")).click()
    expect(page.locator("#recent-empty")).to_be_visible()


@pytest.mark.clause("P-2.6")
def test_a_person_cancels_and_gets_the_rest_back(page: Page, address: str) -> None:
    sign_up(page, address, "cancels@example.com")
    page.get_by_label("Prompt").fill("Stormy mountains at night")
    page.get_by_label("Count").fill("4")
    page.get_by_label("Size").select_option("1024x1024")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.locator("#status")).to_have_text("Cancelled", timeout=20_000)
    expect(page.locator("#facts")).to_contain_text("Balance")
    delivered = page.locator(".picture").count()
    assert delivered < 4
    expect(page.locator("#balance")).to_have_text(str(WELCOME - delivered * IMAGE_PRICE))
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


@pytest.mark.clause("P-2.5")
def test_a_reload_finds_the_running_task_again(page: Page, address: str) -> None:
    sign_up(page, address, "reloads@example.com")
    page.get_by_label("Prompt").fill("A city in the rain")
    page.get_by_label("Count").fill("3")
    page.get_by_label("Size").select_option("1024x1024")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(re.compile(r"#imagine/[0-9a-f-]{36}$"))
    page.reload()
    expect(page.locator(".picture img")).to_have_count(3, timeout=60_000)
    expect(page.locator("#facts")).to_contain_text("30 credits")


@pytest.mark.clause("P-2.5")
def test_a_broken_stream_is_resumed_where_it_broke(page: Page, address: str) -> None:
    asked_after: list[str | None] = []

    def break_once(route: Route) -> None:
        asked_after.append(route.request.headers.get("last-event-id"))
        if len(asked_after) == 1:
            route.fulfill(content_type="text/event-stream", body='id: 1\ndata: {"event": "state", "status": "running"}\n\n')
        elif len(asked_after) == 2:
            route.abort()
        else:
            route.continue_()

    sign_up(page, address, "breaks@example.com")
    page.route("**/events", break_once)
    page.get_by_label("Prompt").fill("A lake")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("10 credits", timeout=60_000)
    assert asked_after == [None, "1", "1"]


def test_text_comes_as_it_is_written_and_says_what_is_wrong(page: Page, address: str) -> None:
    sign_up(page, address, "writes@example.com")
    page.get_by_role("link", name="Text to text").click()
    page.get_by_label("Prompt").fill("What is 12 * (3 + 4.5)?")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#outputs pre")).to_contain_text("90", timeout=30_000)
    page.get_by_label("Prompt").fill("x" * 20_001)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("20000 characters")
    expect(page.locator("#curl")).to_contain_text("/api/ai/text2text")


def test_the_tour_on_the_home_page_works_as_it_is_copied(page: Page, address: str, tmp_path: Path) -> None:
    Image.new("RGB", (320, 240), "orange").save(tmp_path / "photo.jpg")
    page.goto(f"{address}/")
    register, imagine, events, extract, credits = page.locator(".tour code[id]").all_text_contents()
    script = "\n".join(
        [
            "set -euo pipefail",
            register,
            f"IMAGINED=$({imagine})",
            """ID=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["id"])' "$IMAGINED")""",
            events.replace("<id>", "$ID"),
            extract,
            "echo",
            credits,
        ]
    )
    found = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stderr
    assert "data: [DONE]" in found.stdout
    assert "320" in found.stdout
    balance = json.loads(found.stdout.splitlines()[-1])["balance"]
    assert balance == str(WELCOME - 2 * IMAGE_PRICE - FILE_PRICE)


def test_signing_out_closes_the_open_playground(page: Page, address: str) -> None:
    sign_up(page, address, "leaves@example.com")
    page.get_by_label("Prompt").fill("A tree")
    other = page.context.new_page()
    other.goto(f"{address}/keys")
    other.get_by_role("button", name="Menu", exact=True).click()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("link", name="Sign in").first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#problem")).to_contain_text(re.compile("signed out|opened too long ago"))
