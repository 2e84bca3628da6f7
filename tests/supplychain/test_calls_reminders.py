"""Reminders of calls for needs (R14): those who have not answered, once and once only, before the last day."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dealership.models import SpecialDay
from dealership.working_days import WorkingCalendar, parse_week
from supplychain.actions_calls import close_call, remind_due, remind_now
from supplychain.calls import reminder_day
from supplychain.models import CallInvitation
from supplychain.tasks import remind_of_calls
from tests.factories import DealershipFactory
from tests.supplychain.calls import Scene, at, told
from tests.supplychain.pages import code_of

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def scene():
    return Scene()


WEEK = WorkingCalendar(
    weekdays=parse_week("mon tue wed thu fri"),
    closed={datetime.date(2026, 3, 12): "stocktaking"},
    extra=frozenset({datetime.date(2026, 3, 7)}),
)


@pytest.mark.parametrize(
    ("opened_on", "deadline", "expected"),
    [
        ("2026-03-02", "2026-03-06", "2026-03-05"),  # Monday, Friday: the Thursday
        ("2026-03-02", "2026-03-16", "2026-03-13"),  # Monday: the Friday before
        ("2026-03-02", "2026-03-09", "2026-03-07"),  # a Saturday that is worked
        ("2026-03-02", "2026-03-13", "2026-03-11"),  # the day between is closed
        ("2026-03-05", "2026-03-06", "2026-03-06"),  # opened on the day before: on the last day
        ("2026-03-06", "2026-03-06", "2026-03-07"),  # open for one day: never
    ],
)
def test_r14_the_reminder_is_due_on_the_working_day_before_the_deadline(opened_on, deadline, expected):
    days = {
        name: datetime.date.fromisoformat(text) for name, text in (("opened_on", opened_on), ("deadline", deadline))
    }
    assert reminder_day(WEEK, **days).isoformat() == expected


def test_a_store_without_working_days_before_the_deadline_is_reminded_the_day_before():
    deadline = datetime.date(2026, 3, 31)
    closed = {deadline - n * DAY: "rebuilding" for n in range(60)}
    found = reminder_day(WorkingCalendar(WEEK.weekdays, closed=closed), opened_on=deadline - 9 * DAY, deadline=deadline)
    assert found == deadline - DAY


def test_r14_those_who_have_not_answered_are_reminded_once_and_once_only(scene):
    with at("2026-03-02 10:00"):  # a Monday
        call = scene.open(deadline=datetime.date(2026, 3, 6))
        first, second = call.invitations.all()
        scene.answer(first, scene.managers[0], needs=[], nothing_needed=True)
        assert remind_due(dealership=scene.store) == 0
    with at("2026-03-05 07:59"):
        assert remind_due(dealership=scene.store) == 0
    with at("2026-03-05 08:00"):
        assert remind_due(dealership=scene.store) == 1
        assert remind_due(dealership=scene.store) == 0
    with at("2026-03-06 08:00"):
        assert remind_due(dealership=scene.store) == 0
        assert remind_now(acting_user=scene.manager, call=call) == 0
    assert ["still waits" in words for words in told(scene.managers[1])] == [False, True]
    assert len(told(scene.managers[0])) == 1
    assert not CallInvitation.objects.get(pk=first.pk).reminded_at
    assert CallInvitation.objects.get(pk=second.pk).reminded_at


def test_reminders_go_by_the_stores_own_days(scene):
    SpecialDay.objects.create(dealership=scene.store, day=datetime.date(2026, 3, 5), name="stocktaking")
    with at("2026-03-02 10:00"):
        scene.open(deadline=datetime.date(2026, 3, 6))
    with at("2026-03-04 08:00"):
        assert remind_due(dealership=scene.store) == 2


def test_a_worker_that_was_away_reminds_on_the_last_day_and_not_after_it(scene):
    with at("2026-03-02 10:00"):
        scene.open(deadline=datetime.date(2026, 3, 6))
        scene.open(deadline=datetime.date(2026, 3, 5))
    with at("2026-03-06 23:00"):
        assert remind_due(dealership=scene.store) == 2, "the call of which it is the last day"


def test_r14_the_supplier_reminds_by_hand_and_the_job_does_not_again(scene):
    with at("2026-03-02 10:00"):
        call = scene.open(deadline=datetime.date(2026, 3, 6))
        assert remind_now(acting_user=scene.manager, call=call) == 2
        assert remind_now(acting_user=scene.manager, call=call) == 0
    with at("2026-03-05 12:00"):
        assert remind_due(dealership=scene.store) == 0
    assert len(told(scene.managers[0])) == 2


def test_nobody_is_reminded_of_a_call_that_is_over(scene):
    call = scene.open()
    close_call(acting_user=scene.manager, call=call)
    with pytest.raises(ValidationError) as refusal:
        remind_now(acting_user=scene.manager, call=call)
    assert code_of(refusal) == "closed"
    with at(timezone.now() + 4 * DAY):
        assert remind_due(dealership=scene.store) == 0


def test_the_task_reminds_each_store_in_its_zone_and_each_customer_once(scene):
    west = Scene(DealershipFactory(time_zone="America/New_York"))
    with at("2026-03-02 10:00", zone="UTC"):
        for one in (scene, west):
            one.open(deadline=datetime.date(2026, 3, 6))
    with at("2026-03-05 04:11", zone="UTC"):  # 12:11 in Shanghai, the evening before in New York
        remind_of_calls.apply()
        remind_of_calls.apply()
    assert [len(told(one.managers[0])) for one in (scene, west)] == [2, 1]
    for hour in (18, 19):
        with at(f"2026-03-05 {hour}:11", zone="UTC"):
            remind_of_calls.apply()
    assert [len(told(one.managers[0])) for one in (scene, west)] == [2, 2]
