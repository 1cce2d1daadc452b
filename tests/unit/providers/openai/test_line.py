"""The connection of one request, when its reader goes before there is one."""

import gc
import socket
import threading

import httpx2
import pytest

from aitasks.providers.line import Left, Line, open_http
from aitasks.providers.port import Access


def test_leaving_before_the_connection_leaves_nothing_open() -> None:
    """The socket that comes too late is closed at once; one that is forgotten would be a warning, which fails a test."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        line = Line()
        line.hang_up()
        with pytest.raises(Left), open_http(Access(name="fake", base_url=address, credential=""), line=line) as http:
            http.get(address)
        gc.collect()
        server.settimeout(5)
        connection, _ = server.accept()
        connection.settimeout(5)
        with connection:
            assert connection.recv(1) == b""


def test_leaving_ends_what_waits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        line = Line()
        timer = threading.Timer(0.2, line.hang_up)
        timer.start()
        with open_http(Access(name="fake", base_url=address, credential=""), line=line) as http, pytest.raises(httpx2.HTTPError):
            http.get(address)
        timer.join()
        assert line.is_left is True
