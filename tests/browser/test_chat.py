"""A person chats in a real browser, on a real server: sees a reply being written, stops one, reloads in one's middle, deletes a chat."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import serving

LONG = "upper case: " + " ".join(f"word{number}" for number in range(500))
"""Its reply takes several seconds: a few words are sent at a time."""

pytestmark = pytest.mark.browser


def sign_up(page: Page, address: str, email: str) -> None:
    serving.sign_up(page, address, email, after="/chat")
    expect(page.get_by_role("heading", name="Chat", exact=True)).to_be_visible()
    expect(page.locator("#price")).to_contain_text("1 credit for every 1,000 characters")


def write(page: Page, words: str) -> None:
    page.get_by_label("Message").fill(words)
    page.get_by_label("Message").press("Enter")


@pytest.mark.clause("G-4.1", "G-4.2", "G-4.3", "G-4.5")
def test_a_person_chats_and_deletes_the_chat(page: Page, address: str) -> None:
    sign_up(page, address, "chats@example.com")
    write(page, "The tram runs every ten minutes. <b>Dogs</b> ride free.")
    replies = page.locator(".message.assistant")
    expect(replies.last.locator(".cost")).to_have_text("1 credit")
    expect(page.locator(".message.user p")).to_have_text("The tram runs every ten minutes. <b>Dogs</b> ride free.")
    write(page, "How often does the tram run?")
    expect(replies).to_have_count(2)
    expect(replies.last.locator("p")).to_have_text('You wrote: "The tram runs every ten minutes."')
    expect(page.locator("#announcement")).to_contain_text("every ten minutes")
    expect(page.locator("#balance")).to_have_text("498")
    expect(page.locator("#chats li")).to_have_count(1)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#talk-title")).to_have_text("New chat")
    write(page, "1 + 1")
    expect(replies.last.locator("p")).to_have_text("1+1 = 2")
    expect(page.locator("#chats li")).to_have_count(2)
    page.get_by_role("link", name=re.compile("The tram runs")).click()
    expect(page.locator(".message")).to_have_count(4)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator("#chats li")).to_have_count(1)
    expect(page.locator("#chats")).not_to_contain_text("tram")


@pytest.mark.clause("G-4.5")
def test_a_reply_is_stopped(page: Page, address: str) -> None:
    sign_up(page, address, "stops@example.com")
    write(page, LONG)
    reply = page.locator(".message.assistant")
    expect(reply.locator("p")).to_contain_text("WORD9 ")
    page.get_by_role("button", name="Stop").click()
    expect(reply.locator(".cost")).to_contain_text("Stopped")
    expect(reply.locator("p")).not_to_contain_text("WORD499")
    expect(page.get_by_role("button", name="Send")).to_be_visible()


@pytest.mark.clause("G-4.5")
def test_a_reload_finds_the_reply_again(page: Page, address: str) -> None:
    sign_up(page, address, "reloads@example.com")
    write(page, LONG)
    expect(page.locator(".message.assistant p")).to_contain_text("WORD9 ")
    page.reload()
    expect(page.locator(".message.assistant p")).to_contain_text("WORD499", timeout=20_000)
    expect(page.locator(".message.assistant .cost")).to_contain_text("credits")
    words = page.locator(".message.assistant p").text_content()
    assert words == " ".join(f"WORD{number}" for number in range(500))


@pytest.mark.clause("G-4.5", "G-5.1")
def test_what_is_wrong_is_said(page: Page, address: str) -> None:
    sign_up(page, address, "wrong@example.com")
    page.goto(f"{address}/chat#thread_unknown")
    expect(page.locator("#problem")).to_have_text("Chat session not found.")
