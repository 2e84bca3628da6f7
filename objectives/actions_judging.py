"""Having an objective judged, and asking its customers apart from it whether they are satisfied (R22)."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.models import Dealership, User
from dealership.notices import send_notices
from objectives.guard import change, touch
from objectives.judging import standing_of
from objectives.models import EventKind, Objective, ObjectiveCustomer, ObjectiveState, Terms, TermsState
from objectives.querysets import UNDER_WAY
from objectives.sides import Side, answers_for, side_of
from objectives.signing import Signers


def may_judge(acting_user: User, objective: Objective) -> bool:
    """Return whether a person may have an objective judged: who leads one of its sides, and the general manager.

    It does not matter who asks for it: the verdict is what the facts say.
    """
    access = access_of(acting_user)
    if side_of(access, objective) is Side.OWNER:
        return objective.owner_id in access.led
    return bool(answers_for(access, objective)) or (
        access.is_general_manager and acting_user.dealership_id == objective.dealership_id
    )


@transaction.atomic
def judge(*, acting_user: User, objective: Objective, version: int) -> Objective:
    """Keep the verdict that the facts give, and ask the customers whether they are satisfied.

    Raises PermissionDenied as `may_judge` says, ValidationError with code `open` while a criterion is open, `disputed`
    while a fact is with the superior, `moved` or `not_now` as `change` does.
    """
    if not may_judge(acting_user, objective):
        raise PermissionDenied
    _judge(objective, acting_user, version)
    return objective


def start_due(*, dealership: Dealership) -> int:
    """Start a store's agreed objectives whose first day has come. Returns how many. Safe to repeat."""
    started = 0
    for objective in Objective.objects.filter(
        dealership=dealership, state=ObjectiveState.AGREED, starts_on__lte=dealership.today()
    ):
        try:
            with transaction.atomic():
                before = [ObjectiveState.AGREED]
                change(objective, EventKind.START, None, None, before=before, state=ObjectiveState.RUNNING)
        except ValidationError:
            continue  # somebody was first
        started += 1
    return started


def judge_due(*, dealership: Dealership) -> int:
    """Judge a store's objectives that nobody had judged within its days to answer after they were due.

    Those with a disputed fact wait for the superior. Returns how many were judged. Safe to repeat.
    """
    today = dealership.today()
    last = today - datetime.timedelta(days=dealership.answer_days)
    judged = 0
    for objective in Objective.objects.filter(dealership=dealership).overdue_on(last):
        try:
            with transaction.atomic():
                _judge(objective, None, objective.version)
        except ValidationError:
            continue  # disputed, or somebody is at it
        judged += 1
    return judged


@transaction.atomic
def say_satisfied(*, acting_user: User, customer: ObjectiveCustomer, satisfied: bool, words: str = "") -> Objective:
    """Say, for a customer of a judged objective, whether they are satisfied with it, whatever the verdict.

    It can be said anew until all customers have said it; then the objective is closed. Raises PermissionDenied for who
    does not lead that customer, ValidationError without words where they are not satisfied, and where it is not judged.
    """
    objective = customer.objective
    if customer.pk not in {mine.pk for mine in answers_for(access_of(acting_user), objective)}:
        raise PermissionDenied
    words = words.strip()
    if not satisfied and not words:
        raise ValidationError({"words": ValidationError(_("Say what you miss."), code="required")})
    if (customer.satisfied, customer.words, customer.answered_by_id) == (satisfied, words, acting_user.pk):
        return objective  # a form sent twice
    said = {"satisfied": satisfied, "words": words, "answered_by": acting_user, "answered_at": timezone.now()}
    ObjectiveCustomer.objects.filter(pk=customer.pk).update(**said)
    data = {"department": customer.department_id, "satisfied": satisfied}
    touch(objective, EventKind.SATISFACTION, acting_user, before=[ObjectiveState.JUDGED], text=words, data=data)
    told = (
        gettext_noop("%(customer)s is satisfied with “%(title)s”.")
        if satisfied
        else gettext_noop("%(customer)s is not satisfied with “%(title)s”.")
    )
    _notify(objective, told, acting_user, to=_owners(objective), customer=customer.department)
    if not ObjectiveCustomer.objects.filter(objective=objective, satisfied=None).exists():
        touch(objective, EventKind.CLOSE, acting_user, before=[ObjectiveState.JUDGED], state=ObjectiveState.CLOSED)
    return objective


def close_unsaid(*, dealership: Dealership) -> int:
    """Close a store's judged objectives whose customers kept silent for its days to answer.

    Returns how many were closed. Safe to repeat.
    """
    before = timezone.now() - datetime.timedelta(days=dealership.answer_days)
    closed = 0
    for objective in Objective.objects.filter(dealership=dealership, state="judged", judged_at__lt=before):
        try:
            with transaction.atomic():
                change(
                    objective, EventKind.CLOSE, None, None, before=[ObjectiveState.JUDGED], state=ObjectiveState.CLOSED
                )
        except ValidationError:
            continue  # somebody is just saying it
        closed += 1
    return closed


def _judge(objective: Objective, acting_user: User | None, version: int) -> None:
    # The version is part of the guard: a fact recorded, taken back or decided meanwhile makes a new one.
    standing = standing_of(objective, objective.dealership.today())
    if standing.disputed:
        raise ValidationError(_("A fact is disputed: the superior decides it first."), code="disputed")
    if standing.verdict is None:
        raise ValidationError(_("A criterion is still open: it is judged when its day has come."), code="open")
    done = change(
        objective,
        EventKind.JUDGE,
        acting_user,
        version,
        before=UNDER_WAY,
        data={"verdict": str(standing.verdict)},
        state=ObjectiveState.JUDGED,
        verdict=str(standing.verdict),
        judged_at=timezone.now(),
    )
    if done:
        # A change that was proposed and not signed by all is agreed no more.
        open_terms = Terms.objects.filter(objective=objective, state__in=(TermsState.DRAFT, TermsState.PROPOSED))
        open_terms.update(state=TermsState.REFUSED)
        words = gettext_noop("“%(title)s” is judged by its facts. Are you satisfied with it?")
        signers = Signers(objective.dealership)
        customers = [person for c in objective.customers.all() for person in signers.of(c.department_id)]
        _notify(objective, words, acting_user, to=customers)
        told = gettext_noop("“%(title)s” is judged by its facts.")
        asked = {person.pk for person in customers}
        owners = [person for person in _owners(objective) if person.pk not in asked]
        _notify(objective, told, acting_user, to=owners)


def _owners(objective: Objective) -> list[User]:
    caring = [objective.owner_person] if objective.owner_person else []
    return [*caring, *Signers(objective.dealership).of(objective.owner_id)]


def _notify(objective: Objective, words: str, acting_user: User | None, *, to: list[User], **values: object) -> None:
    url = reverse("objective_detail", args=[objective.pk])
    send_notices(to=to, words=words, url=url, acting_user=acting_user, title=objective.title, **values)  # type: ignore[arg-type]
