"""Writing the goals of a company plan with their measures (R23): the general manager and the store's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dealership.answers import Request, first_error
from objectives import actions_plan_goals as actions
from objectives.acts_plan import CHANGEABLE, Act, name_of
from objectives.forms_measures import lines_of, measure_formset
from objectives.forms_plan import GoalForm, GoalMoveForm, SeenForm
from objectives.models import CompanyGoal, CompanyPlan
from objectives.plan_changes import allow
from objectives.plan_text import line_of_measure
from objectives.views.plan import plan_of


@require_http_methods(["GET", "HEAD", "POST"])
def plan_goal_create(request: Request, pk: int) -> HttpResponse:
    """Add a goal with its measures."""
    plan = _plan(request, pk)
    return _goal_page(request, plan, None)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_goal(request: Request, pk: int, goal: int) -> HttpResponse:
    """Change a goal and its measures."""
    plan = _plan(request, pk)
    return _goal_page(request, plan, _goal(plan, goal))


@require_POST
def plan_goal_move(request: Request, pk: int, goal: int) -> HttpResponse:
    """Move a goal one place up or down."""
    plan = _plan(request, pk)
    found, form = _goal(plan, goal), GoalMoveForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(first_error(form))
        up = form.cleaned_data["to"] == "up"
        actions.move_goal(acting_user=request.user, goal=found, place=form.cleaned_data["place"], up=up)
    except ValidationError as error:
        messages.error(request, first_error(error))
    return _back(pk)


@require_POST
def plan_goal_give_up(request: Request, pk: int, goal: int) -> HttpResponse:
    """Take a goal out of the plan."""
    plan = _plan(request, pk)
    found, form = _goal(plan, goal), SeenForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(first_error(form))
        actions.give_up_goal(acting_user=request.user, goal=found, seen=form.cleaned_data["seen"])
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        messages.success(request, _("The goal is given up. It can be taken up again below."))
    return _back(pk)


@require_POST
def plan_goal_take_up(request: Request, pk: int, goal: int) -> HttpResponse:
    """Take a goal up again that was given up."""
    plan = _plan(request, pk)
    try:
        actions.take_up_goal(acting_user=request.user, goal=_goal(plan, goal))
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        messages.success(request, _("The goal is part of the plan again."))
    return _back(pk)


def _plan(request: Request, pk: int) -> CompanyPlan:
    plan = plan_of(request, pk)
    allow(request.user, plan, Act.SET_GOALS)
    return plan


def _goal(plan: CompanyPlan, key: int) -> CompanyGoal:
    rows = CompanyGoal.objects.filter(plan=plan).prefetch_related("measures")
    goal: CompanyGoal = get_object_or_404(rows, pk=key)
    goal.plan = plan
    return goal


def _back(pk: int) -> HttpResponse:
    return redirect(f"{reverse('plan_detail', args=[pk])}#goals")


def _goal_page(request: Request, plan: CompanyPlan, goal: CompanyGoal | None) -> HttpResponse:
    """Show the form of a goal, or save it; what cannot be saved comes back with what was typed."""
    data = request.POST if request.method == "POST" else None
    form = GoalForm(data, goal=goal)
    lines = [line_of_measure(measure) for measure in goal.measures.all()] if goal is not None else []
    measures = measure_formset(data, store=plan.dealership, lines=lines, prefix="measures", kept=True)
    if data is not None:
        is_whole = all([form.is_valid(), measures.is_valid()])  # both, so that all that is wrong is said at once
        if is_whole and _save(request, plan, goal, form, {**form.cleaned_data, "measures": lines_of(measures)}):
            messages.success(request, _("Saved."))
            return _back(plan.pk)
    elif plan.state not in CHANGEABLE:
        messages.info(request, _("The plan is adopted: its goals change only in a new edition."))
        return _back(plan.pk)
    context = {"plan": plan, "year": name_of(plan), "goal": goal, "form": form, "measures": measures}
    return render(request, "objectives/plan_goal.html", context, status=422 if data is not None else 200)


def _save(request: Request, plan: CompanyPlan, goal: CompanyGoal | None, form: GoalForm, typed: dict[str, Any]) -> bool:
    """Save a goal; return False, with the words on the form, where it is refused."""
    try:
        if goal is None:
            actions.add_goal(acting_user=request.user, plan=plan, **typed)
        else:
            seen = SeenForm(request.POST)
            if not seen.is_valid():
                raise ValidationError(first_error(seen))
            actions.change_goal(acting_user=request.user, goal=goal, seen=seen.cleaned_data["seen"], **typed)
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
        return False
    return True
