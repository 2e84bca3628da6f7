"""The list of interactions by page: both sides, filters, pages, and who reads the rating in it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from dealership.models import User
from surveys.actions import change_rating, rate_interaction, undo_rating
from tests.conftest import fresh
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    LinkFactory,
    UserFactory,
    manager_of,
    member_of,
)
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db

LIST = reverse("interaction_list")
CREATE = reverse("interaction_create")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def link():
    return LinkFactory()


def detail_url(interaction):
    return reverse("interaction_detail", args=[interaction.pk])


def listed(response):
    return [row.interaction for row in response.context["rows"]]


def rated(link, score=1, **fields):
    interaction = InteractionFactory(link=link, **fields)
    return rate_interaction(acting_user=member_of(link.customer), interaction=interaction, score=score)


# --- the list ---


def test_both_sides_are_listed_newest_first(link):
    store = link.dealership
    serving = LinkFactory(dealership=store, supplier=link.customer)
    LinkFactory(dealership=store)
    older = InteractionFactory(link=link, occurred_at=timezone.now() - 3 * HOUR)
    newer = InteractionFactory(link=serving, occurred_at=timezone.now() - HOUR)
    InteractionFactory(link=LinkFactory(dealership=store))
    assert listed(browser(member_of(link.customer)).get(LIST)) == [newer, older]


def test_another_stores_interactions_are_not_listed(link):
    InteractionFactory()
    assert listed(browser(manager_of(link.customer)).get(LIST)) == []


def test_who_reads_the_store_lists_all_of_it(link):
    mine = InteractionFactory(link=link)
    InteractionFactory()
    admin = UserFactory(dealership=link.dealership, is_store_admin=True)
    assert listed(browser(admin).get(LIST)) == [mine]


def readers(link):
    """Return {who: (person, reads single ratings)} around a link."""
    store = link.dealership
    head = DepartmentFactory(dealership=store, heads_store=True)
    above = DepartmentFactory(dealership=store, parent=head)
    link.supplier.parent = above
    link.supplier.save()
    return {
        "member of the customer": (member_of(link.customer), True),
        "manager of the customer": (manager_of(link.customer), True),
        "member of the supplier": (member_of(link.supplier), False),
        "manager of the supplier": (manager_of(link.supplier), True),
        "manager above the supplier": (manager_of(above), True),
        "general manager": (manager_of(head), True),
        "store admin": (UserFactory(dealership=store, is_store_admin=True), True),
    }


WHO = [
    "member of the customer",
    "manager of the customer",
    "member of the supplier",
    "manager of the supplier",
    "manager above the supplier",
    "general manager",
    "store admin",
]


@pytest.mark.parametrize("who", WHO)
def test_who_reads_the_single_rating_and_who_only_that_there_is_one(link, who):
    rating = rated(link, score=0)
    change_rating(acting_user=rating.rater, rating=rating, score=0, reasons=["slow"], comment="a word in private")
    person, reads = readers(link)[who]
    client = browser(person)
    row = client.get(LIST)
    page = client.get(detail_url(rating.interaction))
    assert listed(row) == [rating.interaction]
    for html in (row.text.split("<tbody")[1], page.text.split("<main")[1]):
        assert ("face tone-bad" in html) is reads
    assert ("a word in private" in page.text) is reads
    assert ("not prompt" in page.text) is reads
    assert (rating.rater.full_name in page.text) is reads
    assert (">Rated</span>" in row.text) is not reads


def test_the_suppliers_members_do_not_read_what_was_taken_back(link):
    rating = rated(link, score=0)
    undo_rating(acting_user=rating.rater, rating=rating)
    url = detail_url(rating.interaction)
    assert "Taken back by" in browser(member_of(link.customer)).get(url).text
    html = browser(member_of(link.supplier)).get(url).text
    assert "Taken back by" not in html
    assert rating.rater.full_name not in html


@pytest.fixture
def mixed(link):
    """Interactions of many kinds around one department; {name: interaction}."""
    store = link.dealership
    now = timezone.now()
    serving = LinkFactory(dealership=store, supplier=link.customer, flow="information")
    return {
        "served": InteractionFactory(link=link, occurred_at=now - HOUR),
        "serving": InteractionFactory(link=serving, occurred_at=now - 2 * HOUR),
        "rated": rated(link, occurred_at=now - 3 * HOUR).interaction,
        "old": InteractionFactory(link=link, occurred_at=now - datetime.timedelta(days=9), state="expired"),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["served", "serving", "rated", "old"]),
        ({"side": "customer"}, ["served", "rated", "old"]),
        ({"side": "supplier"}, ["serving"]),
        ({"flow": "information"}, ["serving"]),
        ({"state": "open"}, ["served", "serving"]),
        ({"state": "expired"}, ["old"]),
        ({"side": "customer", "state": "open"}, ["served"]),
        ({"department": "supplier"}, ["served", "rated", "old"]),
        ({"first": -2}, ["served", "serving", "rated"]),
        ({"last": -2}, ["old"]),
        ({"first": -9, "last": -9}, ["old"]),
        ({"side": "customer", "flow": "information"}, []),
    ],
)
def test_filters_narrow_the_list(link, mixed, query, names):
    today = link.dealership.today()
    values = {
        name: today + datetime.timedelta(days=value)
        if isinstance(value, int)
        else (link.supplier_id if name == "department" else value)
        for name, value in query.items()
    }
    response = browser(member_of(link.customer)).get(LIST, values)
    assert listed(response) == [mixed[name] for name in names]


@pytest.mark.parametrize(
    "query",
    [
        {"flow": "money"},
        {"state": "x"},
        {"department": "x"},
        {"department": "9" * 30},
        {"first": "2026-02-31"},
        {"last": "\x00"},
        {"first": "2026-03-02", "last": "2026-03-01"},
    ],
)
def test_a_filter_that_cannot_be_read_says_so_beside_its_field(link, query):
    response = browser(member_of(link.customer)).get(LIST, query)
    assert response.status_code == 200
    assert "invalid-feedback" in response.text


def test_another_stores_department_is_no_filter(link):
    response = browser(member_of(link.customer)).get(LIST, {"department": DepartmentFactory().pk})
    assert "department" in response.context["form"].errors


def test_a_made_up_side_lists_both(link, mixed):
    response = browser(member_of(link.customer)).get(LIST, {"side": "x"})
    assert response.status_code == 200
    assert len(listed(response)) == 4


@pytest.mark.parametrize(("page", "count"), [("1", 25), ("2", 3), ("x", 25), ("99", 3)])
def test_the_list_is_cut_into_pages_that_keep_the_filters(link, page, count):
    for _ in range(28):
        InteractionFactory(link=link)
    response = browser(member_of(link.customer)).get(LIST, {"page": page, "state": "open"})
    assert len(listed(response)) == count
    assert "state=open" in response.text.split('class="pager"')[1]


@pytest.mark.parametrize("n", [3, 30])
def test_the_list_costs_the_same_whatever_the_number_of_rows(n, django_assert_max_num_queries):
    store = DealershipFactory()
    customer = DepartmentFactory(dealership=store)
    for _ in range(n):
        link = LinkFactory(dealership=store, customer=customer)
        InteractionFactory(link=link)
        rated(link)
    client = browser(member_of(customer))
    with django_assert_max_num_queries(9):
        assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("n", [3, 30])
def test_the_form_and_the_page_cost_the_same_whatever_the_number_of_rows(n, link, django_assert_max_num_queries):
    for _ in range(n):
        LinkFactory(dealership=link.dealership, customer=link.customer)
        member_of(link.customer)
    rating = rated(link)
    for change in range(n):
        change_rating(acting_user=fresh(rating.rater), rating=rating, score=change % 2, comment=str(change))
    client = browser(member_of(link.customer))
    with django_assert_max_num_queries(12):
        assert client.get(CREATE).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(detail_url(rating.interaction)).status_code == 200


def test_an_empty_list_says_what_comes_next(link):
    assert "No interactions yet" in browser(member_of(link.customer)).get(LIST).text


def test_only_who_may_rate_is_offered_to(link):
    InteractionFactory(link=link)
    assert "btn-rate" in browser(member_of(link.customer)).get(LIST).text
    assert "btn-rate" not in browser(manager_of(link.supplier)).get(LIST).text


def test_somebody_without_a_store_sees_an_empty_list():
    operator = User.objects.create_superuser("operator", full_name="Operator")
    InteractionFactory()
    assert listed(browser(operator).get(LIST)) == []
