"""Calls for needs (R14): the list of both sides, opening one, its page, answering, and the supplier's other acts."""

from __future__ import annotations

import dataclasses
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, F, Q, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.access import Access, access_of
from dealership.answers import Request, back_from, first_error
from supplychain import actions_calls
from supplychain.calls import Coverage, asked_departments, coverage_of, runs_calls_of
from supplychain.cards_calls import CallCard, NeedRow
from supplychain.forms_calls import AnswerForm, CallForm
from supplychain.models import CallForNeeds, CallInvitation, Flow, Link, StatedNeed
from supplychain.rights import is_customer, side_of

PER_PAGE = 20


# --- the list ---------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class CallRow:
    """A call the person's departments opened, or any of the store for who reads it."""

    call: CallForNeeds
    coverage: Coverage
    is_open: bool


@require_safe
def call_list(request: Request) -> HttpResponse:
    """Show the calls one is asked by, the unanswered first, or (?side=) those one's departments opened."""
    access = access_of(request.user)
    sides = {"customer": _("We are asked"), "supplier": _("We asked")}
    if access.reads_store:
        sides["store"] = _("Whole store")
    side = request.GET.get("side", "")
    side = side if side in sides else "customer"
    context: dict[str, Any] = {
        "side": side,
        "sides": [{"url": f"?side={name}", "words": words, "current": name == side} for name, words in sides.items()],
        "may_open": _links_to_ask_over(access).exists(),
    }
    found = _asked(access) if side == "customer" else _opened(access, whole_store=side == "store")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    if side == "customer":
        context["cards"] = [CallCard(invitation, access) for invitation in page.object_list]
    else:
        coverage = coverage_of(page.object_list)
        context["rows"] = [
            CallRow(call, coverage.get(call.pk, Coverage()), call.takes_answers_on(call.dealership.today()))
            for call in page.object_list
        ]
    return render(request, "supplychain/call_list.html", {**context, "page_obj": page})


def _asked(access: Access) -> Any:
    """Return the invitations of the departments the person is asked for: what waits, by deadline, then the rest."""
    store = access.user.dealership
    mine = CallInvitation.objects.as_customer(access).filter(link__customer__in=asked_departments(access))
    if store is None:
        return mine.none()
    waits = Q(answered_at=None, call__closed_at=None, call__deadline__gte=store.today())
    due = Case(When(waits, then=F("call__deadline")))
    return mine.with_names().order_by(due.asc(nulls_last=True), "-call__deadline", "-pk")


def _opened(access: Access, *, whole_store: bool) -> Any:
    calls = CallForNeeds.objects.readable_by(access) if whole_store else CallForNeeds.objects.as_supplier(access)
    return calls.with_names()


# --- opening ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def call_create(request: Request) -> HttpResponse:
    """Choose what one's department supplies (?link=, any link of it), then ask its customers for their needs."""
    links = list(_links_to_ask_over(access_of(request.user)).with_names())
    if not links:
        raise PermissionDenied
    asked_for = request.GET.get("link", "")
    chosen = next((link for link in links if str(link.pk) == asked_for), None)
    kinds = {_kind(link): link for link in reversed(links)}
    if chosen is None and len(kinds) == 1:
        chosen = links[0]
    context: dict[str, Any] = {"choices": _choices(kinds, chosen), "chosen": chosen}
    if chosen is not None:
        form = CallForm(
            request.POST if request.method == "POST" else None,
            links=[link for link in links if _kind(link) == _kind(chosen)],
            today=chosen.dealership.today(),
        )
        context["form"] = form
        if form.is_valid():
            call = _open(request, chosen, form)
            if call is not None:
                return redirect("call_detail", pk=call.pk)
    is_refused = request.method == "POST"
    return render(request, "supplychain/call_create.html", context, status=422 if is_refused else 200)


def _links_to_ask_over(access: Access) -> Any:
    """Return the links in force whose supplier's calls the person opens."""
    store = access.user.dealership
    links = Link.objects.visible_to(access.user)
    if store is None:
        return links.none()
    return links.filter(supplier__in=access.own | access.led).active_on(store.today()).select_related("dealership")


def _kind(link: Link) -> tuple[str, int, int]:
    """What a call is about: all links of the same kind are asked over together."""
    return link.flow, link.supplier_id, link.item_id


def _choices(kinds: dict[tuple[str, int, int], Link], chosen: Link | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return what may be asked about, grouped by flow; the supplier is named where there are several."""
    several = len({link.supplier_id for link in kinds.values()}) > 1
    offered = sorted(kinds.values(), key=lambda link: (Flow.values.index(link.flow), link.supplier.rank, link.item_id))
    groups = []
    for flow, links in groupby(offered, key=lambda link: link.flow):
        options = []
        for link in links:
            words = {"supplier": link.supplier.label, "item": link.item.label}
            options.append(
                {
                    "link": link,
                    "words": _("%(supplier)s: %(item)s") % words if several else capfirst(link.item.label),
                    "is_chosen": chosen is not None and _kind(link) == _kind(chosen),
                }
            )
        groups.append((capfirst(str(Flow(flow).label)), options))
    return groups


def _open(request: Request, chosen: Link, form: CallForm) -> CallForNeeds | None:
    """Open the call; None, with the reason in the form, if it is refused."""
    try:
        return actions_calls.open_call(
            acting_user=request.user,
            supplier=chosen.supplier,
            flow=chosen.flow,
            item=chosen.item,
            question=form.cleaned_data["question"],
            deadline=form.cleaned_data["deadline"],
            links=form.cleaned_data["links"],
            submission_key=form.cleaned_data["key"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None


# --- the page of a call -----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class CustomerRow:
    """One customer asked, as who runs the call reads it. `may_answer`: the reader may, though others are asked."""

    invitation: CallInvitation
    needs: list[NeedRow]
    is_mine: bool
    may_answer: bool


@require_safe
def call_detail(request: Request, pk: int) -> HttpResponse:
    """Show the question with one's own answer, and to the supplier everybody's; ?answer= names another to answer for.

    A customer does not see what the others answered. Who leads a customer sees its answer.
    """
    return _page(request, _call(request, pk), asked=request.GET.get("answer", ""))


def _call(request: Request, pk: int) -> CallForNeeds:
    """Return a call the person may read: 404 in another store, else PermissionDenied."""
    call: CallForNeeds = get_object_or_404(CallForNeeds.objects.visible_to(request.user).with_names(), pk=pk)
    if not CallForNeeds.objects.readable_by(access_of(request.user)).filter(pk=pk).exists():
        raise PermissionDenied
    return call


def _page(
    request: Request, call: CallForNeeds, *, asked: str = "", card: CallCard | None = None, status: int = 200
) -> HttpResponse:
    """Render the call's page; `card`: an answer that could not be saved, in place of the present one."""
    access = access_of(request.user)
    found = CallInvitation.objects.visible_to(request.user).filter(call=call).with_names()
    invitations = list(found.prefetch_related("needs__request"))
    runs_it = runs_calls_of(access, call.supplier_id)
    reads_all = runs_it or access.reads_store
    departments = asked_departments(access)
    cards, rows = [], []
    for invitation in invitations:
        customer, may_answer = invitation.link.customer_id, is_customer(access, invitation.link)
        is_mine = may_answer and (customer in departments or str(invitation.pk) == asked)
        if card is not None and card.invitation == invitation:
            is_mine = True
            cards.append(card)
        elif is_mine:
            cards.append(CallCard(invitation, access))
        if reads_all or (customer in access.led and not is_mine):
            needs = [] if is_mine else [NeedRow(need, invitation.link, access) for need in invitation.needs.all()]
            rows.append(CustomerRow(invitation, needs, is_mine, may_answer and not is_mine))
    waiting = [invitation for invitation in invitations if invitation.answered_at is None]
    is_open = call.takes_answers_on(call.dealership.today())
    context = {
        "call": call,
        "cards": cards,
        "rows": rows,
        "reads_all": reads_all,
        "coverage": Coverage(len(invitations) - len(waiting), len(invitations)),
        "is_open": is_open,
        "may_close": runs_it and is_open,
        "may_remind": runs_it and is_open and any(invitation.reminded_at is None for invitation in waiting),
    }
    return render(request, "supplychain/call_detail.html", context, status=status)


# --- acts -------------------------------------------------------------------------------------------


@require_POST
def call_answer(request: Request, pk: int) -> HttpResponse:
    """Save a customer's answer: lines of needs, or “nothing needed”."""
    invitation = _invitation(request, pk)
    access = access_of(request.user)
    card = CallCard(invitation, access, back=back_from(request))
    form = AnswerForm(request.POST, id=card.id, today=card.today)
    if not form.is_valid():
        return _not_saved(request, dataclasses.replace(card, form=form, error=form.error))
    assert form.version is not None
    try:
        actions_calls.answer_call(
            acting_user=request.user,
            invitation=invitation,
            version=form.version,
            needs=form.needs,
            nothing_needed=form.nothing_needed,
        )
    except ValidationError as error:
        fresh = dataclasses.replace(card, invitation=_invitation(request, pk))
        return _not_saved(request, dataclasses.replace(fresh, form=form, error=first_error(error)))
    text = _("Saved: your answer to %(supplier)s.") % {"supplier": invitation.call.supplier}
    if request.htmx:
        return _card(request, dataclasses.replace(card, invitation=_invitation(request, pk)), say=text)
    messages.success(request, text)
    return redirect(back_from(request) or reverse("call_detail", args=[invitation.call_id]))


def _invitation(request: Request, pk: int) -> CallInvitation:
    """Return an invitation the person may answer: 404 in another store, else PermissionDenied."""
    found = CallInvitation.objects.visible_to(request.user).with_names().prefetch_related("needs__request")
    invitation: CallInvitation = get_object_or_404(found, pk=pk)
    if not is_customer(access_of(request.user), invitation.link):
        raise PermissionDenied
    return invitation


def _card(request: Request, card: CallCard, *, say: str = "", status: int = 200) -> HttpResponse:
    """Answer htmx with the card alone; it takes the focus, since what had it is gone, and is read out as `say`."""
    return render(request, card.template, {"card": card, "focus": True, "say": say}, status=status)


def _not_saved(request: Request, card: CallCard) -> HttpResponse:
    """Answer with what was typed and what is wrong with it."""
    if request.htmx:
        return _card(request, card, status=422)
    return _page(request, card.call, card=card, status=422)


@require_POST
def call_remind(request: Request, pk: int) -> HttpResponse:
    """Remind those who have not answered, now instead of on the working day before the deadline."""
    call = _call(request, pk)
    try:
        count = actions_calls.remind_now(acting_user=request.user, call=call)
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        if count:
            text = ngettext("Reminded: %(count)d department.", "Reminded: %(count)d departments.", count)
            messages.success(request, text % {"count": count})
        else:
            messages.info(request, _("Everybody has answered or been reminded before."))
    return redirect("call_detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def call_close(request: Request, pk: int) -> HttpResponse:
    """Ask, then close a call before its deadline."""
    call = _call(request, pk)
    if not runs_calls_of(access_of(request.user), call.supplier_id):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "supplychain/call_close.html", {"call": call})
    if actions_calls.close_call(acting_user=request.user, call=call):
        messages.success(request, _("The call is closed. What was answered stays."))
    else:
        messages.info(request, _("The call was closed before."))
    return redirect("call_detail", pk=pk)


@require_POST
def need_request(request: Request, pk: int) -> HttpResponse:
    """Make a need a request, as it was stated. Either side."""
    found = StatedNeed.objects.visible_to(request.user).select_related(
        "dealership", "invitation__call", "invitation__link__supplier", "invitation__link__customer", "request"
    )
    need: StatedNeed = get_object_or_404(found, pk=pk)
    access = access_of(request.user)
    row = NeedRow(need, need.invitation.link, access)
    if side_of(access, row.link) is None:
        raise PermissionDenied
    try:
        made = actions_calls.request_from_need(acting_user=request.user, need=need)
    except ValidationError as error:
        if request.htmx:
            row = dataclasses.replace(row, error=first_error(error))
            return render(request, row.template, {"row": row, "focus": True}, status=422)
        messages.error(request, first_error(error))
    else:
        text = _("Became a request: %(what)s.") % {"what": made.summary}
        if request.htmx:
            need.request = made
            return render(request, row.template, {"row": row, "focus": True, "say": text})
        messages.success(request, text)
    return redirect(back_from(request) or reverse("call_detail", args=[need.invitation.call_id]))
