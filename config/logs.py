"""Structured logs: one JSON object a line (coloured text under DEBUG), with request and task ids, no personal data.

Personal data hides in what others log: an address in Django's lines, the values in a database's complaint, a task's
arguments in Celery's. So of an exception the type and the place are logged, and its text only where it cannot tell of
people; of a foreign line about a request what happened, not where. Under DEBUG nothing is left out.
"""

import logging
import logging.config
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog
from celery import current_task
from django.http import HttpRequest
from django.utils.log import CallbackFilter
from gunicorn.glogging import Logger
from structlog.typing import EventDict, ExcInfo, WrappedLogger

from config.metrics.counters import observe_error

BASE_DIR = Path(__file__).resolve().parent.parent

#: Exceptions (by class name, of whichever library) whose text tells of servers, not of people.
TELLS_OF_SERVERS = frozenset({"OperationalError", "InterfaceError", "ConnectionError", "ImproperlyConfigured"})

#: Beginnings of gunicorn's lines that go on with an address or a request.
GUNICORN_QUOTES = ("Invalid request", "Error handling request")


def add_task_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the running Celery task's id and name to a log event, if there is one."""
    if current_task and current_task.request.id:
        event.setdefault("task_id", current_task.request.id)
        event.setdefault("task", current_task.name)
    return event


def count_errors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Count lines that somebody should look at."""
    if event["level"] in ("error", "critical"):
        observe_error(event["level"])
    return event


def tell_of_no_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Cut the address, the headers and the arguments out of lines of Django, Celery and gunicorn."""
    arguments = event.pop("positional_args", ())
    record = event.get("_record")
    if record is None:
        return event
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        # "Forbidden (Origin checking failed - https://… does not match …): /path", or the text of an exception.
        event["event"] = str(arguments[0]).partition(" - ")[0] if arguments else record.name.rpartition(".")[2]
        event["status"] = record.status_code
        event["route"] = request.resolver_match.route if request.resolver_match else "(unknown)"
    elif record.name == "celery.app.trace" and isinstance(arguments, Mapping):
        event["event"] = f"task {arguments['description']}"
    elif record.name == "gunicorn.error":
        quote = next((quote for quote in GUNICORN_QUOTES if event["event"].startswith(quote)), None)
        event["event"] = quote or event["event"]
    return event


def describe_exception(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """Return an exception and those that led to it, the last one first, without what they may quote.

    Each is {"type", "frames": ["file:line function", …]}, with "text", "sqlstate" and "constraint" where known.
    """
    return [_description(error) for error in _chain(exc_info[1])]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _description(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    description: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    if kind.__name__ in TELLS_OF_SERVERS:
        description["text"] = str(error).strip()
    elif isinstance(error, OSError) and error.strerror:
        description["text"] = error.strerror
    diagnostics = getattr(error, "diag", None)  # psycopg2's: which constraint, without the values
    if diagnostics is not None and diagnostics.sqlstate:
        description |= {"sqlstate": diagnostics.sqlstate, "constraint": diagnostics.constraint_name}
    description["frames"] = [
        f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return description


def _short(file: str) -> str:
    """Return a source file's name from the package or the project on."""
    return file.rpartition("site-packages/")[2].removeprefix(f"{BASE_DIR}/")


def configure(options: dict[str, Any]) -> None:
    """Set up logging for Django, Celery and our own modules. `options`: {"level": str, "pretty": bool}."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        add_task_id,
        count_errors,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor
    if options["pretty"]:
        shared.append(structlog.processors.format_exc_info)
        foreign = shared
        renderer = structlog.dev.ConsoleRenderer()
    else:
        shared.append(structlog.processors.ExceptionRenderer(describe_exception))
        foreign = [*shared, tell_of_no_request]
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": foreign,
                    "pass_foreign_args": not options["pretty"],
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                }
            },
            "filters": {
                # The status of every request stands in its own line; these tell why one failed.
                "exceptions": {"()": CallbackFilter, "callback": lambda record: bool(record.exc_info)}
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": options["level"]},
            "loggers": {
                # Django's own handlers would print everything twice.
                "django": {"handlers": [], "level": "INFO", "propagate": True},
                "django.request": {"filters": ["exceptions"]},
                "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
                "celery.app.trace": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "kombu": {"level": "ERROR"},
            },
        }
    )
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class GunicornLogger(Logger):
    """gunicorn's own lines in the same form; its main process never loads Django, so logging is set up here too."""

    def setup(self, cfg: Any) -> None:
        """Take the level from the command line, the form from `configure`."""
        super().setup(cfg)
        configure({"level": "INFO", "pretty": False})
        self.error_log.handlers.clear()
        self.error_log.propagate = True
