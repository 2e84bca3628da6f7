"""How a request moves: one guarded update on the version a person saw, with its line in the timeline.

What may follow what: supplychain/acts.py. The acts themselves: actions_requests.py, actions_escalations.py.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dealership.access import access_of
from dealership.hierarchy import leaders_of
from dealership.models import User
from dealership.notices import Value, send_notices
from supplychain.acts import ACTS, NOT_WHILE_PENDING, Act
from supplychain.models import (
    Escalation,
    EscalationOutcome,
    Interaction,
    InteractionState,
    RequestEvent,
    RequestState,
    SupplyRequest,
)
from supplychain.models import RequestEventKind as Kind
from supplychain.rights import side_of

#: Days further ahead are slips of the keyboard.
LATEST = datetime.timedelta(days=3 * 366)


def pending_escalation(request: SupplyRequest) -> Escalation | None:
    """Return the exception that waits for the superior, if any."""
    found: Escalation | None = (
        Escalation.objects.filter(request=request, outcome=EscalationOutcome.PENDING)
        .select_related("superior", "raised_by")
        .first()
    )
    return found


def current_interaction(request: SupplyRequest) -> Interaction | None:
    """Return the interaction a done request became; None while it is not done."""
    found: Interaction | None = (
        Interaction.objects.filter(request=request).exclude(state=InteractionState.DISMISSED).first()
    )
    return found


def move(
    request: SupplyRequest,
    kind: Kind,
    acting_user: User,
    version: int | None,
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """Do an act of one of the two sides; see `change`. Raises PermissionDenied for who is not on the act's side."""
    act = ACTS[kind]
    side = side_of(access_of(acting_user), request.link)
    if acting_user.dealership_id != request.dealership_id or side is None or act.side not in (None, side):
        raise PermissionDenied
    return change(request, act, acting_user, version, text, data or {}, changes)


def change(
    request: SupplyRequest,
    act: Act,
    acting_user: User,
    version: int | None,
    text: str,
    data: dict[str, Any],
    changes: dict[str, Any],
) -> bool:
    """Do an act on the version that the person saw: the one in `request`, unless given.

    Returns False where the same person did the very same on that version before: a form sent twice. Raises
    ValidationError with code `moved` where somebody was first (who, what and when are said), `not_now` where the act
    is not open in this state, `pending` while the superior has it.
    """
    seen = request.version if version is None else version
    pending = act.kind in NOT_WHILE_PENDING and pending_escalation(request) is not None
    if act.after is not None:
        changes = {**changes, "state": act.after}
    # The guarded update decides between people who act at once: the version they both saw is there for one of them.
    mine = SupplyRequest.objects.filter(pk=request.pk, version=seen, state__in=act.before)
    moved = not pending and mine.update(version=seen + 1, **changes)
    request.refresh_from_db(fields=["version", "state", *changes])
    if moved:
        tell(request, act.kind, acting_user, version=seen + 1, text=text, data=data)
        return True
    since = RequestEvent.objects.filter(request=request, version__gt=seen).select_related("person")
    first: RequestEvent | None = since.order_by("version").first()
    if first is None and pending:
        raise ValidationError(_("The superior is deciding this: wait for the decision."), code="pending")
    if first is None:
        state = RequestState(request.state).label
        raise ValidationError(_("This cannot be done: the request is %(state)s.") % {"state": state}, code="not_now")
    same = (first.person_id, first.kind, first.text, first.data) == (acting_user.pk, act.kind, text, data)
    if same and first.version == seen + 1:
        return False
    raise ValidationError(_moved_words(request, first), code="moved")


def _moved_words(request: SupplyRequest, first: RequestEvent) -> str:
    when = date_format(first.at.astimezone(request.dealership.zone), "DATETIME_FORMAT")
    what = Kind(first.kind).label
    if first.person is None:
        return _("In the meantime: %(what)s, %(when)s. Look again, then decide.") % {"what": what, "when": when}
    return _("%(person)s was first: %(what)s, %(when)s. Look again, then decide.") % {
        "person": first.person,
        "what": what,
        "when": when,
    }


def tell(
    request: SupplyRequest,
    kind: Kind,
    person: User | None,
    *,
    version: int | None,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> RequestEvent:
    """Write a line of a request's timeline. `version`: the one the act made; None for words that change nothing."""
    event: RequestEvent = RequestEvent.objects.create(
        dealership_id=request.dealership_id,
        request=request,
        version=version,
        kind=kind,
        person=person,
        text=text,
        data=data or {},
    )
    return event


def notify(request: SupplyRequest, words: str, acting_user: User | None, *, to: list[User], **values: Value) -> None:
    """Tell people of the request; every sentence may name what it is, its supplier and its customer."""
    send_notices(
        to=to,
        words=words,
        url=reverse("request_detail", args=[request.pk]),
        acting_user=acting_user,
        what=request.summary,
        supplier=request.link.supplier,
        customer=request.link.customer,
        **values,
    )


def holders(request: SupplyRequest) -> list[User]:
    """Return who has the request in hand on the supplier's side: its holder, or else who leads the supplier."""
    if request.held_by is not None:
        return [request.held_by]
    return leaders_of(request.link.supplier, request.dealership.today())


def taken_over(request: SupplyRequest, acting_user: User) -> dict[str, User]:
    """Return the change that puts the request into the person's hands, unless the superior has it."""
    return {} if pending_escalation(request) is not None else {"held_by": acting_user}


def close_escalation(request: SupplyRequest, outcome: EscalationOutcome, answer: str = "") -> bool:
    """Close the exception that waits for the superior; returns False where none does."""
    closed: int = Escalation.objects.filter(request=request, outcome=EscalationOutcome.PENDING).update(
        outcome=outcome, answer=answer, decided_at=timezone.now()
    )
    return bool(closed)


def check_day(day: datetime.date, *, today: datetime.date, field: str) -> None:
    """Raise ValidationError on a field whose day has passed (code `past`) or lies years ahead (code `too_far`).

    Working days up to a mistyped year would not fit their columns, nor would the calendar know its holidays.
    """
    if day < today:
        raise ValidationError({field: ValidationError(_("This day has passed."), code="past")})
    if day > today + LATEST:
        raise ValidationError({field: ValidationError(_("This day lies too far ahead."), code="too_far")})


def require_words(text: str, message: str) -> None:
    """Raise ValidationError (code `required`) on `text` where nothing was written."""
    if not text.strip():
        raise ValidationError({"text": ValidationError(message, code="required")})
