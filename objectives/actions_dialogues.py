"""Writes to goal dialogues (R25, R26): call, move, hold, sign, cancel, end the rhythm; points put by hand.

A leader of either department may do all of it but sign for the other. Exactly one dialogue of a rhythm is planned
ahead. Reminders: objectives/reminders.py.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import Access, access_of
from dealership.calendars import calendar_of
from dealership.models import Department, User
from dealership.notices import Value, send_notices
from objectives.guard import change, tell, touch
from objectives.models import (
    Dialogue,
    DialoguePoint,
    DialogueSeries,
    DialogueSignature,
    DialogueState,
    Event,
    EventKind,
    Rhythm,
)
from objectives.outcomes import takes_part
from objectives.planning import REMIND_AHEAD, plan, plan_next
from objectives.signing import Signers
from supplychain.actions_calls import check_day

#: Minutes of a dialogue longer ago are a slip of the keyboard.
LONGEST_AGO = datetime.timedelta(days=366)
MOST_POINTS = 50
LONGEST_MINUTES = 10_000


def url_of(dialogue: Dialogue) -> str:
    """Return the address of a dialogue's page."""
    return reverse("dialogue_detail", args=[dialogue.pk])


def arranges(access: Access, dialogue: Dialogue | DialogueSeries) -> bool:
    """Return whether the person moves, holds and cancels a dialogue: who leads one of the two departments."""
    return bool({dialogue.host_id, dialogue.guest_id} & access.led)


# --- Calling and planning ---------------------------------------------------------------------------


@transaction.atomic
def call_dialogue(
    *,
    acting_user: User,
    host: Department,
    guest: Department,
    rhythm: str,
    starts_on: datetime.date,
    at_time: datetime.time | None = None,
    place: str = "",
) -> Dialogue:
    """Call two departments together, once or on a rhythm; returns the first dialogue, and tells both sides' leaders.

    A form sent twice returns the first. Raises PermissionDenied for people who lead neither, ValidationError for a day
    that cannot be, for a department with itself, or if the two have a rhythm already (code `running`).
    """
    store = host.dealership
    if guest.dealership_id != host.dealership_id or not {host.pk, guest.pk} & access_of(acting_user).led:
        raise PermissionDenied
    if host.pk == guest.pk:
        raise ValidationError({"guest": ValidationError(_("Choose another department."), code="same")})
    today = store.today()
    # One after the other, so that a form sent twice finds what the first one made.
    list(Department.objects.select_for_update(of=("self",)).filter(pk__in=[host.pk, guest.pk]).order_by("pk"))
    pair = {host.pk, guest.pk}
    running = DialogueSeries.objects.filter(dealership=store, host__in=pair, guest__in=pair, ended_at=None)
    same = {"rhythm": rhythm, "starts_on": starts_on, "created_by": acting_user, "host": host}
    first = Dialogue.objects.filter(series__in=running.filter(**same)).with_names().order_by("pk").first()
    if first is not None:
        found: Dialogue = first
        return found
    _check_day("starts_on", starts_on, today)
    if rhythm != Rhythm.ONCE and running.exclude(rhythm=Rhythm.ONCE).exists():
        raise ValidationError(
            _("These two departments have a rhythm already. End it first, or move its next dialogue."), code="running"
        )
    series = DialogueSeries(
        dealership=store,
        host=host,
        guest=guest,
        rhythm=rhythm,
        starts_on=starts_on,
        at_time=at_time,
        place=place.strip(),
        created_by=acting_user,
    )
    series.clean_fields(exclude=["dealership", "host", "guest", "created_by"])
    series.save(force_insert=True)
    dialogue = plan(series, starts_on, acting_user, calendar_of(store, around=today))
    words = gettext_noop("%(host)s and %(guest)s talk about objectives and needs on %(day)s.")
    tell_both_sides(dialogue, words, acting_user, day=starts_on)
    return dialogue


@transaction.atomic
def move_dialogue(
    *,
    acting_user: User,
    dialogue: Dialogue,
    version: int | None = None,
    planned_on: datetime.date,
    at_time: datetime.time | None = None,
    place: str = "",
) -> Dialogue:
    """Move a planned dialogue to another day, time or place; the rhythm stays as it is.

    Raises PermissionDenied for people who lead neither side, ValidationError for a day that cannot be or on which the
    two have one already, and as `change` does.
    """
    _check_rights(acting_user, dialogue)
    today = dialogue.dealership.today()
    _check_day("planned_on", planned_on, today)
    place = place.strip()
    if len(place) > 100:
        raise ValidationError({"place": ValidationError(_("Say it in 100 characters."), code="too_long")})
    data = {"day": planned_on.isoformat(), "time": f"{at_time:%H:%M}" if at_time else "", "place": place}
    soon = calendar_of(dialogue.dealership, around=today).between(today, planned_on) <= REMIND_AHEAD
    changes = {
        "planned_on": planned_on,
        "at_time": at_time,
        "place": place,
        "reminded_at": timezone.now() if soon else None,
    }
    try:
        with transaction.atomic():
            moved = _act(dialogue, acting_user, EventKind.MOVE, version, [DialogueState.PLANNED], data=data, **changes)
    except IntegrityError:
        taken = ValidationError(_("There is a dialogue of these two on that day already."), code="taken")
        raise ValidationError({"planned_on": taken}) from None
    if moved:
        words = gettext_noop("The dialogue of %(host)s and %(guest)s was moved to %(day)s.")
        tell_both_sides(dialogue, words, acting_user, day=planned_on)
    return dialogue


@transaction.atomic
def cancel_dialogue(*, acting_user: User, dialogue: Dialogue, version: int | None = None) -> Dialogue:
    """Cancel a planned dialogue; the next one of its rhythm is planned. Raises as `move_dialogue` does."""
    _check_rights(acting_user, dialogue)
    if _act(dialogue, acting_user, EventKind.CANCEL, version, [DialogueState.PLANNED], state=DialogueState.CANCELLED):
        words = gettext_noop("The dialogue of %(host)s and %(guest)s on %(day)s is cancelled.")
        tell_both_sides(dialogue, words, acting_user, day=dialogue.planned_on)
        plan_next(series=dialogue.series, acting_user=acting_user)
    return dialogue


@transaction.atomic
def end_rhythm(*, acting_user: User, series: DialogueSeries) -> bool:
    """End a rhythm, and tell both sides: no more dialogues are planned, one that is planned stays.

    Returns False if it was ended before. Raises PermissionDenied for people who lead neither department.
    """
    if not arranges(access_of(acting_user), series):
        raise PermissionDenied
    ended = DialogueSeries.objects.filter(pk=series.pk, ended_at=None).update(ended_at=timezone.now())
    series.refresh_from_db(fields=["ended_at"])
    last = Dialogue.objects.filter(series=series).with_names().order_by("planned_on").last()
    if ended and last is not None:
        tell(last, EventKind.CLOSE, acting_user)
        words = gettext_noop("%(host)s and %(guest)s: no more dialogues are planned, the rhythm has ended.")
        tell_both_sides(last, words, acting_user)
    return bool(ended)


# --- The agenda -------------------------------------------------------------------------------------


@transaction.atomic
def add_point(*, acting_user: User, dialogue: Dialogue, department: Department, text: str) -> DialoguePoint:
    """Put a point on the agenda of a planned dialogue, for one's own department; the same words twice are kept once.

    Raises PermissionDenied for people who do not act for the department, ValidationError without words, with too many,
    or once the dialogue was held or cancelled.
    """
    access = access_of(acting_user)
    is_one_of_two = department.pk in (dialogue.host_id, dialogue.guest_id)
    if not is_one_of_two or department.pk not in access.own | access.led:
        raise PermissionDenied
    text = text.strip()
    if not text:
        raise ValidationError({"text": ValidationError(_("Write what you want to talk about."), code="required")})
    _hold_row(dialogue, [DialogueState.PLANNED])
    points = DialoguePoint.objects.filter(dialogue=dialogue)
    same: DialoguePoint | None = points.filter(department=department, text=text).first()
    if same is not None:
        return same
    if points.count() >= MOST_POINTS:
        raise ValidationError(_("The agenda is full: leave a point out first."), code="too_many")
    point = DialoguePoint(
        dealership=dialogue.dealership, dialogue=dialogue, department=department, text=text, author=acting_user
    )
    point.clean_fields(exclude=["dealership", "dialogue", "department", "author"])
    point.save(force_insert=True)
    return point


@transaction.atomic
def remove_point(*, acting_user: User, point: DialoguePoint) -> bool:
    """Take a point off the agenda: its author, or who leads its department. Returns False if it was gone already.

    Raises PermissionDenied for anybody else, ValidationError once the dialogue was held or cancelled.
    """
    if point.author_id != acting_user.pk and point.department_id not in access_of(acting_user).led:
        raise PermissionDenied
    _hold_row(point.dialogue, [DialogueState.PLANNED])
    deleted, _kinds = DialoguePoint.objects.filter(pk=point.pk).delete()
    return bool(deleted)


# --- Minutes and signatures -------------------------------------------------------------------------


@transaction.atomic
def write_minutes(
    *, acting_user: User, dialogue: Dialogue, version: int | None = None, held_on: datetime.date, minutes: str
) -> Dialogue:
    """Write down what was said in a dialogue, or change it until both have signed: then both are asked again.

    The first time it is held, and the next one of its rhythm is planned. Raises PermissionDenied for people who lead
    neither side, ValidationError for empty minutes or a day that cannot be, and as `change` does.
    """
    _check_rights(acting_user, dialogue)
    minutes = minutes.strip()
    if not minutes:
        raise ValidationError({"minutes": ValidationError(_("Write down what was said."), code="required")})
    if len(minutes) > LONGEST_MINUTES:
        raise ValidationError({"minutes": ValidationError(_("Say it in 10,000 characters."), code="too_long")})
    today = dialogue.dealership.today()
    if held_on > today:
        raise ValidationError({"held_on": ValidationError(_("This day is still to come."), code="future")})
    if held_on < today - LONGEST_AGO:
        raise ValidationError({"held_on": ValidationError(_("This lies more than a year back."), code="far")})
    # The words themselves are too long for the timeline; their digest tells a form sent twice from another text.
    digest = hashlib.sha256(minutes.encode()).hexdigest()[:16]
    data = {"day": held_on.isoformat(), "digest": digest}
    seen = dialogue.version if version is None else version
    mine = Event.objects.filter(dialogue=dialogue, version=seen + 1, person=acting_user, data=data)
    if mine.filter(kind__in=[EventKind.HOLD, EventKind.CHANGE]).exists():
        return dialogue
    is_first = dialogue.state == DialogueState.PLANNED
    kind = EventKind.HOLD if is_first else EventKind.CHANGE
    before = [DialogueState.PLANNED] if is_first else [DialogueState.HELD]
    changes: dict[str, Any] = {
        "state": DialogueState.HELD,
        "held_on": held_on,
        "minutes": minutes,
        "revision": F("revision") + 1,
    }
    if _act(dialogue, acting_user, kind, version, before, data=data, **changes):
        words = gettext_noop("The minutes of %(host)s and %(guest)s wait for your signature.")
        tell_both_sides(dialogue, words, acting_user)
        if is_first:
            plan_next(series=dialogue.series, acting_user=acting_user)
    return dialogue


def signs_for(signers: Signers, user: User, dialogue: Dialogue, signed: dict[int, int]) -> int | None:
    """Return the department for which a person may sign the minutes now; None where there is none.

    `signed`: who has signed the present revision, {department: person}. Nobody signs for both.
    """
    for department, other in (
        (dialogue.host_id, dialogue.guest_id),
        (dialogue.guest_id, dialogue.host_id),
    ):
        if department not in signed and signers.may_sign(user, department, other_than=signed.get(other)):
            return department
    return None


@transaction.atomic
def sign_minutes(*, acting_user: User, dialogue: Dialogue, revision: int) -> Dialogue:
    """Sign the minutes for one's department; signed by both, they are frozen.

    `revision`: of the minutes as the person read them. Sent twice, it is one signature. Raises PermissionDenied for
    people who sign for neither side, ValidationError if the minutes were changed (code `moved`), if they do not wait
    for signatures (code `not_now`), or if a colleague signed before (code `signed`).
    """
    current = _hold_row(dialogue, None)
    found = DialogueSignature.objects.filter(dialogue=current, revision=current.revision).select_related("person")
    signed = {signature.department_id: signature.person for signature in found}
    keys = {department: person.pk for department, person in signed.items()}
    if acting_user.pk in keys.values() and revision == current.revision:
        dialogue.refresh_from_db(fields=["state", "version", "revision"])
        return dialogue
    signers = Signers(current.dealership)
    mine = [place for place in (current.host_id, current.guest_id) if signers.may_sign(acting_user, place)]
    department = signs_for(signers, acting_user, current, keys)
    if department is None and not mine:
        raise PermissionDenied
    if current.state == DialogueState.HELD and revision != current.revision:
        text = _("The minutes were changed in the meantime. Read them again, then sign.")
        raise ValidationError(text, code="moved")
    if department is None:
        first = next((signed[place] for place in mine if place in signed), None)
        if first is None:
            raise PermissionDenied
        text = _("%(person)s has signed for your department already.") % {"person": first}
        raise ValidationError(text, code="signed")
    is_last = len(signed) == 1
    changes: dict[str, Any] = {"state": DialogueState.SIGNED} if is_last else {}
    place = dialogue.host if department == dialogue.host_id else dialogue.guest
    touch(
        dialogue,
        EventKind.SIGN,
        acting_user,
        before=[DialogueState.HELD],
        data={"department": department, "revision": revision},
        **changes,
    )
    DialogueSignature.objects.create(
        dealership=dialogue.dealership,
        dialogue=dialogue,
        revision=revision,
        department_id=department,
        person=acting_user,
    )
    words = gettext_noop("%(person)s signed the minutes of %(host)s and %(guest)s for %(department)s.")
    tell_both_sides(dialogue, words, acting_user, person=acting_user, department=place)
    return dialogue


# --- How each of them is kept -----------------------------------------------------------------------


def _check_rights(acting_user: User, dialogue: Dialogue) -> None:
    access = access_of(acting_user)
    if not arranges(access, dialogue) or not takes_part(access, dialogue):
        raise PermissionDenied


def _check_day(field: str, day: datetime.date, today: datetime.date) -> None:
    try:
        check_day(day, today)
    except ValidationError as error:
        raise ValidationError({field: error}) from None


def _hold_row(dialogue: Dialogue, states: list[DialogueState] | None) -> Dialogue:
    """Keep a dialogue's row to the end of the transaction, and return it as it is.

    Raises ValidationError (code `not_now`) where it is not in one of the states.
    """
    rows = Dialogue.objects.select_for_update(of=("self",)).select_related("dealership")
    current: Dialogue = rows.get(pk=dialogue.pk)
    if states is not None and current.state not in states:
        state = current.get_state_display()
        raise ValidationError(_("This cannot be done now: it is %(state)s.") % {"state": state}, code="not_now")
    return current


def _act(
    dialogue: Dialogue,
    acting_user: User,
    kind: EventKind,
    version: int | None,
    before: list[DialogueState],
    *,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> bool:
    return change(dialogue, kind, acting_user, version, before=before, data=data, **changes)


def tell_both_sides(dialogue: Dialogue, words: str, acting_user: User | None, **values: Value) -> None:
    """Tell those who lead the two departments."""
    signers = Signers(dialogue.dealership)
    send_notices(
        to=[*signers.of(dialogue.host_id), *signers.of(dialogue.guest_id)],
        words=words,
        url=url_of(dialogue),
        acting_user=acting_user,
        host=dialogue.host,
        guest=dialogue.guest,
        **values,
    )
