"""Writes to the terms of objectives: propose, sign, refuse, take back, change what both signed (R22, R27).

Every act holds the objective's row first: what is signed, refused and taken back at the same moment comes one after
the other. Proposed terms are never written in, so a signature stands whoever signed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.models import Department, User
from dealership.notices import Value, send_notices
from objectives.acts_objectives import states_before
from objectives.fiscal import FiscalYear
from objectives.guard import change
from objectives.measure_lines import (
    MeasureLine,
    check_due,
    checked,
    content_of,
    latest_due,
    line_of,
    numbered,
    said,
    write_criteria,
)
from objectives.models import (
    Event,
    EventKind,
    Objective,
    ObjectiveState,
    Terms,
    TermsSignature,
    TermsState,
)
from objectives.parts import Signing

#: What moves the terms: who signs has to have read what stands after it.
MOVES_TERMS = (
    EventKind.CHANGE,
    EventKind.PROPOSE,
    EventKind.REFUSE,
    EventKind.TAKE_BACK,
    EventKind.AGREE,
    EventKind.DROP,
)
UNDER_WAY = (ObjectiveState.AGREED, ObjectiveState.RUNNING)


# --- What every act needs ---------------------------------------------------------------------------


def hold(objective: Objective) -> None:
    """Take an objective's row up to the end of the transaction, and read what acts change."""
    Objective.objects.select_for_update(of=("self",)).get(pk=objective.pk)
    objective.refresh_from_db(fields=["version", "state", "due_on", "year", "customers"])


def may_do(signing: Signing, user: User, kind: EventKind, seen: int) -> bool:
    """Return whether a person may do an act now; call it with the row held.

    Where not, and something happened since the version the person saw, the guarded move says what, or finds that it was
    this very form: give it no states. Raises PermissionDenied for a person who has no part in it.
    """
    access = access_of(user)
    if kind in signing.acts_of(access):
        return True
    if signing.is_open(kind) and signing.objective.version == seen:
        raise PermissionDenied  # open, but not to this person
    if not signing.may_ever(access, kind):
        raise PermissionDenied
    return False


def version_of_terms(objective: Objective, seen: int) -> int:
    """Return the version an act on the terms is done on: today's, unless the terms moved since the person saw them.

    Signatures and facts of others in the meantime move nothing that the person read.
    """
    since = Event.objects.filter(objective=objective, version__gt=seen, kind__in=MOVES_TERMS).order_by("version")
    moved = since.values_list("version", flat=True).first()
    return objective.version if moved is None else moved - 1


def require_words(text: str, message: str, *, field: str = "text", most: int = 500) -> str:
    """Return words without spaces around them; raise ValidationError where there are none, or too many."""
    text = text.strip()
    if not text:
        raise ValidationError({field: ValidationError(message, code="required")})
    if len(text) > most:
        raise ValidationError(
            {field: ValidationError(_("Say it in %(most)d characters."), code="too_long", params={"most": most})}
        )
    return text


def notify(
    objective: Objective, words: str, acting_user: User | None, *, to: Iterable[User], url: str = "", **values: Value
) -> None:
    """Tell people of an objective; every sentence may name its title and its owner. `url`: its page unless given."""
    send_notices(
        to=to,
        words=words,
        url=url or reverse("objective_detail", args=[objective.pk]),
        acting_user=acting_user,
        title=objective.title,
        owner=objective.owner,
        **values,
    )


# --- A first proposal -------------------------------------------------------------------------------


@transaction.atomic
def propose(*, acting_user: User, objective: Objective, version: int | None = None) -> Objective:
    """Propose a draft to its customers: this is the owner's signature. The criteria are frozen from here.

    Raises PermissionDenied for who does not sign for the owner, ValidationError without a criterion, for one whose day
    has passed, where nobody could sign for a customer (code `nobody`), and as `change` does.
    """
    seen = objective.version if version is None else version
    hold(objective)
    signing = Signing.of(objective)
    allowed = may_do(signing, acting_user, EventKind.PROPOSE, seen) and objective.state == ObjectiveState.DRAFT
    draft = signing.draft
    if draft is not None:
        lines = [line_of(criterion) for criterion in draft.criteria.all()]
        checked(lines, objective.dealership.today(), required=True)
        _check_somebody_signs(signing, acting_user, objective.owner)
    data = {"terms": draft.number if draft is not None else signing.current.number}
    before = [ObjectiveState.DRAFT] if allowed else []
    if not change(
        objective, EventKind.PROPOSE, acting_user, seen, before=before, data=data, state=ObjectiveState.PROPOSED
    ):
        return objective
    assert draft is not None  # a draft has one, and the row is held
    _put_to_signature(objective, draft, acting_user, objective.owner)
    return objective


def _put_to_signature(objective: Objective, terms: Terms, acting_user: User, department: Department) -> None:
    """Freeze draft terms with their first signature, and tell those whose signatures are missing."""
    Terms.objects.filter(pk=terms.pk).update(state=TermsState.PROPOSED)
    _sign(terms, acting_user, department)
    signing = Signing.of(objective)
    words = gettext_noop("%(owner)s proposes an objective to %(asked)s: %(title)s. Read its criteria, then sign.")
    if signing.in_force is not None:
        words = gettext_noop(
            "%(by)s proposes other criteria for an objective of %(owner)s: %(title)s. %(asked)s has not signed yet."
        )
    for asked in signing.missing:
        notify(objective, words, acting_user, to=signing.asked_of(asked), asked=asked, by=department)


def _check_somebody_signs(signing: Signing, acting_user: User, department: Department) -> None:
    """Refuse a proposal that could never be signed: nobody signs for two sides, and one of them has nobody else."""
    used = {acting_user.pk}
    for side in signing.sides:
        if side == department:
            continue
        found = signing.signers.of(side.pk, other_than=used)
        if not found:
            raise ValidationError(
                _("Nobody could sign for %(department)s who does not sign for another side already."),
                code="nobody",
                params={"department": side},
            )
        used.add(found[0].pk)


def _sign(terms: Terms, person: User, department: Department) -> None:
    TermsSignature.objects.create(dealership_id=terms.dealership_id, terms=terms, department=department, person=person)


# --- Signing ----------------------------------------------------------------------------------------


@transaction.atomic
def sign_terms(
    *, acting_user: User, objective: Objective, version: int | None = None, department: Department | None = None
) -> Objective:
    """Sign the proposed terms for one side; with the last signature they are agreed, and frozen for good (R27).

    `department`: for which side, where the person may sign for several. What others signed meanwhile is no reason to
    ask again. Raises PermissionDenied for who may not sign, ValidationError where a day has passed before both sides
    agreed (code `past`: criteria are agreed beforehand), and as `change` does.
    """
    seen = objective.version if version is None else version
    hold(objective)
    if Event.objects.filter(objective=objective, version__gt=seen, kind=EventKind.SIGN, person=acting_user).exists():
        return objective
    seen = version_of_terms(objective, seen)
    signing = Signing.of(objective)
    allowed = may_do(signing, acting_user, EventKind.SIGN, seen)
    terms, mine = signing.proposed, signing.asked(acting_user)
    if department is not None:
        mine = [side for side in mine if side == department]
    if allowed and not mine:
        raise PermissionDenied
    if allowed and terms is not None:
        _check_beforehand(signing, terms)
    data = {"terms": terms.number, "department": mine[0].pk} if terms is not None and mine else {}
    before = states_before(EventKind.SIGN) if allowed else ()
    if change(objective, EventKind.SIGN, acting_user, seen, before=before, data=data):
        assert terms is not None  # else nobody is asked
        _sign(terms, acting_user, mine[0])
        if len(signing.missing) == 1:
            _agree(signing, terms, acting_user)
    return objective


def _check_beforehand(signing: Signing, terms: Terms) -> None:
    kept = {said(line_of(criterion)) for criterion in _criteria_of(signing.in_force)}
    today = signing.objective.dealership.today()
    for criterion in terms.criteria.all():
        line = line_of(criterion)
        if said(line) not in kept:
            check_due(line, today)


def _criteria_of(terms: Terms | None) -> list[Any]:
    return list(terms.criteria.all()) if terms is not None else []


def _agree(signing: Signing, terms: Terms, acting_user: User) -> None:
    """Put terms in force that all sides have signed; those before them are kept as replaced."""
    objective, now = signing.objective, timezone.now()
    is_first = signing.in_force is None
    Terms.objects.filter(objective=objective, state=TermsState.IN_FORCE).update(state=TermsState.REPLACED)
    Terms.objects.filter(pk=terms.pk).update(state=TermsState.IN_FORCE, in_force_at=now)
    due_on = latest_due(line_of(criterion) for criterion in terms.criteria.all())
    assert due_on is not None  # nothing is proposed without a criterion
    changes: dict[str, Any] = {
        "due_on": due_on,
        "year": FiscalYear.of(due_on, objective.dealership.fiscal_year_start).year,
    }
    if is_first:
        today = objective.dealership.local_day(now)
        begins_later = objective.starts_on is not None and objective.starts_on > today
        changes["state"] = ObjectiveState.AGREED if begins_later else ObjectiveState.RUNNING
    data = {"terms": terms.number}
    before = states_before(EventKind.SIGN)
    change(objective, EventKind.AGREE, acting_user, objective.version, before=before, data=data, **changes)
    told = [person for side in signing.sides for person in signing.signers.of(side.pk)]
    if objective.owner_person is not None:
        told.append(objective.owner_person)
    words = gettext_noop("All sides have signed the objective “%(title)s” of %(owner)s. Its criteria are frozen now.")
    if not is_first:
        words = gettext_noop("All sides have signed the changed criteria of the objective “%(title)s” of %(owner)s.")
    notify(objective, words, acting_user, to=[*told, objective.created_by])


# --- Refusing and taking back -----------------------------------------------------------------------


@transaction.atomic
def refuse_terms(*, acting_user: User, objective: Objective, text: str, version: int | None = None) -> Objective:
    """Say, for a side that has not signed, why it does not agree.

    A first proposal is a draft again, with a copy of its terms to write in; where terms are in force already, they stay
    so. Raises PermissionDenied for who may not sign, ValidationError without words, and as `change` does.
    """
    text = require_words(text, _("Say what would have to be different."))
    words = gettext_noop("The proposal “%(title)s” of %(owner)s was not agreed: %(text)s")
    _end_proposal(acting_user, objective, version, EventKind.REFUSE, text, words)
    return objective


@transaction.atomic
def take_back(*, acting_user: User, objective: Objective, version: int | None = None, text: str = "") -> Objective:
    """Take a proposal back, for the side that made it; as after a refusal, a first one is a draft again.

    Raises PermissionDenied for anybody else, and ValidationError as `change` does.
    """
    words = gettext_noop("The proposal “%(title)s” of %(owner)s was taken back. There is nothing to sign any more.")
    _end_proposal(acting_user, objective, version, EventKind.TAKE_BACK, text.strip()[:500], words)
    return objective


def _end_proposal(
    acting_user: User, objective: Objective, version: int | None, kind: EventKind, text: str, words: str
) -> None:
    seen = objective.version if version is None else version
    hold(objective)
    seen = version_of_terms(objective, seen)
    signing = Signing.of(objective)
    allowed = may_do(signing, acting_user, kind, seen)
    terms = signing.proposed
    is_first = objective.state == ObjectiveState.PROPOSED
    changes: dict[str, Any] = {"state": ObjectiveState.DRAFT} if allowed and is_first else {}
    before = states_before(kind) if allowed else ()
    if not change(objective, kind, acting_user, seen, before=before, text=text, **changes):
        return
    assert terms is not None  # else the act was not open
    Terms.objects.filter(pk=terms.pk).update(state=TermsState.REFUSED)
    if is_first:
        _copy(signing, terms)
    owners = [*signing.signers.of(objective.owner_id), objective.created_by]
    customers = [person for side in signing.sides[1:] for person in signing.signers.of(side.pk)]
    notify(objective, words, acting_user, to=owners, text=text)
    # A draft is its owner's own again: customers are led to the list.
    url = reverse("objective_list") if is_first else ""
    notify(objective, words, acting_user, to=[one for one in customers if one not in owners], url=url, text=text)


def _copy(signing: Signing, terms: Terms) -> None:
    """Make a draft of terms that were proposed; those stay as they are."""
    draft = Terms.objects.create(
        dealership_id=terms.dealership_id,
        objective=signing.objective,
        number=signing.next_number,
        written_by=terms.written_by,
    )
    write_criteria(draft, [line_of(criterion) for criterion in terms.criteria.all()])


# --- Changing what was agreed -----------------------------------------------------------------------


@transaction.atomic
def change_terms(
    *,
    acting_user: User,
    objective: Objective,
    version: int | None = None,
    reason: str,
    criteria: Sequence[MeasureLine],
) -> Terms:
    """Propose other criteria for what is agreed, for the side the person signs for: this is its signature (R27).

    What is in force stays so until all sides have signed. Criteria keep their numbers. Raises PermissionDenied for who
    signs for no side, ValidationError without a reason, where nothing is changed (code `same`), as `checked` and
    `propose` do, and as `change` does while another change waits for signatures.
    """
    reason = require_words(reason, _("Say why the criteria are to change."), field="reason")
    seen = objective.version if version is None else version
    hold(objective)
    seen = version_of_terms(objective, seen)
    signing = Signing.of(objective)
    allowed = may_do(signing, acting_user, EventKind.PROPOSE, seen) and objective.state in UNDER_WAY
    before = [line_of(criterion) for criterion in _criteria_of(signing.in_force)]
    kinds = {criterion.number: criterion.kind for terms in signing.terms for criterion in terms.criteria.all()}
    lines = numbered(checked(criteria, objective.dealership.today(), kept=before, required=True), before, kinds)
    if {said(line) for line in lines} == {said(line) for line in before}:
        raise ValidationError(_("Nothing is changed: these are the criteria in force."), code="same")
    number = signing.proposed.number if signing.proposed is not None else signing.next_number
    data = {"terms": number, "content": content_of(lines)}
    open_in = UNDER_WAY if allowed else ()
    if not change(objective, EventKind.PROPOSE, acting_user, seen, before=open_in, text=reason, data=data):
        assert signing.proposed is not None  # the same form made it
        return signing.proposed
    department = signing.signs_for(acting_user)[0]
    _check_somebody_signs(signing, acting_user, department)
    terms: Terms = Terms.objects.create(
        dealership=objective.dealership, objective=objective, number=number, reason=reason, written_by=acting_user
    )
    write_criteria(terms, lines)
    _put_to_signature(objective, terms, acting_user, department)
    return terms
