"""The simulation of Stripe in demo mode: started beside the scheduler, found by its address in a file of the data folder.

It keeps what it knows in that folder too, and its port where it can, so a restart changes nothing. Of two schedulers on one folder one
runs it, and the other takes over when it is gone.
"""

import threading
import urllib.request
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import close_old_connections

from billing.services import catalogue
from billing.simulator import server
from billing.simulator.server import Simulator
from billing.stripe.client import simulation_file
from common.errors import TollgateError

log = structlog.get_logger(__name__)
LOOK_SECONDS = 2.0
ANSWER_SECONDS = 2.0


def run_beside(stopping: threading.Event) -> threading.Thread | None:
    """Keep the simulation running in a thread until told to stop, where payments are simulated; returns the thread."""
    if not settings.STRIPE_IS_SIMULATED or settings.STRIPE_API_BASE:
        return None
    thread = threading.Thread(target=_keep_running, args=(stopping,), name="stripe-simulation")
    thread.start()
    return thread


def _keep_running(stopping: threading.Event) -> None:
    running: Simulator | None = None
    is_synced = False
    while not stopping.is_set():
        try:
            running = running or _take_over()
            is_synced = is_synced or (running is not None and _sync())
        except Exception as error:
            # Whatever it is, the scheduler goes on, and this is tried again.
            log.exception("simulation.failed", problem=type(error).__name__)
            close_old_connections()
        stopping.wait(LOOK_SECONDS)
    if running is not None:
        running.stop()


def _take_over() -> Simulator | None:
    return None if is_answering() else start()


def start() -> Simulator:
    """Start the simulation, at the address that it had before if that is free, and write down where it is."""
    try:
        running = _start(port=_last_port())
    except OSError:
        running = _start(port=0)
    fresh = simulation_file().with_suffix(".new")
    fresh.write_text(running.base_url)
    fresh.replace(simulation_file())
    return running


def is_answering() -> bool:
    """Return whether a simulation runs for this data folder."""
    try:
        url = f"{simulation_file().read_text()}/simulator/events"
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as reply:  # noqa: S310 - an address that we wrote ourselves
            return bool(reply.status == 200)  # noqa: PLR2004 - HTTP's own number
    except (OSError, URLError, ValueError):
        return False


def _start(*, port: int) -> Simulator:
    host = "127.0.0.1" if settings.HOST in {"0.0.0.0", "::"} else settings.HOST  # noqa: S104 - compared with, not bound to
    return server.start(
        mode="demo",
        port=port,
        webhook_url=f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}/api/v1/subscriptions/webhook",
        webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
        state_file=Path(settings.DATA_DIR) / "stripe-simulation.json",
        api_key=settings.STRIPE_API_KEY,
    )


def _last_port() -> int:
    try:
        return urlsplit(simulation_file().read_text()).port or 0
    except (OSError, ValueError):
        return 0


def _sync() -> bool:
    try:
        catalogue.sync()
    except TollgateError as error:
        log.warning("simulation.not_synced", problem=error.message)
        return False
    finally:
        close_old_connections()
    return True
