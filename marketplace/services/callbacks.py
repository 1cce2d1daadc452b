"""Callbacks (M-3): what is pushed to a service's marketplace when a task ends, by the engine that delivers all news of the product.

Stands by itself because the engine knows nothing of this contract, and the contract nothing of retrying. The delivery is made in the
transaction that ends the task; everything in it is composed at each attempt, so that links are fresh.
"""

from collections.abc import Sequence
from typing import Any

import structlog

from common.contracts.rendering import to_json
from common.fetch import allow_networks
from marketplace.models import Call
from marketplace.services import answers, hosting
from marketplace.states import CONTRACT
from tasks.channels import Outgoing, Verdict
from tasks.models import Delivery
from tasks.services import delivering

log = structlog.get_logger(__name__)
EVENT = "task.ended"
RETRY_SECONDS = (1, 2, 4, 8, 15, 30, 60, 120, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 64_800, 86_400, 100_800)
"""From the first attempt on: soon at first, and for more than the 24 hours of M-3.4."""
OPERATORS_NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
"""What a callback may reach besides public addresses, by plain http too: staff write its address, and a marketplace may be a neighbour.

Link-local addresses, where clouds keep their credentials, are not among them.
"""
CREATED = 201


class MarketplaceChannel:
    """The way out of this contract; see ``tasks.channels``."""

    name = CONTRACT
    retry_seconds: Sequence[float] | None = RETRY_SECONDS

    def compose(self, delivery: Delivery) -> Outgoing:
        """Return the callback as it is now: the call's own headers, the answer with links made at this moment (M-3.1)."""
        call = Call.objects.select_related("task", "method", "account", "service", "token").get(task=delivery.task)
        headers = {
            "Content-Type": "application/json",
            "x-marketplace-token": hosting.open_token(call.token),
            "x-request-id": call.request_id,
            "x-user-id": call.account.outside_id,
            "x-user-role": call.role,
        }
        return Outgoing(headers=headers, content=to_json(build_body(call)), allow=allow_networks(OPERATORS_NETWORKS))

    def judge(self, status: int) -> Verdict:
        """Return what a status means: 201 is success, another 2xx counts and is logged, anything else is tried again (M-3.4)."""
        if status != CREATED and 200 <= status < 300:  # noqa: PLR2004 - the 2xx statuses of HTTP
            log.warning("callback.answered_otherwise", status=status, reason="201 was expected")
            return Verdict.DELIVERED
        return Verdict.DELIVERED if status == CREATED else Verdict.RETRY


def build_body(call: Call) -> dict[str, Any]:
    """Return the callback's body: the answer of ``/result``, with the task's id in its place."""
    found = answers.build_answer(call=call, service=call.service)
    names = "apiVersion service datetime processDuration taskId isResponseImmediate extraType response errorCode".split()
    return {name: (found | {"taskId": str(call.task_id)})[name] for name in names}


def order_callback(*, call: Call) -> None:
    """Have the end of a call's task told to the service's marketplace, if it has an address for it; in the transaction that ends it."""
    url = call.service.callback_url
    if url:
        delivering.create_delivery(account_id=call.account_id, task=call.task, channel=CONTRACT, event=EVENT, url=url, payload={})
