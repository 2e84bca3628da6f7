"""The whole store: who is unhappy with what, the matrix, the ranking, the silent (R8, R16, R17)."""

import re

import pytest
from django.urls import reverse

from dashboards.choice import choose
from dashboards.store import StorePage
from tests.conftest import access
from tests.dashboards.world import days_ago, make_world, rate, roll_up
from tests.factories import DealershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def page_of(world, flow="", period=""):
    return StorePage(access(world.gm), choose(period, world.store.today()), flow)


def html_of(client, user, **query):
    client.force_login(user)
    response = client.get(reverse("store_dashboard"), query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def test_r8_the_unhappy_are_named_with_item_flow_and_customer(world, client):
    rate(world, "output-value", 1, 0)
    rate(world, "invoices", 1, 2, 5)
    roll_up(world)
    html = html_of(client, world.gm)
    first = html.index("Finance rated 2 of 3 “Invoices” from Parts not good (information flow).")
    assert first < html.index("Finance rated 1 of 2 “Output value” from Service not good (information flow).")
    assert "2 of 2 rated links are not satisfied" in html


def test_r17_the_matrix_shows_the_twelve_months_and_marks_what_the_period_denies(world):
    rate(world, "output-value", *[1] * 8, 0, at=days_ago(70))
    rate(world, "output-value", 1)
    rate(world, "reimbursement", *[1] * 10)
    roll_up(world)
    matrix = page_of(world).matrix
    assert matrix["mean"] == 0.95
    assert (matrix["suppliers"], matrix["customers"]) == (["Service", "Finance"], ["Service", "Finance"])
    cells = {(cell["supplier"], cell["customer"]): cell for cell in matrix["cells"]}
    denied = cells[0, 1]
    assert (denied["n"], denied["rate"], denied["not_good"], round(denied["difference"], 6)) == (10, 0.9, 1, -0.05)
    assert (round(denied["low"], 3), round(denied["high"], 3)) == (0.596, 0.982)
    assert (denied["now"], matrix["now"]) == ({"n": 1, "not_good": 0}, "This month")
    assert cells[1, 0]["not_good"] == 0
    rate(world, "reimbursement", 0)
    roll_up(world)
    assert [cell["now"]["not_good"] for cell in page_of(world).matrix["cells"]] == [1, 0]


def table(html, caption):
    """Return the words of the table of a caption, row by row."""
    body = html.split(f">{caption}</caption>", 1)[1].split("</table>", 1)[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("<tr")[2:]]


def test_the_tables_say_what_the_charts_say(world, client):
    rate(world, "output-value", *[0] * 10)
    rate(world, "reimbursement", *[1] * 10)
    rate(world, "repair-reports", *[5] * 5)
    roll_up(world)
    html = html_of(client, world.gm)
    first, second = table(html, "Suppliers and customers by their difference from the store’s mean, the lowest first")
    for words in ("Service", "Finance", "33\xa0% (15–58\xa0%) · n=15", "−27"):
        assert words.replace("\xa0", " ") in first.replace("\xa0", " ")
    assert "100 % (72–100 %) · n=10" in second
    assert second.endswith("+40")
    suppliers = table(html, "Suppliers, the least satisfying first, all flows together and each")
    assert "Service All flows" in suppliers[0]
    assert "33 % (15–58 %) · n=15" in suppliers[0].replace("\xa0", " ")
    words = " ".join(html.split('id="matrix-data-words">')[1].split("</p>")[0].split()).replace("\xa0", " ")
    assert words.startswith("Mean of the store: 60 %. The lowest: Finance as customer of Service, 33 % (n=15).")
    words = " ".join(html.split('id="ranking-data-words">')[1].split("</p>")[0].split()).replace("\xa0", " ")
    assert words == "Mean of the store: 60 %. The lowest: Service, 33 % (n=15). Finance, 100 % (n=10)."


def test_a_long_table_shows_the_worst_and_leads_to_the_export(world, client, monkeypatch):
    rate(world, "output-value", 0)
    rate(world, "reimbursement", 1)
    rate(world, "parts-supply", 1)
    roll_up(world)
    assert "Export them all" not in html_of(client, world.gm)
    monkeypatch.setattr("dashboards.store.MOST_ROWS", 2)
    html = html_of(client, world.gm)
    assert "Only the worst 2 rows of a table are shown." in html
    caption = "Suppliers and customers by their difference from the store’s mean, the lowest first"
    assert len(table(html, caption)) == 2


def test_r9_what_teams_supply_each_other_stands_on_the_diagonal(world):
    rate(world, "parts-issue", 1)
    roll_up(world)
    (cell,) = page_of(world).cells
    assert (cell.supplier.code, cell.customer.code, cell.long.n) == ("service", "service", 1)


def test_r16_suppliers_carry_a_verdict_in_each_flow(world):
    rate(world, "invoices", 1)
    rate(world, "parts-supply", 1)
    roll_up(world)
    (parts,) = [line for line in page_of(world).suppliers if line.department.code == "parts"]
    assert {line.flow: line.now.verdict for line in parts.flows} == {
        "information": "not_satisfied",
        "material": "satisfied",
    }


def test_the_ranking_starts_with_the_least_satisfying_and_names_it_only_beyond_chance(world, client):
    rate(world, "output-value", *[0] * 10)
    rate(world, "reimbursement", *[1] * 10)
    roll_up(world)
    page = page_of(world)
    assert [row["label"] for row in page.ranking["rows"]] == ["Service", "Finance"]
    assert "Customers are least satisfied with Service: 0\u00a0% against 50\u00a0%" in html_of(client, world.gm)


def test_a_difference_that_chance_explains_is_no_finding(world, client):
    rate(world, "output-value", *[1] * 9, 0)
    rate(world, "reimbursement", *[1] * 10)
    roll_up(world)
    page = page_of(world)
    assert page.furthest is None
    assert page.lowest_supplier is None
    assert "lies clearly below the store" in html_of(client, world.gm)


def test_the_flow_filter_narrows_everything(world, client):
    rate(world, "output-value", 1)
    rate(world, "parts-supply", 1, 1)
    roll_up(world)
    assert (page_of(world).long.n, page_of(world, "material").long.n) == (3, 2)
    assert {line.flow for line in page_of(world, "material").groups} == {"material"}
    html = html_of(client, world.gm, flow="material")
    assert "Output value" not in html
    assert "Output value" in html_of(client, world.gm, flow="money")


def test_response_rate_and_silence(world, client):
    rate(world, "output-value", 1, None, None, None)
    rate(world, "invoices", None)
    roll_up(world)
    page = page_of(world)
    assert (page.now.response_rate, page.now.n, page.now.counts.due) == (0.2, 1, 5)
    assert [line.link.item.code for line in page.silent] == ["invoices"]
    html = html_of(client, world.gm)
    assert "1 of 5" in html
    assert "Silent: served, but nobody has rated" in html


def test_a_store_without_ratings_shows_no_figure(world, client):
    html = html_of(client, world.gm)
    content = html[html.index('id="main"') :]
    assert "12 months: no ratings, so no figure." in content
    assert "0\u00a0%" not in content


def test_a_store_without_links_says_what_comes_next(client):
    admin = UserFactory(dealership=DealershipFactory(), is_store_admin=True)
    html = html_of(client, admin)
    assert "No supply links yet" in html
    assert reverse("setup") in html


def test_the_general_managers_own_office_is_in_reach(world, client):
    assert reverse("department_dashboard", args=["gm-office"]) in html_of(client, world.gm)
