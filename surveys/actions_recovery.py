"""Writes to recoveries: a "not good" is answered, and its customer says whether it is mended (R21).

No act touches the rating. Who may do what, and when: surveys/recovery_acts.py and surveys/recovery_rights.py.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from dealership.access import access_of
from dealership.calendars import calendar_of
from dealership.hierarchy import manager_for, superior_in_line
from dealership.models import Dealership, Notice, User
from dealership.notices import Value, send_notices
from supplychain.models import Interaction
from supplychain.rights import Side
from surveys.models import Rating, Recovery, RecoveryEvent, RecoveryState
from surveys.models import RecoveryEventKind as Kind
from surveys.models.recoveries import RUNNING
from surveys.recovery_acts import ACTS, Act
from surveys.recovery_rights import shown_person, side_in

GONE = gettext_lazy("The rating was taken back, and this with it.")
LAPSE_BATCH = 500  # recoveries closed in one transaction
#: A promise further ahead than this is a slip of the keyboard.
LONGEST_PROMISE = datetime.timedelta(days=366)
#: What an act may change of a recovery.
CHANGING = ("state", "version", "owner", "due_on", "plan", "promised_on", "setbacks", "opened_at", "closed_at")


# --- What follows from the rating -------------------------------------------------------------------


def open_recovery(*, acting_user: User, rating: Rating) -> Recovery:
    """Open the recovery of a rating that is "not good" now; call it in the transaction that made it so.

    The supplier's manager owns it, or where that chair is vacant the nearest manager above, though not the rater: no
    one mends what they complained of. One that was dropped is opened again as it was. `acting_user`: the rater.
    """
    interaction, link = rating.interaction, rating.link
    today = rating.dealership.today()
    owner = manager_for(link.supplier, today, other_than=rating.rater_id)
    due_on = _due_on(rating.dealership, today)
    fresh: dict[str, Any] = {"owner": owner, "due_on": due_on, "opened_at": timezone.now()}
    recovery: Recovery | None = Recovery.objects.filter(interaction=interaction).first()
    if recovery is None:
        recovery = Recovery.objects.create(
            dealership=rating.dealership, interaction=interaction, link=link, day=interaction.day, **fresh
        )
    elif not _follow(recovery, Kind.OPEN, plan="", promised_on=None, setbacks=0, **fresh):
        return recovery  # it was running all along
    _tell(recovery, Kind.OPEN, RecoveryEvent.Side.CUSTOMER, acting_user, data=_handed_to(owner, due_on))
    words = gettext_noop("%(customer)s rated “%(item)s” not good. Say by %(day)s what you will do.")
    _notify(recovery, words, acting_user, to=[owner], day=due_on)
    return recovery


def drop_recovery(*, acting_user: User, interaction: Interaction) -> bool:
    """Drop the recovery of a rating that was changed to something else or taken back; call it in the same transaction.

    Returns False where there is none (any more). `acting_user`: the rater.
    """
    recovery = Recovery.objects.filter(interaction=interaction).exclude(state=RecoveryState.DROPPED).first()
    if recovery is None or not _follow(recovery, Kind.DROP):
        return False
    _tell(recovery, Kind.DROP, RecoveryEvent.Side.CUSTOMER, acting_user)
    return True


def forget_recovery(*, interaction: Interaction) -> None:
    """Delete a recovery with all that belongs to it, before the interaction that a tap had made goes with the tap."""
    # Held, so that nobody adds to it meanwhile.
    recovery = Recovery.objects.select_for_update(of=("self",)).filter(interaction=interaction).first()
    if recovery is None:
        return
    told = {recovery.owner_id, *RecoveryEvent.objects.filter(recovery=recovery).values_list("person", flat=True)}
    Notice.objects.filter(person__in=told - {None}, read_at=None, url=url_of(recovery)).delete()
    RecoveryEvent.objects.filter(recovery=recovery).delete()
    recovery.delete()


# --- What people do ---------------------------------------------------------------------------------


@transaction.atomic
def answer_recovery(
    *, acting_user: User, recovery: Recovery, version: int, plan: str, promised_on: datetime.date
) -> Recovery:
    """Say, for the supplier, what will be done and by which day; again, if the plan changes.

    `version`: of the recovery as the person saw it. Raises PermissionDenied for people of another side,
    ValidationError for an empty plan or a day that cannot be, and as `_act` does.
    """
    today = recovery.dealership.today()
    plan = plan.strip()
    if not plan:
        raise ValidationError({"plan": ValidationError(_("Say what you will do."), code="required")})
    if promised_on < today:
        raise ValidationError({"promised_on": ValidationError(_("This day has passed."), code="past")})
    if promised_on > today + LONGEST_PROMISE:
        raise ValidationError({"promised_on": ValidationError(_("This lies more than a year ahead."), code="far")})
    changes: dict[str, Any] = {"plan": plan, "promised_on": promised_on}
    if recovery.owner_id is None:
        changes["owner"] = acting_user
    data = {"promised_on": promised_on.isoformat()}
    if _act(recovery, acting_user, Kind.ANSWER, version, text=plan, data=data, **changes):
        words = gettext_noop("%(person)s, %(supplier)s, will mend “%(item)s” by %(day)s: %(plan)s")
        _notify(recovery, words, acting_user, to=[_rater(recovery)], person=acting_user, day=promised_on, plan=plan)
    return recovery


@transaction.atomic
def say_mended(*, acting_user: User, recovery: Recovery, version: int, text: str = "") -> Recovery:
    """Say, for the customer, that it is mended; also where the supplier never said what it would do.

    Raises as `_act` does.
    """
    if _act(recovery, acting_user, Kind.MENDED, version, text=text.strip()):
        words = gettext_noop("%(customer)s says that “%(item)s” is mended.")
        _notify(recovery, words, acting_user, to=[recovery.owner])
    return recovery


@transaction.atomic
def say_not_mended(*, acting_user: User, recovery: Recovery, version: int, text: str) -> Recovery:
    """Say, for the customer, that it is not mended: the superior has it now, the general manager keeps it.

    Raises ValidationError without words on what is missing, and as `_act` does.
    """
    text = text.strip()
    if not text:
        raise ValidationError({"text": ValidationError(_("Say what is still missing."), code="required")})
    today = recovery.dealership.today()
    if recovery.owner is None:
        owner = manager_for(recovery.link.supplier, today)
    else:
        owner = superior_in_line(recovery.owner, recovery.link.supplier, today) or recovery.owner
    due_on = _due_on(recovery.dealership, today)
    changes = {"owner": owner, "due_on": due_on, "setbacks": F("setbacks") + 1}
    if _act(recovery, acting_user, Kind.NOT_MENDED, version, text=text, data=_handed_to(owner, due_on), **changes):
        words = gettext_noop("%(customer)s says that “%(item)s” is not mended. It is with you now: answer by %(day)s.")
        _notify(recovery, words, acting_user, to=[owner], day=due_on)
    return recovery


@transaction.atomic
def comment_on_recovery(*, acting_user: User, recovery: Recovery, words: str) -> RecoveryEvent:
    """Add words to the talk, from either side; the same words sent twice in a row are kept once.

    Raises PermissionDenied for people of neither side, ValidationError without words, or if it is gone.
    """
    side = side_in(access_of(acting_user), recovery)
    if side is None:
        raise PermissionDenied
    text = words.strip()
    if not text:
        raise ValidationError({"words": ValidationError(_("Write a word."), code="required")})
    # Words change no version that could be guarded: the row is held, so that copies of a form find the first.
    if not Recovery.objects.select_for_update(of=("self",)).filter(pk=recovery.pk):
        raise ValidationError(GONE, code="gone")
    last: RecoveryEvent | None = RecoveryEvent.objects.filter(recovery=recovery).last()
    if last is not None and (last.kind, last.person_id, last.text) == (Kind.COMMENT, acting_user.pk, text):
        return last
    event = _tell(recovery, Kind.COMMENT, side, acting_user, text=text)
    if side == Side.CUSTOMER:
        told = gettext_noop("%(customer)s wrote about “%(item)s”: %(text)s")
        _notify(recovery, told, acting_user, to=[recovery.owner], text=text)
    else:
        told = gettext_noop("%(person)s, %(supplier)s, wrote about “%(item)s”: %(text)s")
        _notify(recovery, told, acting_user, to=[_rater(recovery)], person=acting_user, text=text)
    return event


# --- What follows from the time ---------------------------------------------------------------------


def lapse_recoveries(*, dealership: Dealership) -> int:
    """Close a store's recoveries on which the customer said nothing in time; returns how many. Safe to repeat.

    In time: within the store's days to rate, after the day the supplier promised.
    """
    last_day = dealership.today() - datetime.timedelta(days=dealership.rating_days)
    silent = Recovery.objects.filter(dealership=dealership, state=RecoveryState.PLANNED, promised_on__lt=last_day)
    lapsed = 0
    while batch := list(silent.order_by("pk")[:LAPSE_BATCH]):
        with transaction.atomic():
            won = [recovery for recovery in batch if _follow(recovery, Kind.LAPSE, version=recovery.version)]
            RecoveryEvent.objects.bulk_create(
                [_event(recovery, Kind.LAPSE, RecoveryEvent.Side.SYSTEM, None) for recovery in won]
            )
        lapsed += len(won)
    return lapsed


# --- How each of them is kept -----------------------------------------------------------------------


def url_of(recovery: Recovery) -> str:
    """Return the address of a recovery's page."""
    return reverse("recovery_detail", args=[recovery.pk])


def _act(
    recovery: Recovery,
    acting_user: User,
    kind: Kind,
    version: int,
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """Do an act on the version that the person saw, with its event; `recovery` is then as it stands.

    Returns False when the same person sent the same form before: what that made, holds. Raises PermissionDenied for
    people whose act it is not, ValidationError when somebody else was faster (code `moved`: with who did what), or
    when the tap that opened it was taken back (code `gone`).
    """
    act, data = ACTS[kind], data or {}
    access = access_of(acting_user)
    side = side_in(access, recovery)
    may = side is not None and side in act.sides
    # The guarded update decides between people (and copies of a form) that act at once: one of them gets the row.
    won = may and Recovery.objects.filter(pk=recovery.pk, state__in=act.before, version=version).update(
        version=version + 1, **_leading_to(act), **changes
    )
    _refresh(recovery)
    if won and side is not None:
        _tell(recovery, kind, side, acting_user, text=text, data=data)
        return True
    acts = RecoveryEvent.objects.filter(recovery=recovery).exclude(version=None).select_related("person")
    if _is_same(acts.filter(version=version + 1).first(), kind, acting_user, text, data):
        return False
    if not may:
        raise PermissionDenied
    raise ValidationError(_moved(acting_user, recovery, acts.order_by("version").last()), code="moved")


def _is_same(event: RecoveryEvent | None, kind: Kind, person: User, text: str, data: dict[str, Any]) -> bool:
    """Return whether an event was made by the same form. Who has it next is worked out anew: no part of it."""
    return event is not None and (event.kind, event.person_id, event.text, event.data.get("promised_on")) == (
        kind,
        person.pk,
        text,
        data.get("promised_on"),
    )


def _follow(recovery: Recovery, kind: Kind, *, version: int | None = None, **changes: Any) -> bool:
    """Do what follows from something else, whatever version there is (or only on the given one); without an event."""
    act = ACTS[kind]
    rows = Recovery.objects.filter(pk=recovery.pk, state__in=act.before)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1, **_leading_to(act), **changes):
        return False
    _refresh(recovery)  # the row is this transaction's until it ends
    return True


def _leading_to(act: Act) -> dict[str, Any]:
    """Return what an act sets of itself: the state, and the moment of closing where it closes."""
    return {"state": act.after, "closed_at": None if act.after in RUNNING else timezone.now()}


def _refresh(recovery: Recovery) -> None:
    """Read what acts change. Raises ValidationError (code `gone`) if the tap that opened it was taken back."""
    try:
        recovery.refresh_from_db(fields=CHANGING)
    except Recovery.DoesNotExist:
        raise ValidationError(GONE, code="gone") from None


def _tell(
    recovery: Recovery,
    kind: Kind,
    side: str,
    person: User | None,
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> RecoveryEvent:
    """Add a line to the talk."""
    event = _event(recovery, kind, side, person, text=text, data=data)
    event.save()
    return event


def _event(
    recovery: Recovery,
    kind: Kind,
    side: str,
    person: User | None,
    *,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> RecoveryEvent:
    """Return a line of the talk; words alone make no version."""
    return RecoveryEvent(
        dealership_id=recovery.dealership_id,
        recovery=recovery,
        version=None if kind == Kind.COMMENT else recovery.version,
        kind=kind,
        side=side,
        person=person,
        text=text,
        data=data or {},
    )


def _moved(reader: User, recovery: Recovery, event: RecoveryEvent | None) -> str:
    """Return in words who was faster, as far as the reader may know."""
    if event is None:
        return _("This has changed in the meantime.")
    words = {
        Kind.OPEN: _("In the meantime %(who)s rated it not good again (%(when)s)."),
        Kind.ANSWER: _("In the meantime %(who)s answered (%(when)s)."),
        Kind.MENDED: _("In the meantime %(who)s said that it is mended (%(when)s)."),
        Kind.NOT_MENDED: _("In the meantime %(who)s said that it is not mended (%(when)s)."),
        Kind.DROP: _("In the meantime %(who)s changed the rating or took it back (%(when)s)."),
        Kind.LAPSE: _("In the meantime it was closed: %(who)s did not say whether it is mended (%(when)s)."),
    }
    return words[Kind(event.kind)] % {
        "who": shown_person(access_of(reader), recovery, event.side, event.person),
        "when": date_format(timezone.localtime(event.at), "DATETIME_FORMAT"),
    }


def _due_on(dealership: Dealership, today: datetime.date) -> datetime.date:
    return calendar_of(dealership).add(today, dealership.recovery_days)


def _handed_to(owner: User | None, due_on: datetime.date) -> dict[str, Any]:
    """Return what an event says of who has it now: always somebody of the supplier's side."""
    return {"owner": str(owner) if owner is not None else "", "due_on": due_on.isoformat()}


def _rater(recovery: Recovery) -> User | None:
    rating = Rating.objects.filter(interaction=recovery.interaction_id).select_related("rater").first()
    return rating.rater if rating is not None else None


def _notify(recovery: Recovery, words: str, acting_user: User, *, to: list[User | None], **values: Value) -> None:
    """Send notices about a recovery. Those to the supplier's side name the customer's department, never a person."""
    link = recovery.link
    send_notices(
        to=[person for person in to if person is not None],
        words=words,
        url=url_of(recovery),
        acting_user=acting_user,
        customer=link.customer,
        supplier=link.supplier,
        item=link.item,
        **values,
    )
