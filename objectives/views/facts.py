"""Recording facts, answering them, having an objective judged, and saying whether one is satisfied (R22)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.access import access_of
from dealership.answers import Request, back_from, first_error
from objectives import actions_facts, actions_judging
from objectives.evidence import as_download
from objectives.facts_panel import FactCard
from objectives.forms_facts import DecisionForm, FactActForm, FactForm, FactWordsForm, SatisfactionForm
from objectives.measure_words import measure_words
from objectives.models import Criterion, Evidence, Fact, Objective, ObjectiveCustomer, TermsState
from objectives.querysets import UNDER_WAY
from objectives.sides import Side, answers_for, reads_evidence, side_of


@require_http_methods(["GET", "HEAD", "POST"])
def fact_create(request: Request, pk: int) -> HttpResponse:
    """Record a fact against a criterion (`?criterion=`) of an objective; for its owner's side."""
    access = access_of(request.user)
    objective = _visible_objective(request, pk)
    if side_of(access, objective) is not Side.OWNER:
        raise PermissionDenied
    if objective.state not in UNDER_WAY:
        messages.info(request, _("Facts are recorded while an objective is under way."))
        return redirect("objective_detail", pk=pk)
    in_force = Criterion.objects.filter(terms__objective=objective, terms__state=TermsState.IN_FORCE)
    criteria = list(in_force.order_by("number"))
    chosen = _chosen(request.POST.get("criterion") or request.GET.get("criterion"), criteria)
    today = objective.dealership.today()
    if request.method != "POST":
        form = FactForm(criterion=chosen, initial={"happened_on": min(today, chosen.due_on)})
        return _fact_page(request, objective, criteria, chosen, form)
    form = FactForm(request.POST, request.FILES, criterion=chosen)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("value", "holds") if name in form.fields}
        try:
            actions_facts.record_fact(
                acting_user=request.user,
                objective=objective,
                criterion=chosen.number,
                happened_on=form.cleaned_data["happened_on"],
                words=form.cleaned_data["words"],
                files=form.cleaned_data["evidence"],
                submission_key=form.cleaned_data["key"],
                **values,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Recorded. The customer can confirm or dispute it."))
            return redirect("objective_detail", pk=pk)
    return _fact_page(request, objective, criteria, chosen, form, status=422)


def _chosen(number: str | None, criteria: list[Criterion]) -> Criterion:
    """Return the criterion that was chosen, or else the first."""
    return next((criterion for criterion in criteria if str(criterion.number) == number), criteria[0])


def _fact_page(
    request: Request,
    objective: Objective,
    criteria: list[Criterion],
    chosen: Criterion,
    form: FactForm,
    *,
    status: int = 200,
) -> HttpResponse:
    worded = [(criterion, measure_words(criterion)) for criterion in criteria]
    context = {"objective": objective, "criteria": worded, "criterion": chosen, "form": form}
    context["criterion_words"] = dict(worded)[chosen]
    return render(request, "objectives/fact_form.html", context, status=status)


@require_safe
def fact_detail(request: Request, pk: int) -> HttpResponse:
    """One fact: what was recorded, both statements, the superior's decision, and what the reader may do."""
    return _card_page(request, _card(request, pk))


@require_POST
def fact_confirm(request: Request, pk: int) -> HttpResponse:
    """Say, for a customer, that a fact is so."""
    return _act(request, pk, "confirm", FactActForm, actions_facts.confirm_fact, _("Confirmed."))


@require_POST
def fact_dispute(request: Request, pk: int) -> HttpResponse:
    """Dispute a fact; it goes to the superior."""
    text = _("Disputed. The superior reads both statements and decides.")
    return _act(request, pk, "dispute", FactWordsForm, actions_facts.dispute_fact, text)


@require_POST
def fact_state(request: Request, pk: int) -> HttpResponse:
    """Say, for the owner, what there is to a disputed fact."""
    return _act(request, pk, "state", FactWordsForm, actions_facts.state_on_fact, _("Your statement is kept."))


@require_POST
def fact_decide(request: Request, pk: int) -> HttpResponse:
    """Decide a disputed fact as the superior it was taken to."""
    return _act(request, pk, "decide", DecisionForm, actions_facts.decide_fact, _("Decided. Both sides are told."))


@require_POST
def fact_retract(request: Request, pk: int) -> HttpResponse:
    """Take back a fact that was recorded by mistake."""
    return _act(request, pk, "retract", FactActForm, actions_facts.retract_fact, _("Taken back. It counts no more."))


@require_safe
def evidence_file(request: Request, pk: int) -> HttpResponseBase:
    """Hand over an evidence file: to both sides, the superior it was taken to, and who reads the store."""
    mine = Evidence.objects.visible_to(request.user).select_related("fact__objective")
    evidence: Evidence = get_object_or_404(mine.defer("content"), pk=pk)
    fact = evidence.fact
    if not reads_evidence(access_of(request.user), fact.objective) and fact.superior_id != request.user.pk:
        raise PermissionDenied
    return as_download(evidence)


@require_POST
def objective_judge(request: Request, pk: int) -> HttpResponse:
    """Have an objective judged by its facts."""
    objective = _visible_objective(request, pk)
    form = FactActForm(request.POST)
    try:
        if not form.is_valid():
            if not actions_judging.may_judge(request.user, objective):
                raise PermissionDenied
            raise ValidationError(first_error(form))
        actions_judging.judge(acting_user=request.user, objective=objective, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        messages.success(request, _("Judged by its facts. The customers are asked whether they are satisfied."))
    return redirect(back_from(request) or objective_url(pk))


@require_POST
def objective_satisfaction(request: Request, pk: int) -> HttpResponse:
    """Say, for a customer of a judged objective (`pk` of the ObjectiveCustomer), whether they are satisfied."""
    customers = ObjectiveCustomer.objects.visible_to(request.user).select_related("department", "objective__dealership")
    customer: ObjectiveCustomer = get_object_or_404(customers, pk=pk)
    if customer.department_id not in access_of(request.user).led:
        raise PermissionDenied
    form = SatisfactionForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(first_error(form))
        actions_judging.say_satisfied(acting_user=request.user, customer=customer, **form.cleaned_data)
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        messages.success(request, _("Thank you. Your answer stands beside the verdict."))
    return redirect(back_from(request) or objective_url(customer.objective_id))


def objective_url(pk: int) -> str:
    """Return the address of an objective's page."""
    return reverse("objective_detail", args=[pk])


# --- What the views share ---------------------------------------------------------------------------


def _visible_objective(request: Request, pk: int) -> Objective:
    """Return an objective of the person's store: 404 elsewhere, PermissionDenied for a draft of another department."""
    objective: Objective = get_object_or_404(Objective.objects.visible_to(request.user).with_names(), pk=pk)
    if not Objective.objects.readable_by(access_of(request.user)).filter(pk=pk).exists():
        raise PermissionDenied
    return objective


def _card(request: Request, pk: int) -> FactCard:
    """Return a fact of the person's store as they see it."""
    mine = Fact.objects.visible_to(request.user)
    files = Prefetch("evidence", Evidence.objects.defer("content"))
    people = ("recorded_by", "answered_by", "answered_for", "superior")
    fact: Fact = get_object_or_404(
        mine.select_related("dealership", "objective__dealership", "objective__owner", *people).prefetch_related(
            files, "objective__customers__department"
        ),
        pk=pk,
    )
    if request.user.dealership_id != fact.dealership_id:
        raise PermissionDenied  # who runs the installation does not read what a store's people say
    criterion = Criterion.objects.filter(
        terms__objective=fact.objective_id, terms__state=TermsState.IN_FORCE, number=fact.criterion
    ).first()
    return FactCard(fact, criterion, fact.objective, access_of(request.user))


def _card_page(request: Request, card: FactCard, *, status: int = 200) -> HttpResponse:
    customers = [customer.department.label for customer in card.objective.customers.all()]
    context = {
        "card": card,
        "objective": card.objective,
        "criterion_words": measure_words(card.criterion) if card.criterion is not None else "",
        "customer_names": ", ".join(customers),
    }
    return render(request, "objectives/fact_detail.html", context, status=status)


def _act(
    request: Request, pk: int, act: str, form_class: type[Form], action: Callable[..., object], done: str
) -> HttpResponse:
    """Do an act on a fact. Refused, the fact's own page says why beside the words, with all that was typed."""
    card = _card(request, pk)
    form = form_class(request.POST)
    _require_side(card, act)
    error = "" if form.is_valid() else first_error(form)
    if not error:
        try:
            action(acting_user=request.user, fact=card.fact, **form.cleaned_data)
        except ValidationError as problem:
            error = first_error(problem)
    if error:
        typed: dict[str, Any] = {name: form.data.get(name, "") for name in form.fields}
        return _card_page(request, _card(request, pk).refused(act=act, typed=typed, error=error), status=422)
    messages.success(request, done)
    return redirect(back_from(request) or objective_url(card.objective.pk))


def _require_side(card: FactCard, act: str) -> None:
    """Raise PermissionDenied for who may not do an act whatever the state: before a word is said about the form."""
    if act in ("state", "retract"):
        allowed = card.side is Side.OWNER
    elif act == "decide":
        allowed = card.fact.superior_id == card.access.user.pk
    else:
        allowed = bool(answers_for(card.access, card.objective))
    if not allowed:
        raise PermissionDenied
