"""Rating: on a logged interaction, or on a link when nobody logged one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from dealership.access import access_of
from dealership.answers import Request, back_from
from dealership.models import Dealership
from dealership.prepared import Prepared
from supplychain.models import Interaction, Link
from supplychain.rights import is_customer, is_customer_today
from surveys import actions
from surveys.forms import RateLinkForm, ScoreForm
from surveys.views import answers
from surveys.views.cards import Card

INTERACTION = Prepared(lambda store, pk: Interaction.objects.filter(dealership=store, pk=pk).with_link())
LINK = Prepared(lambda store, pk: Link.objects.filter(dealership=store, pk=pk).with_names())


def rateable_interaction(request: Request, pk: int) -> Interaction:
    """Return an interaction whose customer the person may speak for: 404 in another store, else PermissionDenied."""
    store = _store_of(request)
    interaction = INTERACTION.get_or_404(store.pk, pk)
    if not is_customer(access_of(request.user), interaction.link):
        raise PermissionDenied
    interaction.dealership = interaction.link.dealership = store
    return interaction


def _store_of(request: Request) -> Dealership:
    """Return the person's store, as it was read with them.

    People of no store rate nothing: operators see every store (PermissionDenied), people of a group see none (Http404).
    """
    store = request.user.dealership
    if store is None:
        raise PermissionDenied if request.user.is_superuser else Http404
    return store


@require_POST
def interaction_rate(request: Request, pk: int) -> HttpResponse:
    """One tap on a face of an open interaction."""
    interaction = rateable_interaction(request, pk)
    card = Card(link=interaction.link, interaction=interaction, back=back_from(request))
    form = ScoreForm(request.POST, link=interaction.link)
    if not form.is_valid():
        return answers.malformed(request, card, form)
    try:
        rating = actions.rate_interaction(
            acting_user=request.user,
            interaction=interaction,
            score=form.cleaned_data["score"],
            shown=form.cleaned_data["shown"],
        )
    except ValidationError as error:
        interaction.refresh_from_db(fields=["state"])
        return answers.refused(request, card, error)
    return answers.saved(request, rating)


@require_http_methods(["GET", "HEAD", "POST"])
def rate_link(request: Request, pk: int) -> HttpResponse:
    """Rate something nobody logged: one tap (score and key), or the form with day, note and reasons."""
    store = _store_of(request)
    link = LINK.get_or_404(store.pk, pk)
    link.dealership = store
    if not is_customer_today(access_of(request.user), link):
        raise PermissionDenied
    if request.method != "POST":
        return _link_page(request, link, RateLinkForm(link=link, store=link.dealership))
    form = RateLinkForm(request.POST, link=link, store=link.dealership)
    if form.is_valid():
        values = form.cleaned_data
        try:
            rating = actions.rate_link(
                acting_user=request.user,
                link=link,
                score=values["score"],
                key=values["key"],
                occurred_at=values["moment"],
                note=values["note"],
                reasons=values["reasons"],
                comment=values["comment"],
                shown=values["shown"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return answers.saved(request, rating)
    if request.htmx:
        return answers.malformed(request, Card(link=link, back=back_from(request)), form)
    return _link_page(request, link, form, status=422)


def _link_page(request: Request, link: Link, form: RateLinkForm, *, status: int = 200) -> HttpResponse:
    context = {"link": link, "form": form, "back": back_from(request)}
    return render(request, "surveys/rate_link.html", context, status=status)
