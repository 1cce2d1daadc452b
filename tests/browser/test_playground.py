"""A person in a real browser, on a real server: signs up, has pictures drawn, sees what they cost, has one read, cancels a task."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
WELCOME, IMAGE_PRICE = 500, 10
FILE_PRICE = 6
"""A file counts as 5,000 characters, and what is read from a plain picture begins the sixth thousand."""
PASSWORD = "a long pass phrase"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the whole product answers: web, worker and scheduler on a fresh folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("data")
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "BROKER_URL", "REDIS_URL", "PUBLIC_URL"}
    }
    environment |= {"DEMO": "1", "DATA_DIR": str(folder), "WELCOME_CREDITS": str(WELCOME)}
    log = (folder / "serve.log").open("wb")
    server = subprocess.Popen([sys.executable, ROOT / "manage.py", "serve", "--port", str(port)], env=environment, stdout=log, stderr=log)
    try:
        wait_for_answer(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def wait_for_answer(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended at its start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


def sign_up(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/")
    page.get_by_role("link", name="Sign up and try it").click()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Example")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#balance")).to_have_text(str(WELCOME))
    expect(page.get_by_role("navigation", name="Features").get_by_role("link")).to_have_count(5)


def record_progress(page: Page) -> None:
    """Keep every value that the progress bar shows, however briefly."""
    page.evaluate(
        """() => {
            window.shown = [];
            const bar = document.getElementById("progress");
            new MutationObserver(() => window.shown.push(bar.value)).observe(bar, { attributes: true, attributeFilter: ["value"] });
        }"""
    )


@pytest.mark.clause("P-2.4", "P-2.5", "P-2.9")
def test_a_person_draws_pictures_and_pays_for_them(page: Page, address: str) -> None:
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
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("link", name="Sign in").first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#problem")).to_contain_text(re.compile("signed out|opened too long ago"))
