"""What is done with a request: one POST address for each act. htmx gets the card anew, a plain form the way back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealership.access import Access, access_of
from dealership.answers import Request, back_from, first_error
from supplychain import actions_escalations, actions_requests
from supplychain.cards_requests import card_of
from supplychain.forms_requests import AcceptForm, ActForm, CommentForm, DecideForm, PromiseForm
from supplychain.models import Escalation, EscalationOutcome, SupplyRequest
from supplychain.rights import side_of
from supplychain.views_requests import visible_request
from supplychain.wording import day_in_words

#: Fields that come back as they were typed when an act is refused.
TYPED = ("text", "promised_on", "expected_on")


@require_POST
def request_accept(request: Request, pk: int) -> HttpResponse:
    """Promise a request for a day."""
    return _act(request, pk, "accept", AcceptForm, actions_requests.accept, _accepted)


@require_POST
def request_decline(request: Request, pk: int) -> HttpResponse:
    """Decline a request, with the reason."""
    return _act(request, pk, "decline", ActForm, actions_requests.decline, lambda asked: _("Declined."))


@require_POST
def request_promise(request: Request, pk: int) -> HttpResponse:
    """Say a new day for an accepted request."""
    return _act(request, pk, "promise", PromiseForm, actions_requests.promise_again, _expected)


@require_POST
def request_finish(request: Request, pk: int) -> HttpResponse:
    """Say that it is done; the customer then rates it."""
    return _act(request, pk, "finish", ActForm, actions_requests.finish, _finished)


@require_POST
def request_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a request back."""
    return _act(request, pk, "withdraw", ActForm, actions_requests.withdraw, lambda asked: _("Taken back."))


@require_POST
def request_reopen(request: Request, pk: int) -> HttpResponse:
    """Say that what was called done is not done yet."""
    return _act(request, pk, "reopen", ActForm, actions_requests.reopen, _reopened)


@require_POST
def request_escalate(request: Request, pk: int) -> HttpResponse:
    """Take an exception over and to one's superior (R13)."""
    return _act(request, pk, "escalate", ActForm, actions_escalations.escalate, _escalated)


@require_POST
def request_trip(request: Request, pk: int) -> HttpResponse:
    """Count another trip of the customer (R13)."""
    return _act(request, pk, "trip", ActForm, actions_requests.record_trip, lambda asked: _("Another trip is counted."))


@require_POST
def request_comment(request: Request, pk: int) -> HttpResponse:
    """Add words to the timeline."""
    return _act(request, pk, "comment", CommentForm, actions_requests.comment, lambda asked: _("Your words are sent."))


@require_POST
def request_decide(request: Request, pk: int) -> HttpResponse:
    """Decide an exception as the superior it was taken to."""

    def decide(*, outcome: str, request: SupplyRequest, **values: Any) -> SupplyRequest:
        exception = _exception(request)
        if exception is None:
            raise PermissionDenied
        exception.request = request
        allowed = outcome == EscalationOutcome.ALLOWED
        return actions_escalations.decide(escalation=exception, allowed=allowed, **values)

    return _act(request, pk, "decide", DecideForm, decide, lambda asked: _("Your decision is sent to both sides."))


def _act(
    request: Request,
    pk: int,
    name: str,
    form_class: type[Form],
    act: Callable[..., object],
    said: Callable[[SupplyRequest], str],
) -> HttpResponse:
    """Do an act and answer: 422 with the card for htmx where it is refused, a message for a plain form."""
    access = access_of(request.user)
    asked = visible_request(access, pk)
    if side_of(access, asked.link) is None and not _has_decided(access, asked):
        raise PermissionDenied
    form = form_class(request.POST)
    problem: Form | ValidationError = form
    if form.is_valid():
        try:
            act(acting_user=request.user, request=asked, **form.cleaned_data)
        except ValidationError as error:
            problem = error
        else:
            return _done(request, pk, said)
    back = back_from(request)
    if not request.htmx:
        messages.error(request, first_error(problem))
        return redirect(back) if back else redirect("request_detail", pk=pk)
    typed = {field: request.POST[field] for field in TYPED if field in request.POST}
    card = dataclasses.replace(
        card_of(visible_request(access, pk), access, back=back),
        error=first_error(problem),
        typed={"act": name, **typed},
    )
    return render(request, card.template, {"card": card, "focus": True}, status=422)


def _exception(asked: SupplyRequest) -> Escalation | None:
    """Return the latest exception, also one decided by now: its superior is then told who was faster."""
    found: Escalation | None = Escalation.objects.filter(request=asked).order_by("-pk").first()
    return found


def _has_decided(access: Access, asked: SupplyRequest) -> bool:
    """Return whether the person decides, or has decided, the latest exception."""
    exception = _exception(asked)
    return exception is not None and actions_escalations.decides(access.user, exception)


def _done(request: Request, pk: int, said: Callable[[SupplyRequest], str]) -> HttpResponse:
    access, back = access_of(request.user), back_from(request)
    asked = visible_request(access, pk)
    if request.htmx:
        card = card_of(asked, access, back=back)
        return render(request, card.template, {"card": card, "focus": True, "say": said(asked)})
    messages.success(request, said(asked))
    return redirect(back) if back else redirect("request_detail", pk=pk)


def _accepted(asked: SupplyRequest) -> str:
    return _("Accepted: %(customer)s is told the day.") % {"customer": asked.link.customer.label}


def _expected(asked: SupplyRequest) -> str:
    if asked.expected_on is None:
        return _("Saved.")
    return _("%(customer)s is told: now expected for %(day)s.") % {
        "customer": asked.link.customer.label,
        "day": day_in_words(asked.expected_on),
    }


def _finished(asked: SupplyRequest) -> str:
    return _("Done: %(customer)s can rate it now.") % {"customer": asked.link.customer.label}


def _reopened(asked: SupplyRequest) -> str:
    return _("%(supplier)s has it again.") % {"supplier": asked.link.supplier.label}


def _escalated(asked: SupplyRequest) -> str:
    return _("Your superior has it now; %(customer)s is told.") % {"customer": asked.link.customer.label}
