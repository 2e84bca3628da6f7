"""/metrics: where Prometheus reads, on the site's own port or on a worker's."""

import socketserver
import threading
from collections.abc import Callable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from config.metrics.counters import ProcessesCollector
from config.metrics.database import DatabaseCollector

log = structlog.get_logger(__name__)

SERVE_TIMEOUT = 5  # seconds a scraper may keep the worker's listener waiting


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(ProcessesCollector())
    registry.register(DatabaseCollector())
    return generate_latest(registry)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer who shows METRICS_TOKEN as bearer; 401 to others, and 404 where no token is configured."""
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound()
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = SERVE_TIMEOUT

    def log_message(self, *_args: Any) -> None:
        """Log no scrapes."""


def _application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    response = metrics(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def serve(host: str, port: int) -> None:
    """Answer /metrics on a port of its own from a thread: for a machine with workers and without a web process.

    Where the port is taken, another worker of the machine answers for all of them already.
    """
    try:
        server = make_server(host, port, _application, _Server, _Handler)
    except OSError as error:
        log.warning("metrics are not served by this worker", port=port, reason=error.strerror)
        return
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
