"""What the contract's tests share: a service, and a marketplace that calls it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from marketplace.models import Service
from tests.contracts.matching import TIMESTAMP, UUID
from tests.factories import services
from tests.fakes.asgi import Client, Reply

MUSIC = {"method": "music_gen", "payload": {"prompt": "calm piano", "duration": 1}}
CHAT = {"method": "chat", "payload": {"message": "What is 2 + 3?"}}
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marketplace:
    """Somebody who calls services for a user: headers in order unless a test says otherwise; None leaves one out."""

    client: Client
    token: str = services.TOKEN
    user_id: str = "user-1"
    role: str = "user"
    folder: str = ""

    def as_user(self, user_id: str, role: str = "user") -> "Marketplace":
        """Return the same for another user."""
        return replace(self, user_id=user_id, role=role)

    def headers(self, **changed: str | None) -> dict[str, str]:
        """Return the headers of a call; ``changed`` are named with underscores."""
        usual = {
            "x-marketplace-token": self.token, "x-user-id": self.user_id, "x-user-role": self.role,
            "x-request-id": f"request-{next(_numbers)}",
        }  # fmt: skip
        given = usual | {name.replace("_", "-"): value for name, value in changed.items()}
        return {name: value for name, value in given.items() if value is not None}

    def post(self, name: str, body: object = None, *, headers: Mapping[str, str] | None = None, **how: Any) -> Reply:
        """POST to ``/call``, ``/result`` or ``/stats``."""
        return self.client.post(f"{self.folder}/{name}", body, headers=self.headers() if headers is None else headers, **how)

    def call(self, body: object = MUSIC, **changed: str | None) -> Reply:
        """Call."""
        return self.post("call", body, headers=self.headers(**changed))

    def call_task(self, body: object = MUSIC) -> str:
        """Call, and return the task's id."""
        reply = self.call(body)
        assert (reply.status, reply.json["errorCode"]["reason"]) == (200, "pending"), reply
        return str(reply.json["response"]["taskId"])

    def result(self, task_id: str) -> Any:
        """Return the body of ``/result``."""
        reply = self.post("result", {"taskId": task_id}, headers=self.headers(x_request_id=None))
        assert reply.status == 200, reply
        return reply.json


@pytest.fixture
def service(live_database: None) -> Service:
    """AudioCraft, the default service."""
    return services.make_service()


@pytest.fixture
def shop(api: Client, service: Service) -> Marketplace:
    """The marketplace, calling for ``user-1``."""
    return Marketplace(client=api)


def envelope(status: str, reason: object, *, request_id: object = "", task_id: object = "", extra_type: str = "others") -> dict[str, Any]:
    """Return the reply of M-2.3."""
    return {
        "requestId": request_id, "traceId": UUID, "apiVersion": "1.0.1", "service": "AudioCraft", "datetime": TIMESTAMP,
        "isResponseImmediate": False, "extraType": extra_type, "response": {"taskId": task_id},
        "errorCode": {"status": status, "reason": reason},
    }  # fmt: skip
