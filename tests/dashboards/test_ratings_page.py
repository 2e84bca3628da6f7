"""The ratings behind a figure: filters, pages, what is shown, what is refused."""

import pytest
from django.urls import reverse

from tests.dashboards.world import days_ago, make_world, rate, roll_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def get(client, user, department="service", **query):
    client.force_login(user)
    return client.get(reverse("department_ratings", args=[department]), query, headers={"accept-language": "en"})


def shown(client, user, department="service", **query):
    """Return the items of the ratings shown, sorted."""
    page = get(client, user, department, **query).context["page_obj"]
    return sorted(rating.link.item.code for rating in page)


def test_a_rating_shows_score_reasons_comment_rater_item_and_time(world, client):
    rating = rate(world, "output-value", 0, reasons=["late"], comment="Three days <b>late</b>")
    html = get(client, world.head).content.decode()
    for words in ("Not good", "not in time", "Three days &lt;b&gt;late&lt;/b&gt;", "Output value", "Information flow"):
        assert words in html
    assert str(world.accountant) in html
    assert reverse("interaction_detail", args=[rating.interaction_id]) in html


def test_a_three_reads_as_the_stores_threshold_says(world, client):
    rate(world, "repair-reports", 3)
    assert "tone-neutral" in get(client, world.head).content.decode().split("<tbody>")[1]
    world.store.not_good_threshold = 3
    world.store.save()
    assert "tone-bad" in get(client, world.head).content.decode().split("<tbody>")[1]
    assert shown(client, world.head, outcome="not_good") == ["repair-reports"]


def test_filters_narrow_down(world, client):
    for item in ("reimbursement", "output-value", "parts-supply", "parts-issue", "invoices"):
        rate(world, item, 4 if item == "invoices" else 1)
    rate(world, "output-value", 0)
    everything = ["output-value", "output-value", "parts-issue", "parts-supply", "reimbursement"]
    assert shown(client, world.head) == everything
    assert shown(client, world.head, side="supplier") == ["output-value"] * 2
    assert shown(client, world.head, side="customer") == ["parts-supply", "reimbursement"]
    assert shown(client, world.head, side="inside") == ["parts-issue"]
    assert shown(client, world.head, flow="material") == ["parts-issue", "parts-supply"]
    assert shown(client, world.head, other="finance") == ["output-value", "output-value", "reimbursement"]
    assert shown(client, world.head, other="finance", flow="service") == ["reimbursement"]
    assert shown(client, world.head, outcome="not_good") == ["output-value"]
    assert shown(client, world.head, link=world.links["parts-supply"].pk) == ["parts-supply"]
    assert shown(client, world.head, supplier="counter", customer="workshop") == ["parts-issue"]
    assert shown(client, world.storeman, "parts", other="service") == ["parts-supply"]
    assert "Finance" in get(client, world.head, link=world.links["output-value"].pk).content.decode()


def test_the_period_or_the_twelve_months(world, client):
    rate(world, "output-value", 1)
    rate(world, "output-value", 0, at=days_ago(70))
    assert len(shown(client, world.head)) == 1
    assert len(shown(client, world.head, span="year")) == 2


def test_links_of_others_show_nothing(world, client):
    rate(world, "invoices", 5)
    link = world.links["invoices"].pk
    assert shown(client, world.head, link=link) == []
    assert get(client, world.head, link=link).context["narrowed"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"side": "above"},
        {"flow": "money"},
        {"other": "nowhere"},
        {"other": "workshop"},
        {"outcome": "great"},
        {"link": "x"},
        {"link": "0"},
        {"link": "9" * 40},
        {"supplier": "' OR 1=1"},
        {"customer": "\x00"},
        {"page": "-1"},
        {"page": "x"},
        {"page": "9" * 30},
        {"period": "2026-99"},
        {"at": "x"},
        {"span": "decade"},
    ],
)
def test_filters_that_make_no_sense_are_named_and_left_out(world, client, query):
    rate(world, "output-value", 1)
    response = get(client, world.head, **query)
    assert response.status_code == 200
    assert response.context["page_obj"].paginator.count == 1
    (name,) = query
    if name in ("side", "flow", "other", "outcome"):
        assert f"“{query[name]}” is not among these; it was left out." in response.content.decode()


def test_long_lists_come_in_pages_that_keep_the_filters(world, client):
    rate(world, "output-value", *[1] * 26)
    response = get(client, world.head, side="supplier")
    assert (len(response.context["page_obj"]), response.context["page_obj"].paginator.num_pages) == (25, 2)
    assert "side=supplier&amp;page=2" in response.content.decode()
    assert len(get(client, world.head, side="supplier", page=2).context["page_obj"]) == 1


def test_an_empty_list_says_what_to_do(world, client):
    roll_up(world)
    assert "Try another period, or fewer filters." in get(client, world.head).content.decode()


def test_stepping_through_periods_keeps_the_filters(world, client):
    response = get(client, world.head, side="supplier", flow="service", page=3, at="2026-01-01")
    assert "side=supplier" in response.context["previous_url"]
    assert "page=" not in response.context["previous_url"]
    assert ("side", "supplier") in response.context["keep"]
