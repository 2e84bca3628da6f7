"""A person's calendar: their dialogues, due days of objectives, answer days of needs, as a calendar client reads it.

Whoever has the address reads it, so it holds what the person's own pages show, and no person's name. A new address
ends the old one; of the secret only a hash is kept.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from dealership.access import Access
from dealership.models import Dealership, User
from objectives.models import CalendarFeed, Dialogue, DialogueState, Need, Objective

#: How far back and ahead the calendar reaches.
BACK = datetime.timedelta(days=92)
AHEAD = datetime.timedelta(days=550)
LENGTH = datetime.timedelta(hours=1)
#: A calendar holds so many entries of a kind at the most, the latest.
MOST = 500
#: How often the address's last reading is written down.
_READ_AGAIN = datetime.timedelta(hours=1)
PRODUCT = "-//Downstream//Objectives//"
SECRET_BYTES = 32
DOMAIN = "downstream"


def hash_of(secret: str) -> str:
    """Return what is kept of a secret: it is random and long, so a plain hash tells nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_address(*, acting_user: User) -> str:
    """Make the person's secret, in place of the one before; returned once and kept nowhere but as a hash."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(
        dealership=acting_user.dealership,
        person=acting_user,
        defaults={"secret_hash": hash_of(secret), "created_at": timezone.now(), "read_at": None},
    )
    return secret


def revoke_address(*, acting_user: User) -> bool:
    """End the person's address. Returns False where there was none."""
    deleted, _kinds = CalendarFeed.objects.filter(person=acting_user, dealership=acting_user.dealership_id).delete()
    return bool(deleted)


def feed_of(secret: str) -> CalendarFeed | None:
    """Return the feed with this secret, if there is one of a person who may sign in. Notes when it was read."""
    found: CalendarFeed | None = (
        CalendarFeed.objects.filter(secret_hash=hash_of(secret), person__is_active=True)
        .select_related("person__dealership", "dealership")
        .first()
    )
    if found is None or found.person.dealership_id != found.dealership_id:
        return None
    now = timezone.now()
    stale = Q(read_at=None) | Q(read_at__lt=now - _READ_AGAIN)
    CalendarFeed.objects.filter(stale, pk=found.pk).update(read_at=now)
    return found


def calendar_for(person: User, *, base: str = "") -> bytes:
    """Return the person's calendar, in the active language. `base`: what addresses in it begin with."""
    store = person.dealership
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Dialogues and objectives"))
    if store is not None:
        calendar.add("x-wr-timezone", store.time_zone)
        access = Access(person)
        for entry in (
            *_dialogues(access, store, base),
            *_objectives(access, store, base),
            *_needs(access, store, base),
        ):
            calendar.add_component(entry)
        calendar.add_missing_timezones()
    body: bytes = calendar.to_ical()
    return body


def _entry(store: Dealership, uid: str, words: str, version: int, changed: datetime.datetime, url: str) -> Event:
    entry = Event()
    entry.add("uid", f"{uid}@{store.slug}.{DOMAIN}")
    entry.add("summary", words)
    entry.add("sequence", version - 1)
    entry.add("dtstamp", changed.astimezone(datetime.UTC))
    if url:
        entry.add("url", url)
    return entry


def _all_day(entry: Event, day: datetime.date) -> Event:
    entry.add("dtstart", day)
    entry.add("dtend", day + datetime.timedelta(days=1))
    entry.add("transp", "TRANSPARENT")
    return entry


def _dialogues(access: Access, store: Dealership, base: str) -> Iterator[Event]:
    """Yield the dialogues of departments the person belongs to or leads; cancelled ones say so."""
    today, zone = store.today(), store.zone
    mine = Dialogue.objects.filter(dealership=store).touching(access.own | access.led)
    near = mine.filter(planned_on__gte=today - BACK, planned_on__lte=today + AHEAD).with_names()
    for dialogue in near.order_by("-planned_on", "-pk")[:MOST]:
        words = _("Dialogue: %(host)s and %(guest)s") % {"host": dialogue.host, "guest": dialogue.guest}
        url = f"{base}/objectives/dialogues/{dialogue.pk}/" if base else ""
        entry = _entry(store, f"dialogue-{dialogue.pk}", words, dialogue.version, timezone.now(), url)
        if dialogue.at_time is None:
            _all_day(entry, dialogue.planned_on)
        else:
            start = datetime.datetime.combine(dialogue.planned_on, dialogue.at_time, tzinfo=zone)
            entry.add("dtstart", start)
            # An hour of the clock that passes, also where the clock is changed in it.
            entry.add("duration", LENGTH)
        if dialogue.place:
            entry.add("location", dialogue.place)
        is_off = dialogue.state == DialogueState.CANCELLED
        entry.add("status", "CANCELLED" if is_off else "CONFIRMED")
        yield entry


def _objectives(access: Access, store: Dealership, base: str) -> Iterator[Event]:
    """Yield the due days of objectives under way that the person owns, or whose department owns or gets them."""
    departments = access.own | access.led
    found = Objective.objects.filter(dealership=store, due_on__gte=store.today() - BACK).under_way()
    mine = found.filter(
        Q(owner_person=access.user) | Q(owner__in=departments) | Q(customers__department__in=departments)
    )
    for objective in mine.distinct().select_related("owner").order_by("-due_on", "-pk")[:MOST]:
        words = _("Due: %(objective)s (%(owner)s)") % {"objective": objective.title, "owner": objective.owner}
        url = f"{base}/objectives/{objective.pk}/" if base else ""
        entry = _entry(store, f"objective-{objective.pk}", words, objective.version, timezone.now(), url)
        if objective.due_on is not None:
            yield _all_day(entry, objective.due_on)


def _needs(access: Access, store: Dealership, base: str) -> Iterator[Event]:
    """Yield the last days for an answer of needs that wait for one, towards the person's departments or from them."""
    departments = access.own | access.led
    found = Need.objects.filter(dealership=store).unanswered()
    mine = found.filter(Q(supplier__in=departments) | Q(customer__in=departments)).with_names()
    for need in mine.order_by("-answer_by", "-pk")[:MOST]:
        words = _("Answer due: %(what)s (%(customer)s needs it of %(supplier)s)") % {
            "what": need.summary,
            "customer": need.customer,
            "supplier": need.supplier,
        }
        url = f"{base}/objectives/needs/{need.pk}/" if base else ""
        yield _all_day(_entry(store, f"need-{need.pk}", words, need.version, timezone.now(), url), need.answer_by)
