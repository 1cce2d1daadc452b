"""Every operation of ``/api/v1``, called with whatever its own description allows and forbids, over a socket, by somebody who is signed in.

Schemathesis makes the calls from the OpenAPI document: whatever comes back is in the document, and never a server error (G-6.1).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any

import pytest
import schemathesis
import uvicorn
from django.conf import settings as product
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from common.contracts.views import documented_path
from tests.conftest import make_actor
from tests.contracts.doors import all_doors
from tests.factories import people
from tests.fakes.asgi import Client
from tests.fakes.asgi import Server as Application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    (documented_path(door.route[1:]), method)
    for door in all_doors()
    if door.route.startswith("/api/v1/")
    for method in sorted(door.methods)
]
CALLS = 40
"""For each operation, with what it allows and again with what it forbids."""
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("shop")]


@pytest.fixture(scope="module")
def base_url(server: Application) -> Iterator[str]:
    """The address of the product behind its web server."""
    from config.asgi import application  # noqa: PLC0415 - it builds the whole URL map, which those who skip this do not need

    listener = uvicorn.Server(uvicorn.Config(application, port=0, lifespan="off", log_config=None))
    thread = threading.Thread(target=listener.run, name="uvicorn")
    thread.start()
    while not listener.started:
        thread.join(0.05)
        assert thread.is_alive()
    yield f"http://127.0.0.1:{listener.servers[0].sockets[0].getsockname()[1]}"
    listener.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def schema() -> Any:
    """The OpenAPI document, as schemathesis reads it."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # spectacular ships few types
    return schemathesis.openapi.from_dict(document)


@pytest.fixture(autouse=True)
def no_limits(settings: Settings) -> None:
    """Nobody calls so often; the limits have their own tests."""
    for name in (name for name in dir(product) if name.endswith("_RATE")):
        setattr(settings, name, "100000/s")


@pytest.fixture(autouse=True)
def working(worker: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """A worker, for calls that wait for their work."""
    with worker():
        yield


@pytest.mark.clause("G-6.1", "G-5.1", "G-5.5")
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_whatever_is_sent_the_reply_is_documented(
    schema: Any, base_url: str, api: Client, operation: tuple[str, str], mode: GenerationMode
) -> None:
    person = make_actor(api).user
    path, method = operation
    strategy = schema[path][method].as_strategy(generation_mode=mode)

    @seed(20261120)
    @settings(max_examples=CALLS, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=strategy)
    def call(case: schemathesis.Case[Any]) -> None:
        # A session for each call, because some calls end theirs.
        caller = api.with_token(people.open_session(person).access)
        if mode is GenerationMode.POSITIVE and "thread_id" in case.path_parameters:
            case.path_parameters["thread_id"] = caller.post("/api/v1/chat/init").json["threadId"]
        reply = case.call(base_url=base_url, headers={"Authorization": f"Bearer {caller.token}"})
        case.validate_response(reply, checks=CHECKS)

    # Where an operation takes nothing, there is nothing that it forbids.
    with suppress(*[Unsatisfiable] if mode is GenerationMode.NEGATIVE else []):
        call()
