"""Recoveries: their list, the page of one, and what the two sides say on it (R21)."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dealership.access import Access, access_of
from dealership.answers import Request, back_from, first_error
from surveys import actions_recovery as actions
from surveys.forms_recovery import AnswerForm, CommentForm, MendedForm, NotMendedForm, RecoveryFilterForm
from surveys.models import Rating, Recovery, RecoveryEvent, RecoveryState
from surveys.models import RecoveryEventKind as Kind
from surveys.recovery_acts import ACTS
from surveys.recovery_rights import reads_recovery, shown_person, side_in
from surveys.rights import Who, reads_rating
from surveys.views.cards import tone_of
from surveys.views.recovery_cards import RecoveryCard

PER_PAGE = 25
#: Names of the list's tabs.
ANSWER, CONFIRM, ALL = "answer", "confirm", "all"


# --- Reading ----------------------------------------------------------------------------------------


@require_safe
def recovery_list(request: Request) -> HttpResponse:
    """Recoveries in three tabs: those that wait for the reader's answer, for their word, and all they may read."""
    access = access_of(request.user)
    rows = {
        ANSWER: Recovery.objects.to_answer(access).order_by("due_on", "pk"),
        CONFIRM: Recovery.objects.to_confirm(access).order_by("promised_on", "pk"),
        ALL: Recovery.objects.readable_by(access),
    }
    counts = {name: found.count() for name, found in rows.items()}
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in rows else next((name for name in (ANSWER, CONFIRM) if counts[name]), ALL)
    form = RecoveryFilterForm(
        request.GET, departments=[(department.pk, department.label) for department in access.tree.departments]
    )
    form.is_valid()  # a filter that cannot be read says so beside its field; the others still hold
    found = rows[tab]
    if form.cleaned_data.get("state"):
        found = found.filter(state=form.cleaned_data["state"])
    if form.cleaned_data.get("department") is not None:
        found = found.touching(form.cleaned_data["department"])
    page = Paginator(found.with_names(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tab": tab,
        "tabs": _tabs(request, tab, counts),
        "page_obj": page,
        "cards": [RecoveryCard(recovery, access) for recovery in page.object_list],
    }
    return render(request, "surveys/recovery_list.html", context)


def _tabs(request: Request, current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the tabs as links that keep the filters."""
    words = {ANSWER: _("To answer"), CONFIRM: _("To confirm"), ALL: _("All")}
    tabs = []
    for name, label in words.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["tab"] = name
        tabs.append({"url": f"?{query.urlencode()}", "words": label, "count": counts[name], "current": name == current})
    return tabs


@require_safe
def recovery_detail(request: Request, pk: int) -> HttpResponse:
    """One recovery: what was not good, what is done about it, and the talk of the two sides."""
    recovery = _readable(request, pk)
    return _page(request, RecoveryCard(recovery, access_of(request.user), back=back_from(request)))


def _readable(request: Request, pk: int) -> Recovery:
    """Return a recovery the person may read: 404 in another store, PermissionDenied for who may not read it."""
    recovery: Recovery = get_object_or_404(Recovery.objects.visible_to(request.user).with_names(), pk=pk)
    if not reads_recovery(access_of(request.user), recovery):
        raise PermissionDenied
    return recovery


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of the talk; `kind` decides the words (templates/surveys/_recovery_event.html)."""

    kind: str
    at: datetime.datetime
    who: Who
    text: str
    #: By when: promised, or to be answered.
    day: datetime.date | None
    #: Who has it from here; always of the supplier's side.
    owner: str


def _lines(access: Access, recovery: Recovery) -> list[Line]:
    events = RecoveryEvent.objects.filter(recovery=recovery).select_related("person")
    return [
        Line(
            event.kind,
            event.at,
            shown_person(access, recovery, event.side, event.person),
            event.text,
            parse_date(event.data.get("promised_on") or event.data.get("due_on") or ""),
            event.data.get("owner", ""),
        )
        for event in events
    ]


def _page(request: Request, card: RecoveryCard, *, status: int = 200) -> HttpResponse:
    access, recovery = card.access, card.recovery
    link = recovery.link
    rating: Rating | None = None
    if recovery.state != RecoveryState.DROPPED:
        rating = Rating.objects.filter(interaction=recovery.interaction_id).select_related("rater").first()
    if rating is not None:
        rating.dealership, rating.link = recovery.dealership, link
        rating = rating if reads_rating(access, rating) else None
    context = {
        "card": card,
        "recovery": recovery,
        "link": link,
        "rating": rating,
        "tone": tone_of(rating) if rating else "",
        "rater": shown_person(access, recovery, RecoveryEvent.Side.CUSTOMER, rating.rater) if rating else None,
        "lines": _lines(access, recovery),
    }
    return render(request, "surveys/recovery_detail.html", context, status=status)


# --- Writing ----------------------------------------------------------------------------------------


@require_POST
def recovery_answer(request: Request, pk: int) -> HttpResponse:
    """Say, for the supplier, what will be done and by when."""
    text = _("Answered. The customer says whether it is mended.")
    return _act(request, pk, Kind.ANSWER, AnswerForm, actions.answer_recovery, text)


@require_POST
def recovery_mended(request: Request, pk: int) -> HttpResponse:
    """Say, for the customer, that it is mended."""
    return _act(request, pk, Kind.MENDED, MendedForm, actions.say_mended, _("Closed as mended."))


@require_POST
def recovery_not_mended(request: Request, pk: int) -> HttpResponse:
    """Say, for the customer, that it is not mended."""
    text = _("Passed on to the superior.")
    return _act(request, pk, Kind.NOT_MENDED, NotMendedForm, actions.say_not_mended, text)


@require_POST
def recovery_comment(request: Request, pk: int) -> HttpResponse:
    """Add words to the talk, from either side."""
    return _act(request, pk, Kind.COMMENT, CommentForm, actions.comment_on_recovery, _("Sent."))


def _act(
    request: Request, pk: int, kind: Kind, form_class: type[Form], action: Callable[..., object], done: str
) -> HttpResponse:
    """Read the form, do the act, answer: htmx gets the card as it is then, a plain form a message and the way back."""
    recovery = _readable(request, pk)
    card = RecoveryCard(recovery, access_of(request.user), back=back_from(request))
    form = form_class(request.POST)
    if not form.is_valid():
        if side_in(card.access, recovery) not in ACTS[kind].sides:
            raise PermissionDenied
        return _refused(request, card, form)
    try:
        action(acting_user=request.user, recovery=recovery, **form.cleaned_data)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            form.add_error(None, error)
            return _refused(request, card, form)
        # Somebody was faster: what was typed belongs to how it stood before.
        if request.htmx:
            return _show_card(request, card.refused(error=first_error(error)), status=422)
        messages.error(request, first_error(error))
        if error.code == "gone":
            return redirect(card.back or "recovery_list")
    else:
        if request.htmx:
            return _show_card(request, card, say=done)
        messages.success(request, done)
    return redirect(card.back) if card.back else redirect("recovery_detail", pk=pk)


def _refused(request: Request, card: RecoveryCard, form: Form) -> HttpResponse:
    """Answer a form with something missing: beside the field, with all that was typed."""
    elsewhere = {NON_FIELD_ERRORS, "version"} & set(form.errors)
    card = card.refused(error=first_error(form) if elsewhere else "", form=form)
    if request.htmx:
        return _show_card(request, card, status=422)
    return _page(request, card, status=422)


def _show_card(request: Request, card: RecoveryCard, *, say: str = "", status: int = 200) -> HttpResponse:
    return render(request, card.template, {"card": card, "focus": True, "say": say}, status=status)
