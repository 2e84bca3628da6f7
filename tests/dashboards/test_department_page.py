"""The department page: both lenses, both directions, and the teams inside (R8, R9, R16, R17, R31)."""

import datetime
import re

import pytest
from django.urls import reverse

from config.templatetags.shell import percent
from dashboards.choice import choose
from dashboards.department import DepartmentPage
from surveys.models import Rollup
from surveys.periods import add_months, month_start
from tests.conftest import access
from tests.dashboards.world import make_world, rate, roll_up

pytestmark = pytest.mark.django_db
HALF_A_DAY = datetime.timedelta(hours=11)


@pytest.fixture
def world():
    return make_world()


def page_of(world, department="service", user=None, period=""):
    who = access(user or world.head)
    return DepartmentPage(who, getattr(world, department), choose(period, world.store.today()))


def get(client, user, department, **query):
    client.force_login(user)
    return client.get(reverse("department_dashboard", args=[department]), query, headers={"accept-language": "en"})


def line_of(side, other):
    """Return the one line of a side that has this department at the other end."""
    (line,) = [line for line in side.groups if other in (line.supplier.code, line.customer.code)]
    return line


def test_r16_one_not_good_denies_satisfied_for_the_period(world):
    rate(world, "output-value", *[1] * 23, 0)
    roll_up(world)
    line = line_of(page_of(world).as_supplier, "finance")
    assert (line.now.verdict, line.now.not_good, line.now.n) == ("not_satisfied", 1, 24)


def test_r16_it_says_since_when_each_rated_month_is_denied(world, client):
    noon = datetime.datetime.combine(month_start(world.store.today()), datetime.time(12), world.store.zone)
    for months, scores in {0: [0, 1], 1: [0], 2: [], 3: [1, 0], 4: [1]}.items():
        start = add_months(noon.date(), -months)
        rate(world, "output-value", *scores, at=noon.replace(year=start.year, month=start.month) - HALF_A_DAY)
    rate(world, "parts-supply", 0)
    roll_up(world)
    (line,) = page_of(world).as_supplier.unhappy
    assert line.denied_since == add_months(noon.date(), -3)
    assert [line.denied_since for line in page_of(world, "parts", world.storeman).as_supplier.unhappy] == [None]
    page = get(client, world.head, "service").content.decode()
    assert f"Each rated month since {line.denied_since:%B %Y}." in page


def test_r16_the_veto_denies_the_supplier_in_that_flow_only(world):
    rate(world, "invoices", 2)
    rate(world, "parts-supply", 1)
    roll_up(world)
    flows = {line.flow: line.now.verdict for line in page_of(world, "parts", world.storeman).as_supplier.flows}
    assert flows == {"information": "not_satisfied", "material": "satisfied"}


def test_r16_five_points_are_denied_at_the_stores_threshold(world):
    rate(world, "invoices", 3)
    roll_up(world)
    assert line_of(page_of(world, "parts", world.storeman).as_supplier, "finance").now.verdict == "satisfied"
    world.store.not_good_threshold = 3
    world.store.save()
    assert line_of(page_of(world, "parts", world.storeman).as_supplier, "finance").now.verdict == "not_satisfied"


def test_r17_both_lenses_stand_side_by_side(world, client):
    """Worked example of the contract: 9 of 10 over the months gives 90 % (60 to 98 %); this month alone is denied."""
    earlier = world_moment(world, months=-2)
    rate(world, "output-value", *[1] * 9, at=earlier)
    rate(world, "output-value", 0)
    roll_up(world)
    line = line_of(page_of(world).as_supplier, "finance")
    assert (line.now.n, line.now.verdict) == (1, "not_satisfied")
    assert (line.long.n, line.long.satisfied_rate) == (10, 0.9)
    assert (round(line.long.interval_low, 3), round(line.long.interval_high, 3)) == (0.596, 0.982)
    html = get(client, world.head, "service").content.decode()
    assert "Not satisfied" in html
    assert "90\u00a0%" in html
    assert "(60–98\u00a0%)" in html


def world_moment(world, *, months):
    """Return noon of the 2nd of a month before this one, in the store's zone."""
    day = add_months(month_start(world.store.today()), months) + datetime.timedelta(days=1)
    return datetime.datetime(day.year, day.month, day.day, 12, tzinfo=world.store.zone)


def test_what_the_period_denies_comes_first_then_the_long_view(world):
    rate(world, "reimbursement", *[1] * 9, 0)  # denied now, 90 % over the months
    rate(world, "parts-supply", *[0] * 5, *[1] * 5, at=world_moment(world, months=-2))  # 50 %, but not this month
    roll_up(world)
    assert [line.supplier.code for line in page_of(world).as_customer.groups] == ["finance", "parts"]


def test_r17_twelve_months_ago_counts_and_thirteen_does_not(world):
    rate(world, "output-value", 1, at=world_moment(world, months=-11))
    rate(world, "output-value", 0, at=world_moment(world, months=-12))
    roll_up(world)
    line = line_of(page_of(world).as_supplier, "finance")
    assert (line.long.n, line.long.good, line.now.n) == (1, 1, 0)
    assert [month.figures.n for month in page_of(world).trend.months] == [1] + [0] * 11


def test_r31_the_service_manager_sees_both_directions_and_the_inside(world, client):
    rate(world, "output-value", 0)
    rate(world, "reimbursement", 0)
    rate(world, "parts-issue", 0)
    roll_up(world)
    page = page_of(world)
    assert [line.supplier.code for line in page.as_customer.groups if line.now.n] == ["finance"]
    assert [line.customer.code for line in page.as_supplier.groups if line.now.n] == ["finance"]
    assert [(line.supplier.code, line.customer.code) for line in page.inside.groups] == [("counter", "workshop")]
    html = get(client, world.head, "service").content.decode()
    for sentence in [
        "Finance rated 1 of 1 “Output value” not good (information flow).",
        "Service rated 1 of 1 “Reimbursement” from Finance not good (service flow).",
        "Workshop rated 1 of 1 “Parts issue” from Counter not good (material flow).",
    ]:
        assert sentence in html


def test_r9_links_of_teams_count_for_their_department_towards_the_outside(world, client):
    rate(world, "output-value", 1)
    rate(world, "repair-reports", 5, 1)
    roll_up(world)
    line = line_of(page_of(world).as_supplier, "finance")
    assert (line.supplier.code, line.now.n, line.now.not_good) == ("service", 3, 1)
    assert [each.supplier.code for each in line.links] == ["workshop", "service"]  # the unhappy one first
    assert (
        "Finance rated 1 of 2 “Repair reports” from Workshop not good"
        in get(client, world.head, "service").content.decode()
    )


def test_r9_a_team_has_its_own_page_on_which_its_sisters_are_outside(world):
    rate(world, "parts-issue", 1)
    rate(world, "parts-supply", 1)
    roll_up(world)
    page = page_of(world, "workshop", world.foreman)
    assert [line.supplier.code for line in page.as_customer.groups] == ["parts", "counter"]
    assert page.inside.groups == []


def test_other_departments_count_their_teams_in(world):
    """Seen from Parts, the workshop is Service; the link names the team."""
    rate(world, "parts-supply", 1)
    roll_up(world)
    line = line_of(page_of(world, "parts", world.storeman).as_supplier, "service")
    assert (line.customer.code, [each.customer.code for each in line.links]) == ("service", ["workshop"])


def test_the_head_of_the_store_does_not_swallow_the_store(world):
    page = page_of(world, "office", world.gm)
    assert page.seen.scope == {world.office.pk}
    assert (page.as_supplier.groups, page.as_customer.groups, page.inside.groups) == ([], [], [])


def test_r8_every_line_says_the_flow_and_who_is_customer(world, client):
    roll_up(world)
    page = page_of(world)
    html = get(client, world.head, "service").content.decode()
    lines = [*page.as_supplier.groups, *page.as_customer.groups, *page.inside.groups]
    heads = re.findall(r'<th scope="row">(.*?)</th>', html, re.DOTALL)
    said = [head for head in heads if all(word in head for word in ("Supplier:", "Customer:", "chip-flow"))]
    assert len(said) == len(lines) == 4
    # The rest are the items below a line; they name their ends again where a team stands for its department.
    assert len(heads) - len(said) == sum(len(line.links) for line in lines if not line.only)


def test_without_ratings_there_is_no_figure_never_0_or_100_per_cent(world, client):
    rate(world, "output-value", None)
    roll_up(world)
    html = get(client, world.head, "service").content.decode()
    content = html[html.index('id="main"') :]
    for wrong in ("0\u00a0%", "100\u00a0%", "0%"):
        assert wrong not in content
    assert "No ratings" in content
    assert "12 months: no ratings, so no figure." in content
    verdicts = {line.now.verdict for line in page_of(world).as_supplier.groups}
    assert verdicts == {"no_ratings"}


def test_few_ratings_say_so_with_n_first(world, client):
    rate(world, "output-value", 1, 1, 1, 1)
    roll_up(world)
    assert "n=4 · " in get(client, world.head, "service").content.decode()
    rate(world, "output-value", 1)
    roll_up(world)
    html = get(client, world.head, "service").content.decode()
    assert "n=4 · " not in html
    assert " · n=5" in html


def test_silent_links_have_interactions_due_and_no_ratings_in_the_period(world, client):
    rate(world, "reimbursement", None, None)
    rate(world, "output-value", None)
    rate(world, "parts-supply", None, 1)
    rate(world, "repair-reports", 5, at=world_moment(world, months=-1))
    roll_up(world)
    page = page_of(world)
    assert [(line.link.item.code, line.now.counts.due) for line in page.we_are_silent] == [("reimbursement", 2)]
    assert [line.link.item.code for line in page.they_are_silent] == ["output-value"]
    assert "2 interactions, none rated" in get(client, world.head, "service").content.decode()


def test_r10_an_ended_link_keeps_its_figures_and_says_that_it_ended(world, client):
    rate(world, "output-value", 0, at=world_moment(world, months=-2))
    link = world.links["output-value"]
    link.active_to = add_months(month_start(world.store.today()), -1)
    link.save()
    roll_up(world)
    line = line_of(page_of(world).as_supplier, "finance")
    assert link.pk in [each.link.pk for each in line.links]
    assert line.long.not_good == 1
    assert "ended " in get(client, world.head, "service").content.decode()


def test_a_link_that_ended_long_ago_is_gone_from_the_page(world):
    link = world.links["output-value"]
    link.active_to = add_months(month_start(world.store.today()), -14)
    link.save()
    roll_up(world)
    assert link.pk not in [line.link.pk for line in page_of(world).as_supplier.lines]


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_periods_of_every_kind_add_up_the_months(world, client, kind):
    at = world_moment(world, months=-14)
    period = choose(kind, world.store.today(), anchor=at.date().isoformat()).name
    rate(world, "output-value", 1, 0, at=at)
    roll_up(world)
    assert line_of(page_of(world, period=period).as_supplier, "finance").now.n == 2
    response = get(client, world.head, "service", period=period)
    assert response.status_code == 200
    assert f"period={period}" in response.content.decode()


def test_a_period_that_is_none_shows_the_current_month_and_says_so(world, client):
    for asked in ("2026-13", "2999", "x" * 300, "\x00"):
        response = get(client, world.head, "service", period=asked)
        assert response.status_code == 200
        assert "You see the current month." in response.content.decode()


def test_the_earlier_period_is_offered_only_where_something_is_known(world, client):
    rate(world, "output-value", 1)
    roll_up(world)
    assert get(client, world.head, "service").context["previous_url"] == ""
    rate(world, "output-value", 1, at=world_moment(world, months=-20))
    roll_up(world)
    context = get(client, world.head, "service").context
    assert context["previous_url"]
    assert context["next_url"] == ""


def test_the_page_reads_rollups_only_and_says_as_of_when(world, client):
    rate(world, "output-value", 1)
    html = get(client, world.head, "service").content.decode()
    assert "Figures have not been worked out yet" in html
    roll_up(world)
    response = get(client, world.head, "service")
    assert "Figures as of " in response.content.decode()
    assert line_of(page_of(world).as_supplier, "finance").now.n == 1
    Rollup.objects.all().delete()
    assert line_of(page_of(world).as_supplier, "finance").now.n == 0


def test_an_empty_department_says_what_comes_next(world, client):
    html = get(client, world.gm, "gm-office").content.decode()
    assert "No supply links yet" in html


def test_the_trend_names_a_month_below_its_control_limits(world, client):
    for months in range(-11, 1):
        if months == -3:
            rate(world, "output-value", *[0] * 5, at=world_moment(world, months=months))
        elif months < 0:
            rate(world, "output-value", *[1] * 12, at=world_moment(world, months=months))
    roll_up(world)
    trend = page_of(world).trend
    assert [(month.figures.n, [mark.words for mark in month.marks]) for month in trend.months if month.marks] == [
        (5, ["unusually low"])
    ]
    html = get(client, world.head, "service").content.decode()
    assert "was unusually low: 0\u00a0% satisfied" in html
    assert len(trend.data["points"]) == len(trend.data["limits"]) == 12
    (low, high) = next(month.limits for month in trend.months if month.marks)
    assert f">{percent(low)} to {percent(high)}</td>" in html.split("Within chance</th>")[1]
