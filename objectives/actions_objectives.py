"""Writes to objectives: draft, change the draft, start, drop, comment (R22, R24, R28).

Proposing, signing and changing what was signed: objectives/actions_terms.py, offered here too. Who may do what, and
when: objectives/acts_objectives.py.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.models import Department, Position, User
from objectives.actions_needs import became_objective, reopen_need
from objectives.actions_terms import (
    change_terms,
    hold,
    may_do,
    notify,
    propose,
    refuse_terms,
    require_words,
    sign_terms,
    take_back,
)
from objectives.fiscal import FiscalYear
from objectives.guard import change, tell
from objectives.measure_lines import (
    LATEST,
    MeasureLine,
    checked,
    content_of,
    latest_due,
    line_of,
    numbered,
    write_criteria,
)
from objectives.models import (
    CompanyGoal,
    Dialogue,
    Event,
    EventKind,
    Need,
    Objective,
    ObjectiveCustomer,
    ObjectiveState,
    Source,
    Terms,
    TermsState,
)
from objectives.outcomes import note_outcome, takes_part
from objectives.parts import Signing
from objectives.signing import Signers

__all__ = [
    "MeasureLine",
    "change_terms",
    "comment_on_objective",
    "draft_objective",
    "drop",
    "edit_draft",
    "propose",
    "refuse_terms",
    "sign_terms",
    "start",
    "take_back",
]


# --- Drafts -----------------------------------------------------------------------------------------


def draft_objective(
    *,
    acting_user: User,
    owner: Department,
    title: str,
    customers: Collection[Department],
    source: str,
    source_department: Department | None = None,
    criteria: Sequence[MeasureLine] = (),
    description: str = "",
    owner_person: User | None = None,
    starts_on: datetime.date | None = None,
    goal: CompanyGoal | None = None,
    need: Need | None = None,
    dialogue: Dialogue | None = None,
    submission_key: uuid.UUID | None = None,
) -> Objective:
    """Draft an objective of a department; its fiscal year follows from its latest due day, or else from today.

    Those who belong to the department or lead it draft; in a goal dialogue of the department, the other side may write
    it down too, and who signs for the department proposes it or not. `need`: becomes this objective. A form sent twice
    (same submission_key) returns the first objective. Raises PermissionDenied for anybody else, ValidationError for
    words, days, criteria or a source that cannot be, and as `became_objective` and `note_outcome` do.
    """
    access = access_of(acting_user)
    is_theirs = owner.pk in access.own | access.led
    if dialogue is not None and not is_theirs:
        is_theirs = takes_part(access, dialogue) and owner.pk in (dialogue.host_id, dialogue.guest_id)
    if not is_theirs or acting_user.dealership_id != owner.dealership_id:
        raise PermissionDenied
    store = owner.dealership
    today = store.today()
    objective = Objective(
        dealership=store,
        owner=owner,
        created_by=acting_user,
        need=need,
        dialogue=dialogue,
        submission_key=submission_key,
    )
    lines = numbered(checked(criteria, today), (), {})
    _fill(
        objective,
        lines,
        customers,
        today,
        title=title,
        description=description,
        source=source,
        source_department=source_department,
        owner_person=owner_person,
        starts_on=starts_on,
        goal=goal,
    )
    try:
        with transaction.atomic():
            objective.save(force_insert=True)
            _write_customers(objective, customers)
            terms = Terms.objects.create(dealership=store, objective=objective, number=1, written_by=acting_user)
            write_criteria(terms, lines)
            tell(objective, EventKind.OPEN, acting_user, version=objective.version)
            if dialogue is not None:
                note_outcome(acting_user=acting_user, dialogue=dialogue)
            if need is not None:
                became_objective(acting_user=acting_user, need=need, objective=objective)
    except IntegrityError:
        first: Objective | None = Objective.objects.filter(dealership=store, submission_key=submission_key).first()
        if submission_key is None or first is None:
            raise
        if (first.created_by_id, first.owner_id) != (acting_user.pk, owner.pk):
            raise ValidationError(_("This form was sent before, for something else."), code="key_reused") from None
        return first
    return objective


@transaction.atomic
def edit_draft(
    *,
    acting_user: User,
    objective: Objective,
    version: int | None,
    title: str,
    customers: Collection[Department],
    source: str,
    source_department: Department | None = None,
    criteria: Sequence[MeasureLine] = (),
    description: str = "",
    owner_person: User | None = None,
    starts_on: datetime.date | None = None,
    goal: CompanyGoal | None = None,
) -> Objective:
    """Write a draft anew. Raises PermissionDenied for who is not of the owner department, ValidationError as above.

    `version`: of the draft as the person saw it.
    """
    seen = objective.version if version is None else version
    hold(objective)
    signing = Signing.of(objective)
    allowed = may_do(signing, acting_user, EventKind.CHANGE, seen)
    today = objective.dealership.today()
    before = [line_of(criterion) for criterion in signing.draft.criteria.all()] if signing.draft is not None else []
    kinds = {criterion.number: criterion.kind for terms in signing.terms for criterion in terms.criteria.all()}
    lines = numbered(checked(criteria, today), before, kinds)
    changes = _fill(
        objective,
        lines,
        customers,
        today,
        title=title,
        description=description,
        source=source,
        source_department=source_department,
        owner_person=owner_person,
        starts_on=starts_on,
        goal=goal,
    )
    # What was sent is part of the event: the same form twice changes nothing, another form on the same version does.
    named = sorted(f"{name}={value}" for name, value in changes.items())
    data = {"content": content_of(lines, *named, *sorted(department.code for department in customers))}
    before_states = [ObjectiveState.DRAFT] if allowed else []
    if change(objective, EventKind.CHANGE, acting_user, seen, before=before_states, data=data, **changes):
        _write_customers(objective, customers)
        assert signing.draft is not None  # a draft has one, and the row is held
        write_criteria(signing.draft, lines)
    return objective


def _fill(
    objective: Objective,
    lines: Sequence[MeasureLine],
    customers: Collection[Department],
    today: datetime.date,
    **fields: Any,
) -> dict[str, Any]:
    """Put fields into an objective and check them; returns what was put, with the year and the due day."""
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    due_on = latest_due(lines)
    year = FiscalYear.of(due_on or today, objective.dealership.fiscal_year_start).year
    fields |= {"due_on": due_on, "year": year}
    _check_customers(objective, customers)
    if fields["source"] == Source.CUSTOMER and fields["source_department"] is None and len(customers) == 1:
        fields["source_department"] = next(iter(customers))
    _check_source(fields["source"], fields["source_department"], customers)
    _check_person(objective, fields["owner_person"], today)
    _check_goal(objective, fields["goal"])
    starts_on: datetime.date | None = fields["starts_on"]
    if starts_on is not None and starts_on > today + LATEST:
        raise ValidationError({"starts_on": ValidationError(_("This day lies too far ahead."), code="too_far")})
    if starts_on is not None and due_on is not None and starts_on > due_on:
        raise ValidationError(
            {"starts_on": ValidationError(_("Work cannot start after the last day to reach it."), code="after_due")}
        )
    for name, value in fields.items():
        setattr(objective, name, value)
    objective.clean_fields(exclude=["dealership", "owner", "created_by", "need", "dialogue", "goal"])
    objective.clean()
    return fields


def _check_customers(objective: Objective, customers: Collection[Department]) -> None:
    if not customers:
        raise ValidationError(
            {"customers": ValidationError(_("Name the internal customer it is for."), code="required")}
        )
    for department in customers:
        if department.dealership_id != objective.dealership_id:
            raise ValidationError(
                {"customers": ValidationError(_("This belongs to another store."), code="other_store")}
            )
        if department.pk == objective.owner_id:
            raise ValidationError(
                {"customers": ValidationError(_("A department is no internal customer of its own."), code="own")}
            )


def _check_source(source: str, source_department: Department | None, customers: Collection[Department]) -> None:
    if source == Source.CUSTOMER:
        if source_department is None or source_department not in customers:
            raise ValidationError(
                {"source_department": ValidationError(_("Say which of the customers it came from."), code="source")}
            )
    elif source_department is not None:
        raise ValidationError(
            {"source_department": ValidationError(_("Only what came from a customer names one."), code="source")}
        )


def _check_person(objective: Objective, person: User | None, today: datetime.date) -> None:
    """Refuse somebody who holds no position in the owner department or in a team of it."""
    if person is None:
        return
    teams = Signers(objective.dealership, today).tree.with_teams(objective.owner_id)
    held = Position.objects.filter(dealership=objective.dealership_id, person=person, department__in=teams)
    if not person.is_active or not held.held_on(today).exists():
        raise ValidationError({"owner_person": ValidationError(_("Choose somebody of the department."), code="person")})


def _check_goal(objective: Objective, goal: CompanyGoal | None) -> None:
    if goal is not None and (goal.dealership_id != objective.dealership_id or goal.given_up_at is not None):
        raise ValidationError({"goal": ValidationError(_("Choose a goal of the company plan."), code="goal")})


def _write_customers(objective: Objective, customers: Collection[Department]) -> None:
    kept = {department.pk for department in customers}
    rows = ObjectiveCustomer.objects.filter(objective=objective)
    rows.exclude(department__in=kept).delete()
    missing = kept - set(rows.values_list("department", flat=True))
    ObjectiveCustomer.objects.bulk_create(
        [
            ObjectiveCustomer(dealership_id=objective.dealership_id, objective=objective, department_id=key)
            for key in sorted(missing)
        ]
    )


# --- Under way --------------------------------------------------------------------------------------


@transaction.atomic
def start(*, acting_user: User, objective: Objective, version: int | None = None) -> Objective:
    """Say that work on an agreed objective has started. Raises PermissionDenied for who is not of the owner department.

    Raises ValidationError as `change` does.
    """
    seen = objective.version if version is None else version
    hold(objective)
    before = [ObjectiveState.AGREED] if may_do(Signing.of(objective), acting_user, EventKind.START, seen) else []
    change(objective, EventKind.START, acting_user, seen, before=before, state=ObjectiveState.RUNNING)
    return objective


@transaction.atomic
def drop(*, acting_user: User, objective: Objective, text: str, version: int | None = None) -> Objective:
    """Give an objective up, with a reason; a need it was to meet is open again.

    The owner drops its draft, who signs for the owner a proposal; what was agreed only the superior of the owner drops.
    Raises PermissionDenied for anybody else, ValidationError without words, and as `change` does.
    """
    text = require_words(text, _("Say why it is given up."))
    seen = objective.version if version is None else version
    hold(objective)
    signing = Signing.of(objective)
    before = [objective.state] if may_do(signing, acting_user, EventKind.DROP, seen) else []
    state = objective.state
    if not change(objective, EventKind.DROP, acting_user, seen, before=before, text=text, state=ObjectiveState.DROPPED):
        return objective
    Terms.objects.filter(objective=objective, state=TermsState.PROPOSED).update(state=TermsState.REFUSED)
    if objective.need is not None:
        reopen_need(acting_user=acting_user, need=objective.need, objective=objective)
    if state != ObjectiveState.DRAFT:
        words = gettext_noop("The objective “%(title)s” of %(owner)s was dropped: %(text)s")
        told = [person for department in signing.sides for person in signing.signers.of(department.pk)]
        notify(objective, words, acting_user, to=told, text=text)
    return objective


@transaction.atomic
def comment_on_objective(*, acting_user: User, objective: Objective, text: str) -> Event:
    """Add words to the timeline, for both sides; the same words sent twice in a row are kept once.

    Raises PermissionDenied for who is of neither side, ValidationError without words.
    """
    text = require_words(text, _("Write a word."))
    hold(objective)
    signing = Signing.of(objective)
    may_do(signing, acting_user, EventKind.COMMENT, objective.version)
    last: Event | None = Event.objects.filter(objective=objective).order_by("pk").last()
    if last is not None and (last.kind, last.person_id, last.text) == (EventKind.COMMENT, acting_user.pk, text):
        return last
    event = tell(objective, EventKind.COMMENT, acting_user, text=text)
    words = gettext_noop("%(person)s wrote about the objective “%(title)s” of %(owner)s: %(text)s")
    told = [person for department in signing.sides for person in signing.signers.of(department.pk)]
    if objective.state != ObjectiveState.DRAFT:
        notify(objective, words, acting_user, to=told, person=acting_user, text=text)
    return event
