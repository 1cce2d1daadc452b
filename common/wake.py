"""Waking readers of events sooner: a hint through Redis where there is one. Nothing depends on a hint arriving.

The rows are the truth; a reader that hears nothing looks again by itself. Hints are sent after the transaction has committed, from the
thread that made the change, and a Redis that is down is left alone for a while.
"""

import asyncio
import time
from functools import cache
from typing import Self
from uuid import UUID

import redis
import redis.asyncio
import structlog
from django.conf import settings
from django.db import transaction

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.1
POLL_WITH_HINTS_SECONDS = 0.4
REST_SECONDS = 5.0
_rest_until = 0.0


def notify(task_id: UUID) -> None:
    """Tell readers of a task that something happened, once the surrounding transaction commits."""
    if settings.REDIS_URL:
        transaction.on_commit(lambda: _publish(task_id), robust=True)


class Listener:
    """Waits for hints about one task; use as an async context manager around a read loop."""

    def __init__(self, task_id: UUID) -> None:
        self._channel = channel(task_id)
        self._pubsub: redis.asyncio.client.PubSub | None = None

    async def __aenter__(self) -> Self:
        """Subscribe, if there is a Redis to subscribe at."""
        if settings.REDIS_URL:
            self._pubsub = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1).pubsub()
            try:
                await self._pubsub.subscribe(self._channel)
            except redis.RedisError:
                await self._drop()
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Unsubscribe."""
        await self._drop()

    async def wait(self) -> None:
        """Return when a hint came, or after a short while in any case."""
        if self._pubsub is None:
            await asyncio.sleep(POLL_SECONDS)
            return
        try:
            await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=POLL_WITH_HINTS_SECONDS)
        except redis.RedisError:
            await self._drop()

    async def _drop(self) -> None:
        pubsub, self._pubsub = self._pubsub, None
        if pubsub is not None:
            try:
                await pubsub.connection_pool.disconnect()
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py's stubs leave it out
            except redis.RedisError as error:
                log.warning("wake.close_failed", problem=type(error).__name__)


def channel(task_id: UUID) -> str:
    """Return the name of the channel on which a task's hints go out."""
    return f"tollgate:task:{task_id}"


def _publish(task_id: UUID) -> None:
    global _rest_until  # noqa: PLW0603 - one memory of a broken Redis a process
    if time.monotonic() < _rest_until:
        return
    try:
        _client(settings.REDIS_URL).publish(channel(task_id), "1")
    except redis.RedisError as error:
        _rest_until = time.monotonic() + REST_SECONDS
        log.warning("wake.redis_unavailable", problem=type(error).__name__)


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=0.5)
