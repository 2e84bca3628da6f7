"""Writes to needs (R24-R26): raise, acknowledge, decline, withdraw, become an objective; none is lost silently.

Who may do what, and when: objectives/acts_needs.py. Reminders: objectives/reminders.py.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.calendars import calendar_of
from dealership.models import Department, Position, User
from dealership.notices import Value, send_notices
from objectives.acts_needs import ACTS, parts_in, speaks_as_customer
from objectives.guard import change, tell
from objectives.models import Dialogue, EventKind, Need, NeedState, Objective, PlanEntry
from objectives.outcomes import note_outcome, takes_part
from objectives.signing import Signers
from supplychain.actions_calls import LARGEST_QUANTITY, check_day
from supplychain.models import CallInvitation, Flow, StatedNeed
from supplychain.rights import side_of


def url_of(need: Need) -> str:
    """Return the address of a need's page."""
    return reverse("need_detail", args=[need.pk])


# --- Raising ----------------------------------------------------------------------------------------


def raise_need(
    *,
    acting_user: User,
    customer: Department,
    supplier: Department,
    flow: str,
    what: str,
    why: str = "",
    quantity: int | None = None,
    wanted_on: datetime.date | None = None,
    dialogue: Dialogue | None = None,
    stated_need: StatedNeed | None = None,
    expectation: PlanEntry | None = None,
    owner: User | None = None,
    submission_key: uuid.UUID | None = None,
) -> Need:
    """Raise a need of a customer towards its supplier, and tell those who decide for the supplier.

    The customer's people raise it; in a dialogue of the two either side writes it down, and an `owner` named there and
    then acknowledges it. `stated_need`, `expectation`: where the words come from. A form sent twice (same
    submission_key) returns the first need. Raises PermissionDenied for anybody else, ValidationError for words, a
    number or a day that cannot be, or a dialogue that takes no outcomes any more (code `closed`).
    """
    store = customer.dealership
    access = access_of(acting_user)
    if customer.pk == supplier.pk:
        raise ValidationError({"supplier": ValidationError(_("Choose another department."), code="same")})
    is_theirs = speaks_as_customer(access, customer, supplier.pk)
    if dialogue is not None:
        is_theirs = takes_part(access, dialogue) and {dialogue.host_id, dialogue.guest_id} == {customer.pk, supplier.pk}
    if stated_need is not None and not is_theirs:
        is_theirs = side_of(access, stated_need.invitation.link) is not None
    if not is_theirs or supplier.dealership_id != customer.dealership_id:
        raise PermissionDenied
    if expectation is not None and not _fits(expectation, customer, supplier):
        raise ValidationError(_("This expectation is between other departments."), code="expectation")
    today = store.today()
    if wanted_on is not None:
        _check_wanted_on(wanted_on, today)
    if quantity is not None and not 1 <= quantity <= LARGEST_QUANTITY:
        raise ValidationError({"quantity": ValidationError(_("Enter a number from 1 up."), code="quantity")})
    if owner is not None:
        _check_owner(owner, supplier, today)
    raised_by = acting_user
    if stated_need is not None and stated_need.invitation.answered_by is not None:
        raised_by = stated_need.invitation.answered_by
    agreed = dialogue is not None and owner is not None
    now = timezone.now()
    need = Need(
        dealership=store,
        flow=flow,
        customer=customer,
        supplier=supplier,
        what=what.strip(),
        why=why.strip(),
        quantity=quantity,
        wanted_on=wanted_on,
        raised_by=raised_by,
        raised_at=now,
        answer_by=calendar_of(store, around=today).add(today, store.answer_days),
        state=NeedState.ACKNOWLEDGED if agreed else NeedState.RAISED,
        version=2 if agreed else 1,
        owner=owner if agreed else None,
        answered_at=now if agreed else None,
        dialogue=dialogue,
        stated_need=stated_need,
        expectation=expectation,
        submission_key=submission_key,
    )
    need.clean_fields(exclude=["dealership", "customer", "supplier", "raised_by", "owner", "dialogue", "stated_need"])
    try:
        with transaction.atomic():
            need.save(force_insert=True)
            if dialogue is not None:
                note_outcome(acting_user=acting_user, dialogue=dialogue)
            tell(need, EventKind.RAISE, acting_user, version=1)
            if agreed and owner is not None:
                tell(need, EventKind.ACKNOWLEDGE, acting_user, version=2, data={"owner": str(owner)})
            _tell_of_raised(need, acting_user)
    except IntegrityError:
        first = _made_before(need, submission_key)
        if first is None:
            raise
        return first
    return need


@transaction.atomic
def need_from_stated(*, acting_user: User, stated: StatedNeed) -> Need:
    """Make a need of a line that answered a call, as it was stated: nothing is typed again. Either side.

    One that became a need returns that one. Raises PermissionDenied for people of neither side, ValidationError if the
    answer was changed meanwhile, if it became a request, or if its day has passed.
    """
    link = stated.invitation.link
    if side_of(access_of(acting_user), link) is None:
        raise PermissionDenied
    # Takes the invitation's row: a second tap, and a change of the answer, wait until this is done or undone; the
    # change then finds another version than it was made on.
    CallInvitation.objects.filter(pk=stated.invitation_id).update(version=F("version") + 1)
    found = StatedNeed.objects.filter(pk=stated.pk).select_related(
        "invitation__answered_by",
        "invitation__link__customer__dealership",
        "invitation__link__supplier__dealership",
        "invitation__call",
    )
    current: StatedNeed | None = found.first()
    if current is None:
        raise ValidationError(_("The answer was changed in the meantime. Look again, then decide."), code="changed")
    made: Need | None = Need.objects.filter(stated_need=current).with_names().first()
    if made is not None:
        return made
    if current.request_id is not None:
        raise ValidationError(_("This has become a request already."), code="became_request")
    return raise_need(
        acting_user=acting_user,
        customer=current.invitation.link.customer,
        supplier=current.invitation.link.supplier,
        flow=Flow(link.flow).value,
        what=current.what,
        why=current.invitation.call.question,
        quantity=current.quantity,
        wanted_on=current.wanted_on,
        stated_need=current,
    )


def _fits(expectation: PlanEntry, customer: Department, supplier: Department) -> bool:
    return expectation.department_id == customer.pk and expectation.towards_id in (None, supplier.pk)


def _check_wanted_on(day: datetime.date, today: datetime.date) -> None:
    try:
        check_day(day, today)
    except ValidationError as error:
        raise ValidationError({"wanted_on": error}) from None


def _check_owner(owner: User, supplier: Department, today: datetime.date) -> None:
    """Refuse an owner who holds no position in the supplier, or in a team of it, and does not lead it."""
    departments = {supplier.pk, *Signers(supplier.dealership, today).tree.with_teams(supplier.pk)}
    held = Position.objects.filter(dealership=supplier.dealership_id, person=owner, department__in=departments)
    if owner.is_active and (held.held_on(today).exists() or supplier.pk in access_of(owner).led):
        return
    raise ValidationError({"owner": ValidationError(_("Choose somebody of the supplier."), code="owner")})


def _made_before(need: Need, submission_key: uuid.UUID | None) -> Need | None:
    """Return what the same form made before; refuse a key that was used for something else."""
    found = Need.objects.filter(dealership=need.dealership_id).with_names()
    if need.stated_need_id is not None:
        made: Need | None = found.filter(stated_need=need.stated_need_id).first()
        return made
    if submission_key is None:
        return None
    first: Need | None = found.filter(submission_key=submission_key).first()
    if first is not None and (first.raised_by_id, first.customer_id, first.supplier_id) != (
        need.raised_by_id,
        need.customer_id,
        need.supplier_id,
    ):
        raise ValidationError(_("This form was sent before, for something else."), code="key_reused")
    return first


def _tell_of_raised(need: Need, acting_user: User) -> None:
    if need.state == NeedState.RAISED:
        words = gettext_noop("%(customer)s needs of %(supplier)s: %(what)s. Please answer by %(day)s.")
        tell_of(need, words, acting_user, to=Signers(need.dealership).of(need.supplier_id), day=need.answer_by)
    elif need.owner is not None:
        words = gettext_noop("You take care of what %(customer)s needs of %(supplier)s: %(what)s.")
        tell_of(need, words, acting_user, to=[need.owner])


# --- Answering --------------------------------------------------------------------------------------


@transaction.atomic
def acknowledge(*, acting_user: User, need: Need, version: int | None = None, owner: User | None = None) -> Need:
    """Take a need up for the supplier, with who takes care of it: the acting person unless another is named.

    Raises PermissionDenied for people who do not act for the supplier, ValidationError for an owner of another
    department, and as `change` does.
    """
    owner = owner or acting_user
    _check_rights(need, acting_user, EventKind.ACKNOWLEDGE)
    _check_owner(owner, need.supplier, need.dealership.today())
    if _act(need, acting_user, EventKind.ACKNOWLEDGE, version, data={"owner": str(owner)}, owner=owner):
        words = gettext_noop("%(owner)s, %(supplier)s, takes care of your need: %(what)s.")
        tell_of(need, words, acting_user, to=[need.raised_by], owner=owner)
        words = gettext_noop("You take care of what %(customer)s needs of %(supplier)s: %(what)s.")
        tell_of(need, words, acting_user, to=[owner])
    return need


@transaction.atomic
def decline(*, acting_user: User, need: Need, version: int | None = None, reason: str) -> Need:
    """Decline a need for the supplier, and say why.

    Raises PermissionDenied for people who do not decide for the supplier, ValidationError without a reason, and as
    `change` does.
    """
    _check_rights(need, acting_user, EventKind.DECLINE)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Say why."), code="required")})
    if len(reason) > 500:
        raise ValidationError({"reason": ValidationError(_("Say it in 500 characters."), code="too_long")})
    if _act(need, acting_user, EventKind.DECLINE, version, text=reason, reason=reason):
        words = gettext_noop("%(supplier)s declined a need of %(customer)s: %(what)s. Reason: %(reason)s")
        tell_of(need, words, acting_user, to=_customers(need), reason=reason)
    return need


@transaction.atomic
def withdraw(*, acting_user: User, need: Need, version: int | None = None) -> Need:
    """Take a need back, for the customer. Raises PermissionDenied for anybody else, and as `change` does."""
    _check_rights(need, acting_user, EventKind.WITHDRAW)
    if _act(need, acting_user, EventKind.WITHDRAW, version):
        words = gettext_noop("%(customer)s took back a need: %(what)s.")
        told = [need.owner] if need.owner is not None else Signers(need.dealership).of(need.supplier_id)
        tell_of(need, words, acting_user, to=told)
    return need


@transaction.atomic
def became_objective(*, acting_user: User, need: Need, objective: Objective) -> Need:
    """Say that a need became an objective; call it in the transaction that drafts the objective.

    Raises PermissionDenied for people who do not decide for the supplier, ValidationError if the objective is no
    promise of the need's supplier to its customer, and as `change` does.
    """
    _check_rights(need, acting_user, EventKind.BECOME)
    serves = objective.customers.filter(department=need.customer_id).exists()
    if objective.owner_id != need.supplier_id or not serves:
        raise ValidationError(_("The need is of another customer, or towards another supplier."), code="other_need")
    data = {"objective": objective.pk, "title": objective.title}
    if _act(need, acting_user, EventKind.BECOME, None, data=data):
        words = gettext_noop("A need of %(customer)s becomes an objective of %(supplier)s: %(what)s.")
        tell_of(need, words, acting_user, to=_customers(need))
    return need


@transaction.atomic
def reopen_need(*, acting_user: User, need: Need, objective: Objective) -> bool:
    """Open a need again whose objective is dropped, so that it is not lost with it; call it in the same transaction.

    Who drops the objective needs no right on the need. Returns False where another objective still serves it.
    """
    others = Objective.objects.filter(need=need).exclude(pk=objective.pk).exclude(state="dropped")
    act = ACTS[EventKind.REOPEN]
    if need.state not in act.before or others.exists():
        return False
    if change(need, act.kind, acting_user, None, before=act.before, state=act.after, data={"title": objective.title}):
        words = gettext_noop("The objective was dropped, and a need of %(customer)s is open again: %(what)s.")
        tell_of(need, words, acting_user, to=[*_customers(need), *Signers(need.dealership).of(need.supplier_id)])
    return True


def _check_rights(need: Need, acting_user: User, kind: EventKind) -> None:
    if not parts_in(access_of(acting_user), need) & set(ACTS[kind].parts):
        raise PermissionDenied


def _act(
    need: Need,
    acting_user: User,
    kind: EventKind,
    version: int | None,
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """Do an act of the table on the version that the person saw; False for a form sent twice."""
    act = ACTS[kind]
    if NeedState.RAISED in act.before and need.answered_at is None and kind != EventKind.WITHDRAW:
        changes["answered_at"] = timezone.now()
    changes["state"] = act.after
    return change(need, kind, acting_user, version, before=act.before, text=text, data=data, **changes)


def _customers(need: Need) -> list[User]:
    """Return who is told for the customer: who raised it, and who leads the department."""
    return [need.raised_by, *Signers(need.dealership).of(need.customer_id)]


def tell_of(need: Need, words: str, acting_user: User | None, *, to: Iterable[User], **values: Value) -> None:
    """Tell people something about a need."""
    send_notices(
        to=to,
        words=words,
        url=url_of(need),
        acting_user=acting_user,
        customer=need.customer,
        supplier=need.supplier,
        what=need.summary,
        **values,
    )
