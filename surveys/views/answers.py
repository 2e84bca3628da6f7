"""How a POST is answered: htmx gets the card in its new state, a plain form a message and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dealership.models import User
from surveys.actions import needs_reason
from surveys.models import Rating
from surveys.views.cards import Card

if TYPE_CHECKING:
    from django.forms import Form
    from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request as it reaches these pages: signed in, and marked when htmx sent it."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails


def back_from(request: HttpRequest) -> str:
    """Return the address the form asked to come back to, if it is one of this site's; else empty."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if here and address.startswith("/") else ""


def first_error(problem: Form | ValidationError) -> str:
    """Return the first message of an invalid form or of an action's refusal."""
    if isinstance(problem, ValidationError):
        return str(problem.messages[0])
    return str(next(iter(problem.errors.values()))[0])


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
