"""How plans, needs, dialogues and objectives move: one guarded update on the version a person saw, with its event.

The same for all four, so that two people who act at once cannot both win, and the one who was late is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dealership.models import User
from objectives.models import CompanyPlan, Dialogue, Event, EventKind, Need, Objective

Thing = CompanyPlan | Need | Dialogue | Objective

#: The name of an event's reference to each thing.
REFERENCE = {CompanyPlan: "plan", Need: "need", Dialogue: "dialogue", Objective: "objective"}


def change(
    thing: Thing,
    kind: EventKind,
    acting_user: User | None,
    version: int | None,
    *,
    before: Iterable[str],
    text: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """Do an act on the version that the person saw: the one in `thing`, unless given. Call it in a transaction.

    `before`: the states in which the act is open; `changes`: new values of fields. Returns False where the same person
    did the very same on that version before: a form sent twice. Raises ValidationError with code `moved` where
    somebody was first (who, what and when are said), `not_now` where the act is not open in this state.
    """
    model = type(thing)
    seen = thing.version if version is None else version
    # The guarded update decides between people who act at once: the version they both saw is there for one of them.
    mine = model.objects.filter(pk=thing.pk, version=seen, state__in=[str(state) for state in before])
    moved = mine.update(version=seen + 1, **changes)
    thing.refresh_from_db(fields=["version", "state", *changes])
    if moved:
        tell(thing, kind, acting_user, version=seen + 1, text=text, data=data)
        return True
    since = Event.objects.filter(**{REFERENCE[model]: thing}, version__gt=seen).select_related("person")
    first: Event | None = since.order_by("version").first()
    if first is None:
        raise _not_now(thing)
    same = (first.person_id, first.kind, first.text, first.data) == (
        acting_user.pk if acting_user is not None else None,
        kind,
        text,
        data or {},
    )
    if same and first.version == seen + 1:
        return False
    raise ValidationError(_moved_words(thing, first), code="moved")


def touch(
    thing: Thing,
    kind: EventKind,
    acting_user: User | None,
    *,
    before: Iterable[str],
    text: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Add something to a thing whatever else was added meanwhile: a new version without asking which one was seen.

    For what people add side by side, such as facts. Raises ValidationError (code `not_now`) where the thing is not in
    one of the states `before` (any more). Call it in a transaction: the row stays locked up to its end.
    """
    mine = type(thing).objects.filter(pk=thing.pk, state__in=[str(state) for state in before])
    moved = mine.update(version=F("version") + 1, **changes)
    thing.refresh_from_db(fields=["version", "state", *changes])
    if not moved:
        raise _not_now(thing)
    tell(thing, kind, acting_user, version=thing.version, text=text, data=data)


def tell(
    thing: Thing,
    kind: EventKind,
    person: User | None,
    *,
    version: int | None = None,
    text: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Write a line of a thing's timeline. `version`: the one the act made; None for words that change nothing."""
    event: Event = Event.objects.create(
        dealership_id=thing.dealership_id,
        **{REFERENCE[type(thing)]: thing},
        version=version,
        kind=kind,
        person=person,
        text=text,
        data=data or {},
    )
    return event


def _not_now(thing: Thing) -> ValidationError:
    state = thing.get_state_display()
    return ValidationError(_("This cannot be done now: it is %(state)s.") % {"state": state}, code="not_now")


def _moved_words(thing: Thing, first: Event) -> str:
    when = date_format(first.at.astimezone(thing.dealership.zone), "DATETIME_FORMAT")
    what = EventKind(first.kind).label
    if first.person is None:
        return _("In the meantime: %(what)s, %(when)s. Look again, then decide.") % {"what": what, "when": when}
    return _("%(person)s was first: %(what)s, %(when)s. Look again, then decide.") % {
        "person": first.person,
        "what": what,
        "when": when,
    }
