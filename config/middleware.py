"""Middleware: request size, the store's time zone, and one log line a request."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

log = structlog.get_logger(__name__)

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
    """Give each request an id, bind it to every log line, and log method, route, status and milliseconds.

    Of the address only its pattern is logged: a query may hold what a person typed, a path a password reset's token.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and log it."""
        request_id = uuid.uuid4().hex
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                route=request.resolver_match.route if request.resolver_match else "(unknown)",
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        response["X-Request-ID"] = request_id
        return response
