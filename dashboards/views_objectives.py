"""How the objectives of a year stand, and the year on paper."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.objectives import ProgressPage, years_of
from dealership.access import Access, access_of
from dealership.answers import Request
from objectives.fiscal import FiscalYear


@require_safe
def objective_progress(request: Request) -> HttpResponse:
    """Show how the objectives of a fiscal year stand (`?year=`, else the current one)."""
    access = access_of(request.user)
    if access.user.dealership is None:
        return render(request, "dashboards/progress.html", {"page": None})
    years = years_of(access)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) <= 4 and int(asked) in years else _current(access)
    context = {"page": ProgressPage(access, year), "years": years, "year": year}
    return render(request, "dashboards/progress.html", context)


@require_safe
def objective_year(request: Request, year: int) -> HttpResponse:
    """Show a year's objectives with their criteria and verdicts, to be printed and kept."""
    access = access_of(request.user)
    if access.user.dealership is None or year not in years_of(access):
        raise Http404
    return render(request, "dashboards/objective_year.html", {"page": ProgressPage(access, year), "year": year})


def _current(access: Access) -> int:
    assert access.user.dealership is not None
    store = access.user.dealership
    return FiscalYear.of(store.today(), store.fiscal_year_start).year
