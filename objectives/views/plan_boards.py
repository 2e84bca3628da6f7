"""Writing the boards of a company plan (R23): contribute in place, change and remove on a page of its own."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dealership.access import access_of
from dealership.answers import Request, first_error
from objectives import actions_plan_boards as actions
from objectives.acts_plan import CHANGEABLE, Act, contributes_for, name_of
from objectives.forms_plan import EntryForm, SeenForm
from objectives.models import Board, CompanyPlan, PlanEntry
from objectives.plan_changes import allow
from objectives.plan_page import PlanPage, others_of
from objectives.views.plan import plan_of, show


@require_POST
def plan_contribute(request: Request, pk: int, board: str) -> HttpResponse:
    """Add a contribution to a board; what cannot be saved comes back in its place."""
    plan = plan_of(request, pk)
    if board not in Board.values:
        raise Http404
    allow(request.user, plan, Act.CONTRIBUTE)
    access = access_of(request.user)
    form = EntryForm(request.POST, board=board, departments=contributes_for(access), others=others_of(access))
    if form.is_valid():
        try:
            actions.contribute(acting_user=request.user, plan=plan, board=board, **form.cleaned_data)
        except ValidationError as error:
            if plan.state not in CHANGEABLE:
                messages.error(request, first_error(error))
                return redirect("plan_detail", pk=pk)
            form.add_error(None, error)
        else:
            messages.success(request, _("Added."))
            return redirect(f"{reverse('plan_detail', args=[pk])}#{board}")
    return show(request, PlanPage(plan, access, typed=form), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_entry(request: Request, pk: int, entry: int) -> HttpResponse:
    """Change a contribution of a department one leads."""
    plan = plan_of(request, pk)
    found = _entry(request, plan, entry)
    if found is None:
        return _gone(request, pk)
    others = [one for one in others_of(access_of(request.user)) if one.pk != found.department_id]
    is_sent = request.method == "POST"
    form = EntryForm(request.POST if is_sent else None, board=found.board, departments=(), others=others, entry=found)
    seen = SeenForm(request.POST)
    if is_sent and form.is_valid():
        try:
            if not seen.is_valid():
                raise ValidationError(first_error(seen))
            actions.change_entry(
                acting_user=request.user, entry=found, seen=seen.cleaned_data["seen"], **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Changed."))
            return redirect(f"{reverse('plan_detail', args=[pk])}#{found.board}")
    context = {"plan": plan, "year": name_of(plan), "entry": found, "form": form}
    return render(request, "objectives/plan_entry.html", context, status=422 if is_sent else 200)


@require_POST
def plan_entry_remove(request: Request, pk: int, entry: int) -> HttpResponse:
    """Take a contribution away."""
    plan = plan_of(request, pk)
    found = _entry(request, plan, entry)
    if found is None:
        return _gone(request, pk)
    form = SeenForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(first_error(form))
        actions.remove_entry(acting_user=request.user, entry=found, seen=form.cleaned_data["seen"])
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        messages.success(request, _("Removed. Its words stay in the history."))
    return redirect(f"{reverse('plan_detail', args=[pk])}#{found.board}")


def _entry(request: Request, plan: CompanyPlan, key: int) -> PlanEntry | None:
    """Return a contribution the person may change; None if it is gone. Raises PermissionDenied if it is not theirs."""
    allow(request.user, plan, Act.CONTRIBUTE)
    rows = PlanEntry.objects.filter(plan=plan, pk=key).select_related("department", "towards", "author")
    found: PlanEntry | None = rows.first()
    if found is None:
        return None
    if found.department not in contributes_for(access_of(request.user)):
        raise PermissionDenied
    found.plan, found.dealership = plan, plan.dealership
    return found


def _gone(request: Request, pk: int) -> HttpResponse:
    messages.info(request, _("This contribution was removed in the meantime."))
    return redirect("plan_detail", pk=pk)
