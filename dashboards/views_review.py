"""A store's month on paper."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboards.choice import choose
from dashboards.review import ReviewPage
from dealership.access import access_of
from surveys.rollups import as_of


@require_safe
def monthly_review(request: HttpRequest, month: str) -> HttpResponse:
    """Show a month of the store, to be printed, to who reads the store; `month`: 2026-11."""
    access = access_of(request.user)
    store = access.user.dealership
    if store is None or not access.reads_store:
        raise PermissionDenied
    choice = choose(month, store.today())
    if choice.kind != "month" or choice.name != month:
        raise Http404

    def address(name: str) -> str:
        return reverse("monthly_review", args=[name]) if name else ""

    context = {
        "page": ReviewPage(access, choice),
        "choice": choice,
        "as_of": as_of(store.pk),
        "previous_url": address(choice.earlier),
        "next_url": address(choice.later),
    }
    return render(request, "dashboards/review.html", context)
