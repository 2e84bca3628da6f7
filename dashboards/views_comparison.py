"""The stores of a group on the links they share."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.choice import choose
from dashboards.comparison import Comparison
from dashboards.group import GroupPage
from dashboards.steps import steps
from dealership.access import access_of


@require_safe
def group_comparison(request: HttpRequest) -> HttpResponse:
    """Compare the stores of a dealer group on the links they share, for the group's own people (`?q=` narrows)."""
    user = access_of(request.user).user
    if user.group is None:
        raise PermissionDenied
    group = GroupPage(user)
    choice = choose(request.GET.get("period", ""), group.today, anchor=request.GET.get("at", ""))
    text = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    words = text.casefold().split()
    stores = [store for store in group.stores if all(word in store.name.casefold() for word in words)]
    context = {
        "group": user.group,
        "page": Comparison(stores, choice),
        "choice": choice,
        "text": text,
        "as_of": group.as_of(),
        "keep": [*([("q", text)] if text else []), ("at", choice.anchor)],
        **steps(request, choice, earlier=group.has_earlier(choice)),
    }
    with timezone.override(group.zone):
        return render(request, "dashboards/comparison.html", context)
