"""Scorecards: superior and internal customers side by side, never one for both (R29), and who may read them."""

import pytest
from django.urls import reverse
from django.utils import translation

from dashboards.choice import choose
from dashboards.scorecard import ScorecardList
from dealership.access import Access
from dealership.models import Dealership
from surveys.models import ManagementBlock, ManagementRating
from surveys.periods import add_months, month_start
from surveys.scorecard import Gap
from tests.conftest import fresh
from tests.dashboards.world import make_world, rate, roll_up
from tests.factories import PositionFactory, manager_of
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db

LIST = reverse("scorecard_list")


@pytest.fixture
def world():
    return make_world(language="en")


def lead(world, manager, department, *scores, **fields):
    """The general manager rates a manager's months, the running one last."""
    this = month_start(world.store.today())
    for back, score in enumerate(reversed(scores)):
        ManagementRating.objects.create(
            dealership=world.store,
            department=department,
            manager=manager,
            month=add_months(this, -back),
            given_by=world.gm,
            side="superior",
            score=score,
            **fields,
        )


def card_of(world, code, reader=None):
    access = Access(fresh(reader or world.gm))
    page = ScorecardList(access, choose("", world.store.today()))
    return next(card for card in page.cards if card.department.code == code)


def page_of(person, code="service", **query):
    return browser(person).get(reverse("scorecard", args=[code]), query)


def test_r29_the_boss_is_content_and_the_customers_are_not(world):
    lead(world, world.head, world.service, 5, 5, 5)
    rate(world, "output-value", 1, 1, 1, 1, 0)
    roll_up(world)
    card = card_of(world, "service")
    assert (card.management.verdict, card.now.verdict, card.verdict) == (
        "satisfied",
        "not_satisfied",
        "not_satisfied",
    )
    text = page_of(world.gm).text
    assert "Not satisfied: the superior is content, the internal customers are not." in text
    assert "3 of 3 months good" in text, "both sides are shown"


def test_r29_satisfied_takes_both(world):
    lead(world, world.head, world.service, 4)
    rate(world, "output-value", 1, 1)
    roll_up(world)
    assert card_of(world, "service").verdict == "satisfied"
    ManagementRating.objects.update(score=2)
    card = card_of(world, "service")
    assert card.verdict == "not_satisfied"
    with translation.override("en"):
        assert "the internal customers are content, the superior is not" in card.sentence
    ManagementRating.objects.all().delete()
    assert card_of(world, "service").verdict == "open"


def test_r29_a_wide_gap_is_named_in_words(world):
    lead(world, world.head, world.service, 5, 5, 5)
    rate(world, "output-value", 0, 0, 0, 0, 0, 0, 1)
    roll_up(world)
    assert card_of(world, "service").gap is Gap.SUPERIOR_ONLY
    words = "A wide gap: the superior is far more content than the internal customers."
    assert words in page_of(world.gm).text
    assert words in browser(world.gm).get(LIST).text


def test_r30_what_a_department_says_of_itself_is_no_figure(world):
    """Its teams among themselves are no customers of the department."""
    manager_of(world.counter)
    rate(world, "parts-issue", 1, 1, 1, 1, 1)
    roll_up(world)
    assert card_of(world, "service").now.n == 0
    assert card_of(world, "counter").now.n == 5


@pytest.mark.parametrize(
    ("who", "status"),
    [("gm", 200), ("head", 200), ("foreman", 403), ("clerk", 403), ("accountant", 403), ("admin", 403)],
)
def test_r29_a_scorecard_reads_the_manager_and_who_stands_above(world, who, status):
    assert page_of(getattr(world, who)).status_code == status


def test_each_reads_a_list_of_those_below(world):
    def listed(person):
        access = Access(fresh(person))
        return [card.department.code for card in ScorecardList(access, choose("", world.store.today())).cards]

    assert listed(world.gm) == ["gm-office", "service", "finance", "parts", "workshop"]
    assert listed(world.head) == ["service", "workshop"]
    assert listed(world.foreman) == ["workshop"]
    for person in (world.mechanic, world.admin, world.newcomer):
        assert browser(person).get(LIST).status_code == 403


def test_a_deputy_reads_no_scorecard(world):
    deputy = PositionFactory(department=world.service, role="deputy").person
    assert page_of(deputy).status_code == 403


def test_who_is_rated_reads_the_superiors_words(world):
    lead(world, world.head, world.service, 3, comment="Write earlier.")
    assert "Write earlier." in page_of(world.head).text


def test_r20_subordinates_are_read_in_published_sums_alone(world):
    month = add_months(month_start(world.store.today()), -1)
    about = {"dealership": world.store, "department": world.service, "manager": world.head}
    ManagementRating.objects.create(
        **about, month=month, given_by=world.clerk, side="subordinate", score=1, comment="Unheard."
    )
    text = page_of(world.gm).text
    assert "Months not listed have not ended, or too few rated for what they were promised." in text
    assert "Unheard." not in text
    ManagementBlock.objects.create(**about, start=month, end=month, raters=6, five_4=5, five_1=1, comments=["Heard."])
    text = page_of(world.gm).text
    assert "6 people: 5 of 6 ratings good, 1 not good" in text
    assert "Heard." in text


def test_r20_too_few_customers_give_no_verdict(world):
    """Confidential ratings of fewer people than promised are neither shown nor read from the verdict."""
    month = month_start(world.store.today())
    Dealership.objects.filter(pk=world.store.pk).update(sealed_since=month)
    lead(world, world.head, world.service, 5)
    rate(world, "output-value", 0, 0, disclosure=2, least_raters=5, sealed_month=month)
    roll_up(world)
    text = page_of(world.gm).text
    assert "No verdict yet: too few internal customers have rated to be shown." in text
    assert "not good" not in text.split('id="service"')[1].split("</section>")[0]
    assert "fewer than 5 raters" in browser(world.gm).get(LIST).text


@pytest.mark.parametrize("query", [{"period": "2026-99"}, {"period": "\x00"}, {"at": "9999-99"}, {"period": "year"}])
def test_nonsense_shows_the_current_month(world, query):
    assert page_of(world.gm, **query).status_code == 200
    assert browser(world.gm).get(LIST, query).status_code == 200


def test_pages_cost_the_same_whatever_was_rated(world, django_assert_max_num_queries):
    for department, manager in ((world.service, world.head), (world.finance, world.accountant)):
        lead(world, manager, department, 4, 5, 3, 2)
    rate(world, "output-value", 1, 1, 0)
    rate(world, "reimbursement", 1, 1, 0)
    roll_up(world)
    client = browser(world.gm)
    with django_assert_max_num_queries(15):
        client.get(LIST)
    with django_assert_max_num_queries(18):
        page = client.get(reverse("scorecard", args=["service"]))
    assert page.status_code == 200
