"""Whose months a scorecard counts: the manager's own, each once, and the superior's word while it is fresh (R29)."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from dashboards.choice import choose
from dashboards.scorecard import ScorecardList, ScorecardPage
from dealership.access import Access
from dealership.models import Dealership, Position
from surveys.actions_management import publish_blocks
from surveys.models import ManagementBlock, ManagementRating
from tests.conftest import fresh
from tests.dashboards.test_scorecard import LIST, card_of, page_of
from tests.dashboards.world import make_world, rate, roll_up
from tests.factories import PositionFactory, manager_of, member_of
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db


def on(year, month, day):
    """Return noon of a day in the store's zone, as the world's clock."""
    return time_machine.travel(datetime.datetime(year, month, day, 4, tzinfo=datetime.UTC), tick=False)


def moment(year, month, day):
    return datetime.datetime(year, month, day, 4, tzinfo=datetime.UTC)


def led(world, month, score, given_by=None, **fields):
    """A superior rates the head of Service for a month."""
    about = {"dealership": world.store, "department": world.service, "manager": world.head}
    given_by = given_by or world.gm
    ManagementRating.objects.create(**about, month=month, given_by=given_by, side="superior", score=score, **fields)


@pytest.fixture
def world():
    return make_world(language="en")


@pytest.fixture
def new_head(world):
    """Service under a manager of 10 March 2026; the months before, and the first days of March, went badly."""
    for month in range(1, 4):
        rate(world, "output-value", 0, 0, 1, at=moment(2026, month, 2))
    rate(world, "output-value", 1, 1, at=moment(2026, 4, 15))
    roll_up(world)
    Position.objects.filter(person=world.head).update(end=datetime.date(2026, 3, 9))
    return manager_of(world.service, start=datetime.date(2026, 3, 10))


# --- The manager's own months -------------------------------------------------------------------------


def both_cards(world, asked):
    """Return the card of Service in the list and on its own page."""
    access = Access(fresh(world.gm))
    choice = choose(asked, world.store.today())
    listed = next(card for card in ScorecardList(access, choice).cards if card.department == world.service)
    return listed, ScorecardPage(access, listed.position, choice, has_superior=listed.has_superior).card


@pytest.mark.parametrize(
    ("asked", "verdict", "now", "long"),
    [
        ("2026-03", "too_new", 0, 0),
        ("2026-Q1", "too_new", 0, 0),
        ("2026-04", "satisfied", 2, 2),
        ("2026", "too_new", 2, 2),
    ],
)
def test_r29_nobody_is_judged_by_the_predecessors_months(world, new_head, asked, verdict, now, long):
    with on(2026, 4, 20):
        for card in both_cards(world, asked):
            assert (card.customers_verdict, card.now.n, card.long.n) == (verdict, now, long)
            assert card.long.not_good == 0


def test_r29_who_came_on_the_first_is_judged_by_that_month(world, new_head):
    Position.objects.filter(person=new_head).update(start=datetime.date(2026, 3, 1))
    with on(2026, 4, 20):
        for card in both_cards(world, "2026-03"):
            assert (card.customers_verdict, card.now.n) == ("not_satisfied", 3)
        assert both_cards(world, "2026-04")[0].long.n == 5


def test_r29_the_pages_say_from_when_on_figures_count(world, new_head):
    words = "Manager since 10 Mar 2026: figures count from April 2026."
    with on(2026, 3, 20):
        text = page_of(world.gm).text
        assert words in text
        assert "Manager since 10 Mar 2026: too new for a verdict on this period." in text
        assert "rated 2 of 3" not in text
        assert words in browser(world.gm).get(LIST).text
    with on(2027, 6, 20):
        assert "figures count from" not in page_of(world.gm).text


def test_r20_a_block_that_began_under_the_predecessor_is_in_no_sum_and_that_is_said(world, new_head):
    Dealership.objects.filter(pk=world.store.pk).update(sealed_since=datetime.date(2026, 3, 1))
    month = {"disclosure": 2, "least_raters": 5, "sealed_month": datetime.date(2026, 3, 1)}
    rate(world, "output-value", 0, at=moment(2026, 3, 5), **month)
    roll_up(world)
    with on(2026, 4, 20):
        assert not both_cards(world, "2026-04")[1].long.held_back
        Position.objects.filter(person=new_head).update(start=datetime.date(2026, 3, 1))
        assert both_cards(world, "2026-04")[1].long.held_back


# --- The superior's months ----------------------------------------------------------------------------


def test_r29_two_superiors_in_one_month_count_once_as_the_later_one_said(world):
    march = datetime.date(2026, 3, 1)
    with on(2026, 3, 20):
        led(world, march, 5, rated_at=moment(2026, 3, 10))
        led(world, march, 2, given_by=manager_of(world.office), rated_at=moment(2026, 3, 18))
        management = card_of(world, "service").management
        assert (management.figures.n, management.latest.score, management.verdict) == (1, 2, "not_satisfied")


def test_r29_a_verdict_on_another_month_names_it(world):
    with on(2026, 12, 15):
        rate(world, "output-value", 1)
        roll_up(world)
        led(world, datetime.date(2026, 9, 1), 5)
        words = "Satisfied: the superior is, and so are the internal customers."
        assert f"{words} The superior&#x27;s side is of September 2026." in page_of(world.gm).text
        led(world, datetime.date(2026, 12, 1), 5)
        text = page_of(world.gm).text
        assert words in text
        assert "The superior&#x27;s side is of" not in text


def test_r29_what_the_superior_said_long_ago_is_no_verdict_any_more(world):
    with on(2026, 12, 15):
        rate(world, "output-value", 1)
        roll_up(world)
        led(world, datetime.date(2026, 8, 1), 5)
        card = card_of(world, "service")
        assert (card.management.verdict, card.verdict) == ("too_old", "open")
        assert "No verdict: the superior has not rated since August 2026." in page_of(world.gm).text
        assert card_of(world, "service").management.figures.n == 1, "the twelve months still hold it"


# --- What subordinates said ---------------------------------------------------------------------------


def from_below(world, month, people, **fields):
    about = {"dealership": world.store, "department": world.service, "manager": world.head, "side": "subordinate"}
    for person in people:
        ManagementRating.objects.create(**about, month=month, given_by=person, score=4, **fields)


def test_r20_a_block_of_a_year_is_shown_as_long_as_one_of_its_months_is(world):
    people = [member_of(world.service) for _number in range(6)]
    from_below(world, datetime.date(2026, 1, 1), people[:3])
    from_below(world, datetime.date(2026, 8, 1), people[3:])
    with on(2027, 1, 2):
        assert publish_blocks(dealership=world.store) == 1
        assert ManagementBlock.objects.get().start == datetime.date(2026, 1, 1)
    for year, month, shown in ((2027, 1, True), (2027, 7, True), (2027, 8, False)):
        with on(year, month, 20):
            assert ("6 people: 6 of 6 ratings good" in page_of(world.gm).text) is shown


def test_r20_a_month_not_listed_names_no_number_that_was_not_promised(world):
    """The month runs still, or more was promised than the store asks for by now."""
    with on(2026, 3, 15):
        from_below(world, datetime.date(2026, 2, 1), [member_of(world.service) for _number in range(4)])
        from_below(world, datetime.date(2026, 3, 1), [member_of(world.service) for _number in range(6)])
        Dealership.objects.filter(pk=world.store.pk).update(least_raters=3)
        assert publish_blocks(dealership=fresh(world.gm).dealership) == 0
        text = page_of(world.gm).text.split('id="subordinates"')[1].split("</section>")[0]
    assert "Months not listed have not ended, or too few rated for what they were promised." in text
    assert not any(sign.isdigit() for sign in text.split("</h2>")[1].replace("h2", ""))


# --- Why a side is mute -------------------------------------------------------------------------------


def test_the_quadrant_says_why_a_side_is_mute(world):
    def words(code):
        with translation.override("en"):
            return card_of(world, code).quadrant_words

    month = world.store.today().replace(day=1)
    Dealership.objects.filter(pk=world.store.pk).update(sealed_since=month)
    rate(world, "output-value", 0, 0, disclosure=2, least_raters=5, sealed_month=month)
    roll_up(world)
    led(world, month, 5)
    assert words("gm-office") == "nobody stands above"
    assert words("service") == "fewer than 5 raters"
    assert words("finance") == "one side has not rated"
    text = page_of(world.gm, "gm-office").text
    assert "Nobody in the store stands above, so nobody rates the management." in text
    assert "The superior has rated no month" not in text


def test_only_who_can_be_judged_from_both_sides_counts_as_content(world):
    """The list says how many of those below somebody satisfy both: never more than there are."""
    rate(world, "output-value", 1)
    roll_up(world)
    led(world, world.store.today().replace(day=1), 5)
    Position.objects.filter(person=world.gm).delete()
    page = ScorecardList(Access(fresh(world.head)), choose("", world.store.today()))
    assert (page.content, [card.department for card in page.judged]) == (0, [world.workshop])


# --- Two managers of one department -------------------------------------------------------------------


def test_each_of_two_managers_has_a_scorecard(world):
    second = PositionFactory(department=world.service, role="manager").person
    addresses = [card.url for card in ScorecardList(Access(fresh(world.gm)), choose("", world.store.today())).cards]
    assert sum(f"manager={person.pk}" in url for person in (world.head, second) for url in addresses) == 2
    assert sum("manager=" in url for url in addresses) == 2
    address = reverse("scorecard", args=["service"])
    for person, other in ((world.head, second), (second, world.head)):
        page = browser(world.gm).get(address, {"manager": person.pk})
        assert (str(person) in page.text, str(other) in page.text) == (True, False)
        assert f"manager={person.pk}" in page.context["previous_url"]
        assert str(person) in browser(person).get(address).text, "one's own needs no more than its address"


@pytest.mark.parametrize("asked", ["0", "x", "9" * 40, "\x00", "²"])
def test_a_manager_that_is_none_is_not_found(world, asked):
    assert page_of(world.gm, manager=asked).status_code == 404
    assert page_of(world.gm, manager=world.accountant.pk).status_code == 404
