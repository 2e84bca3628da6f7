"""Writes to facts (R22): the owner records them, the customer confirms or disputes them, the superior decides.

Nobody ever writes a verdict here: it follows from the facts that count.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.hierarchy import superior_in_line
from dealership.models import Department, User
from dealership.notices import Value, send_notices
from objectives.evidence import MOST_FILES, CheckedFile, keep
from objectives.guard import touch
from objectives.models import (
    NUMERIC,
    Criterion,
    Event,
    EventKind,
    Fact,
    FactState,
    MeasureKind,
    Objective,
    ObjectiveState,
    TermsState,
)
from objectives.querysets import UNDER_WAY
from objectives.sides import Side, answers_for, side_of
from objectives.signing import Signers

#: A fact longer ago than this is a slip of the keyboard.
EARLIEST = datetime.timedelta(days=3 * 366)
LARGEST = Decimal("999999999999.99")

#: Which acts are open in which states of a fact.
OPEN_TO = {
    EventKind.CONFIRM: (FactState.RECORDED, FactState.DISPUTED),
    EventKind.DISPUTE: (FactState.RECORDED, FactState.CONFIRMED),
    EventKind.STATE: (FactState.DISPUTED,),
    EventKind.DECIDE: (FactState.DISPUTED,),
    EventKind.RETRACT: (FactState.RECORDED, FactState.CONFIRMED, FactState.DISPUTED),
}


# --- The owner --------------------------------------------------------------------------------------


def record_fact(
    *,
    acting_user: User,
    objective: Objective,
    criterion: int,
    happened_on: datetime.date,
    value: Decimal | None = None,
    holds: bool | None = None,
    words: str = "",
    files: Sequence[CheckedFile] = (),
    submission_key: uuid.UUID | None = None,
) -> Fact:
    """Record what was so on a day against a criterion, and tell who leads the customers. The work has begun by it.

    `criterion`: its number in the terms in force. `value`: for numbers, amounts and percentages; `holds`: for proven
    facts, which need a file. A form sent twice (same submission_key) returns the first fact. Raises PermissionDenied
    for people who are not on the owner's side, ValidationError for a day that cannot be, for a value that does not fit
    the kind, for a missing file, and where the objective is not under way.
    """
    if side_of(access_of(acting_user), objective) is not Side.OWNER:
        raise PermissionDenied
    measured = _criterion(objective, criterion)
    _check_day(happened_on, objective.dealership.today())
    _check_value(measured, value, holds, files)
    fact = Fact(
        dealership=objective.dealership,
        objective=objective,
        criterion=criterion,
        happened_on=happened_on,
        value=value if measured.kind in NUMERIC else None,
        holds=holds if measured.kind == MeasureKind.FACT else None,
        words=words.strip(),
        recorded_by=acting_user,
        submission_key=submission_key,
    )
    fact.clean_fields(exclude=["dealership", "objective", "recorded_by", "answered_for", "answered_by", "superior"])
    try:
        with transaction.atomic():
            fact.save(force_insert=True)
            keep(fact=fact, files=list(files), uploaded_by_id=acting_user.pk)
            started = {"state": ObjectiveState.RUNNING} if objective.state == ObjectiveState.AGREED else {}
            _touch(fact, EventKind.FACT, acting_user, text=fact.words, **started)
            told = gettext_noop(
                "%(person)s recorded a fact for “%(title)s” (%(day)s). Confirm it, or say what is wrong."
            )
            _notify(fact, told, acting_user, to=_customers(fact), person=acting_user, day=happened_on)
    except IntegrityError:
        first: Fact | None = Fact.objects.filter(dealership=objective.dealership, submission_key=submission_key).first()
        if submission_key is None or first is None:
            raise
        if first.recorded_by_id != acting_user.pk or first.objective_id != objective.pk:
            raise ValidationError(_("This form was sent before, for something else."), code="key_reused") from None
        return first
    return fact


@transaction.atomic
def retract_fact(*, acting_user: User, fact: Fact, version: int) -> Fact:
    """Take a fact back that was recorded by mistake; it stays to be read, and counts no more.

    Raises PermissionDenied for people who are not on the owner's side, and as `_move`.
    """
    if side_of(access_of(acting_user), fact.objective) is not Side.OWNER:
        raise PermissionDenied
    if _move(fact, EventKind.RETRACT, acting_user, version, state=FactState.WITHDRAWN):
        told = gettext_noop("%(person)s took back a fact for “%(title)s” (%(day)s).")
        _notify(fact, told, acting_user, to=_customers(fact), person=acting_user, day=fact.happened_on)
    return fact


@transaction.atomic
def state_on_fact(*, acting_user: User, fact: Fact, version: int, text: str) -> Fact:
    """Say, for the owner, what there is to a disputed fact: the superior reads both statements.

    Raises PermissionDenied for people who are not on the owner's side, ValidationError without words, and as `_move`.
    """
    if side_of(access_of(acting_user), fact.objective) is not Side.OWNER:
        raise PermissionDenied
    text = _words(text, _("Say what there is to it."))
    if _move(fact, EventKind.STATE, acting_user, version, text=text, owner_statement=text) and fact.superior:
        told = gettext_noop("%(person)s made a statement on the disputed fact for “%(title)s”.")
        _notify(fact, told, acting_user, to=[fact.superior], person=acting_user)
    return fact


# --- The customers ----------------------------------------------------------------------------------


@transaction.atomic
def confirm_fact(*, acting_user: User, fact: Fact, version: int) -> Fact:
    """Say, for a customer, that a fact is so; also after a dispute, which ends by it.

    Raises PermissionDenied for people who do not lead one of the customers, and as `_move`.
    """
    answers: dict[str, Any] = {"answered_by": acting_user, "answered_for": _answering(acting_user, fact)}
    answers |= {"answered_at": timezone.now(), "superior": None}
    if _move(fact, EventKind.CONFIRM, acting_user, version, state=FactState.CONFIRMED, **answers):
        told = gettext_noop("%(person)s confirmed the fact for “%(title)s” (%(day)s).")
        _notify(fact, told, acting_user, to=_owners(fact), person=acting_user, day=fact.happened_on)
    return fact


@transaction.atomic
def dispute_fact(*, acting_user: User, fact: Fact, version: int, text: str) -> Fact:
    """Dispute a fact, never the verdict: it goes to the superior of who answers for the owner, with both statements.

    Where nobody stands above, the two settle it: the owner takes the fact back, or the customer confirms it. Raises
    PermissionDenied for people who do not lead one of the customers, ValidationError without words, and as `_move`.
    """
    department = _answering(acting_user, fact)
    text = _words(text, _("Say what is wrong with the fact."))
    superior = _superior_for(fact)
    moved = _move(
        fact,
        EventKind.DISPUTE,
        acting_user,
        version,
        text=text,
        state=FactState.DISPUTED,
        answered_by=acting_user,
        answered_for=department,
        answered_at=timezone.now(),
        customer_statement=text,
        superior=superior,
    )
    if moved:
        told = gettext_noop("%(customer)s disputes the fact for “%(title)s” (%(day)s). Make your statement.")
        _notify(fact, told, acting_user, to=_owners(fact), customer=department, day=fact.happened_on)
        decide = gettext_noop("%(customer)s disputes a fact of %(owner)s for “%(title)s”. It is with you to decide.")
        to = [superior] if superior else []
        _notify(fact, decide, acting_user, to=to, customer=department, owner=fact.objective.owner)
    return fact


# --- The superior -----------------------------------------------------------------------------------


@transaction.atomic
def decide_fact(*, acting_user: User, fact: Fact, version: int, stands: bool, text: str) -> Fact:
    """Decide a disputed fact as the superior it was taken to: it stands, or it is struck and counts no more.

    Raises PermissionDenied for everybody else, ValidationError without words, and as `_move`.
    """
    if fact.superior_id != acting_user.pk or acting_user.dealership_id != fact.dealership_id:
        raise PermissionDenied
    text = _words(text, _("Say why."))
    state = FactState.UPHELD if stands else FactState.STRUCK
    decided = {"decision": text, "decided_at": timezone.now()}
    if _move(fact, EventKind.DECIDE, acting_user, version, text=text, state=state, **decided):
        told = (
            gettext_noop("%(person)s decided: the fact for “%(title)s” (%(day)s) stands.")
            if stands
            else gettext_noop("%(person)s decided: the fact for “%(title)s” (%(day)s) is struck.")
        )
        to = [*_owners(fact), *_customers(fact)]
        _notify(fact, told, acting_user, to=to, person=acting_user, day=fact.happened_on)
    return fact


# --- How a fact moves -------------------------------------------------------------------------------


def _move(fact: Fact, kind: EventKind, acting_user: User, version: int, *, text: str = "", **changes: Any) -> bool:
    """Do an act on the version of a fact that the person saw, with its line in the objective's timeline.

    Returns False where the same person did the very same on that version before: a form sent twice. Raises
    ValidationError with code `moved` where somebody was first, `not_now` where the act is not open, or the objective
    is judged already.
    """
    # The fact first, then its objective: everywhere in this order, so that two acts never wait for each other.
    mine = Fact.objects.filter(pk=fact.pk, version=version, state__in=[str(state) for state in OPEN_TO[kind]])
    if mine.update(version=version + 1, **changes):
        fact.refresh_from_db()
        _touch(fact, kind, acting_user, text=text)
        return True
    fact.refresh_from_db()
    last = Event.objects.filter(objective=fact.objective_id, data__fact=fact.pk).order_by("-pk").first()
    done = last is not None and (last.person_id, last.kind, last.text) == (acting_user.pk, str(kind), text)
    if done and fact.version == version + 1:
        return False
    state = FactState(fact.state).label
    if fact.version != version and last is not None and last.person is not None:
        words = _("%(person)s was first: the fact is %(state)s now. Look again, then decide.")
        raise ValidationError(words % {"person": last.person, "state": state}, code="moved")
    raise ValidationError(_("This cannot be done: the fact is %(state)s.") % {"state": state}, code="not_now")


def _touch(fact: Fact, kind: EventKind, acting_user: User, *, text: str = "", **changes: Any) -> None:
    """Write the line in the objective's timeline; refuses where it is not under way (any more)."""
    data = {"fact": fact.pk, "criterion": fact.criterion, "day": fact.happened_on.isoformat()}
    touch(fact.objective, kind, acting_user, before=UNDER_WAY, text=text, data=data, **changes)


# --- What is looked up and checked ------------------------------------------------------------------


def _criterion(objective: Objective, number: int) -> Criterion:
    found: Criterion | None = Criterion.objects.filter(
        terms__objective=objective, terms__state=TermsState.IN_FORCE, number=number
    ).first()
    if found is None:
        raise ValidationError(_("This criterion is not in force."), code="criterion")
    return found


def _check_day(day: datetime.date, today: datetime.date) -> None:
    if day > today:
        raise ValidationError(
            {"happened_on": ValidationError(_("This day is still to come: record what was so."), code="future")}
        )
    if day < today - EARLIEST:
        raise ValidationError({"happened_on": ValidationError(_("This day lies too far back."), code="too_far")})


def _check_value(criterion: Criterion, value: Decimal | None, holds: bool | None, files: Sequence[CheckedFile]) -> None:
    """Refuse a value that does not fit the kind, too many files, and proof without a file."""
    if criterion.kind in NUMERIC and (value is None or not value.is_finite() or abs(value) > LARGEST):
        raise ValidationError({"value": ValidationError(_("Say the number that was reached."), code="required")})
    if criterion.kind == MeasureKind.FACT and holds is None:
        raise ValidationError({"holds": ValidationError(_("Say whether it is so."), code="required")})
    if len(files) > MOST_FILES:
        text = _("A fact takes %(count)d files at most.") % {"count": MOST_FILES}
        raise ValidationError({"evidence": ValidationError(text, code="too_many")})
    if criterion.kind == MeasureKind.FACT and holds and not files:
        text = _("Add a file that proves it: words alone prove nothing.")
        raise ValidationError({"evidence": ValidationError(text, code="proof")})


def _words(text: str, message: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({"text": ValidationError(message, code="required")})
    return text


def _answering(acting_user: User, fact: Fact) -> Department:
    """Return the customer that the person answers for. Raises PermissionDenied where there is none."""
    customers = answers_for(access_of(acting_user), fact.objective)
    if not customers:
        raise PermissionDenied
    own = access_of(acting_user).own
    customers.sort(key=lambda customer: customer.department_id not in own)
    return customers[0].department


def _superior_for(fact: Fact) -> User | None:
    """Return who stands above who answers for the owner department, or None where nobody does."""
    today = fact.dealership.today()
    owner = fact.objective.owner
    leaders = Signers(fact.dealership, today).of(owner.pk)
    return superior_in_line(leaders[0], owner, today) if leaders else None


def _owners(fact: Fact) -> list[User]:
    """Return who hears of a fact on the owner's side: who recorded it, who takes care of it, and who leads."""
    leaders = Signers(fact.dealership).of(fact.objective.owner_id)
    caring = [fact.objective.owner_person] if fact.objective.owner_person else []
    return [fact.recorded_by, *caring, *leaders]


def _customers(fact: Fact) -> list[User]:
    """Return who leads the customers."""
    signers = Signers(fact.dealership)
    found: dict[int, User] = {}
    for customer in fact.objective.customers.all():
        found |= {person.pk: person for person in signers.of(customer.department_id)}
    return list(found.values())


def _notify(fact: Fact, words: str, acting_user: User, *, to: Iterable[User], **values: Value) -> None:
    send_notices(
        to=to,
        words=words,
        url=reverse("objective_detail", args=[fact.objective_id]),
        acting_user=acting_user,
        title=fact.objective.title,
        **values,
    )
