"""Middleware: request size, the store's time zone, and one log line a request."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from whitenoise.middleware import WhiteNoiseFileResponse

from config.metrics.counters import observe_request

log = structlog.get_logger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestSizeMiddleware:
    """Answer 413 to a request larger than REQUEST_MAX_SIZE before any of it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or refuse it for its size."""
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
        if size > settings.REQUEST_MAX_SIZE:
            return render(request, "413.html", {"limit_mb": settings.REQUEST_MAX_SIZE // 1_000_000}, status=413)
        return self.get_response(request)


class StoreTimeZoneMiddleware:
    """Show every time in the zone of the signed-in person's store."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the store's zone."""
        dealership = getattr(request.user, "dealership", None)
        if dealership is None:
            return self.get_response(request)
        with timezone.override(dealership.zone):
            return self.get_response(request)


class RequestLogMiddleware:
    """Give each request an id, bind it to every log line, and log and count method, route, status and time.

    Comes first, so that what any other middleware logs carries the id too. Of the address only its pattern is
    told: a query may hold what a person typed, a path a password reset's token.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, log and count it. Static files are counted only: a page brings ten of them."""
        request_id = _request_id(request.headers.get("X-Request-ID", ""))
        method = request.method if request.method in METHODS else "OTHER"
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            seconds = time.perf_counter() - started
            if isinstance(response, WhiteNoiseFileResponse):
                route = "(static)"
            else:
                route = request.resolver_match.route if request.resolver_match else "(unknown)"
                log.info(
                    "request",
                    method=method,
                    route=route,
                    status=response.status_code,
                    milliseconds=round(seconds * 1000, 1),
                )
        observe_request(route=route, method=method, status=response.status_code, seconds=seconds)
        response["X-Request-ID"] = request_id
        return response


def _request_id(given: str) -> str:
    """Return the proxy's request id if it is a UUID, else a new one: 32 hexadecimal digits, nothing else."""
    try:
        return uuid.UUID(given).hex
    except ValueError:
        return uuid.uuid4().hex
