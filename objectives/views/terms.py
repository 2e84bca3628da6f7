"""What people do with objectives and their terms: sign, refuse, change, compare; which day words mean (R22, R27)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.access import access_of
from dealership.answers import Request, back_from, first_error
from objectives import actions_objectives as actions
from objectives.acts_objectives import Part
from objectives.comparison import compare
from objectives.fiscal import FiscalYear
from objectives.forms_measures import lines_of, measure_formset
from objectives.forms_objectives import ChangeTermsForm, CommentForm, SignForm, WordsForm
from objectives.measure_lines import line_of
from objectives.models import EventKind as Kind
from objectives.models import Objective, Terms
from objectives.parts import Signing
from objectives.relative_dates import is_plain_day, next_when
from objectives.views.objectives import objective_page, readable, store_of


@require_safe
def objective_when(request: Request) -> HttpResponse:
    """Say which day the words of a line mean, in the store's fiscal year: shown beside them while they are typed."""
    store = store_of(request)
    sent = (name for name in request.GET if name == "due" or name.endswith("-due"))
    words = " ".join(request.GET.get(next(sent, ""), "").split())
    today = store.today()
    day = next_when(words, FiscalYear.of(today, store.fiscal_year_start), today)
    context = {"day": None if is_plain_day(words) else day, "words": words if day is None else ""}
    return render(request, "objectives/_measure_day.html", context)


# --- Acts -------------------------------------------------------------------------------------------


@require_POST
def objective_propose(request: Request, pk: int) -> HttpResponse:
    """Propose a draft to its customers: the owner's signature."""
    return _act(request, pk, Kind.PROPOSE, WordsForm, actions.propose, _("Proposed. The other side signs now."))


@require_POST
def objective_sign(request: Request, pk: int) -> HttpResponse:
    """Sign the proposed terms for a side."""
    objective = _asked(request, pk)
    if objective is None:
        return redirect("objective_list")
    form = SignForm(request.POST, sides=Signing.of(objective).sides)
    if not form.is_valid():
        return objective_page(request, objective, refused=Kind.SIGN, error=first_error(form), status=422)
    version = form.cleaned_data["version"]
    try:
        actions.sign_terms(acting_user=request.user, objective=objective, version=version, department=form.side)
    except ValidationError as error:
        return _not_done(request, pk, Kind.SIGN, "", error)
    messages.success(request, _("Signed."))
    return redirect(back_from(request) or reverse("objective_detail", args=[pk]))


@require_POST
def objective_refuse(request: Request, pk: int) -> HttpResponse:
    """Say why one does not agree."""
    return _act(request, pk, Kind.REFUSE, WordsForm, actions.refuse_terms, _("Sent back."))


@require_POST
def objective_take_back(request: Request, pk: int) -> HttpResponse:
    """Take a proposal back."""
    return _act(request, pk, Kind.TAKE_BACK, WordsForm, actions.take_back, _("Taken back."))


@require_POST
def objective_start(request: Request, pk: int) -> HttpResponse:
    """Say that work has started."""
    return _act(request, pk, Kind.START, WordsForm, actions.start, _("Work has started."))


@require_POST
def objective_drop(request: Request, pk: int) -> HttpResponse:
    """Give an objective up."""
    return _act(request, pk, Kind.DROP, WordsForm, actions.drop, _("Dropped."))


@require_POST
def objective_comment(request: Request, pk: int) -> HttpResponse:
    """Add words for both sides."""
    return _act(request, pk, Kind.COMMENT, CommentForm, actions.comment_on_objective, _("Sent."))


#: Acts that take words along.
WITH_WORDS = (Kind.REFUSE, Kind.TAKE_BACK, Kind.DROP, Kind.COMMENT)


def _act(
    request: Request, pk: int, kind: Kind, form_class: type[Form], action: Callable[..., object], done: str
) -> HttpResponse:
    """Read the form, do the act, answer with a message; refused, with the page as it is then and what was typed."""
    objective = _asked(request, pk)
    if objective is None:
        return redirect("objective_list")
    form = form_class(request.POST)
    words = request.POST.get("text", "")
    if not form.is_valid():
        return objective_page(request, objective, refused=kind, typed=words, error=first_error(form), status=422)
    sent: dict[str, Any] = dict(form.cleaned_data)
    if kind not in WITH_WORDS:
        sent.pop("text")
    try:
        action(acting_user=request.user, objective=objective, **sent)
    except ValidationError as error:
        return _not_done(request, pk, kind, words, error)
    messages.success(request, done)
    return redirect("objective_detail", pk=pk) if _still_reads(request, pk) else redirect("objective_list")


def _asked(request: Request, pk: int) -> Objective | None:
    """Return the objective an act was sent to; None, with a message, for a proposal that is a draft again.

    Who was asked to sign it could read it a moment ago, and is told instead of turned away.
    """
    if not _still_reads(request, pk):
        objective = get_object_or_404(Objective.objects.visible_to(request.user).with_names(), pk=pk)
        signing = Signing.of(objective)
        if len(signing.terms) > 1 and signing.signs_for(request.user):
            messages.error(
                request, _("In the meantime this proposal was sent back or taken back. It is a draft again.")
            )
            return None
    return readable(request, pk)


def _still_reads(request: Request, pk: int) -> bool:
    """Return whether the person reads the objective: a proposal that is a draft again is its owner's own."""
    return Objective.objects.readable_by(access_of(request.user)).filter(pk=pk).exists()


def _not_done(request: Request, pk: int, kind: Kind, words: str, error: ValidationError) -> HttpResponse:
    """Answer with the page as it is now, what is wrong, and what was typed."""
    if not _still_reads(request, pk):
        messages.error(request, first_error(error))
        return redirect("objective_list")
    fresh = readable(request, pk)
    return objective_page(request, fresh, refused=kind, typed=words, error=first_error(error), status=422)


# --- Changing and comparing -------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def terms_change(request: Request, pk: int) -> HttpResponse:
    """Propose other criteria for what is agreed: the form begins with those in force."""
    objective, store = readable(request, pk), store_of(request)
    signing = Signing.of(objective)
    access = access_of(request.user)
    if Part.SIGNER not in signing.parts_of(access):
        raise PermissionDenied
    may_change = signing.in_force is not None and Kind.PROPOSE in signing.acts_of(access)
    if request.method != "POST" and not may_change:
        messages.error(request, _("The criteria cannot be changed now: none are in force, or a change waits already."))
        return redirect("objective_detail", pk=pk)
    before = [line_of(criterion) for criterion in signing.in_force.criteria.all()] if signing.in_force else []
    data = request.POST if request.method == "POST" else None
    form = ChangeTermsForm(data, initial={"version": objective.version})
    lines = measure_formset(data, store=store, lines=before, kept=True, required=True)
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        said = form.cleaned_data
        try:
            actions.change_terms(
                acting_user=request.user,
                objective=objective,
                version=said["version"],
                reason=said["reason"],
                criteria=lines_of(lines),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Proposed. Until all sides have signed, the criteria in force hold."))
            return redirect("objective_detail", pk=pk)
    context = {"objective": objective, "form": form, "formset": lines, "signing": signing}
    return render(request, "objectives/terms_change.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def terms_compare(request: Request, pk: int) -> HttpResponse:
    """Two versions of the terms side by side: ?from= and ?to=, the last two unless given; and all signatures."""
    objective = readable(request, pk)
    signing = Signing.of(objective)
    after = _version(signing, request.GET.get("to"), signing.terms[-1])
    earlier = [terms for terms in signing.terms if terms.number < after.number]
    before = _version(signing, request.GET.get("from"), earlier[-1] if earlier else after)
    context = {
        "objective": objective,
        "signing": signing,
        "before": before,
        "after": after,
        "pairs": compare(before.criteria.all(), after.criteria.all()),
        "versions": list(reversed(signing.terms)),
    }
    return render(request, "objectives/terms_compare.html", context)


def _version(signing: Signing, number: str | None, otherwise: Terms) -> Terms:
    """Return the version with a number from the address; 404 where there is none of it."""
    if not number:
        return otherwise
    found = next((terms for terms in signing.terms if str(terms.number) == number), None)
    if found is None:
        raise Http404
    return found
