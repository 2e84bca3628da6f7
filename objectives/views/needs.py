"""Needs: their list, raising one, the page of one, and what the two sides do with it (R24-R26)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, F, Q, When
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.access import Access, access_of
from dealership.answers import Request, back_from, first_error
from dealership.models import Dealership, Department
from objectives import actions_needs as actions
from objectives.acts_needs import ACTS, open_acts, parts_in
from objectives.agenda import NeedLine, need_line
from objectives.forms_needs import AcknowledgeForm, DeclineForm, NeedFilterForm, NeedForm, VersionForm
from objectives.models import Event, Need, NeedState, Objective, PlanEntry
from objectives.models import EventKind as Kind
from objectives.people import people_of
from objectives.signing import Signers
from supplychain.models import Flow, Link, StatedNeed

PER_PAGE = 25
#: Names of the list's tabs.
TOWARDS, FROM, ALL = "towards", "from", "all"


# --- Reading ----------------------------------------------------------------------------------------


@require_safe
def need_list(request: Request) -> HttpResponse:
    """Needs towards the reader's departments, from them, or all of the store; what waits longest first."""
    access = access_of(request.user)
    store = _store(request)
    mine = access.own | access.led
    rows = {
        TOWARDS: Q(supplier__in=mine),
        FROM: Q(customer__in=mine),
        ALL: Q(),
    }
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in rows else TOWARDS if mine else ALL
    form = NeedFilterForm(
        request.GET, departments=[(department.pk, department.label) for department in access.tree.departments]
    )
    form.is_valid()  # a filter that cannot be read says so beside its field; the others still hold
    today = store.today()
    visible = Need.objects.visible_to(request.user)
    found = visible.filter(rows[tab])
    state = form.cleaned_data.get("state")
    if state == "open":
        found = found.open()
    elif state == "overdue":
        found = found.overdue_on(today)
    elif state:
        found = found.filter(state=state)
    if form.cleaned_data.get("flow"):
        found = found.filter(flow=form.cleaned_data["flow"])
    if form.cleaned_data.get("department") is not None:
        found = found.touching(form.cleaned_data["department"])
    # What waits for an answer first, then what was taken up, the oldest first; what is over last, the latest first.
    order = (
        Case(When(state=NeedState.RAISED, then=0), When(state=NeedState.ACKNOWLEDGED, then=1), default=2),
        Case(When(state__in=[NeedState.RAISED, NeedState.ACKNOWLEDGED], then=F("raised_at"))).asc(nulls_last=True),
        "-raised_at",
        "-pk",
    )
    page = Paginator(found.with_names().order_by(*order), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tab": tab,
        "tabs": _tabs(request, tab),
        "page_obj": page,
        "lines": [need_line(need, today) for need in page.object_list],
        "overdue": visible.overdue_on(today).filter(rows[tab]).count(),
        "may_raise": bool(_customers(access)),
    }
    return render(request, "objectives/need_list.html", context)


def _store(request: Request) -> Dealership:
    if request.user.dealership is None:
        raise PermissionDenied
    return request.user.dealership


def _tabs(request: Request, current: str) -> list[dict[str, Any]]:
    """Return the tabs as links that keep the filters."""
    words = {TOWARDS: _("Towards us"), FROM: _("From us"), ALL: _("Whole store")}
    tabs = []
    for name, label in words.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["tab"] = name
        tabs.append({"url": f"?{query.urlencode()}", "words": label, "current": name == current})
    return tabs


@require_safe
def need_detail(request: Request, pk: int) -> HttpResponse:
    """One need, what became of it, and its timeline. Everybody in the store may read it."""
    return _page(request, _need(request, pk))


def _need(request: Request, pk: int) -> Need:
    found = Need.objects.visible_to(request.user).with_names()
    need: Need = get_object_or_404(found.select_related("dialogue", "stated_need__invitation", "expectation"), pk=pk)
    _store(request)  # who belongs to no store reads no store's needs
    return need


@dataclasses.dataclass(frozen=True)
class NeedPage:
    """What the page of a need shows; forms that were refused come with what was typed."""

    line: NeedLine
    acts: frozenset[str]
    events: list[Event]
    objectives: list[Objective]
    acknowledge: AcknowledgeForm
    decline: DeclineForm
    may_open_dialogue: bool
    error: str = ""


def _page(
    request: Request, need: Need, *, form: Form | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    access = access_of(request.user)
    signers = Signers(need.dealership)
    acts = frozenset(str(kind) for kind in open_acts(need.state, parts_in(access, need, signers)))
    start = {"version": need.version}
    acknowledge = form if isinstance(form, AcknowledgeForm) else None
    if acknowledge is None:
        people = people_of([need.supplier_id], signers) if Kind.ACKNOWLEDGE in acts else []
        acknowledge = AcknowledgeForm(initial={**start, "owner": request.user.pk}, people=people, prefix="ack")
    decline = form if isinstance(form, DeclineForm) else DeclineForm(initial=start, prefix="decline")
    readable = Objective.objects.readable_by(access).filter(need=need)
    page = NeedPage(
        line=need_line(need, need.dealership.today()),
        acts=acts,
        events=list(Event.objects.filter(need=need).select_related("person")),
        objectives=list(readable.select_related("owner").order_by("pk")),
        acknowledge=acknowledge,
        decline=decline,
        may_open_dialogue=need.dialogue is not None
        and (access.reads_store or bool({need.dialogue.host_id, need.dialogue.guest_id} & (access.own | access.led))),
        error=error,
    )
    return render(request, "objectives/need_detail.html", {"need": need, "page": page}, status=status)


# --- Raising ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def need_create(request: Request) -> HttpResponse:
    """Raise a need; ?customer=, ?supplier=, ?flow= fill the form, ?expectation= takes its words from the plan."""
    access = access_of(request.user)
    customers = _customers(access)
    if not customers:
        raise PermissionDenied
    store = _store(request)
    suppliers = [department for department in access.tree.departments if department.is_active]
    choices: dict[str, Any] = {"customers": customers, "suppliers": suppliers, "today": store.today()}
    if request.method == "POST":
        form = NeedForm(request.POST, **choices)
        if form.is_valid():
            need = _raise(request, form)
            if need is not None:
                messages.success(request, _("Raised: %(supplier)s answers it.") % {"supplier": need.supplier})
                return redirect("need_detail", pk=need.pk)
    else:
        form = NeedForm(initial=_initial(request, customers), **choices)
    status = 422 if request.method == "POST" else 200
    return render(request, "objectives/need_create.html", {"form": form}, status=status)


def _customers(access: Access) -> list[Department]:
    """Return the departments for which the person raises needs; their own first."""
    offered = [d for d in access.tree.departments if d.pk in access.rates_for and d.is_active]
    return sorted(offered, key=lambda department: department.pk not in access.own)


def _initial(request: Request, customers: list[Department]) -> dict[str, Any]:
    """Return what the address fills in; what cannot be read fills nothing."""
    initial: dict[str, Any] = {"customer": str(customers[0].pk)}
    for name in ("customer", "supplier"):
        if request.GET.get(name, "").isascii() and request.GET.get(name, "").isdigit():
            initial[name] = request.GET[name]
    if request.GET.get("flow") in Flow.values:
        initial["flow"] = request.GET["flow"]
    expectation = _expectation(request, request.GET.get("expectation", ""))
    if expectation is not None:
        initial |= {
            "expectation": expectation.pk,
            "customer": str(expectation.department_id),
            "supplier": str(expectation.towards_id or ""),
            "what": expectation.text[:200],
            "why": expectation.text[200:],
        }
        flows = Link.objects.visible_to(request.user).filter(
            supplier=expectation.towards_id, customer=expectation.department_id
        )
        first = flows.values_list("flow", flat=True).first()
        if first is not None:
            initial["flow"] = first
    return initial


def _expectation(request: Request, key: str) -> PlanEntry | None:
    """Return the expectation of a plan with this key, if the person's store has one."""
    if not (key.isascii() and key.isdigit() and len(key) <= 9):
        return None
    found: PlanEntry | None = (
        PlanEntry.objects.visible_to(request.user).filter(pk=int(key), board="expectation").first()
    )
    return found


def _raise(request: Request, form: NeedForm) -> Need | None:
    """Raise the need; None, with the reason in the form, if it is refused."""
    typed = form.cleaned_data
    key = typed.get("expectation")
    try:
        return actions.raise_need(
            acting_user=request.user,
            customer=typed["customer"],
            supplier=typed["supplier"],
            flow=typed["flow"],
            what=typed["what"],
            why=typed["why"],
            quantity=typed["quantity"],
            wanted_on=typed["wanted_on"],
            expectation=_expectation(request, str(key)) if key is not None else None,
            submission_key=typed["key"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None


@require_POST
def need_from_stated(request: Request, pk: int) -> HttpResponse:
    """Make a need of a line that answered a call, as it was stated. Either side."""
    found = StatedNeed.objects.visible_to(request.user).select_related(
        "invitation__call", "invitation__link__supplier", "invitation__link__customer"
    )
    stated: StatedNeed = get_object_or_404(found, pk=pk)
    try:
        need = actions.need_from_stated(acting_user=request.user, stated=stated)
    except ValidationError as error:
        messages.error(request, first_error(error))
        return redirect(back_from(request) or reverse("call_detail", args=[stated.invitation.call_id]))
    messages.success(request, _("Became a need: %(what)s.") % {"what": need.summary})
    return redirect("need_detail", pk=need.pk)


# --- Answering --------------------------------------------------------------------------------------


@require_POST
def need_acknowledge(request: Request, pk: int) -> HttpResponse:
    """Take a need up for the supplier, and say who takes care of it."""
    need = _need(request, pk)
    _check(request, need, Kind.ACKNOWLEDGE)
    form = AcknowledgeForm(request.POST, people=people_of([need.supplier_id], Signers(need.dealership)), prefix="ack")
    return _answer(request, need, form, actions.acknowledge, _("Acknowledged."))


@require_POST
def need_decline(request: Request, pk: int) -> HttpResponse:
    """Decline a need for the supplier, with a reason."""
    need = _need(request, pk)
    _check(request, need, Kind.DECLINE)
    return _answer(request, need, DeclineForm(request.POST, prefix="decline"), actions.decline, _("Declined."))


@require_POST
def need_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a need back, for the customer."""
    need = _need(request, pk)
    _check(request, need, Kind.WITHDRAW)
    return _answer(request, need, VersionForm(request.POST), actions.withdraw, pgettext("a need", "Taken back."))


def _check(request: Request, need: Need, kind: Kind) -> None:
    """Refuse people whose act it is in no state; whether it is open now, the action says."""
    parts: Iterable[Any] = parts_in(access_of(request.user), need)
    if not set(parts) & set(ACTS[kind].parts):
        raise PermissionDenied


def _answer(request: Request, need: Need, form: Form, action: Callable[..., Need], done: str) -> HttpResponse:
    if not form.is_valid():
        hidden = form.errors.get("version")
        return _page(request, need, form=form, error=str(hidden[0]) if hidden else "", status=422)
    try:
        action(acting_user=request.user, need=need, **form.cleaned_data)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            form.add_error(None, error)
            return _page(request, need, form=form, status=422)
        # Somebody was first: what was typed stays beside how it stands now.
        return _page(request, _need(request, need.pk), form=form, error=first_error(error), status=422)
    messages.success(request, done)
    return redirect(back_from(request) or reverse("need_detail", args=[need.pk]))
