"""Objectives: the board of a department, drafting, and the page of one (R22, R24, R28)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dealership.access import Access, access_of
from dealership.answers import Request
from dealership.models import Dealership, Department
from objectives import actions_objectives as actions
from objectives.boards import grouped, in_groups, objectives_to_sign
from objectives.cards_objectives import ObjectiveCard, ObjectivePage
from objectives.facts_panel import panel_for
from objectives.fiscal import FiscalYear
from objectives.forms_measures import lines_of, measure_formset
from objectives.forms_needs import VersionForm
from objectives.forms_objectives import OVERDUE, SOON, BoardForm, ObjectiveForm, typed
from objectives.judging import standings
from objectives.measure_lines import MeasureLine, line_of
from objectives.models import CompanyGoal, Dialogue, Event, MeasureKind, Need, Objective, Source
from objectives.outcomes import takes_part
from objectives.parts import Signing
from objectives.people import people_of
from objectives.signing import Signers

PER_PAGE = 25


def store_of(request: Request) -> Dealership:
    """Return the person's store; PermissionDenied for who has none."""
    if request.user.dealership is None:
        raise PermissionDenied
    return request.user.dealership


def readable(request: Request, pk: int) -> Objective:
    """Return an objective the person may read: 404 in another store, else PermissionDenied."""
    objective: Objective = get_object_or_404(Objective.objects.visible_to(request.user).with_names(), pk=pk)
    store_of(request)
    if not Objective.objects.readable_by(access_of(request.user)).filter(pk=pk).exists():
        raise PermissionDenied
    return objective


# --- The board --------------------------------------------------------------------------------------


@require_safe
def objective_list(request: Request) -> HttpResponse:
    """The board of a department (?department=, one's own unless chosen), or of two (?other=), in groups."""
    access, store = access_of(request.user), store_of(request)
    today = store.today()
    this_year = FiscalYear.of(today, store.fiscal_year_start).year
    own = access.main_department
    data = request.GET.copy()
    if "department" not in data:
        data["department"] = own.code if own is not None else "all"
    form = BoardForm(
        data,
        departments=access.tree.departments,
        every_department=access.reads_store or own is None,
        years=range(this_year + 1, this_year - 4, -1),
    )
    form.is_valid()  # a filter that cannot be read says so beside its field; the others still hold
    chosen = form.cleaned_data
    department = access.tree.by_code.get(chosen.get("department", ""))
    other = access.tree.by_code.get(chosen.get("other", ""))
    sides = {"all": _("All"), "owner": _("Promised by us"), "customer": _("Promised to us")}
    if department is not None and department.pk not in access.own | access.led:
        sides |= {"owner": _("Promised by them"), "customer": _("Promised to them")}
    side = request.GET.get("side", "")
    side = side if side in sides and department is not None else "all"
    signers = Signers(store)
    to_sign = objectives_to_sign(request.user, signers)
    found = _narrowed(Objective.objects.readable_by(access), department, other, side, chosen, today)
    page = Paginator(in_groups(found.with_names(), to_sign, today), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    standing = standings(shown, today)
    cards = [ObjectiveCard(objective, standing.get(objective.pk), today) for objective in shown]
    context = {
        "form": form,
        "page_obj": page,
        "groups": grouped(cards),
        "department": department,
        "other": other,
        "side": side,
        "sides": [
            {"url": _query(request, side=name), "words": words, "current": name == side}
            for name, words in sides.items()
        ]
        if department is not None
        else [],
        "may_draft": bool(access.own | access.led),
        "waiting": len(to_sign),
    }
    return render(request, "objectives/objective_list.html", context)


def _query(request: Request, **values: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _narrowed(
    found: Any, department: Department | None, other: Department | None, side: str, chosen: dict[str, Any], today: Any
) -> Any:
    """Return what the board shows; dropped objectives only where they are asked for."""
    if department is not None:
        by_us, to_us = Q(owner=department), Q(customers__department=department)
        if other is not None and other != department:
            by_us &= Q(customers__department=other)
            to_us &= Q(owner=other)
        found = found.filter({"owner": by_us, "customer": to_us}.get(side, by_us | to_us)).distinct()
    elif other is not None:
        found = found.filter(Q(owner=other) | Q(customers__department=other)).distinct()
    found = found.filter(state=chosen["state"]) if chosen.get("state") else found.exclude(state="dropped")
    if chosen.get("source"):
        found = found.filter(source=chosen["source"])
    if chosen.get("year"):
        found = found.filter(year=chosen["year"])
    if chosen.get("due") == OVERDUE:
        found = found.overdue_on(today)
    elif chosen.get("due") == SOON:
        found = found.due_soon(today)
    return found


# --- Drafting ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def objective_create(request: Request) -> HttpResponse:
    """Draft an objective: ?owner=, ?customer= (codes), ?need=, ?dialogue=, ?goal= (keys) say what it starts from."""
    access, store = access_of(request.user), store_of(request)
    need = _named(Need.objects.visible_to(request.user).open().with_names(), request.GET.get("need"))
    dialogue = _named(Dialogue.objects.readable_by(access).with_names(), request.GET.get("dialogue"))
    owners = access.departments(access.own | access.led)
    if dialogue is not None and takes_part(access, dialogue):
        owners += [side for side in (dialogue.host, dialogue.guest) if side not in owners]
    owners = [owner for owner in owners if owner.is_active]
    if not owners or (need is not None and need.supplier not in owners):
        raise PermissionDenied
    owner = _owner(request, access, owners, need, dialogue)
    form = ObjectiveForm(
        request.POST if request.method == "POST" else None,
        initial=_prefilled(request, access, owner, need, dialogue),
        **_offered(store, access, owner),
    )
    lines = measure_formset(request.POST if request.method == "POST" else None, store=store, lines=_first_lines(need))
    context: dict[str, Any] = {
        "form": form,
        "formset": lines,
        "owner": owner,
        "owners": [] if need is not None else owners,
        "need": need,
        "dialogue": dialogue,
    }
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        try:
            objective = actions.draft_objective(
                acting_user=request.user,
                owner=owner,
                criteria=lines_of(lines),
                need=need,
                dialogue=dialogue,
                submission_key=form.cleaned_data["key"],
                **form.said,
            )
        except ValidationError as error:
            _put_errors(form, error)
        else:
            messages.success(request, _("Saved as a draft."))
            if dialogue is not None and owner.pk not in access.own | access.led:
                return redirect("dialogue_detail", pk=dialogue.pk)  # a draft is its owner's own
            return redirect("objective_detail", pk=objective.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "objectives/objective_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def objective_edit(request: Request, pk: int) -> HttpResponse:
    """Write a draft anew."""
    objective, access = readable(request, pk), access_of(request.user)
    store, signing = objective.dealership, Signing.of(objective)
    if objective.owner_id not in access.own | access.led:
        raise PermissionDenied
    if signing.draft is None:
        messages.error(request, _("This is no draft any more: its criteria are frozen."))
        return redirect("objective_detail", pk=pk)
    before = [line_of(criterion) for criterion in signing.draft.criteria.all()]
    data = request.POST if request.method == "POST" else None
    form = ObjectiveForm(data, initial=typed(objective), **_offered(store, access, objective.owner))
    lines = measure_formset(data, store=store, lines=before)
    seen = VersionForm(data, initial={"version": objective.version})
    if request.method == "POST" and form.is_valid() & lines.is_valid() & seen.is_valid():
        try:
            actions.edit_draft(
                acting_user=request.user,
                objective=objective,
                version=seen.cleaned_data["version"],
                criteria=lines_of(lines),
                **form.said,
            )
        except ValidationError as error:
            _put_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("objective_detail", pk=pk)
    context = {"form": form, "formset": lines, "owner": objective.owner, "objective": objective, "seen": seen}
    return render(request, "objectives/objective_form.html", context, status=422 if request.method == "POST" else 200)


def _named(found: Any, key: str | None) -> Any:
    """Return the row with a key from the address; None where none is given, 404 where it is none to be read."""
    if not key:
        return None
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        return get_object_or_404(found.none())
    return get_object_or_404(found, pk=int(key))


def _owner(
    request: Request, access: Access, owners: list[Department], need: Need | None, dialogue: Dialogue | None
) -> Department:
    """Return whose objective it is to be."""
    if need is not None:
        return next(owner for owner in owners if owner.pk == need.supplier_id)
    asked = request.GET.get("owner", "")
    by_code = {owner.code: owner for owner in owners}
    sides = {dialogue.host_id, dialogue.guest_id} if dialogue is not None else set()
    ours = next((owner for owner in owners if owner.pk in sides), None)
    own = access.main_department
    return by_code.get(asked) or ours or (own if own in owners else None) or owners[0]


def _prefilled(
    request: Request, access: Access, owner: Department, need: Need | None, dialogue: Dialogue | None
) -> dict[str, Any]:
    """Return what the form starts from."""
    customer = access.tree.by_code.get(request.GET.get("customer", ""))
    if dialogue is not None and owner.pk in (dialogue.host_id, dialogue.guest_id):
        customer = dialogue.guest if owner.pk == dialogue.host_id else dialogue.host
    customer = need.customer if need is not None else customer
    found: dict[str, Any] = {"goal": request.GET.get("goal", "")}
    if need is not None:
        found |= {"title": need.summary, "description": need.why}
    if customer is not None and customer != owner:
        found |= {"customers": [str(customer.pk)], "origin": f"{Source.CUSTOMER}:{customer.pk}"}
    return found


def _first_lines(need: Need | None) -> list[MeasureLine]:
    """Return the criterion that a need suggests: so many of it, by the day it is needed."""
    if need is None or need.wanted_on is None or need.wanted_on < need.dealership.today():
        return []
    if need.quantity is not None:
        return [MeasureLine(MeasureKind.NUMBER, need.what, "at_least", Decimal(need.quantity), "", need.wanted_on)]
    return [MeasureLine(MeasureKind.DATE, need.what, "by", None, "", need.wanted_on)]


def _offered(store: Dealership, access: Access, owner: Department) -> dict[str, Any]:
    """Return what the form offers to choose among."""
    this_year = FiscalYear.of(store.today(), store.fiscal_year_start).year
    goals = CompanyGoal.objects.filter(dealership=store, given_up_at=None, plan__year__gte=this_year)
    return {
        "departments": [d for d in access.tree.departments if d.is_active and d.pk != owner.pk],
        "people": people_of([owner.pk], Signers(store)),
        "goals": goals.order_by("-plan__year", "rank", "pk"),
        "today": store.today(),
    }


def _put_errors(form: ObjectiveForm, error: ValidationError) -> None:
    """Say what is wrong beside the fields it is about; above the form what is about none of them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


# --- The page of one --------------------------------------------------------------------------------


@require_safe
def objective_detail(request: Request, pk: int) -> HttpResponse:
    """One objective: where it stands, its criteria and facts, who signed what, and what happened."""
    return objective_page(request, readable(request, pk))


def objective_page(
    request: Request, objective: Objective, *, refused: str = "", typed: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    """Render an objective's page; `refused`: the act that was sent and could not be done, with what was typed."""
    access = access_of(request.user)
    events = list(Event.objects.filter(objective=objective).select_related("person").order_by("pk"))
    signing = Signing.of(objective)
    page = ObjectivePage(signing, access, refused=refused, typed=typed, error=error, events=events)
    context = {
        "page": page,
        "objective": objective,
        "signing": signing,
        "panel": panel_for(objective, access) if page.was_agreed else None,
    }
    return render(request, "objectives/objective_detail.html", context, status=status)
