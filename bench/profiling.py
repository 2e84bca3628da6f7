"""Where the time of one request goes: cProfile around the WSGI application, its self time summed by layer."""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from bench import dashboard, rating
from bench.data import fill
from bench.databases import databases, settle
from bench.load import Request
from bench.visitor import Visitor, session_cookies
from dealership.models import User
from supplychain.models import Link

WARMUPS, REQUESTS = 20, 200
RATINGS = 20_000
TOP = 60  # functions listed
WIDTH = 150  # of a query listed

#: Which layer a file's time is counted to: the first pattern that matches its path.
LAYERS = (
    ("waiting for the database", r"psycopg2|sqlite3|django/db/backends/.*/base\.py|django/db/backends/utils\.py"),
    ("ORM: SQL built, rows made objects", r"django/db/"),
    ("templates", r"django/template|crispy|django/shortcuts|django/utils/(html|safestring)\.py"),
    ("translation, formats", r"django/utils/(translation|formats|numberformat|dateformat|functional|text)|gettext"),
    ("forms", r"django/forms|django/core/validators"),
    ("sessions, sign-in, messages, CSRF", r"contrib/(sessions|auth|messages)|middleware/csrf|allauth|django/core/sign"),
    ("addresses", r"django/urls|asgiref"),
    ("logging, audit", r"structlog|logging/|auditlog|config/logs"),
    ("cache", r"django/core/cache|redis"),
    ("other middleware", r"middleware|whitenoise|django_htmx|csp/"),
    ("our own code", r"(config|dashboards|surveys|supplychain|dealership)/[\w/]+\.py$"),
    ("request and answer", r"django/(http|core|contrib|test|utils|conf|dispatch)"),
)


def profile(what: str) -> str:
    """Return a report on one POST of a rating ("rating") or one department page ("dashboard"), in milliseconds."""
    with databases() as own:
        own.create("profile")
        fill(RATINGS, RATINGS)
        settle()
        make = _rating_posts() if what == "rating" else _pages()
        application = get_wsgi_application()
        for _ in range(WARMUPS):
            _answer(application, make())
        with CaptureQueriesContext(connection) as captured:
            _answer(application, make())
        queries = [f"  {query['sql'][:WIDTH]}" for query in captured.captured_queries]  # the next request empties it
        requests = [make() for _ in range(REQUESTS)]
        profiler = cProfile.Profile()
        for request in requests:
            environ = _environ(request)
            profiler.enable()
            _call(application, environ, request)
            profiler.disable()
    report = _report(pstats.Stats(profiler, stream=io.StringIO()))
    return "\n".join([report, "", f"{len(queries)} queries:", *queries])


def _rating_posts() -> Callable[[], Request]:
    rater = User.objects.get(username=rating.RATER)
    visitor = _visitor(rater)
    link = Link.objects.filter(customer__code="service", dealership=rater.dealership, scale="binary").first()
    assert link is not None
    path = f"/rate/links/{link.pk}/"
    return lambda: visitor.post(path, {"score": "1", "key": str(uuid.uuid4())}, htmx=True)


def _pages() -> Callable[[], Request]:
    visitor = _visitor(User.objects.get(username=dashboard.READER))
    return lambda: visitor.get(dashboard.PAGE)


def _visitor(person: User) -> Visitor:
    cookies, secret = session_cookies(person)
    return Visitor(cookies, secret, "http://127.0.0.1")


def _environ(request: Request) -> dict[str, Any]:
    headers: Any = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    form = request.headers.get("Content-Type", "")
    made = RequestFactory(SERVER_NAME="127.0.0.1").generic(request.method, request.path, request.body, form, **headers)
    return dict(made.environ)


def _answer(application: Any, request: Request) -> None:
    _call(application, _environ(request), request)


def _call(application: Any, environ: dict[str, Any], request: Request) -> None:
    said: list[str] = []
    response = application(environ, lambda status, _headers: said.append(status))
    b"".join(response)
    response.close()
    if not said[0].startswith(str(request.status)):
        raise RuntimeError(f"{request.method} {request.path}: {said[0]} instead of {request.status}")


def layer_of(path: str) -> str:
    """Return the layer that a file's time is counted to."""
    path = path.replace("\\", "/")
    return next((name for name, pattern in LAYERS if re.search(pattern, path)), "Python itself")


def _report(stats: pstats.Stats) -> str:
    """Return layers by self time, and the functions in which (with all they call) most time passes."""
    functions: dict[Any, Any] = stats.stats  # type: ignore[attr-defined]
    layers: dict[str, float] = defaultdict(float)
    for (path, _line, _name), (_calls, _all, own, _cumulative, callers) in functions.items():
        if path != "~":
            layers[layer_of(path)] += own
            continue
        for (caller, *_rest), numbers in callers.items():  # built in: whoever calls it spends it
            layers[layer_of(_name if "psycopg2" in _name or "sqlite3" in _name else caller)] += numbers[2]
    total = sum(layers.values())
    lines = [f"{total / REQUESTS * 1000:.2f} ms a request, profiled ({REQUESTS} requests)", "", "by layer, self time:"]
    for name, seconds in sorted(layers.items(), key=lambda item: -item[1]):
        lines.append(f"  {seconds / REQUESTS * 1000:7.2f} ms  {seconds / total:4.0%}  {name}")
    lines += ["", "functions, with all they call:", "       ms   calls"]
    longest = sorted(functions.items(), key=lambda item: -item[1][3])
    shown = [item for item in longest if item[0][0] != "~" and not item[0][2].startswith("<")]
    for (path, line, name), (_calls, times, _own, cumulative, _callers) in shown[:TOP]:
        where = "/".join(path.split("/")[-3:])
        lines.append(f"  {cumulative / REQUESTS * 1000:7.2f}  {times / REQUESTS:6.1f}  {name}  {where}:{line}")
    return "\n".join(lines)
