"""On-time rate, first-time-right rate and two-sided lead time: what they count, and from which rows (R11, R13)."""

import datetime
import random
from collections import Counter
from dataclasses import fields
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from dealership.wall_clock import day_begins
from supplychain.models import Escalation, EscalationOutcome, SupplyRequest
from supplychain.promises import PromiseCounts, total
from supplychain.reliability import asked_between, count_by_link
from tests.factories import (
    DealershipFactory,
    LinkFactory,
    SupplyRequestFactory,
    UserFactory,
)

Day = datetime.date
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut")
TODAY = Day(2026, 6, 15)
#: Requests that agree with themselves: what was done was promised, what was judged was asked.
counts = st.builds(
    lambda kept, late, overdue, dropped, running, first, extra: PromiseCounts(
        asked=kept + late + overdue + dropped + running + extra,
        short_notice=extra,
        notice_days=3 * extra,
        promised=kept + late + overdue + dropped + running,
        kept=kept,
        late=late,
        late_days=2 * late,
        overdue=overdue,
        dropped=dropped,
        first_time=min(first, kept + late),
    ),
    *[st.integers(0, 50) for _ in range(7)],
)


@settings(deadline=None)
@given(st.lists(counts, max_size=5))
def test_counts_add_up_field_by_field_in_any_order(some):
    assert total(some) == total(reversed(some))
    for field in fields(PromiseCounts):
        assert getattr(total(some), field.name) == sum(getattr(each, field.name) for each in some)


@settings(deadline=None)
@given(counts)
def test_rates_lie_between_0_and_1_and_there_is_none_of_nothing(some):
    for rate, n in (
        (some.on_time_rate, some.judged),
        (some.first_time_rate, some.done),
        (some.short_notice_rate, some.asked),
    ):
        assert (rate is None) == (n == 0)
        assert rate is None or 0 <= rate <= 1
    assert some.kept + some.broken == some.judged <= some.promised


@settings(deadline=None)
@given(st.dates(Day(2000, 1, 1), Day(2037, 12, 31)), st.sampled_from(ZONES))
def test_a_day_begins_where_the_zones_calendar_turns(day, zone):
    begins = day_begins(day, ZoneInfo(zone))
    assert begins.astimezone(ZoneInfo(zone)).date() == day
    just_before = begins - datetime.timedelta(microseconds=1)
    assert just_before.astimezone(ZoneInfo(zone)).date() == day - datetime.timedelta(days=1)


def counted(**fields):
    """Return what one request counts as."""
    request = SupplyRequestFactory(**fields)
    (found,) = count_by_link(SupplyRequest.objects.filter(pk=request.pk), today=TODAY).values()
    assert found.asked == 1
    return found


YESTERDAY, TOMORROW = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "kept", "broken"),
    [
        ({"state": "asked", "wanted_on": YESTERDAY}, 0, 0),
        ({"accepted": True, "promised_on": TODAY}, 0, 0),
        ({"accepted": True, "promised_on": YESTERDAY}, 0, 1),
        # A later word on when does not mend the first promise.
        ({"accepted": True, "promised_on": YESTERDAY, "expected_on": TOMORROW}, 0, 1),
        ({"done": True, "late_days": -2}, 1, 0),
        ({"done": True, "late_days": 0}, 1, 0),
        ({"done": True, "late_days": 1}, 0, 1),
        ({"state": "declined"}, 0, 0),
        ({"state": "declined", "promised_on": TOMORROW}, 0, 1),
        ({"state": "withdrawn", "promised_on": YESTERDAY}, 0, 0),
        ({"state": "withdrawn"}, 0, 0),
        ({"state": "expired"}, 0, 0),
    ],
)
def test_a_promise_is_judged_by_its_first_date_once_its_end_is_known(fields, kept, broken):
    found = counted(**fields)
    assert (found.kept, found.broken) == (kept, broken)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "answered", "expired"),
    [
        ({"state": "asked"}, 0, 0),
        ({"accepted": True}, 1, 0),
        ({"done": True}, 1, 0),
        ({"state": "declined"}, 1, 0),
        ({"state": "withdrawn"}, 0, 0),
        ({"state": "withdrawn", "promised_on": TOMORROW}, 1, 0),
        ({"state": "expired"}, 0, 1),
    ],
)
def test_a_request_is_answered_by_a_promise_or_a_no(fields, answered, expired):
    found = counted(**fields)
    assert (found.answered, found.expired) == (answered, expired)


@pytest.mark.django_db
def test_r13_first_time_right_is_done_in_one_trip():
    assert counted(done=True).first_time_rate == 1.0
    assert counted(done=True, trips=2).first_time_rate == 0.0
    assert counted(accepted=True, trips=1).first_time_rate is None


@pytest.mark.django_db
def test_r13_a_request_with_two_exceptions_counts_once():
    request = SupplyRequestFactory(accepted=True)
    for outcome in (EscalationOutcome.REFUSED, EscalationOutcome.PENDING):
        Escalation.objects.create(
            dealership=request.dealership,
            request=request,
            what="a receipt instead of an invoice",
            raised_by=request.asked_by,
            superior=UserFactory(dealership=request.dealership),
            outcome=outcome,
        )
    SupplyRequestFactory(link=request.link)
    found = count_by_link(SupplyRequest.objects.all(), today=TODAY)[request.link_id]
    assert (found.asked, found.escalated) == (2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_figures_equal_a_naive_recount_of_the_requests(zone):
    chance = random.Random(5)
    store = DealershipFactory(time_zone=zone)
    links = [LinkFactory(dealership=store) for _ in range(3)]
    person = UserFactory(dealership=store)
    for _ in range(120):
        day = Day(2026, 3, 1) + datetime.timedelta(days=chance.randrange(-3, 40))
        hour = chance.choice([0, 1, 12, 23])
        state = chance.choice(["asked", "accepted", "done", "declined", "withdrawn", "expired"])
        fields = {"state": state, "promised_on": chance.choice([None, day, TOMORROW])}
        if state in ("accepted", "done"):
            fields = {state: True, "promised_on": chance.choice([day, TODAY, TOMORROW])}
        if state == "done":
            fields["late_days"] = chance.randrange(-2, 4)
        SupplyRequestFactory(
            link=chance.choice(links),
            asked_by=person,
            asked_at=datetime.datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZoneInfo(zone)),
            wanted_on=day,
            notice_days=chance.randrange(6),
            outside_window=chance.random() < 0.2,
            short_of_lead_time=chance.random() < 0.2,
            trips=chance.choice([1, 1, 2]),
            **fields,
        )
    first, last = Day(2026, 3, 1), Day(2026, 3, 31)
    expected = {}
    for request in SupplyRequest.objects.all():
        if not first <= request.asked_at.astimezone(ZoneInfo(zone)).date() <= last:
            continue
        late = request.late_days if request.state == "done" else 0
        promised = request.promised_on is not None
        expected.setdefault(request.link_id, Counter()).update(
            asked=1,
            short_notice=request.short_notice,
            notice_days=request.notice_days,
            answered=promised or request.state == "declined",
            expired=request.state == "expired",
            promised=promised,
            kept=request.state == "done" and late <= 0,
            late=late > 0,
            late_days=max(late, 0),
            overdue=request.state == "accepted" and request.promised_on < TODAY,
            dropped=request.state == "declined" and promised,
            first_time=request.state == "done" and request.trips == 1,
        )
    with CaptureQueriesContext(connection) as queries:
        found = count_by_link(SupplyRequest.objects.filter(asked_between(store, first, last)), today=TODAY)
    assert len(queries) == 1
    assert len(expected) == 3
    assert found == {link: PromiseCounts(**numbers) for link, numbers in expected.items()}


@pytest.mark.django_db
def test_nothing_asked_counts_nothing():
    store = DealershipFactory()
    today = store.today()
    SupplyRequestFactory(link__dealership=store, asked_at=timezone.now() - datetime.timedelta(days=3))
    assert count_by_link(SupplyRequest.objects.filter(asked_between(store, today, today)), today=today) == {}
