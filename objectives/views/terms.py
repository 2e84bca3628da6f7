"""The terms of objectives: what words mean as a day, proposing, signing, changing, and what a change changes (R27)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dealership.answers import Request
from objectives.fiscal import FiscalYear
from objectives.relative_dates import is_plain_day, next_when


@require_safe
def objective_when(request: Request) -> HttpResponse:
    """Say which day the words of a line mean, in the store's fiscal year: shown beside them while they are typed."""
    store = request.user.dealership
    if store is None:
        raise PermissionDenied
    sent = (value for name, value in request.GET.items() if name == "due" or name.endswith("-due"))
    words = " ".join(next(sent, "").split())
    today = store.today()
    day = next_when(words, FiscalYear.of(today, store.fiscal_year_start), today)
    context = {"day": None if is_plain_day(words) else day, "words": words if day is None else ""}
    return render(request, "objectives/_measure_day.html", context)
