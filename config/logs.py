"""Logging: one line an event, with an allow-list of fields.

A field that is not on the list is dropped, so that a prompt, a body or a credential cannot slip into a log by way of a new keyword.
"""

import logging.config
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED_FIELDS = frozenset(
    "event level timestamp logger exception request_id method path status contract duration_ms kind reason task_id account_id user_id "
    "attempt feature provider step state job key_id queue count role pid exit_code sweep problem address port seconds "
    "event_id event_type customer_id".split()
)


def drop_unlisted(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the event without the fields that the allow-list does not name."""
    return {name: value for name, value in event.items() if name in ALLOWED_FIELDS}


def logging_config(*, form: str) -> dict[str, Any]:
    """Return the logging configuration and set structlog up to go through it; ``form`` is ``json`` or ``console``."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = structlog.dev.ConsoleRenderer(colors=False) if form == "console" else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, drop_unlisted, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(allow=ALLOWED_FIELDS), structlog.processors.format_exc_info],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, drop_unlisted, last],
    }
    quiet = {
        name: {"level": "WARNING"}
        for name in (
            "httpx",
            "httpcore",
            "httpx2",
            "httpcore2",
            "urllib3",
            "botocore",
            "celery.redirected",
            "uvicorn.access",
            "PIL",
            "asyncio",
            "stripe",
            "anthropic",
            "openai",
        )
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        # Django's own lines carry whole requests; ours say what is needed.
        "loggers": quiet | {"django.request": {"level": "CRITICAL"}, "django.security": {"level": "ERROR"}},
    }


def configure(config: dict[str, Any]) -> None:
    """Apply ``config`` to the standard library's logging."""
    logging.config.dictConfig(config)
