"""Scorecards of managers: a personnel matter, for the manager and for those above (R29)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.choice import Choice, choose
from dashboards.scorecard import ScorecardList, ScorecardPage, readable_positions
from dealership.access import Access, access_of
from dealership.superiors import Superiors
from surveys.rollups import as_of


@require_safe
def scorecard_list(request: HttpRequest) -> HttpResponse:
    """Show the managers below the reader (and the reader's own card): superior by internal customers."""
    access = access_of(request.user)
    if access.user.dealership is None:
        raise PermissionDenied
    choice = _choice(request, access)
    page = ScorecardList(access, choice)
    if not page.positions:
        raise PermissionDenied
    return render(request, "dashboards/scorecard_list.html", {"page": page, **_frame(request, access, choice)})


@require_safe
def scorecard(request: HttpRequest, code: str) -> HttpResponse:
    """Show the scorecard of the manager of a department."""
    access = access_of(request.user)
    department = access.tree.by_code.get(code)
    store = access.user.dealership
    if department is None or store is None:
        raise Http404
    line = Superiors(store, store.today(), access.tree)
    position = next((one for one in readable_positions(access, line) if one.department_id == department.pk), None)
    if position is None:
        raise PermissionDenied
    choice = _choice(request, access)
    page = ScorecardPage(access, position, choice, has_superior=line.above(position) is not None)
    return render(request, "dashboards/scorecard.html", {"page": page, **_frame(request, access, choice)})


def _choice(request: HttpRequest, access: Access) -> Choice:
    assert access.user.dealership is not None
    asked, anchor = request.GET.get("period", ""), request.GET.get("at", "")
    return choose(asked, access.user.dealership.today(), anchor=anchor)


def _frame(request: HttpRequest, access: Access, choice: Choice) -> dict[str, Any]:
    assert access.user.dealership is not None

    def address(name: str) -> str:
        return f"{request.path}?period={name}" if name else ""

    return {
        "choice": choice,
        "keep": [("at", choice.anchor)],
        "as_of": as_of(access.user.dealership.pk),
        "previous_url": address(choice.earlier),
        "next_url": address(choice.later),
    }
