"""Objectives: the board of a department, and the page of one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dealership.access import access_of
from dealership.answers import Request
from objectives.models import Objective


def readable(request: Request, pk: int) -> Objective:
    """Return an objective the person may read: 404 in another store, else PermissionDenied."""
    objective: Objective = get_object_or_404(Objective.objects.visible_to(request.user).with_names(), pk=pk)
    if not Objective.objects.readable_by(access_of(request.user)).filter(pk=pk).exists():
        raise PermissionDenied
    return objective


@require_safe
def objective_detail(request: Request, pk: int) -> HttpResponse:
    """One objective."""
    return render(request, "objectives/objective_detail.html", {"objective": readable(request, pk)})
