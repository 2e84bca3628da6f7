"""Scorecards of managers: a personnel matter, for the manager and for those above (R29)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.choice import Choice, choose
from dashboards.scorecard import ScorecardList, ScorecardPage, readable_positions
from dealership.access import Access, access_of
from dealership.superiors import Superiors
from surveys.rollups import as_of

NOTHING: Mapping[str, str] = MappingProxyType({})


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
    """Show the scorecard of the manager of a department; `manager`: which one, where it has several."""
    access = access_of(request.user)
    department = access.tree.by_code.get(code)
    store = access.user.dealership
    if department is None or store is None:
        raise Http404
    line = Superiors(store, store.today(), access.tree)
    readable = [one for one in readable_positions(access, line) if one.department_id == department.pk]
    if not readable:
        raise PermissionDenied
    asked = request.GET.get("manager", "")
    position = next((one for one in readable if asked in ("", str(one.person_id))), None)
    if position is None:
        raise Http404
    choice = _choice(request, access)
    page = ScorecardPage(access, position, choice, has_superior=line.above(position) is not None)
    frame = _frame(request, access, choice, keep={"manager": asked} if asked else {})
    return render(request, "dashboards/scorecard.html", {"page": page, **frame})


def _choice(request: HttpRequest, access: Access) -> Choice:
    assert access.user.dealership is not None
    asked, anchor = request.GET.get("period", ""), request.GET.get("at", "")
    return choose(asked, access.user.dealership.today(), anchor=anchor)


def _frame(
    request: HttpRequest, access: Access, choice: Choice, *, keep: Mapping[str, str] = NOTHING
) -> dict[str, Any]:
    """Return what both pages show around their figures; `keep`: what the addresses of other periods keep."""
    assert access.user.dealership is not None

    def address(name: str) -> str:
        return f"{request.path}?{urlencode({'period': name, **keep})}" if name else ""

    return {
        "choice": choice,
        "keep": [("at", choice.anchor), *keep.items()],
        "as_of": as_of(access.user.dealership.pk),
        "previous_url": address(choice.earlier),
        "next_url": address(choice.later),
    }
