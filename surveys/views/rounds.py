"""Survey rounds: the list, preparing one, its page, and the questionnaire of who is asked."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.access import access_of
from dealership.answers import Request, first_error
from dealership.models import Dealership
from supplychain.models import Link
from surveys import actions_rounds as actions
from surveys.forms_rounds import RoundForm, SheetForm, periods_offered
from surveys.models import RoundAnswer, RoundInvitation, RoundState, SurveyRound
from surveys.response import responses_of
from surveys.round_page import ResultsPage
from surveys.round_rights import runs_rounds

#: How long a new round is open, unless one says otherwise.
USUAL = datetime.timedelta(days=14)
#: So many rounds are listed: ten years of quarters.
MOST = 50


def store_of(request: Request) -> Dealership:
    """Return the person's store; PermissionDenied for who belongs to none."""
    if request.user.dealership is None:
        raise PermissionDenied
    return request.user.dealership


def round_of(request: Request, pk: int) -> SurveyRound:
    """Return a round: 404 in another store; PermissionDenied for who belongs to none, and for one not opened yet."""
    survey_round: SurveyRound = get_object_or_404(SurveyRound.objects.visible_to(request.user), pk=pk)
    survey_round.dealership = store_of(request)
    if survey_round.state == RoundState.DRAFT and not runs_rounds(access_of(request.user)):
        raise PermissionDenied
    return survey_round


def run_round(request: Request, pk: int) -> SurveyRound:
    """Return a round that the person runs: 404 in another store, PermissionDenied for anybody else."""
    survey_round = round_of(request, pk)
    if not runs_rounds(access_of(request.user)):
        raise PermissionDenied
    return survey_round


# --- Reading ----------------------------------------------------------------------------------------


@require_safe
def round_list(request: Request) -> HttpResponse:
    """All rounds of the store, the newest first; prepared ones for who runs them."""
    store = store_of(request)
    runs = runs_rounds(access_of(request.user))
    rounds = SurveyRound.objects.visible_to(request.user)
    if not runs:
        rounds = rounds.exclude(state=RoundState.DRAFT)
    mine = RoundInvitation.objects.visible_to(request.user).waiting_for(access_of(request.user), store.today())
    waiting = mine.values_list("round", flat=True)
    context = {"rounds": list(rounds[:MOST]), "runs": runs, "waiting": set(waiting)}
    return render(request, "surveys/round_list.html", context)


@require_safe
def round_detail(request: Request, pk: int) -> HttpResponse:
    """One round: where it stands, how many answered, and once it is published what came of it."""
    survey_round = round_of(request, pk)
    access = access_of(request.user)
    runs = runs_rounds(access)
    context: dict[str, object] = {"round": survey_round, "runs": runs}
    if survey_round.state == RoundState.PUBLISHED:
        context["page"] = ResultsPage(survey_round, access)
    elif survey_round.state == RoundState.DRAFT:
        asked = actions.who_is_asked(survey_round.dealership, survey_round.dealership.today())
        context["asked"] = len(asked)
        context["suppliers"] = len({supplier for about in asked.values() for supplier, _flow in about})
        problem = actions.why_not_open(survey_round, survey_round.dealership.today())
        context["problem"] = {"text": first_error(problem), "is_past": problem.code != "long"} if problem else None
    else:
        mine = RoundInvitation.objects.visible_to(request.user).filter(round=survey_round)
        context["invitation"] = mine.first()
        context["responses"] = responses_of(survey_round, access) if runs else None
    return render(request, "surveys/round_detail.html", context)


# --- Running ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def round_create(request: Request) -> HttpResponse:
    """Prepare a round."""
    store = store_of(request)
    if not runs_rounds(access_of(request.user)):
        raise PermissionDenied
    today = store.today()
    if request.method != "POST":
        taken = set(SurveyRound.objects.visible_to(request.user).values_list("kind", "start"))
        free = [period.name for kind, period in periods_offered(today) if (kind, period.start) not in taken]
        initial = {"about": free[0] if free else "", "opens_on": today, "closes_on": today + USUAL}
        return render(request, "surveys/round_form.html", {"form": RoundForm(today=today, initial=initial)})
    form = RoundForm(request.POST, today=today)
    if form.is_valid():
        values = form.cleaned_data
        try:
            survey_round = actions.prepare_round(
                acting_user=request.user,
                kind=values["kind"],
                period=values["period"],
                opens_on=values["opens_on"],
                closes_on=values["closes_on"],
            )
        except ValidationError as error:
            form.add_error("about" if getattr(error, "code", "") == "doubled" else None, error)
        else:
            messages.success(request, _("Prepared. Open it now, or let it open on its day."))
            return redirect("round_detail", pk=survey_round.pk)
    return render(request, "surveys/round_form.html", {"form": form}, status=422)


@require_POST
def round_open(request: Request, pk: int) -> HttpResponse:
    """Open a prepared round today."""
    return _act(request, pk, actions.open_round, lambda _done: _("Open: everybody who is asked was told."))


@require_POST
def round_remind(request: Request, pk: int) -> HttpResponse:
    """Remind who has not answered."""
    return _act(request, pk, actions.remind, _reminded, _not_reminded)


def _reminded(told: int) -> str:
    return ngettext("%(n)s person was reminded.", "%(n)s people were reminded.", told) % {"n": told}


def _not_reminded(survey_round: SurveyRound) -> str:
    if not survey_round.takes_answers:
        return _("This round takes no answers: nobody was reminded.")
    if not RoundInvitation.objects.filter(round=survey_round, answered_at=None).exists():
        return _("Everybody has answered.")
    return _("They were reminded today.")


@require_POST
def round_close(request: Request, pk: int) -> HttpResponse:
    """Close a round before its last day is over, and publish it."""
    return _act(request, pk, actions.close_round, _closed, _not_closed)


def _closed(done: int) -> str:
    return _("Closed and published. The single answers are deleted.")


def _not_closed(survey_round: SurveyRound) -> str:
    is_draft = survey_round.state == RoundState.DRAFT
    return _("This round has not been opened yet.") if is_draft else _nothing(survey_round)


def _nothing(survey_round: SurveyRound) -> str:
    return _("Nothing was left to do.")


def _act(
    request: Request,
    pk: int,
    action: Callable[..., int],
    words: Callable[[int], str],
    nothing: Callable[[SurveyRound], str] = _nothing,
) -> HttpResponse:
    """Do something to a round, and lead back to it; `nothing`: what is said where nothing was done."""
    survey_round = run_round(request, pk)
    try:
        done = action(acting_user=request.user, survey_round=survey_round)
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        if done:
            messages.success(request, words(done))
        else:
            messages.info(request, nothing(round_of(request, pk)))
    return redirect("round_detail", pk=pk)


@require_POST
def round_discard(request: Request, pk: int) -> HttpResponse:
    """Delete a round that was never opened."""
    survey_round = run_round(request, pk)
    if not actions.discard_round(acting_user=request.user, survey_round=survey_round):
        messages.error(request, _("This round was opened: it stays."))
        return redirect("round_detail", pk=pk)
    messages.success(request, _("Discarded."))
    return redirect("round_list")


# --- Answering --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def round_answer(request: Request, pk: int) -> HttpResponse:
    """The questionnaire of who is asked: a draft at any time, sent as often as one likes until the round closes."""
    survey_round = round_of(request, pk)
    if survey_round.state != RoundState.DRAFT and not survey_round.takes_answers:
        text = _("This round has closed: nothing was changed.")
        if request.htmx:
            return _line(text, status=422)
        if request.method == "POST":
            messages.error(request, text)
        return redirect("round_detail", pk=pk)
    invitation = RoundInvitation.objects.visible_to(request.user).filter(round=survey_round).first()
    if invitation is None:
        raise PermissionDenied
    mine = RoundAnswer.objects.visible_to(request.user).filter(invitation=invitation)
    answers = list(mine.askable(access_of(request.user)).with_names())
    if not _reads_back(request, invitation):
        for answer in answers:
            answer.scores, answer.comment = {}, ""
    if request.method != "POST":
        return _sheet(request, survey_round, invitation, SheetForm(answers=answers))
    form = SheetForm(request.POST, answers=answers)
    send = request.POST.get("act") != "draft"
    if form.is_valid():
        try:
            actions.save_answers(
                acting_user=request.user,
                survey_round=survey_round,
                scores=form.scores,
                comments=form.comments,
                send=send,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _saved(request, survey_round, send=send)
    if request.htmx:
        return _line(first_error(form), status=422)
    return _sheet(request, survey_round, invitation, form, status=422)


def _reads_back(request: Request, invitation: RoundInvitation) -> bool:
    """Return whether who is signed in is shown what was said before: not if others could have signed in since (R20)."""
    said_at = max((at for at in (invitation.saved_at, invitation.answered_at) if at is not None), default=None)
    return said_at is None or request.user.may_read_back(said_at)


def _line(text: str, *, status: int = 200) -> HttpResponse:
    """Answer a draft that the questionnaire keeps by itself: with a line on what became of it."""
    return HttpResponse(escape(text), status=status)


def _saved(request: Request, survey_round: SurveyRound, *, send: bool) -> HttpResponse:
    if not send:
        text = _("Draft saved. It counts once you send it.")
        if request.htmx:
            return _line(text)
        messages.success(request, text)
        return redirect("round_answer", pk=survey_round.pk)
    day = date_format(survey_round.closes_on, "DATE_FORMAT")
    messages.success(request, _("Sent, thank you. You may change your answers until %(day)s.") % {"day": day})
    return redirect("round_detail", pk=survey_round.pk)


def _sheet(
    request: Request, survey_round: SurveyRound, invitation: RoundInvitation, form: SheetForm, *, status: int = 200
) -> HttpResponse:
    sections = list(form.sections())
    served = defaultdict(list)
    links = Link.objects.visible_to(request.user).active_on(survey_round.opens_on)
    pairs = {(each.answer.supplier_id, each.answer.customer_id, each.answer.flow) for each in sections}
    for link in links.filter(customer__in={customer for _supplier, customer, _flow in pairs}).with_names():
        if (link.supplier_id, link.customer_id, link.flow) in pairs:
            served[link.supplier_id, link.customer_id, link.flow].append(link.item.label)
    context = {
        "round": survey_round,
        "invitation": invitation,
        "form": form,
        "sections": [
            (each, served[each.answer.supplier_id, each.answer.customer_id, each.answer.flow]) for each in sections
        ],
    }
    return render(request, "surveys/round_answer.html", context, status=status)
