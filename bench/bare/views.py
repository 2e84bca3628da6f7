"""The bare views and their addresses: one INSERT; and a given list of queries, read and thrown away."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from bench.bare.models import BareRating


@functools.cache
def _queries() -> list[str]:
    queries: list[str] = json.loads(Path(os.environ["BENCH_QUERIES"]).read_text("utf-8"))
    return queries


def insert(request: HttpRequest, link: int) -> HttpResponse:
    """Insert one row like a rating."""
    now = timezone.now()
    BareRating.objects.create(
        dealership_id=1,
        interaction_id=1,
        link_id=link,
        day=now.date(),
        scale="binary",
        score=int(request.POST["score"]),
        rater_id=1,
        rated_at=now,
    )
    return HttpResponse(status=204)


def queries(_request: HttpRequest) -> HttpResponse:
    """Run the queries of the file that BENCH_QUERIES names (a JSON list of SQL), and answer nothing."""
    with connection.cursor() as cursor:
        for query in _queries():
            cursor.execute(query)
            cursor.fetchall()
    return HttpResponse(status=204)


urlpatterns = [
    path("insert/<int:link>/", insert),
    path("queries/", queries),
]
