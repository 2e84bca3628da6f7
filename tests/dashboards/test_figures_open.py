"""Every figure opens exactly the ratings it counts, on generated data, in three zones; and budgets hold."""

import datetime
import random
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils.html import escape

from dashboards.choice import choose
from dashboards.department import DepartmentPage
from dashboards.ratings import asked_ratings
from dashboards.store import StorePage
from supplychain.models import Interaction
from surveys.models import Rating
from surveys.periods import add_months, month_start
from surveys.scoring import outcome
from tests.conftest import access
from tests.dashboards.world import TERMS, make_world, rate, roll_up

pytestmark = pytest.mark.django_db

#: Queries of a page, session and user included. Raising one shows in the diff.
BUDGET = {"department": 10, "store": 9}


def fill(world, *, ratings, seed=7):
    """Rate links at random moments of 14 months, many of them around midnight at the ends of months."""
    chance = random.Random(seed)
    zone = ZoneInfo(world.store.time_zone)
    today = world.store.today()
    for _ in range(ratings):
        day = today - datetime.timedelta(days=chance.randrange(1, 420))
        if chance.random() < 0.4:
            day = month_start(day) - datetime.timedelta(days=chance.randrange(2))
        hour, minute = chance.choice([(0, 0), (12, 0), (23, 59)])
        moment = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        item = chance.choice(list(TERMS))
        score = chance.choice([0, 1, 1, 1] if TERMS[item][3] == "binary" else [1, 3, 4, 5, 5])
        rate(world, item, score, at=moment, short_notice=chance.random() < 0.2)
    roll_up(world)


def opened(reader, url):
    """Return how many ratings an address shows to a reader, by what its view asks for."""
    match = resolve(urlsplit(url).path)
    assert match.view_name == "department_ratings"
    department = reader.tree.by_code[match.kwargs["code"]]
    asked = asked_ratings(reader, department, QueryDict(urlsplit(url).query))
    assert not asked.form.errors
    assert not asked.choice.problem
    return asked.ratings.count()


def check_lines(reader, lines):
    """Open all that lies behind lines; return how many figures were opened."""
    opened_figures = 0
    for line in lines:
        figures = [(line.now_url, line.now.n), (line.long_url, line.long.n)]
        if hasattr(line, "not_good_url"):
            figures.append((line.not_good_url, line.now.not_good))
        for url, n in figures:
            assert bool(url) == bool(n)
            if url:
                assert opened(reader, url) == n, url
                opened_figures += 1
        for url, figures in ((line.now_url, line.now), (line.long_url, line.long)):
            if figures.short:  # as templates/components/without_short.html makes the addresses (R12)
                assert opened(reader, f"{url}&notice=short") == figures.short.n
                assert opened(reader, f"{url}&notice=other") == figures.without.n
                opened_figures += 2
    return opened_figures


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"])
def test_every_figure_of_a_department_opens_the_ratings_it_counts(zone):
    world = make_world(zone=zone)
    fill(world, ratings=90)
    reader = access(world.gm)
    today = world.store.today()
    last_month = add_months(month_start(today), -1)
    total = 0
    for code in ("service", "workshop", "finance", "parts", "office"):
        for asked in (f"{last_month:%Y-%m}", "quarter", "year"):
            page = DepartmentPage(reader, getattr(world, code), choose(asked, today))
            for side in (page.as_supplier, page.as_customer, page.inside):
                total += check_lines(reader, [*side.groups, *side.lines, *side.flows, side])
            for month in page.trend.months:
                if month.url:
                    assert opened(reader, month.url) == month.figures.n
    assert total > 100


@pytest.mark.parametrize("flow", ["", "material", "information"])
def test_every_figure_of_the_store_opens_the_ratings_it_counts(flow):
    world = make_world()
    fill(world, ratings=90)
    reader = access(world.gm)
    page = StorePage(reader, choose("quarter", world.store.today()), flow)
    check_lines(reader, [*page.groups, *page.lines])
    for supplier in page.suppliers:
        check_lines(reader, supplier.flows)
        assert supplier.url == "" or opened(reader, supplier.url) == supplier.long.n
    assert page.cells
    for cell in page.cells:
        assert opened(reader, cell.url) == cell.long.n
    assert sum(cell.long.n for cell in page.cells) == page.long.n


def test_the_stores_stats_and_ranking_open_what_they_count(client):
    world = make_world()
    fill(world, ratings=40)
    rate(world, "output-value", None, None)
    rate(world, "invoices", 1)
    roll_up(world)
    expired = rate(world, "reimbursement", None)
    Interaction.objects.filter(pk=expired.pk).update(state="expired")
    roll_up(world)
    client.force_login(world.gm)
    reader = access(world.gm)
    page = StorePage(reader, choose("quarter", world.store.today()))
    for url, n in ((page.rated_url, page.now.counts.rated), (page.expired_url, page.now.counts.expired)):
        assert n
        assert client.get(url).context["page_obj"].paginator.count == n
    for line in page.suppliers:
        for url, n in ((line.now_url, line.now.n), (line.not_good_url, line.now.not_good), (line.url, line.long.n)):
            assert bool(url) == bool(n)
            assert not url or opened(reader, url) == n
    html = client.get(reverse("monthly_review", args=[f"{world.store.today():%Y-%m}"])).content.decode()
    assert all(escape(line.url) in html for line in client.get(reverse("store_dashboard")).context["page"].suppliers)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"])
def test_figures_equal_a_naive_recount_of_the_moments(zone):
    world = make_world(zone=zone)
    fill(world, ratings=90, seed=3)
    today = world.store.today()
    last_month = add_months(month_start(today), -1)
    for asked in (f"{last_month:%Y-%m}", "quarter", "year"):
        choice = choose(asked, today)
        page = StorePage(access(world.gm), choice)
        for line in page.lines:
            for figures, span in ((line.now, choice.period), (line.long, choice.long)):
                outcomes = [
                    outcome(rating.scale, rating.score)
                    for rating in Rating.objects.filter(link=line.link).select_related("interaction")
                    if rating.interaction.occurred_at.astimezone(ZoneInfo(zone)).date() in span
                ]
                counted = (len(outcomes), outcomes.count("good"), outcomes.count("not_good"))
                assert (figures.n, figures.good, figures.not_good) == counted


@pytest.mark.parametrize(
    ("page", "name", "args", "person"),
    [
        ("department", "dashboard", [], "head"),
        ("store", "dashboard", [], "gm"),
        ("department", "department_dashboard", ["service"], "head"),
        ("department", "department_dashboard", ["finance"], "gm"),
        ("department", "department_dashboard", ["workshop"], "mechanic"),
        ("store", "store_dashboard", [], "gm"),
    ],
)
def test_a_page_costs_the_same_queries_whatever_the_number_of_ratings(client, page, name, args, person):
    world = make_world()
    client.force_login(getattr(world, person))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name, args=args)).status_code == 200
        return [query["sql"] for query in captured]

    fill(world, ratings=4)
    few = queries()
    fill(world, ratings=80, seed=8)
    many = queries()
    assert len(few) == len(many) == BUDGET[page]
    assert not [sql for sql in many if "surveys_rating" in sql]


def test_the_ratings_behind_a_figure_cost_the_same_queries(client):
    world = make_world()
    client.force_login(world.gm)
    address = reverse("department_ratings", args=["service"])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address, {"span": "year", "side": "supplier"})
        return len(captured)

    rate(world, "output-value", 1)
    few = queries()
    fill(world, ratings=80)
    assert queries() == few == 6


def test_figures_on_the_page_are_links_that_open(client):
    world = make_world()
    rate(world, "output-value", 0, 1)
    roll_up(world)
    client.force_login(world.head)
    html = client.get(reverse("department_dashboard", args=["service"])).content.decode()
    page = DepartmentPage(access(world.head), world.service, choose("", world.store.today()))
    (line,) = [line for line in page.as_supplier.groups if line.now.n]
    for url, n in ((line.now_url, 2), (line.not_good_url, 1), (line.long_url, 2)):
        assert url == line.now_url or escape(url) in html
        assert client.get(url).context["page_obj"].paginator.count == n
