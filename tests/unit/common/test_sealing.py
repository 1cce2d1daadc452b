"""Sealing: what is kept for others is opened by this installation alone, and for its own purpose."""

import pytest
from pytest_django import Settings

from common import sealing


def test_what_is_sealed_is_opened_again_and_never_stands_in_the_sealed_text() -> None:
    sealed = sealing.seal("sk-secret-ünïcode", purpose="a")

    assert sealing.unseal(sealed, purpose="a") == "sk-secret-ünïcode"
    assert "secret" not in sealed
    assert sealed.isascii()
    assert sealing.seal("sk-secret-ünïcode", purpose="a") != sealed


@pytest.mark.parametrize("wrong", ["", "x", "gAAAAA", "é"])
def test_what_was_never_sealed_is_refused(wrong: str) -> None:
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(wrong, purpose="a")


def test_a_changed_text_and_another_purpose_are_refused() -> None:
    sealed = sealing.seal("text", purpose="a")

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:], purpose="a")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, purpose="b")


def test_a_key_that_was_replaced_still_opens_what_it_sealed_and_a_forgotten_one_does_not(settings: Settings) -> None:
    sealed = sealing.seal("text", purpose="a")
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another secret key of thirty-two characters"

    with pytest.raises(sealing.SealBroken):
        sealing.unseal(sealed, purpose="a")
    settings.SECRET_KEY_FALLBACKS = [former]
    assert sealing.unseal(sealed, purpose="a") == "text"
