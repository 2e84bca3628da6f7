"""Writes to calls for needs (R14): open, answer, remind, close, and make a need a request."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.calendars import calendar_of
from dealership.hierarchy import LEADERS
from dealership.models import Dealership, Department, Position, User
from dealership.notices import send_notices
from supplychain.actions_requests import insert_request
from supplychain.calls import reminder_day, runs_calls_of
from supplychain.models import CallForNeeds, CallInvitation, Item, Link, StatedNeed, SupplyRequest
from supplychain.rights import is_customer, side_of

MOST_LINES = 20
LARGEST_QUANTITY = 999_999
#: Needs and deadlines further ahead are slips of the keyboard.
LATEST = datetime.timedelta(days=3 * 366)
#: The hour of the store's day from which the scheduled job reminds: nobody is written to at midnight.
REMIND_FROM_HOUR = 8

CLOSED = _("This call takes no answers any more.")
EMPTY = _("Write what you need, or say that you need nothing.")
BOTH = _("You wrote what you need, and that you need nothing. Send one of the two.")


class NeedLine(NamedTuple):
    """A line of an answer: what, how many (None: it cannot be counted), needed on which local day."""

    what: str
    quantity: int | None
    wanted_on: datetime.date


def check_day(day: datetime.date, today: datetime.date) -> None:
    """Refuse a deadline, or a day something is needed on, that has passed (code `past`) or lies years ahead."""
    if day < today:
        raise ValidationError(_("This day has passed."), code="past")
    if day > today + LATEST:
        raise ValidationError(_("This day lies too far ahead."), code="too_far")


# --- The supplier -----------------------------------------------------------------------------------


def open_call(
    *,
    acting_user: User,
    supplier: Department,
    flow: str,
    item: Item,
    question: str,
    deadline: datetime.date,
    links: Collection[Link] | None = None,
    submission_key: uuid.UUID | None = None,
) -> CallForNeeds:
    """Ask a supplier's customers of an item for their needs, and tell those who lead them.

    `links`: over which links; all in force unless given. A form sent twice (same submission_key) returns the first
    call. Raises PermissionDenied for people who neither belong to the supplier nor lead it, ValidationError for a
    deadline in the past, an empty question, or no customer.
    """
    if not runs_calls_of(access_of(acting_user), supplier.pk):
        raise PermissionDenied
    dealership = supplier.dealership
    now = timezone.now()
    today = dealership.local_day(now)
    in_force = Link.objects.filter(dealership=dealership, supplier=supplier, flow=flow, item=item).active_on(today)
    offered = {link.pk: link for link in in_force}
    chosen = offered if links is None else {link.pk: link for link in links}
    if not chosen or not chosen.keys() <= offered.keys():
        raise ValidationError({"links": ValidationError(_("Choose at least one department to ask."), code="nobody")})
    check_day(deadline, today)
    call = CallForNeeds(
        dealership=dealership,
        supplier=supplier,
        flow=flow,
        item=item,
        question=question.strip(),
        deadline=deadline,
        opened_by=acting_user,
        opened_at=now,
        submission_key=submission_key,
    )
    call.clean_fields(exclude=["dealership", "supplier", "item", "opened_by"])
    try:
        with transaction.atomic():
            call.save(force_insert=True)
            CallInvitation.objects.bulk_create(
                [CallInvitation(dealership=dealership, call=call, link_id=pk) for pk in chosen]
            )
            words = gettext_noop("%(supplier)s asks what you need (%(item)s). Please answer by %(deadline)s.")
            _tell_customers(call, {link.customer_id for link in chosen.values()}, words, today, acting_user)
    except IntegrityError:
        first: CallForNeeds | None = CallForNeeds.objects.filter(
            dealership=dealership, submission_key=submission_key
        ).first()
        if submission_key is None or first is None:
            raise
        if first.opened_by_id != acting_user.pk or first.supplier_id != supplier.pk:
            raise ValidationError(_("This form was sent before, for something else."), code="key_reused") from None
        return first
    return call


def remind_now(*, acting_user: User, call: CallForNeeds) -> int:
    """Remind, at the supplier's wish, those who have not answered; nobody is reminded twice. Returns how many were.

    Raises PermissionDenied for people of another department, ValidationError if the call takes no answers any more.
    """
    if not runs_calls_of(access_of(acting_user), call.supplier_id):
        raise PermissionDenied
    today = call.dealership.today()
    if not call.takes_answers_on(today):
        raise ValidationError(CLOSED, code="closed")
    return _remind(call, today, acting_user)


def remind_due(*, dealership: Dealership) -> int:
    """Remind a store's customers who have not answered, on the working day before the deadline or later.

    Returns how many invitations were reminded. Safe to repeat: an invitation is reminded once.
    """
    now = timezone.now().astimezone(dealership.zone)
    today = now.date()
    if now.hour < REMIND_FROM_HOUR:
        return 0
    open_calls = CallForNeeds.objects.filter(
        dealership=dealership, invitations__answered_at=None, invitations__reminded_at=None
    ).open_on(today)
    calls = list(open_calls.select_related("dealership", "supplier", "item").distinct())
    if not calls:
        return 0
    calendar = calendar_of(dealership, around=today)
    reminded = 0
    for call in calls:
        opened_on = dealership.local_day(call.opened_at)
        if reminder_day(calendar, opened_on=opened_on, deadline=call.deadline) <= today:
            reminded += _remind(call, today, None)
    return reminded


@transaction.atomic
def close_call(*, acting_user: User, call: CallForNeeds) -> bool:
    """Stop taking answers before the deadline; what was answered stays. Returns False if it was closed before.

    Raises PermissionDenied for people who neither belong to the supplier nor lead it.
    """
    if not runs_calls_of(access_of(acting_user), call.supplier_id):
        raise PermissionDenied
    now = timezone.now()
    closed = CallForNeeds.objects.filter(pk=call.pk, closed_at=None).update(closed_at=now)
    call.refresh_from_db(fields=["closed_at"])
    return bool(closed)


@transaction.atomic
def _remind(call: CallForNeeds, today: datetime.date, acting_user: User | None) -> int:
    now = timezone.now()
    reminded = set()
    waiting = CallInvitation.objects.filter(call=call, answered_at=None, reminded_at=None)
    for pk, customer in waiting.order_by("pk").values_list("pk", "link__customer"):
        # The guarded update decides between the job and a person who reminds at the same moment.
        if waiting.filter(pk=pk).update(reminded_at=now):
            reminded.add((pk, customer))
    words = gettext_noop("%(supplier)s still waits for your answer (%(item)s). Please answer by %(deadline)s.")
    _tell_customers(call, {customer for _pk, customer in reminded}, words, today, acting_user)
    return len(reminded)


def _tell_customers(
    call: CallForNeeds, departments: Iterable[int], words: str, today: datetime.date, acting_user: User | None
) -> None:
    send_notices(
        to=_who_answers(call.dealership, departments, today),
        words=words,
        url=reverse("call_detail", args=[call.pk]),
        acting_user=acting_user,
        supplier=call.supplier,
        item=call.item,
        deadline=call.deadline,
    )


def _who_answers(dealership: Dealership, departments: Iterable[int], today: datetime.date) -> list[User]:
    """Return who leads the departments today; of one that nobody leads, all of its people."""
    people: dict[int, list[Position]] = {}
    held = Position.objects.filter(dealership=dealership, department__in=list(departments)).held_on(today)
    for position in held.select_related("person").order_by("pk"):
        people.setdefault(position.department_id, []).append(position)
    told = []
    for positions in people.values():
        leaders = [position for position in positions if position.role in LEADERS]
        told += [position.person for position in leaders or positions]
    return told


# --- The customer -----------------------------------------------------------------------------------


@transaction.atomic
def answer_call(
    *,
    acting_user: User,
    invitation: CallInvitation,
    version: int,
    needs: Sequence[NeedLine] = (),
    nothing_needed: bool = False,
) -> CallInvitation:
    """Answer for a customer: its needs, or that it needs nothing, which is an answer too.

    An answer may be changed while the call is open and no need of it has become a request. `version`: of the
    invitation as the person saw it. The same person sending the same again changes nothing. Raises PermissionDenied
    for anyone but the customer's people, ValidationError for an answer that says nothing or two things, for a line
    that cannot be, when the call takes no answers any more, or when somebody else was first (and says who).
    """
    if not is_customer(access_of(acting_user), invitation.link):
        raise PermissionDenied
    today = invitation.dealership.today()
    if not invitation.call.takes_answers_on(today):
        raise ValidationError(CLOSED, code="closed")
    lines = [NeedLine(line.what.strip(), line.quantity, line.wanted_on) for line in needs]
    _check_answer(lines, nothing_needed, today)
    before = _lines_of(invitation)
    # The guarded update decides between two who answer at once: the version they both saw is there for one of them.
    # Columns of this table only: with a join, PostgreSQL would not look at the version again after waiting for the row.
    won = CallInvitation.objects.filter(pk=invitation.pk, version=version).update(
        answered_at=timezone.now(), answered_by=acting_user, nothing_needed=nothing_needed, version=version + 1
    )
    if not won:
        return _answered_before(acting_user, invitation, lines, nothing_needed)
    if CallForNeeds.objects.filter(pk=invitation.call_id, closed_at__isnull=False).exists():
        raise ValidationError(CLOSED, code="closed")
    if StatedNeed.objects.filter(invitation=invitation, request__isnull=False).exists():
        raise ValidationError(
            _("A need of this answer has become a request already: the answer stays as it is."), code="became_request"
        )
    StatedNeed.objects.filter(invitation=invitation).delete()
    StatedNeed.objects.bulk_create(
        [StatedNeed(dealership=invitation.dealership, invitation=invitation, **line._asdict()) for line in lines]
    )
    is_new = invitation.answered_at is None or (before, invitation.nothing_needed) != (lines, nothing_needed)
    _refresh(invitation)
    if is_new:
        _tell_opener(invitation, acting_user)
    return invitation


def _check_answer(lines: list[NeedLine], nothing_needed: bool, today: datetime.date) -> None:
    if not lines and not nothing_needed:
        raise ValidationError(EMPTY, code="empty")
    if lines and nothing_needed:
        raise ValidationError(BOTH, code="both")
    if len(lines) > MOST_LINES:
        raise ValidationError(
            _("An answer holds %(most)d needs at the most."), code="too_many", params={"most": MOST_LINES}
        )
    for line in lines:
        need = StatedNeed(what=line.what, quantity=line.quantity, wanted_on=line.wanted_on)
        need.clean_fields(exclude=["dealership", "invitation", "request"])
        if line.quantity is not None and not 1 <= line.quantity <= LARGEST_QUANTITY:
            raise ValidationError({"quantity": ValidationError(_("Enter a number from 1 up."), code="quantity")})
        check_day(line.wanted_on, today)


def _lines_of(invitation: CallInvitation) -> list[NeedLine]:
    needs = StatedNeed.objects.filter(invitation=invitation).order_by("pk")
    return [NeedLine(*row) for row in needs.values_list("what", "quantity", "wanted_on")]


def _refresh(invitation: CallInvitation) -> None:
    """Read again what an answer changes."""
    invitation.refresh_from_db(fields=["answered_at", "answered_by", "nothing_needed", "version", "needs"])


def _answered_before(
    acting_user: User, invitation: CallInvitation, lines: list[NeedLine], nothing_needed: bool
) -> CallInvitation:
    """Return what the same person answered with the same form before; refuse everything else, and say who was first."""
    _refresh(invitation)
    first = invitation.answered_by
    if first == acting_user and (invitation.nothing_needed, _lines_of(invitation)) == (nothing_needed, lines):
        return invitation
    if first is None:
        raise ValidationError(_("This form cannot be read. Please choose again."), code="version")
    raise ValidationError(
        _("%(person)s has answered for %(customer)s in the meantime. Look again, then decide."),
        code="answered",
        params={"person": first, "customer": invitation.link.customer},
    )


def _tell_opener(invitation: CallInvitation, acting_user: User) -> None:
    words = gettext_noop("%(customer)s has answered what it needs (%(item)s).")
    if invitation.nothing_needed:
        words = gettext_noop("%(customer)s needs nothing this time (%(item)s).")
    send_notices(
        to=[invitation.call.opened_by],
        words=words,
        url=reverse("call_detail", args=[invitation.call_id]),
        acting_user=acting_user,
        customer=invitation.link.customer,
        item=invitation.link.item,
    )


# --- Either side ------------------------------------------------------------------------------------


@transaction.atomic
def request_from_need(*, acting_user: User, need: StatedNeed) -> SupplyRequest:
    """Make a request of a need as it was stated, asked by who answered; a need that became one returns that one.

    It is never short notice, whatever the lead time: the supplier asked first (R14), and demands without notice are
    what the mark is about (R12). Raises PermissionDenied for people of neither side, ValidationError if the answer was
    changed meanwhile, if the day has passed, or if the supplier serves the customer with this item no longer.
    """
    invitation = need.invitation
    if side_of(access_of(acting_user), invitation.link) is None:
        raise PermissionDenied
    # Takes the invitation's row: a second tap, and a change of the answer, wait until this is done or undone; the
    # change then finds another version than it was made on.
    CallInvitation.objects.filter(pk=invitation.pk).update(version=F("version") + 1)
    found = StatedNeed.objects.filter(pk=need.pk).select_related("request", "invitation__answered_by").first()
    if found is None:
        raise ValidationError(_("The answer was changed in the meantime. Look again, then decide."), code="changed")
    current: StatedNeed = found
    if current.request is not None:
        return current.request
    today = need.dealership.today()
    if current.wanted_on < today:
        raise ValidationError(_("The day it was needed on has passed."), code="past")
    answered_by = current.invitation.answered_by
    assert answered_by is not None  # a need is a line of an answer
    request = insert_request(
        link=_link_in_force(invitation.link, today),
        asked_by=answered_by,
        acting_user=acting_user,
        what=current.what,
        quantity=current.quantity,
        wanted_on=current.wanted_on,
        notice_days=calendar_of(need.dealership, around=today).between(today, current.wanted_on),
        data={"from_call": invitation.call_id},
    )
    StatedNeed.objects.filter(pk=need.pk).update(request=request)
    need.request = request
    send_notices(
        to=[answered_by],
        words=gettext_noop("Your need “%(what)s” has become a request to %(supplier)s."),
        url=reverse("request_detail", args=[request.pk]),
        acting_user=acting_user,
        what=request.summary,
        supplier=request.link.supplier,
    )
    return request


def _link_in_force(link: Link, today: datetime.date) -> Link:
    """Return the link, or the one that took its place under new terms (R10)."""
    if link.is_active_on(today):
        return link
    same = {name: getattr(link, name) for name in ("dealership_id", "flow", "supplier_id", "customer_id", "item_id")}
    successor: Link | None = Link.objects.filter(**same).active_on(today).with_names().first()
    if successor is None:
        raise ValidationError(
            _("%(supplier)s serves %(customer)s with this no longer: the supply link has ended."),
            code="link_inactive",
            params={"supplier": link.supplier, "customer": link.customer},
        )
    return successor
