"""Writes to requests, by the customer and by the supplier (R11-R13). Who may do what, and when: supplychain/acts.py."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.calendars import calendar_of
from dealership.models import User
from supplychain.actions import insert_interaction
from supplychain.actions_escalations import decides
from supplychain.appointments import assess_link
from supplychain.models import (
    EscalationOutcome,
    Interaction,
    InteractionState,
    Link,
    RequestEvent,
    SupplyRequest,
    append_mark,
)
from supplychain.models import RequestEventKind as Kind
from supplychain.rights import Side, is_customer_today, side_of
from supplychain.transitions import (
    check_day,
    close_escalation,
    current_interaction,
    holders,
    move,
    notify,
    pending_escalation,
    require_words,
    taken_over,
    tell,
)

# --- Asking -----------------------------------------------------------------------------------------


def ask(
    *,
    acting_user: User,
    link: Link,
    what: str,
    wanted_on: datetime.date,
    wanted_time: datetime.time | None = None,
    quantity: int | None = None,
    short_notice_accepted: bool = False,
    submission_key: uuid.UUID | None = None,
) -> SupplyRequest:
    """Ask the supplier of a link for something by a local day of the store.

    Outside the link's window or short of its lead time it is sent only if `short_notice_accepted`: whoever asks was
    told before (R11). A form sent twice (same submission_key) returns the first request. Raises PermissionDenied for
    anyone but the customer's people, ValidationError for a day that `check_day` refuses, for short notice nobody
    agreed to (code `short_notice`), or for a key that was used for something else (code `key_reused`).
    """
    if not is_customer_today(access_of(acting_user), link):
        raise PermissionDenied
    now = timezone.now()
    check_day(wanted_on, today=link.dealership.local_day(now), field="wanted_on")
    assessed = assess_link(link, asked_at=now, wanted_on=wanted_on, wanted_time=wanted_time)
    if assessed.short_notice and not short_notice_accepted:
        raise ValidationError(
            _("This is short notice: move it to the next window, or send it as it is."), code="short_notice"
        )
    try:
        with transaction.atomic():
            return insert_request(
                link=link,
                asked_by=acting_user,
                acting_user=acting_user,
                what=what,
                quantity=quantity,
                wanted_on=wanted_on,
                wanted_time=wanted_time,
                outside_window=assessed.outside_window,
                short_of_lead_time=assessed.short_of_lead_time,
                notice_days=assessed.notice_days,
                submission_key=submission_key,
            )
    except IntegrityError:
        first: SupplyRequest | None = SupplyRequest.objects.filter(
            dealership=link.dealership_id, submission_key=submission_key
        ).first()
        if first is None:
            raise
        if first.link_id != link.pk or first.asked_by_id != acting_user.pk:
            raise ValidationError(_("This form was sent before, for something else."), code="key_reused") from None
        return first


def insert_request(
    *,
    link: Link,
    asked_by: User,
    acting_user: User,
    what: str,
    wanted_on: datetime.date,
    notice_days: int,
    quantity: int | None = None,
    wanted_time: datetime.time | None = None,
    outside_window: bool = False,
    short_of_lead_time: bool = False,
    submission_key: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
) -> SupplyRequest:
    """Insert a request with the first line of its timeline; call it in a transaction. Checks no rights.

    `acting_user`: who made it on behalf of `asked_by`; `data`: where it came from. Raises IntegrityError when its
    submission_key made one before.
    """
    request: SupplyRequest = SupplyRequest.objects.create(
        dealership=link.dealership,
        link=link,
        what=what,
        quantity=quantity,
        wanted_on=wanted_on,
        wanted_time=wanted_time,
        outside_window=outside_window,
        short_of_lead_time=short_of_lead_time,
        notice_days=notice_days,
        asked_by=asked_by,
        submission_key=submission_key,
    )
    tell(request, Kind.ASK, acting_user, version=request.version, data=data)
    return request


# --- The supplier's acts ----------------------------------------------------------------------------


@transaction.atomic
def accept(
    *, acting_user: User, request: SupplyRequest, promised_on: datetime.date, version: int | None = None, text: str = ""
) -> SupplyRequest:
    """Promise a request for a local day. Raises as `move` and `check_day` do."""
    check_day(promised_on, today=request.dealership.today(), field="promised_on")
    data = {"promised_on": promised_on.isoformat()}
    changes = {"promised_on": promised_on, **taken_over(request, acting_user)}
    if move(request, Kind.ACCEPT, acting_user, version, text=text, data=data, **changes):
        words = gettext_noop("%(supplier)s accepted your request “%(what)s” for %(day)s.")
        notify(request, words, acting_user, to=[request.asked_by], day=promised_on)
    return request


@transaction.atomic
def decline(*, acting_user: User, request: SupplyRequest, text: str, version: int | None = None) -> SupplyRequest:
    """Decline a request; the reason in `text` is required. Raises as `move` does."""
    require_words(text, _("Say why, so that the customer can plan."))
    if move(request, Kind.DECLINE, acting_user, version, text=text):
        words = gettext_noop("%(supplier)s declined your request “%(what)s”: %(text)s")
        notify(request, words, acting_user, to=[request.asked_by], text=text)
    return request


@transaction.atomic
def promise_again(
    *,
    acting_user: User,
    request: SupplyRequest,
    expected_on: datetime.date,
    version: int | None = None,
    text: str = "",
) -> SupplyRequest:
    """Say a new day. The first promise stays, and is the one that is judged. Raises as `accept` does."""
    check_day(expected_on, today=request.dealership.today(), field="expected_on")
    data = {"expected_on": expected_on.isoformat()}
    changes = {"expected_on": expected_on, **taken_over(request, acting_user)}
    if move(request, Kind.PROMISE, acting_user, version, text=text, data=data, **changes):
        words = gettext_noop("%(supplier)s now expects your request “%(what)s” for %(day)s.")
        notify(request, words, acting_user, to=[request.asked_by], day=expected_on)
    return request


@transaction.atomic
def finish(*, acting_user: User, request: SupplyRequest, version: int | None = None, text: str = "") -> SupplyRequest:
    """Say that it is done: it becomes an interaction that waits for its rating. Raises as `move` does."""
    today = request.dealership.today()
    late_days = 0
    if request.promised_on is not None:
        late_days = calendar_of(request.dealership).between(request.promised_on, today)
    changes = {"finished_on": today, "late_days": late_days}
    if move(request, Kind.FINISH, acting_user, version, text=text, data={"late_days": late_days}, **changes):
        insert_interaction(
            link=request.link,
            occurred_at=timezone.now(),
            logged_by=acting_user,
            requester=request.asked_by,
            note=request.summary,
            request=request,
        )
    return request


# --- The customer's acts ----------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, acting_user: User, request: SupplyRequest, version: int | None = None, text: str = "") -> SupplyRequest:
    """Take a request back. Raises as `move` does."""
    if move(request, Kind.WITHDRAW, acting_user, version, text=text):
        words = gettext_noop("%(customer)s took back the request “%(what)s”.")
        notify(request, words, acting_user, to=holders(request))
        close_escalation(request, EscalationOutcome.DROPPED)
    return request


@transaction.atomic
def reopen(*, acting_user: User, request: SupplyRequest, text: str = "", version: int | None = None) -> SupplyRequest:
    """Say that it is not done yet: the supplier has it again, under its first promise, and no rating is due for now.

    Raises as `move` does, and ValidationError once it was rated (code `rated`).
    """
    interaction = current_interaction(request)
    if interaction is not None:
        taken = Interaction.objects.filter(pk=interaction.pk, state=InteractionState.OPEN).update(
            state=InteractionState.DISMISSED
        )
        if not taken:
            raise ValidationError(_("This has been rated already, or its time has passed."), code="rated")
        append_mark(dealership_id=request.dealership_id, link_id=request.link_id, day=interaction.day)
    if move(request, Kind.REOPEN, acting_user, version, text=text, finished_on=None, late_days=None):
        words = gettext_noop("%(customer)s says that “%(what)s” is not done yet. %(text)s")
        notify(request, words, acting_user, to=holders(request), text=text)
    return request


# --- Acts of either side ----------------------------------------------------------------------------


@transaction.atomic
def record_trip(
    *, acting_user: User, request: SupplyRequest, text: str = "", version: int | None = None
) -> SupplyRequest:
    """Count another trip of the customer (R13): they had to come again, or are asked to. Raises as `move` does."""
    by_customer = side_of(access_of(acting_user), request.link) == Side.CUSTOMER
    if move(request, Kind.TRIP, acting_user, version, text=text, trips=F("trips") + 1):
        words = gettext_noop("%(customer)s had to come again for “%(what)s”. %(text)s")
        if not by_customer:
            words = gettext_noop("%(supplier)s asks you to come again for “%(what)s”. %(text)s")
        to = holders(request) if by_customer else [request.asked_by]
        notify(request, words, acting_user, to=to, text=text)
    return request


@transaction.atomic
def comment(*, acting_user: User, request: SupplyRequest, text: str) -> RequestEvent:
    """Add words to the timeline. Raises PermissionDenied for people of neither side who decide nothing either."""
    pending = pending_escalation(request)
    side = side_of(access_of(acting_user), request.link)
    if acting_user.dealership_id != request.dealership_id or (
        side is None and (pending is None or not decides(acting_user, pending))
    ):
        raise PermissionDenied
    require_words(text, _("Write a word."))
    event = tell(request, Kind.COMMENT, acting_user, version=None, text=text)
    to = [request.asked_by] if side != Side.CUSTOMER else holders(request)
    words = gettext_noop("%(person)s on “%(what)s”: %(text)s")
    notify(request, words, acting_user, to=to, person=acting_user, text=text)
    return event
