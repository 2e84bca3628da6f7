"""Structured logs: one JSON object a line (coloured text under DEBUG), with request and task ids, no personal data."""

import logging
import logging.config
from typing import Any

import structlog
from celery import current_task
from structlog.typing import EventDict, WrappedLogger


def add_task_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the running Celery task's id and name to a log event, if there is one."""
    if current_task and current_task.request.id:
        event.setdefault("task_id", current_task.request.id)
        event.setdefault("task", current_task.name)
    return event


def configure(options: dict[str, Any]) -> None:
    """Set up logging for Django, Celery and our own modules. `options`: {"level": str, "pretty": bool}."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        add_task_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if options["pretty"] else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                # Django's own handlers would print everything twice.
                "django": {"handlers": [], "level": "INFO", "propagate": True},
                "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
                "celery.app.trace": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "kombu": {"level": "ERROR"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
