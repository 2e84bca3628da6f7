"""Interactions: the list of both sides, logging one, its page, and saying that one did not take place."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.access import Access, access_of
from dealership.answers import Request, back_from
from dealership.models import Dealership, Disclosure, Position, User
from supplychain import actions
from supplychain.models import Flow, Interaction, InteractionState, Link
from supplychain.rights import is_customer
from surveys.actions import NOT_OPEN
from surveys.forms import InteractionFilterForm, InteractionForm
from surveys.models import Rating, RatingChange, Recovery
from surveys.models.ratings import rating_of
from surveys.reasons import reason_words
from surveys.rights import Who, knows_raters_on, reads_rating, reads_ratings_on, shown_rater
from surveys.views import answers
from surveys.views.cards import Card, tone_of
from surveys.views.rating import rateable_interaction

PER_PAGE = 25


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of the list: the interaction, and its rating where the reader may see it."""

    interaction: Interaction
    rating: Rating | None
    tone: str
    may_rate: bool


@require_safe
def interaction_list(request: Request) -> HttpResponse:
    """Interactions of the person's departments on both sides, filtered, newest first."""
    access = access_of(request.user)
    mine = access.own | access.led
    form = InteractionFilterForm(
        request.GET,
        flows=[(value, capfirst(words)) for value, words in Flow.choices],
        states=[(value, capfirst(words)) for value, words in InteractionState.choices],
        departments=[(department.pk, department.label) for department in access.tree.departments],
    )
    form.is_valid()  # a filter that cannot be read says so beside its field; the others still hold
    found = _filtered(Interaction.objects.readable_by(access), mine, form.cleaned_data)
    page = Paginator(found.with_names().prefetch_related("ratings"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": [_row(access, interaction) for interaction in page.object_list],
        "sides": _sides(request, form) if mine else [],
        "may_log": bool(mine),
    }
    return render(request, "surveys/interaction_list.html", context)


def _filtered(interactions: Any, mine: set[int], wanted: dict[str, Any]) -> Any:
    if wanted.get("side") == "customer":
        interactions = interactions.served_to(mine)
    elif wanted.get("side") == "supplier":
        interactions = interactions.served_by(mine)
    if wanted.get("department") is not None:
        interactions = interactions.touching(wanted["department"])
    lookups = {"link": "link", "flow": "link__flow", "state": "state", "first": "day__gte", "last": "day__lte"}
    return interactions.filter(**{lookup: wanted[name] for name, lookup in lookups.items() if wanted.get(name)})


def _sides(request: Request, form: InteractionFilterForm) -> list[dict[str, Any]]:
    """Return the three sides as links that keep the other filters."""
    current = form.cleaned_data.get("side", "")
    sides = []
    for value, words in form.fields["side"].choices:  # type: ignore[attr-defined]
        query = request.GET.copy()
        query.pop("page", None)
        query["side"] = value
        sides.append({"url": f"?{query.urlencode()}", "words": words, "current": value == current})
    return sides


def _row(access: Access, interaction: Interaction) -> Row:
    rating = rating_of(interaction)
    if rating is not None:
        rating.dealership, rating.link = interaction.dealership, interaction.link
        if not reads_rating(access, rating):
            rating = None
    is_asked = interaction.state == InteractionState.OPEN and is_customer(access, interaction.link)
    return Row(interaction, rating, tone_of(rating) if rating else "", is_asked)


@require_http_methods(["GET", "HEAD", "POST"])
def interaction_create(request: Request) -> HttpResponse:
    """Log that a supplier served a customer, from either side; it then waits for the customer's rating."""
    access = access_of(request.user)
    store = request.user.dealership
    if store is None:
        raise PermissionDenied
    mine = access.own | access.led
    links = Link.objects.visible_to(request.user).touching(mine).active_on(store.today()).with_names().by_supplier()
    form = _interaction_form(request, access, store, links, mine)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            interaction = actions.log_interaction(
                acting_user=request.user,
                link=values["link"],
                occurred_at=values["moment"] or timezone.now(),
                requester=User.objects.filter(pk=values["requester"]).first() if values["requester"] else None,
                note=values["note"],
                submission_key=values["key"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("interaction_detail", pk=interaction.pk)
    context = {"form": form, "has_links": bool(form.fields["link"].choices[1:])}  # type: ignore[attr-defined]
    return render(request, "surveys/interaction_form.html", context, status=422 if form.errors else 200)


def _interaction_form(
    request: Request, access: Access, store: Dealership, links: Any, mine: set[int]
) -> InteractionForm:
    offered = list(links)
    served = [(link.pk, _link_words(link)) for link in offered if link.customer_id in mine]
    serving = [(link.pk, _link_words(link)) for link in offered if link.customer_id not in mine]
    people, people_choices = _customer_people(request.user, access, store, {link.customer_id for link in offered})
    wanted = request.GET.get("link", "")
    return InteractionForm(
        request.POST if request.method == "POST" else None,
        store=store,
        initial={"link": wanted if wanted.isascii() and wanted.isdigit() else ""},
        links=links,
        link_choices=[group for group in ((_("We were served"), served), (_("We served"), serving)) if group[1]],
        people=people,
        people_choices=people_choices,
    )


def _link_words(link: Link) -> str:
    flow = Flow(link.flow).label
    return _("%(supplier)s → %(customer)s · %(item)s (%(flow)s)") % {
        "supplier": link.supplier,
        "customer": link.customer,
        "item": link.item,
        "flow": flow,
    }


def _customer_people(
    user: User, access: Access, store: Dealership, customers: set[int]
) -> tuple[dict[int, set[int]], list[tuple[Any, Any]]]:
    """Return who may have asked: {person: departments they speak for}, and the choices grouped by department.

    People speak for their department, the teams below it, and the department a team belongs to.
    """
    people: dict[int, set[int]] = {}
    names: dict[int, dict[int, str]] = {}
    positions = Position.objects.visible_to(user).held_on(store.today()).select_related("person")
    for position in positions.order_by("person__full_name"):
        department = access.tree.by_id[position.department_id]
        speaks_for = access.tree.with_teams(department.pk)
        above = access.tree.by_id.get(department.parent_id or 0)
        if above is not None and not above.heads_store:
            speaks_for.add(above.pk)
        if speaks_for & customers:
            people.setdefault(position.person_id, set()).update(speaks_for)
            names.setdefault(department.pk, {})[position.person_id] = str(position.person)
    groups = [(d.label, list(names[d.pk].items())) for d in access.tree.departments if d.pk in names]
    return people, groups


@require_safe
def interaction_detail(request: Request, pk: int) -> HttpResponse:
    """One interaction: its terms, what happened when, and what the person may do about it."""
    interaction: Interaction = get_object_or_404(
        Interaction.objects.visible_to(request.user)
        .with_names()
        .select_related("logged_by", "request")
        .prefetch_related("ratings__rater"),
        pk=pk,
    )
    access = access_of(request.user)
    if not Interaction.objects.readable_by(access).filter(pk=pk).exists() and not is_customer(access, interaction.link):
        raise PermissionDenied
    given = rating_of(interaction)
    if given is not None:
        given.dealership, given.link, given.interaction = interaction.dealership, interaction.link, interaction
    rating = given if given is not None and reads_rating(access, given) else None
    reads_on_link = reads_ratings_on(access, interaction.link)
    own = rating is not None and rating.rater_id == request.user.pk
    # Taking a rating back takes the interaction it made along: then there is no page to come back to.
    back = "" if rating is not None and rating.made_interaction else reverse("interaction_detail", args=[pk])
    context = {
        "interaction": interaction,
        "link": interaction.link,
        "may_rate": is_customer(access, interaction.link),
        "card": Card(link=interaction.link, interaction=interaction, rating=rating, back=back),
        "rating": rating,
        "rater": shown_rater(access, rating) if rating is not None else None,
        "sealed": given is not None and given.is_confidential,
        "names_people": _names_people(access, given),
        "own": own,
        "may_change": own and rating is not None and rating.can_be_changed(timezone.now()),
        "recovery": Recovery.objects.filter(interaction=interaction).first() if reads_on_link else None,
        "timeline": timeline(access, interaction, rating, _changes(access, interaction) if reads_on_link else []),
    }
    return render(request, "surveys/interaction_detail.html", context)


def _changes(access: Access, interaction: Interaction) -> list[RatingChange]:
    changes = RatingChange.objects.visible_to(access.user).filter(interaction=interaction)
    return list(changes.select_related("changed_by"))


def _names_people(access: Access, rating: Rating | None) -> bool:
    """Return whether the page names who asked and who entered it: that is the rater where rating made it (R20)."""
    if rating is not None and rating.made_interaction and rating.is_confidential:
        return rating.rater_id == access.user.pk
    if rating is None or not rating.made_interaction or rating.disclosure == Disclosure.OPEN:
        return True
    return knows_raters_on(access, rating.link)


@dataclasses.dataclass(frozen=True)
class Event:
    """A line of an interaction's history; `kind` decides the words (templates/surveys/_event.html)."""

    kind: str
    at: datetime.datetime
    person: Who | User | None = None
    score: int | None = None
    new_score: int | None = None
    reasons: list[str] = dataclasses.field(default_factory=list)
    comment: str = ""


def timeline(
    access: Access, interaction: Interaction, rating: Rating | None, changes: list[RatingChange]
) -> list[Event]:
    """Return what happened, oldest first. `rating` and `changes` are left out for who may not read them."""
    entered_by = interaction.logged_by if _names_people(access, rating_of(interaction)) else None
    events = [
        Event("took_place", interaction.occurred_at),
        Event("entered", interaction.created_at, entered_by),
    ]
    if rating is not None:
        since = [change for change in changes if change.changed_at >= rating.rated_at]
        first = since[0].score if since else rating.score
        events.append(Event("rated", rating.rated_at, shown_rater(access, rating), score=first))
    customer = Who(interaction.link.customer.label, is_person=False)
    knows = knows_raters_on(access, interaction.link)
    for change in changes:
        kind = "taken_back" if change.new_score is None else "changed"
        if change.new_score == change.score:
            kind = "explained"
        events.append(
            Event(
                kind,
                change.changed_at,
                change.changed_by if knows or change.disclosure == Disclosure.OPEN else customer,
                score=change.score,
                new_score=change.new_score,
                reasons=reason_words(interaction.link.flow, change.reasons),
                comment=change.comment,
            )
        )
    return sorted(events, key=lambda event: event.at)


@require_POST
def interaction_dismiss(request: Request, pk: int) -> HttpResponse:
    """Say that an open interaction did not take place."""
    interaction = rateable_interaction(request, pk)
    if refusal := _of_request(request, interaction, actions.dismiss_interaction):
        return refusal
    undo_url = reverse("interaction_restore", args=[pk])
    if back := back_from(request):
        undo_url = f"{undo_url}?{urlencode({'next': back})}"
    text = _("Marked as not having taken place.")
    return _moved(request, interaction, InteractionState.DISMISSED, text, undo_url)


@require_POST
def interaction_restore(request: Request, pk: int) -> HttpResponse:
    """Take a dismissal back: the interaction waits for its rating again."""
    interaction = rateable_interaction(request, pk)
    if refusal := _of_request(request, interaction, actions.restore_interaction):
        return refusal
    return _moved(request, interaction, InteractionState.OPEN, _("It waits for your rating again."))


def _of_request(request: Request, interaction: Interaction, act: Callable[..., bool]) -> HttpResponse | None:
    """Do an act; return the refusal for an interaction that came from a request, which is moved there."""
    try:
        act(acting_user=request.user, interaction=interaction)
    except ValidationError as error:
        card = Card(link=interaction.link, interaction=interaction, back=back_from(request))
        return answers.refused(request, card, error)
    return None


def _moved(
    request: Request, interaction: Interaction, wanted: InteractionState, text: str, undo_url: str = ""
) -> HttpResponse:
    """Answer by where the interaction stands now: a second copy of the form finds it moved, and that is as well."""
    interaction.refresh_from_db(fields=["state"])
    card = Card(link=interaction.link, interaction=interaction, back=back_from(request))
    state = InteractionState(interaction.state)
    if state != wanted:
        return answers.refused(request, card, ValidationError(NOT_OPEN.get(state, _("Somebody was faster."))))
    return answers.done(request, card, text, undo_url=undo_url)
