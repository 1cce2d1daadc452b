"""The channel ``webhook`` (P-2.7): how a task's news look on the wire, by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com).

It stands here because a webhook shows the task as ``GET`` does. The body is made anew for each attempt: the task as it is then, with links
that work from then on; the id and the time of the news stay the same. It stays below :data:`BODY_BYTES_MAX`, whatever the task holds.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from standardwebhooks import Webhook

from aitasks.api.rendering import render_task
from common import clock
from common.contracts.wire import timestamp
from tasks import selectors
from tasks.channels import WEBHOOK, Outgoing, Verdict
from tasks.errors import UnknownTask
from tasks.models import Delivery
from tasks.services import webhook_secrets

BODY_BYTES_MAX = 20_000
"""What Standard Webhooks advise at most."""
TEXT_CHARACTERS = (16_000, 4_000, 1_000, 200, 0)
"""Texts are cut to these lengths, one after the other, until the body is small enough."""
SUCCESS = range(200, 300)
GONE = 410


class WebhookChannel:
    """Signed pushes to the owner's server."""

    name = WEBHOOK
    retry_seconds: Sequence[float] | None = None

    def compose(self, delivery: Delivery) -> Outgoing:
        """Return the signed news, with a signature for each secret that is good now (4 queries)."""
        content = fit(
            {"type": delivery.event, "timestamp": timestamp(delivery.created_at), **facts_of(delivery), "data": data_of(delivery)}
        )
        now, text = clock.now(), content.decode()
        signers = webhook_secrets.list_signing_secrets(account_id=delivery.account_id)
        signatures = [Webhook(secret).sign(msg_id=str(delivery.pk), timestamp=now, data=text) for secret in signers]
        headers = {
            "Content-Type": "application/json",
            "webhook-id": str(delivery.pk),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        return Outgoing(headers=headers, content=content)

    def judge(self, status: int) -> Verdict:
        """Return what the status means: any 2xx arrived, 410 wants nothing more, a redirect is a failure like all others."""
        if status in SUCCESS:
            return Verdict.DELIVERED
        return Verdict.GONE if status == GONE else Verdict.RETRY


def facts_of(delivery: Delivery) -> dict[str, Any]:
    """Return what the news say besides the task: which result has just come."""
    return {"index": delivery.payload["index"]} if "index" in delivery.payload else {}


def data_of(delivery: Delivery) -> dict[str, Any]:
    """Return the task as ``GET`` shows it now; of a task that its owner has removed only what it was."""
    if delivery.task_id is not None:
        try:
            return render_task(selectors.get_task(account_id=delivery.account_id, task_id=delivery.task_id))
        except UnknownTask:
            pass
    return {"id": delivery.payload["task"], "feature": delivery.payload["feature"], "removed": True}


def fit(body: dict[str, Any]) -> bytes:
    """Return the body as JSON of at most :data:`BODY_BYTES_MAX`: long texts are cut, then late results left out, and ``data`` says so.

    A task that was cut has ``truncated`` and ``url``, where the whole of it is.
    """
    content = encode(body)
    if len(content) <= BODY_BYTES_MAX:
        return content
    task = body["data"]
    where = {"truncated": True, "url": f"{settings.PUBLIC_URL}/api/ai/{task['feature']}/{task['id']}"}
    for targets in shorter(task["targets"]):
        content = encode(body | {"data": with_targets(task, targets) | where})
        if len(content) <= BODY_BYTES_MAX:
            break
    return content


def shorter(targets: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the results with ever shorter texts, then ever fewer of them."""
    for characters in TEXT_CHARACTERS:
        yield [cut(target, characters) for target in targets]
    count = len(targets)
    while count:
        count //= 2
        yield [cut(target, 0) for target in targets[:count]]


def with_targets(task: dict[str, Any], targets: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the task with other results."""
    first = {name: value for name, value in targets[0].items() if name != "index"} if targets else None
    return task | {"target": first, "targets": targets}


def cut(target: dict[str, Any], characters: int) -> dict[str, Any]:
    """Return a result whose text has at most so many characters."""
    text = target["data"].get("text", "")
    return target if len(text) <= characters else target | {"data": target["data"] | {"text": text[:characters]}}


def encode(body: dict[str, Any]) -> bytes:
    """Return JSON as small as it gets; the very bytes that are signed."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
