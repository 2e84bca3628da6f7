"""The company plan of a year (R23): its page, signing it, and its editions. Writing its text: plan_boards.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from dealership.access import access_of
from dealership.answers import Request, first_error
from objectives import actions_plan as actions
from objectives.acts_plan import Act, Part, name_of, parts_of, years_to_open
from objectives.fiscal import FiscalYear
from objectives.forms_plan import ReopenForm, RevisionForm, VersionForm, YearForm
from objectives.models import Board, CompanyPlan, PlanEdition, PlanState
from objectives.plan_changes import allow
from objectives.plan_page import PlanPage, years_of
from objectives.plan_text import PlanText, compare, content_of, read

# --- Reading ----------------------------------------------------------------------------------------


@require_safe
def plan_current(request: Request) -> HttpResponse:
    """Lead to the plan of this fiscal year; where there is none, say what a plan is for and who begins it."""
    access = access_of(request.user)
    store = request.user.dealership
    if store is None:
        raise PermissionDenied
    this = FiscalYear.of(store.today(), store.fiscal_year_start)
    plan = CompanyPlan.objects.visible_to(request.user).filter(year=this.year).first()
    if plan is not None:
        return redirect("plan_detail", pk=plan.pk)
    may_open = bool(parts_of(access) & {Part.GENERAL_MANAGER, Part.ADMIN})
    context = {"years": years_of(access), "may_open": may_open, "year": years_to_open(store)[0].year}
    return render(request, "objectives/plan_none.html", context)


@require_safe
def plan_detail(request: Request, pk: int) -> HttpResponse:
    """The plan of a year: where it stands, its goals and boards, who has signed, what happened."""
    plan = plan_of(request, pk)
    return show(request, PlanPage(plan, access_of(request.user), page=request.GET.get("page")))


def plan_of(request: Request, pk: int) -> CompanyPlan:
    """Return a plan of the person's store: 404 in another one, PermissionDenied for who belongs to none."""
    found = CompanyPlan.objects.visible_to(request.user).select_related("dealership")
    plan: CompanyPlan = get_object_or_404(found, pk=pk)
    if request.user.dealership is None:
        raise PermissionDenied
    plan.dealership = request.user.dealership
    return plan


def show(request: Request, page: PlanPage, *, status: int = 200) -> HttpResponse:
    """Return the page of a plan."""
    return render(request, "objectives/plan_detail.html", {"page": page, "plan": page.plan}, status=status)


@require_safe
def plan_edition(request: Request, pk: int, number: int) -> HttpResponse:
    """An edition as it was adopted, word for word."""
    plan = plan_of(request, pk)
    edition: PlanEdition = get_object_or_404(PlanEdition, plan=plan, number=number)
    latest = PlanEdition.objects.filter(plan=plan).order_by("-number").values_list("number", flat=True).first()
    text = read(edition.content)
    context = {
        "plan": plan,
        "year": name_of(plan),
        "edition": edition,
        "text": text,
        "boards": [(board, text.boards[board]) for board in Board],
        "is_latest": edition.number == latest,
    }
    return render(request, "objectives/plan_edition.html", context)


@require_safe
def plan_compare(request: Request, pk: int) -> HttpResponse:
    """Two editions side by side in words (?old=, ?new=: a number, or “now” for the text as it stands)."""
    plan = plan_of(request, pk)
    editions = {str(edition.number): edition for edition in PlanEdition.objects.filter(plan=plan).order_by("number")}
    numbers = list(editions)
    names = {number: _("Edition %(number)s") % {"number": number} for number in numbers}
    if plan.state != PlanState.ADOPTED:
        names["now"] = pgettext("the text of a plan", "As it stands now")
    order = list(names)
    new = request.GET.get("new", "")
    new = new if new in names else (order[-1] if order else "")
    old = request.GET.get("old", "")
    before = [name for name in order if name != new]
    old = old if old in before else (before[-1] if before else "")
    context: dict[str, Any] = {
        "plan": plan,
        "year": name_of(plan),
        "names": list(names.items()),
        "old": old,
        "new": new,
    }
    if old and new:
        sections = compare(_text(plan, editions, old), _text(plan, editions, new))
        context |= {"sections": sections, "moved": sum(len(section.moved) for section in sections)}
    return render(request, "objectives/plan_compare.html", context)


def _text(plan: CompanyPlan, editions: dict[str, PlanEdition], name: str) -> PlanText:
    return read(editions[name].content if name in editions else content_of(plan))


# --- Writing ----------------------------------------------------------------------------------------


@require_POST
def plan_open(request: Request) -> HttpResponse:
    """Begin the plan of a fiscal year."""
    if not parts_of(access_of(request.user)) & {Part.GENERAL_MANAGER, Part.ADMIN}:
        raise PermissionDenied
    form = YearForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("plan_current")
    try:
        plan = actions.open_plan(acting_user=request.user, year=form.cleaned_data["year"])
    except ValidationError as error:
        messages.error(request, first_error(error))
        return redirect("plan_current")
    messages.success(request, _("The plan is open: everybody who leads a department was told."))
    return redirect("plan_detail", pk=plan.pk)


@require_POST
def plan_submit(request: Request, pk: int) -> HttpResponse:
    """Put the plan to signature."""
    text = _("Every manager was asked to sign.")
    return _act(request, pk, Act.SUBMIT, VersionForm, actions.put_to_signature, lambda plan: text)


@require_POST
def plan_sign(request: Request, pk: int) -> HttpResponse:
    """Sign the text as the page showed it."""
    return _act(request, pk, Act.SIGN, RevisionForm, actions.sign_plan, _signed)


@require_POST
def plan_adopt(request: Request, pk: int) -> HttpResponse:
    """Adopt a plan that waits for nobody any more."""
    return _act(request, pk, Act.ADOPT, VersionForm, actions.adopt_plan, _signed)


def _signed(plan: CompanyPlan) -> str:
    if plan.state == PlanState.ADOPTED:
        return _("Every manager has signed: the plan is adopted.")
    return _("Signed.")


def _act(
    request: Request,
    pk: int,
    act: Act,
    form_class: type[VersionForm] | type[RevisionForm],
    action: Callable[..., CompanyPlan],
    done: Callable[[CompanyPlan], str],
) -> HttpResponse:
    """Do an act that has no words of its own, and lead back to the plan, which says how it stands now."""
    plan = plan_of(request, pk)
    allow(request.user, plan, act)
    form = form_class(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
    else:
        try:
            plan = action(acting_user=request.user, plan=plan, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, first_error(error))
        else:
            messages.success(request, done(plan))
    return redirect("plan_detail", pk=pk)


@require_POST
def plan_reopen(request: Request, pk: int) -> HttpResponse:
    """Open an adopted plan for a new edition, with the reason."""
    plan = plan_of(request, pk)
    allow(request.user, plan, Act.REOPEN)
    form = ReopenForm(request.POST)
    if form.is_valid():
        try:
            actions.reopen_plan(acting_user=request.user, plan=plan, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, first_error(error))
        else:
            messages.success(request, _("Open for a new edition. What was adopted counts until then."))
        return redirect(reverse("plan_detail", args=[pk]))
    return show(request, PlanPage(plan, access_of(request.user), reopen=form), status=422)
