"""Recovery rate and time beside the veto (R16, R21): counts per link under both lenses, and what the page says."""

import datetime
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from surveys.models import Recovery, RecoveryState
from surveys.models.recoveries import RUNNING
from surveys.periods import Period, add_months, month_start
from surveys.recovery_counts import NOTHING, Mending, RecoveryCounts, total_mending
from surveys.recovery_figures import mending_by_link
from surveys.recovery_rights import is_overdue
from surveys.rollups import absorb_all
from tests.factories import InteractionFactory, LinkFactory
from tests.surveys.pages import browser
from tests.surveys.recovery_world import DAY, World

pytestmark = pytest.mark.django_db

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    return World()


def lenses(world):
    """Return the current month and its twelve months."""
    first = month_start(world.day())
    last = add_months(first, 1) - ONE_DAY
    return Period(first, last), Period(add_months(first, -11), last)


def counted(world, links=None):
    now, long = lenses(world)
    links = links or [world.link]
    return mending_by_link([link.pk for link in links], now=now, long=long, today=world.day())


def add(world, state, *, day=None, days=0.0, due=1, link=None):
    """Keep a recovery as it might stand: closed after so many days, or due in so many."""
    link = link or world.link
    day = day or world.day()
    interaction = InteractionFactory(link=link, state="rated", occurred_at=timezone.now(), day=day)
    opened = timezone.now() - datetime.timedelta(days=60)
    return Recovery.objects.create(
        dealership=world.store,
        interaction=interaction,
        link=link,
        day=day,
        state=state,
        opened_at=opened,
        closed_at=None if state in RUNNING else opened + datetime.timedelta(days=days),
        due_on=world.day(due),
        plan="x",
        promised_on=world.day(due),
    )


def test_r21_worked_example(world):
    """Five "not good" were rated this month: two mended after 1 and 4 days, one overdue, one unsaid, one dropped."""
    add(world, "mended", days=1)
    add(world, "mended", days=4)
    add(world, "open", due=-1)
    add(world, "unsaid", days=20)
    add(world, "dropped", days=1)
    counts = counted(world)[world.link.pk].now
    assert counts == RecoveryCounts(opened=4, mended=2, running=1, overdue=1, unsaid=1, seconds=5 * 86400)
    assert (counts.recovery_rate, counts.mean_days, counts.whole_days) == (0.5, 2.5, 3)


def test_r16_both_lenses_come_from_one_query(world, django_assert_num_queries):
    add(world, "mended", days=2)
    add(world, "mended", days=6, day=add_months(month_start(world.day()), -11))
    add(world, "planned", day=add_months(month_start(world.day()), -11) - ONE_DAY)
    with django_assert_num_queries(1):
        found = counted(world)
    assert found[world.link.pk].now == RecoveryCounts(opened=1, mended=1, seconds=2 * 86400)
    assert found[world.link.pk].long == RecoveryCounts(opened=2, mended=2, seconds=8 * 86400)


def test_a_year_that_lies_before_the_twelve_months_is_counted_too(world):
    """A chosen year and the twelve months need not lie in each other."""
    add(world, "open", day=datetime.date(2020, 5, 1))
    now, long = Period(datetime.date(2020, 1, 1), datetime.date(2020, 12, 31)), lenses(world)[1]
    found = mending_by_link([world.link.pk], now=now, long=long, today=world.day())
    assert (found[world.link.pk].now.opened, found[world.link.pk].long.opened) == (1, 0)


def test_links_count_apart_and_those_without_are_left_out(world):
    other, third = (LinkFactory(dealership=world.store, supplier=world.departments["hr"]) for _ in range(2))
    add(world, "open")
    add(world, "planned", link=other)
    assert set(counted(world, [world.link, other, third])) == {world.link.pk, other.pk}
    assert set(counted(world, [other])) == {other.pk}


def test_counts_equal_what_counting_one_by_one_gives(world):
    chance = random.Random(7)
    for _ in range(60):
        add(
            world,
            chance.choice(RecoveryState.values),
            day=world.day(-chance.randrange(500)),
            days=chance.randrange(1, 40) / 4,
            due=chance.randrange(-3, 4),
        )
    found = counted(world)[world.link.pk]
    for period, counts in zip(lenses(world), (found.now, found.long), strict=True):
        rows = [r for r in Recovery.objects.exclude(state="dropped") if period.start <= r.day <= period.end]
        states = [r.state for r in rows]
        assert counts == RecoveryCounts(
            opened=len(rows),
            mended=states.count("mended"),
            running=sum(r.is_running for r in rows),
            overdue=sum(is_overdue(r, world.day()) for r in rows),
            unsaid=states.count("unsaid"),
            seconds=sum((r.closed_at - r.opened_at).total_seconds() for r in rows if r.state == "mended"),
        )
        assert counts.opened == counts.mended + counts.running + counts.unsaid


def test_the_count_reads_no_table(world):
    """All that is asked of a recovery stands in the index that begins with its link and day."""
    for _ in range(20):
        add(world, "mended", days=1)
    with CaptureQueriesContext(connection) as captured:
        counted(world)
    (query,) = captured.captured_queries
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
            plan = " ".join(str(row[-1]) for row in cursor.fetchall())
            assert "COVERING INDEX recovery_link_day_cover" in plan
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("EXPLAIN " + query["sql"])
            plan = " ".join(str(row[-1]) for row in cursor.fetchall())
            assert "Index Only Scan using recovery_link_day_cover" in plan


counts = st.builds(
    RecoveryCounts,
    **{name: st.integers(0, 1000) for name in ("opened", "mended", "running", "overdue", "unsaid", "seconds")},
)


@given(st.lists(st.builds(Mending, now=counts, long=counts), max_size=5))
def test_sums_are_sums_of_counts_never_means_of_means(each):
    both = total_mending(each)
    for lens in ("now", "long"):
        parts = [getattr(mending, lens) for mending in each]
        whole = getattr(both, lens)
        for name in ("opened", "mended", "running", "overdue", "unsaid", "seconds"):
            assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
        assert (whole.recovery_rate is None) == (whole.opened == 0)
        assert (whole.mean_days is None) == (whole.mended == 0)
    assert total_mending([]) == NOTHING


# --- On the department's page -----------------------------------------------------------------------


def figures_of(world, name, code="finance"):
    absorb_all()
    response = browser(world.people[name]).get(reverse("department_dashboard", args=[code]))
    return response, " ".join(response.text.split())


def test_r21_recovery_stands_beside_the_veto(world):
    mended = world.mended(world.planned())
    world.opened()
    Recovery.objects.filter(pk=mended.pk).update(
        opened_at=timezone.now() - 4 * DAY, closed_at=timezone.now() - DAY, day=world.day()
    )
    response, html = figures_of(world, "finance")
    headline = html[html.index('class="headline"') : html.index('class="flow-verdicts"')]
    assert headline.index("not good") < headline.index("1 of 2 mended, 3 days on average")
    side = response.context["page"].as_supplier
    assert side.groups[0].mending == side.mending == side.lines[0].mending
    # Both lenses: in the headline, in the line of the two departments, and in that of the item, a team of Service has.
    assert html.count("1 of 2 mended, 3 days on average") == 6
    assert f"/recoveries/?tab=all&amp;department={world.departments['finance'].pk}" in headline


def test_r21_what_is_overdue_is_said_and_what_is_mended_at_once(world):
    world.mended(world.opened())
    world.opened()
    Recovery.objects.filter(state="open").update(due_on=world.day(-1))
    assert "1 of 2 mended, within a day on average</a> · 1 overdue" in figures_of(world, "finance")[1]


def test_r21_without_a_mended_one_there_is_no_mean(world):
    world.opened()
    html = figures_of(world, "finance")[1]
    assert "0 of 1 mended" in html
    assert "on average" not in html


def test_without_a_not_good_nothing_is_said(world):
    world.rate(1)
    assert " mended" not in figures_of(world, "finance")[1]


def test_members_read_the_figures_and_no_way_to_the_single_ones(world):
    world.opened()
    html = figures_of(world, "cashier")[1]
    assert "0 of 1 mended" in html
    assert "/recoveries/?tab" not in html


def test_both_directions_have_their_own(world):
    world.opened()
    response, _html = figures_of(world, "service", code="service")
    page = response.context["page"]
    assert (page.as_customer.mending.now.opened, page.as_supplier.mending.now.opened) == (1, 0)
