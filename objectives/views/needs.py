"""Needs: their list, raising one, the page of one, and what the two sides do with it (R24-R26)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dealership.answers import Request
from objectives.models import Need


@require_safe
def need_detail(request: Request, pk: int) -> HttpResponse:
    """One need, what became of it, and its timeline. Everybody in the store may read it."""
    need = get_object_or_404(Need.objects.visible_to(request.user).with_names(), pk=pk)
    return render(request, "objectives/need_detail.html", {"need": need})
