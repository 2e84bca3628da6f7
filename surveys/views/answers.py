"""How a POST is answered: htmx gets the card in its new state, a plain form a message and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.answers import Request, back_from, first_error
from surveys.actions import needs_reason
from surveys.models import Rating
from surveys.views.cards import Card

if TYPE_CHECKING:
    from django.forms import Form


def show_card(request: Request, card: Card, *, say: str = "", status: int = 200) -> HttpResponse:
    """Answer htmx with the card alone; it takes the focus, since what had it is gone, and is read out as `say`."""
    return render(request, "surveys/_card.html", {"card": card, "focus": True, "say": say}, status=status)


def saved(request: Request, rating: Rating) -> HttpResponse:
    """Answer a rating that was saved, or had been by the same form."""
    back = back_from(request)
    card = Card(link=rating.link, interaction=rating.interaction, rating=rating, back=back)
    if request.htmx:
        return show_card(request, card)
    text = _("Saved: %(item)s, %(supplier)s.") % {"item": rating.link.item, "supplier": rating.link.supplier}
    messages.success(request, text, extra_tags=f"undo:{card.undo_url}" if card.can_undo else "")
    if back:
        return redirect(back)
    home = reverse("home")
    return redirect(f"{home}?{urlencode({'saved': rating.pk})}" if needs_reason(rating) else home)


def done(request: Request, card: Card, text: str, *, undo_url: str = "") -> HttpResponse:
    """Answer any other write: the card as it is now, or `text` as a message with its undo."""
    if request.htmx:
        return show_card(request, card, say=text)
    messages.success(request, text, extra_tags=f"undo:{undo_url}" if undo_url else "")
    return redirect(back_from(request) or "home")


def refused(request: Request, card: Card, error: ValidationError) -> HttpResponse:
    """Answer what an action refused because of how things stand by now: somebody was first, or it is too late."""
    if request.htmx:
        return show_card(request, card.with_error(first_error(error)), status=422)
    messages.error(request, first_error(error))
    return redirect(back_from(request) or "home")


def malformed(request: Request, card: Card, form: Form) -> HttpResponse:
    """Answer a form that our pages cannot have sent: a score off the scale, a reason of another flow."""
    if request.htmx:
        return show_card(request, card.with_error(first_error(form)), status=422)
    return render(
        request, "surveys/malformed.html", {"error": first_error(form), "back": back_from(request)}, status=400
    )
