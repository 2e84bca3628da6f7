"""R12, R19: every satisfaction figure of a department page also without what came at short notice, where any did."""

import datetime
import json
import re

import pytest
from django.urls import reverse

from dashboards.choice import choose
from dashboards.department import DepartmentPage
from surveys.periods import add_months, month_start
from tests.conftest import access
from tests.dashboards.world import make_world, rate, roll_up

pytestmark = pytest.mark.django_db

MEANING = "Short notice: asked outside the agreed window or lead time. It counts all the same"


@pytest.fixture
def world():
    return make_world()


def page_of(world, department="service", period=""):
    return DepartmentPage(access(world.gm), getattr(world, department), choose(period, world.store.today()))


def html_of(client, user, name="department_dashboard", *args, language="en", **query):
    client.force_login(user)
    address = reverse(name, args=args or (["service"] if name.startswith("department") else []))
    response = client.get(address, query, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def lines_without(html):
    """Return the words of every figure without short notice, in the order of the page."""
    found = re.findall(r'<span class="without-short">(.*?)</span>', html, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", line)).replace("\u00a0", " ") for line in found]


def noon(world, *, months):
    """Return noon of the 2nd of a month before this one, in the store's zone."""
    day = add_months(month_start(world.store.today()), months) + datetime.timedelta(days=1)
    return datetime.datetime(day.year, day.month, day.day, 12, tzinfo=world.store.zone)


def test_r12_without_short_notice_nothing_is_said_of_it(world, client):
    rate(world, "output-value", 1, 0)
    rate(world, "reimbursement", 1)
    rate(world, "parts-issue", 1)
    roll_up(world)
    html = html_of(client, world.head)
    assert lines_without(html) == []
    words = re.sub(r'data-word-[a-z-]+="[^"]*"', "", html.split("<main")[1])  # of the chart, in case it needs them
    assert "short notice" not in words.lower()


def test_r12_the_verdict_and_the_rate_stand_beside_those_without_short_notice(world, client):
    """As the issue asks: wherever a satisfaction figure stands; here headline, flow, pair and link, in both lenses."""
    rate(world, "output-value", *[1] * 48)
    rate(world, "output-value", 0, 0, 1, 1, short_notice=True)
    roll_up(world)
    html = html_of(client, world.head)
    now = "Without the 4 at short notice: satisfied"
    long = "Without the 4 at short notice: 100 % · n=48"
    assert lines_without(html) == [now, long] * 4
    assert html.count(MEANING) == 1
    # What counts is still what counts.
    (line,) = [line for line in page_of(world).as_supplier.groups if line.now.n]
    assert (line.now.verdict, line.now.n, line.long.good) == ("not_satisfied", 52, 50)


def test_r12_it_stands_by_the_links_of_a_line_too(world, client):
    rate(world, "output-value", 1, 1)
    rate(world, "repair-reports", 1, short_notice=True)
    rate(world, "repair-reports", 4, 4, 4, 4, 4)
    roll_up(world)
    of_link = "Without the one at short notice: 100 % · n=5"
    of_group = "Without the one at short notice: 100 % · n=7"
    lines = lines_without(html_of(client, world.head))
    assert lines.count(of_link) == 1
    assert lines.count(of_group) == 3


@pytest.mark.parametrize(("item", "side"), [("reimbursement", "as_customer"), ("parts-issue", "inside")])
def test_r31_both_directions_and_the_teams_have_it(world, client, item, side):
    rate(world, item, 0, short_notice=True)
    rate(world, item, 1)
    roll_up(world)
    assert getattr(page_of(world), side).now.without.verdict == "satisfied"
    assert "Without the one at short notice: satisfied" in lines_without(html_of(client, world.head))


def test_r12_where_all_came_at_short_notice_it_says_so(world, client):
    rate(world, "output-value", 0, short_notice=True)
    rate(world, "reimbursement", 1, 1, short_notice=True)
    roll_up(world)
    lines = set(lines_without(html_of(client, world.head)))
    assert lines == {"The only rating came at short notice", "All 2 ratings came at short notice"}


def test_r12_the_figures_without_open_the_ratings_they_count(world, client):
    rate(world, "output-value", 1, 1, 0)
    rate(world, "output-value", 0, short_notice=True)
    roll_up(world)
    html = html_of(client, world.head)
    addresses = {address.replace("&amp;", "&") for address in re.findall(r'href="([^"]*notice=[^"]*)"', html)}
    assert addresses
    for address in addresses:
        page = client.get(address, headers={"accept-language": "en"}).context["page_obj"]
        assert page.paginator.count == (1 if "notice=short" in address else 3), address


def test_r12_members_read_the_figures_without_the_ratings_behind(world, client):
    rate(world, "parts-issue", 1)
    rate(world, "parts-issue", 0, short_notice=True)
    roll_up(world)
    html = html_of(client, world.mechanic, "department_dashboard", "workshop")
    assert "Without the one at short notice: satisfied" in lines_without(html)
    assert "notice=" not in html


def test_r12_the_trend_has_a_second_series_and_a_column_only_if_any_month_has_short_notice(world, client):
    rate(world, "output-value", 1, 1, at=noon(world, months=-3))
    rate(world, "output-value", 1, 0, at=noon(world, months=-2))
    roll_up(world)
    html = html_of(client, world.head)
    assert not page_of(world).trend.has_short_notice
    assert "without" not in json.loads(re.search(r'id="trend-data"[^>]*>(.*?)</script>', html)[1])["points"][0]
    assert '<th scope="col">Without short notice</th>' not in html

    rate(world, "output-value", 0, short_notice=True, at=noon(world, months=-2))
    rate(world, "output-value", 1, short_notice=True, at=noon(world, months=-1))
    roll_up(world)
    html = html_of(client, world.head)
    points = json.loads(re.search(r'id="trend-data"[^>]*>(.*?)</script>', html)[1])["points"]
    assert [point["without"] for point in points[-4:]] == [
        {"rate": 1.0, "n": 2, "marked": False},
        {"rate": 0.5, "n": 2, "marked": True},
        None,  # nothing but short notice
        None,  # nothing
    ]
    assert [point["n"] for point in points[-4:]] == [2, 3, 1, 0]
    twin = html.split('<table class="table table-stack trend">')[1].split("</table>")[0]
    assert '<th scope="col">Without short notice</th>' in twin
    assert twin.count('data-label="Without short notice"') == 12
    assert len(re.findall(r'data-label="Without short notice"><span>50\u00a0% <span class="soft small">n=2', twin)) == 1
    assert "The dashed line leaves out what came at short notice." in html


def test_r12_the_long_view_remembers_short_notice_of_earlier_months(world, client):
    rate(world, "output-value", 0, short_notice=True, at=noon(world, months=-2))
    rate(world, "output-value", 1)
    roll_up(world)
    html = html_of(client, world.head)
    assert set(lines_without(html)) == {"Without the one at short notice: n=1 · 100 %"}
    assert html.count(MEANING) == 1


def test_r12_the_store_shows_it_in_its_tables(world, client):
    rate(world, "output-value", *[1] * 4)
    rate(world, "output-value", 0, short_notice=True)
    roll_up(world)
    html = html_of(client, world.gm, "store_dashboard")
    ranking = html.split('id="suppliers"')[1]
    assert lines_without(ranking) == [
        "Without the one at short notice: satisfied",
        "Without the one at short notice: n=4 · 100 %",
    ]
    assert html.count(MEANING) == 1


def test_r12_ratings_carry_the_mark_and_are_found_by_it(world, client):
    rate(world, "output-value", 1)
    rate(world, "output-value", 0, short_notice=True)
    everything = html_of(client, world.head, "department_ratings")
    assert everything.count("bi-hourglass-split") == 1
    for notice, scores in (("short", [0]), ("other", [1]), ("", [0, 1]), ("sudden", [0, 1])):
        client.force_login(world.head)
        response = client.get(reverse("department_ratings", args=["service"]), {"notice": notice})
        assert sorted(rating.score for rating in response.context["page_obj"]) == scores
    assert "“sudden” is not among these; it was left out." in html_of(
        client, world.head, "department_ratings", notice="sudden"
    )


@pytest.mark.parametrize("short_notice", [True, False])
def test_r12_interactions_carry_the_mark_where_they_are_listed_and_opened(world, client, short_notice):
    rating = rate(world, "reimbursement", 1, short_notice=short_notice)
    waiting = rate(world, "reimbursement", None, short_notice=short_notice)
    marks = int(short_notice)
    assert html_of(client, world.head, "interaction_list").count("bi-hourglass-split") == 2 * marks
    for pk in (rating.interaction_id, waiting.pk):
        assert html_of(client, world.head, "interaction_detail", pk).count("bi-hourglass-split") == marks
