"""The product's ASGI entry behind its own web server on loopback, in this process: for clients that want a socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def listening(application: Any) -> Iterator[str]:
    """Serve ``application`` as long as the block lasts, and give its base address."""
    listener = uvicorn.Server(uvicorn.Config(application, port=0, lifespan="off", log_config=None))
    thread = threading.Thread(target=listener.run, name="uvicorn")
    thread.start()
    while not listener.started:
        thread.join(0.05)
        assert thread.is_alive()
    yield f"http://127.0.0.1:{listener.servers[0].sockets[0].getsockname()[1]}"
    listener.should_exit = True
    thread.join()
