"""A manager's month, rated by the superior and by the subordinates (R3, R29)."""

from __future__ import annotations

import dataclasses
import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dealership.access import access_of
from dealership.answers import Request, back_from, first_error
from surveys.actions_management import Judged, judged_by, rate_management, take_back
from surveys.forms_management import ManagementForm, WhomForm
from surveys.management_months import months_to_rate
from surveys.models import ManagementRating, ManagementSide
from surveys.periods import month_start
from surveys.views.management_cards import ManagementCard, cards_for

#: Under this key the session keeps what was taken back last, so that a form sent twice is answered like the first.
TAKEN_BACK, MOST_TAKEN_BACK = "management_taken_back", 20


@require_http_methods(["GET", "HEAD", "POST"])
def management_rate(request: Request) -> HttpResponse:
    """Show the managers whose month one rates, with a face to tap on each; save a tap."""
    if request.user.dealership is None:
        raise PermissionDenied
    if request.method != "POST":
        return _page(request)
    whom = WhomForm(request.POST)
    if not whom.is_valid():
        context = {"error": first_error(whom), "back": back_from(request)}
        return render(request, "surveys/malformed.html", context, status=400)
    card = _card(request, **whom.cleaned_data)
    form = ManagementForm(request.POST)
    if not form.is_valid():
        return _refused(request, card, first_error(form))
    judged = card.judged
    try:
        rating = rate_management(
            acting_user=request.user,
            department=judged.department,
            manager=judged.manager,
            month=judged.month,
            side=judged.side,
            score=form.cleaned_data["score"],
            comment=form.cleaned_data["comment"] if "comment" in request.POST else None,
        )
    except ValidationError as error:
        return _refused(request, card, first_error(error))
    card = dataclasses.replace(card, rating=rating)
    if request.htmx:
        return _card_alone(request, card)
    text = _("Saved: %(manager)s.") % {"manager": judged.manager}
    messages.success(request, text, extra_tags=f"undo:{card.take_back_url}")
    return redirect(card.back or "management_rate")


@require_POST
def management_take_back(request: Request, pk: int) -> HttpResponse:
    """Take back what one gave while the month is open. A second copy of the form finds nothing left to do."""
    given = ManagementRating.objects.visible_to(request.user).select_related("dealership", "department", "manager")
    rating: ManagementRating | None = given.filter(pk=pk).first()
    if rating is None:
        if pk not in request.session.get(TAKEN_BACK, []):
            raise Http404
        return HttpResponse() if request.htmx else redirect(back_from(request) or "management_rate")
    judged = Judged(rating.side, rating.department, rating.manager, rating.month)
    card = ManagementCard(judged, rating, back_from(request))
    try:
        take_back(acting_user=request.user, rating=rating)
    except ValidationError as error:
        return _refused(request, card, first_error(error))
    request.session[TAKEN_BACK] = [*request.session.get(TAKEN_BACK, []), pk][-MOST_TAKEN_BACK:]
    card = dataclasses.replace(card, rating=None)
    text = _("Taken back.")
    if request.htmx:
        return _card_alone(request, card, say=text)
    messages.success(request, text)
    return redirect(card.back or "management_rate")


def _card(request: Request, *, side: str, department: str, manager: int, month: datetime.date) -> ManagementCard:
    """Return the card the form was sent from, also of a month that has closed since; PermissionDenied for any other."""
    for card in [*_cards(request, back=back_from(request)), *_closed_cards(request, month)]:
        judged = card.judged
        sent = (str(judged.side), judged.department.code, judged.manager.pk, judged.month)
        if sent == (side, department, manager, month):
            return card
    raise PermissionDenied


def _closed_cards(request: Request, month: datetime.date) -> list[ManagementCard]:
    """Return the cards of a month that is over: what is sent from one is answered with why it comes too late."""
    store = request.user.dealership
    if store is None or month.day != 1 or month >= month_start(store.today()):
        return []
    back = back_from(request)
    cards = []
    for judged in judged_by(request.user, month=month, tree=access_of(request.user).tree):
        judged.department.dealership = store
        cards.append(ManagementCard(judged, back=back))
    return cards


def _cards(request: Request, *, back: str = "") -> list[ManagementCard]:
    assert request.user.dealership is not None
    months = months_to_rate(ManagementSide.SUPERIOR, request.user.dealership.today())
    return cards_for(access_of(request.user), months, back=back)


def _refused(request: Request, card: ManagementCard, error: str) -> HttpResponse:
    """Answer what could not be saved: the card with what was typed and what is wrong."""
    card = dataclasses.replace(card, error=error, typed=request.POST.get("comment", ""))
    if request.htmx:
        return _card_alone(request, card, status=422)
    return _page(request, card, status=422)


def _card_alone(request: Request, card: ManagementCard, *, say: str = "", status: int = 200) -> HttpResponse:
    return render(request, card.template, {"card": card, "focus": True, "say": say}, status=status)


def _page(request: Request, refused: ManagementCard | None = None, *, status: int = 200) -> HttpResponse:
    cards = [refused if refused is not None and refused.id == card.id else card for card in _cards(request)]
    assert request.user.dealership is not None
    this = month_start(request.user.dealership.today())
    context = {
        "month": this,
        # What was wrong with a card that is on the page no more: its month has closed.
        "problem": refused.error if refused is not None and refused not in cards else "",
        "led": [card for card in cards if card.is_mine_to_lead and card.judged.month == this],
        "late": [card for card in cards if card.judged.month != this],
        "above": [card for card in cards if not card.is_mine_to_lead],
        "reads_scorecards": bool(access_of(request.user).managed),
    }
    return render(request, "surveys/management.html", context, status=status)
