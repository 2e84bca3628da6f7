"""Reminders (R26): suppliers of unanswered needs, their superiors, and both sides before a dialogue; each once."""

import datetime

import pytest

from objectives import actions_dialogues as talks
from objectives import actions_needs as acts
from objectives.models import Dialogue
from objectives.reminders import remind_of_dialogues, remind_of_needs
from objectives.tasks import keep_dialogues_going, keep_needs_in_sight
from tests.factories import DepartmentFactory
from tests.objectives.dialogue_world import World, told
from tests.supplychain.calls import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World(answer_days=5)


def hour(day, clock="09:00"):
    return at(f"2026-03-{day:02} {clock}")


def needs(world):
    return remind_of_needs(dealership=world.store)


def test_r26_who_decides_for_the_supplier_is_reminded_once_after_the_last_day(world):
    with hour(2):
        world.need(wanted_on=None)
    with hour(7):
        assert needs(world) == 0, "the last day is a day to answer"
    with hour(8, "07:59"):
        assert needs(world) == 0, "nobody is written to at night"
    with hour(8):
        assert needs(world) == 1
        assert needs(world) == 0
    assert told(world.people["hr"])[1:] == [
        "Service has waited for an answer of Hr since 2 Mar 2026: 2 × receptionists recruited in the planned time."
    ]
    assert len(told(world.people["deputy"])) == 2
    assert told(world.people["gm"]) == []


def test_r26_the_superior_is_told_once_when_as_many_days_again_have_passed(world):
    with hour(2):
        world.need(wanted_on=None)
    with hour(8):
        needs(world)
    with hour(12):
        assert needs(world) == 0
    with hour(13):
        assert needs(world) == 1
        assert needs(world) == 0
    assert told(world.people["gm"]) == [
        "Hr has not answered a need of Service, due on 7 Mar 2026: 2 × receptionists recruited in the planned time."
    ]
    assert len(told(world.people["hr"])) == 2


def test_r26_an_answer_ends_the_reminders(world):
    with hour(2):
        need = world.need(wanted_on=None)
        acts.acknowledge(acting_user=world.person("hr"), need=need)
    with hour(28):
        assert needs(world) == 0


def test_r26_the_general_manager_has_nobody_above(world):
    world.departments["crm"] = DepartmentFactory(
        dealership=world.store, code="crm", parent=world.departments["gm-office"]
    )
    with hour(2):
        world.need(supplier=world.departments["crm"], wanted_on=None)
    with hour(28):
        assert needs(world) == 2
        assert needs(world) == 0
    assert len(told(world.people["gm"])) == 2


def dialogues(world):
    return remind_of_dialogues(dealership=world.store)


def test_r26_both_sides_are_reminded_three_working_days_before():
    world = World(working_week="mon tue wed thu fri")
    with hour(2):
        world.talk(starts_on=datetime.date(2026, 3, 17))  # a Tuesday: three working days before is a Thursday
    with hour(11):
        assert dialogues(world) == 0
    with hour(12, "07:59"):
        assert dialogues(world) == 0
    with hour(12):
        assert dialogues(world) == 1
        assert dialogues(world) == 0
    words = "Hr and Service talk on 17 Mar 2026. The agenda is filled: look at it before."
    for name in ("hr", "deputy", "service"):
        assert told(world.people[name])[-1] == words
    assert told(world.people["mechanic"]) == []


def test_r26_a_dialogue_that_was_moved_is_reminded_of_again(world):
    with hour(2):
        dialogue = world.talk(starts_on=datetime.date(2026, 3, 10))
    with hour(8):
        assert dialogues(world) == 1
        talks.move_dialogue(
            acting_user=world.person("hr"), dialogue=world.again(dialogue), planned_on=datetime.date(2026, 3, 20)
        )
        assert dialogues(world) == 0
    with hour(18):
        assert dialogues(world) == 1


def test_a_dialogue_that_is_off_or_over_is_not_reminded_of(world):
    with hour(2):
        cancelled = world.talk(starts_on=datetime.date(2026, 3, 10), rhythm="once")
        talks.cancel_dialogue(acting_user=world.person("hr"), dialogue=cancelled)
        world.talk(starts_on=datetime.date(2026, 3, 11), rhythm="once")
    with hour(12):
        assert dialogues(world) == 0


def test_the_jobs_serve_every_store_and_run_once_an_hour():
    worlds = [World(), World(time_zone="America/New_York")]
    with at("2026-03-02 12:00", zone="UTC"):
        for world in worlds:
            world.talk(starts_on=datetime.date(2026, 3, 10), rhythm="monthly")
            world.need(wanted_on=None)
    with at("2026-03-30 13:30", zone="UTC"):
        keep_needs_in_sight()
        keep_dialogues_going()
        keep_needs_in_sight()
        keep_dialogues_going()
    for world in worlds:
        assert Dialogue.objects.filter(dealership=world.store).count() == 2
        assert len([line for line in told(world.people["hr"]) if "has waited" in line]) == 1
