"""The simulation of Stripe in demo mode: one for a data folder, at the same address after a restart, and nowhere else."""

import threading
from pathlib import Path
from typing import Any

import pytest

from billing.models import Offer
from billing.services import catalogue
from billing.stripe import client
from config import simulation


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """A data folder of its own."""
    settings.DATA_DIR, settings.STRIPE_IS_SIMULATED, settings.STRIPE_API_BASE = tmp_path, True, ""
    return tmp_path


def test_it_is_found_and_keeps_its_address_and_what_it_knows(live_database: None) -> None:
    assert not simulation.is_answering()
    running = simulation.start()
    assert simulation.is_answering()
    assert client.find_address() == running.base_url
    catalogue.sync()
    prices = set(Offer.objects.values_list("price_id", flat=True))
    running.stop()
    assert not simulation.is_answering()
    again = simulation.start()
    assert again.base_url == running.base_url
    assert catalogue.sync() == []
    assert set(Offer.objects.values_list("price_id", flat=True)) == prices
    again.stop()


@pytest.mark.parametrize(("is_simulated", "base"), [(False, ""), (True, "http://127.0.0.1:9")])
def test_it_stays_out_of_the_way_of_the_real_one(settings: Any, folder: Path, is_simulated: bool, base: str) -> None:
    settings.STRIPE_IS_SIMULATED, settings.STRIPE_API_BASE = is_simulated, base
    assert simulation.run_beside(threading.Event()) is None
    assert list(folder.iterdir()) == []


def test_what_goes_wrong_does_not_end_it(live_database: None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "LOOK_SECONDS", 0.01)
    failed, stopping = threading.Event(), threading.Event()
    monkeypatch.setattr(simulation.log, "exception", lambda *_, **__: failed.set())
    known = folder / "stripe-simulation.json"
    known.write_text("rubbish")
    thread = simulation.run_beside(stopping)
    assert thread is not None
    assert failed.wait(10)
    known.unlink()
    while not simulation.is_answering():
        stopping.wait(0.01)
    stopping.set()
    thread.join()
    assert not simulation.is_answering()
