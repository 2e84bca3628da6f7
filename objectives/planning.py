"""Planning the dialogues of a rhythm ahead: one of each, and no more (R26)."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from dealership.calendars import calendar_of
from dealership.models import Dealership, User
from dealership.working_days import WorkingCalendar
from objectives.guard import tell
from objectives.models import Dialogue, DialogueSeries, DialogueState, EventKind, Rhythm
from objectives.rhythm import next_day

#: Working days before a dialogue on which both sides are reminded.
REMIND_AHEAD = 3


def plan_next(*, series: DialogueSeries, acting_user: User | None = None) -> Dialogue | None:
    """Plan the next dialogue of a rhythm, if none is planned from today on; safe to repeat. Returns it, or None."""
    if series.rhythm == Rhythm.ONCE:
        return None
    with transaction.atomic():
        # One after the other: of two who plan at once, the second finds the first one's.
        current = DialogueSeries.objects.select_for_update(of=("self",)).select_related("dealership").get(pk=series.pk)
        today = current.dealership.today()
        mine = Dialogue.objects.filter(series=current)
        if current.ended_at is not None or mine.filter(state=DialogueState.PLANNED, planned_on__gte=today).exists():
            return None
        last = mine.order_by("-planned_on").values_list("planned_on", flat=True).first() or current.starts_on
        calendar = calendar_of(current.dealership, around=max(last, today))
        day = next_day(current.starts_on, current.rhythm, last=last, after=today, calendar=calendar)
        return None if day is None else plan(current, day, acting_user, calendar)


def plan_due(*, dealership: Dealership) -> int:
    """Plan the next dialogue of a store's rhythms whose last one's day has passed. Returns how many were planned."""
    today = dealership.today()
    ahead = Dialogue.objects.filter(dealership=dealership, state=DialogueState.PLANNED, planned_on__gte=today)
    due = DialogueSeries.objects.filter(dealership=dealership, ended_at=None).exclude(rhythm=Rhythm.ONCE)
    planned = [plan_next(series=series) for series in due.exclude(pk__in=ahead.values("series"))]
    return sum(dialogue is not None for dialogue in planned)


def plan(series: DialogueSeries, day: datetime.date, acting_user: User | None, calendar: WorkingCalendar) -> Dialogue:
    """Plan a dialogue of a rhythm on a day; call it in a transaction. Its leaders are told by whoever called for it."""
    today = series.dealership.today()
    # Who is told of it now needs no reminder within the same days.
    told = timezone.now() if calendar.between(today, day) <= REMIND_AHEAD else None
    dialogue: Dialogue = Dialogue.objects.create(
        dealership=series.dealership,
        series=series,
        host_id=series.host_id,
        guest_id=series.guest_id,
        planned_on=day,
        at_time=series.at_time,
        place=series.place,
        reminded_at=told,
    )
    tell(dialogue, EventKind.OPEN, acting_user, version=1, data={"day": day.isoformat()})
    return dialogue
