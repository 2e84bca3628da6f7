"""The calendar a person subscribes to (R26): what is in it, who reads it, and how its address ends."""

import datetime

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Calendar

from objectives import actions_dialogues as talks
from objectives.calendar_feed import hash_of, make_address
from objectives.models import CalendarFeed, Dialogue
from tests.factories import UserFactory
from tests.objectives.dialogue_world import World
from tests.supplychain.calls import at
from tests.supplychain.pages import browser, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World(language="en")


def read(world, name="hr", secret=None):
    """The entries of a person's calendar, by their UIDs, as a calendar client without a session reads them."""
    secret = secret or make_address(acting_user=world.person(name))
    answer = browser().get(reverse("calendar_feed", args=[secret]))
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.content)
    return {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}


def uid(world, kind, thing):
    return f"{kind}-{thing.pk}@{world.store.slug}.downstream"


# --- what is in it ----------------------------------------------------------------------------------


def test_r26_a_dialogue_stands_at_its_hour_in_the_stores_zone(world):
    dialogue = world.talk(at_time=datetime.time(9, 30), place="Meeting room 2", rhythm="once")
    entry = read(world)[uid(world, "dialogue", dialogue)]
    start = entry["dtstart"].dt
    assert (start.date(), start.hour, start.minute) == (dialogue.planned_on, 9, 30)
    assert start.utcoffset() == datetime.timedelta(hours=8)
    assert entry["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert entry["duration"].dt == datetime.timedelta(hours=1)
    assert str(entry["summary"]) == "Dialogue: Hr and Service"
    assert (str(entry["location"]), str(entry["status"]), int(entry["sequence"])) == ("Meeting room 2", "CONFIRMED", 0)


@pytest.mark.parametrize(
    ("day", "offset"), [("2026-03-27", 1), ("2026-03-30", 2), ("2026-10-23", 2), ("2026-10-26", 1)]
)
def test_r26_the_hour_stays_where_clocks_are_changed(day, offset):
    with at("2026-03-02 10:00", zone="Europe/Berlin"):
        world = World(time_zone="Europe/Berlin")
        dialogue = world.talk(starts_on=datetime.date.fromisoformat(day), at_time=datetime.time(9, 0))
        entry = read(world)[uid(world, "dialogue", dialogue)]
    assert entry["dtstart"].dt.hour == 9
    assert entry["dtstart"].dt.utcoffset() == datetime.timedelta(hours=offset)


def test_r26_an_hour_that_the_clock_leaves_out_is_still_an_entry():
    with at("2026-03-02 10:00", zone="Europe/Berlin"):
        world = World(time_zone="Europe/Berlin")
        dialogue = world.talk(starts_on=datetime.date(2026, 3, 29), at_time=datetime.time(2, 30))
        assert uid(world, "dialogue", dialogue) in read(world)


def test_a_calendar_client_is_told_the_zone(world):
    world.talk(at_time=datetime.time(9, 30))
    secret = make_address(acting_user=world.person("hr"))
    calendar = Calendar.from_ical(browser().get(reverse("calendar_feed", args=[secret])).content)
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert str(calendar["version"]) == "2.0"


def test_r26_without_an_hour_it_is_the_day(world):
    dialogue = world.talk()
    entry = read(world)[uid(world, "dialogue", dialogue)]
    assert entry["dtstart"].dt == dialogue.planned_on
    assert entry["dtend"].dt == dialogue.planned_on + datetime.timedelta(days=1)


def test_r26_moved_it_is_the_same_entry_and_cancelled_it_says_so(world):
    dialogue = world.talk(ahead=20, rhythm="monthly")
    secret = make_address(acting_user=world.person("service"))
    talks.move_dialogue(acting_user=world.person("hr"), dialogue=dialogue, planned_on=world.day(22))
    moved = read(world, secret=secret)[uid(world, "dialogue", dialogue)]
    assert (moved["dtstart"].dt, int(moved["sequence"])) == (world.day(22), 1)
    talks.cancel_dialogue(acting_user=world.person("hr"), dialogue=world.again(dialogue))
    entries = read(world, secret=secret)
    gone = entries[uid(world, "dialogue", dialogue)]
    assert (str(gone["status"]), int(gone["sequence"])) == ("CANCELLED", 2)
    following = Dialogue.objects.get(state="planned")
    assert str(entries[uid(world, "dialogue", following)]["status"]) == "CONFIRMED"


def test_r26_due_days_of_objectives_and_answer_days_of_needs(world):
    need = world.need()
    objective = world.objective(state="running")
    world.objective(state="draft", title="Not agreed yet")
    entries = read(world, "mechanic")
    due = entries[uid(world, "objective", objective)]
    assert due["dtstart"].dt == objective.due_on
    assert str(due["summary"]) == "Due: Two receptionists by March (Hr)"
    answer = entries[uid(world, "need", need)]
    assert answer["dtstart"].dt == need.answer_by
    assert len(entries) == 2
    assert set(read(world, "hr")) == set(entries)


def test_r26_it_holds_what_is_the_persons_own(world):
    world.talk()
    world.need()
    world.objective(state="running")
    mine = world.objective("finance", "service", owner_person=world.people["finance"], state="agreed")
    assert set(read(world, "finance")) == {uid(world, "objective", mine)}
    assert read(world, "admin") == {}


def test_it_names_no_person(world):
    world.talk(place="Room 1")
    need = world.need("mechanic")
    world.objective(state="running", owner_person=world.people["recruiter"])
    secret = make_address(acting_user=world.person("hr"))
    text = text_of(browser().get(reverse("calendar_feed", args=[secret])))
    for person in world.people.values():
        assert str(person) not in text
    assert need.summary in text.replace("\r\n ", "")


def test_it_speaks_the_stores_language():
    world = World(language="zh-hans")
    world.talk()
    (entry,) = read(world).values()
    with translation.override("zh-hans"):
        expected = gettext("Dialogue: %(host)s and %(guest)s") % {"host": "Hr", "guest": "Service"}
    assert str(entry["summary"]) == expected


# --- its address ------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_kept_as_a_hash(world):
    client = browser(world.people["hr"])
    page = text_of(client.post(reverse("calendar_make")))
    secret = page.split("/objectives/dialogues/calendar/")[1].split(".ics")[0]
    feed = CalendarFeed.objects.get()
    assert feed.secret_hash == hash_of(secret)
    assert secret not in str(feed.__dict__)
    assert read(world, secret=secret) == {}
    assert secret not in text_of(client.get(reverse("calendar_settings")))


def test_a_new_address_ends_the_one_before_and_an_end_is_an_end(world):
    client = browser(world.people["hr"])
    first = make_address(acting_user=world.person("hr"))
    second = make_address(acting_user=world.person("hr"))
    assert first != second
    assert browser().get(reverse("calendar_feed", args=[first])).status_code == 404
    assert browser().get(reverse("calendar_feed", args=[second])).status_code == 200
    for _ in range(2):
        assert client.post(reverse("calendar_revoke")).status_code == 302
    assert browser().get(reverse("calendar_feed", args=[second])).status_code == 404


@pytest.mark.parametrize("secret", ["x", "x" * 43, "x" * 5000, "%00", "密码", "..%2F..%2Fetc", "' OR 1=1"])
def test_an_unknown_address_is_not_found(world, secret):
    make_address(acting_user=world.person("hr"))
    assert browser().get(f"/objectives/dialogues/calendar/{secret}.ics").status_code == 404


def test_who_has_left_has_no_calendar(world):
    person = world.person("hr")
    secret = make_address(acting_user=person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert browser().get(reverse("calendar_feed", args=[secret])).status_code == 404


def test_who_moved_to_another_store_has_no_calendar_of_this_one(world):
    person = UserFactory(dealership=world.store)
    secret = make_address(acting_user=person)
    person.dealership = World().store
    person.save(update_fields=["dealership"])
    assert browser().get(reverse("calendar_feed", args=[secret])).status_code == 404


def test_a_calendar_client_gets_no_session_and_stores_nothing_between(world):
    secret = make_address(acting_user=world.person("hr"))
    client = browser()
    answer = client.get(reverse("calendar_feed", args=[secret]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert not client.cookies
    assert client.post(reverse("calendar_feed", args=[secret])).status_code == 405
    assert CalendarFeed.objects.get().read_at is not None


def test_the_secret_is_not_in_the_log(world, caplog, capsys):
    secret = make_address(acting_user=world.person("hr"))
    for address in (secret, secret[::-1]):
        browser().get(reverse("calendar_feed", args=[address]))
    heard = caplog.text + "".join(capsys.readouterr())
    assert secret not in heard
    assert secret[::-1] not in heard


def test_a_calendar_costs_the_same_however_much_is_in_it(world, django_assert_max_num_queries):
    secret = make_address(acting_user=world.person("hr"))
    for n in range(8):
        world.talk(rhythm="once", ahead=n + 1)
        world.need()
        world.objective(state="running", title=f"Objective {n}")
    with django_assert_max_num_queries(10):
        assert len(read(world, secret=secret)) == 24


def test_people_without_a_store_have_no_calendar():
    operator = UserFactory(dealership=None, is_staff=True, is_superuser=True)
    client = browser(operator)
    assert client.get(reverse("calendar_settings")).status_code in (302, 403)
    assert client.post(reverse("calendar_make")).status_code in (302, 403)
    assert not CalendarFeed.objects.exists()
