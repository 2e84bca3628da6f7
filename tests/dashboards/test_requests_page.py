"""Requests and promises of a department: both lenses, both directions, the overdue (R9, R11, R13)."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboards.choice import choose
from dashboards.requests import LISTED, RequestsPage
from surveys.periods import add_months, month_start
from tests.conftest import access
from tests.dashboards.world import make_world
from tests.factories import DealershipFactory, SupplyRequestFactory, UserFactory

pytestmark = pytest.mark.django_db

#: Queries of the page, session and user included. Raising it shows in the diff.
BUDGET = 9


@pytest.fixture
def world():
    return make_world()


def ask(world, item, count=1, *, months=0, **fields):
    """Make requests over a link, asked at noon of the first of this month, or `months` before."""
    day = add_months(month_start(world.store.today()), months)
    moment = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=world.store.zone)
    fields = {"asked_by": world.head, "asked_at": moment, "wanted_on": world.store.today(), **fields}
    return SupplyRequestFactory.create_batch(count, link=world.links[item], **fields)


def days(world, number):
    return world.store.today() + datetime.timedelta(days=number)


def page_of(world, department="finance", user=None, period=""):
    reader = access(user or world.gm)
    return RequestsPage(reader, getattr(world, department), choose(period, world.store.today()))


def get(client, user, department="finance", **query):
    client.force_login(user)
    address = reverse("department_requests", args=[department])
    return client.get(address, query, headers={"accept-language": "en"})


def words_of(client, user, department="finance", **query):
    """Return the words of the page, as they read."""
    response = get(client, user, department, **query)
    assert response.status_code == 200
    html = response.content.decode().split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_r11_both_notices_stand_on_the_page(world, client):
    """Two-sided lead time: how early the customer asked, and how late the supplier delivered."""
    link = world.links["reimbursement"]
    link.lead_time_days = 5
    link.save()
    ask(world, "reimbursement", 3, done=True, notice_days=6)
    ask(world, "reimbursement", done=True, notice_days=2, short_of_lead_time=True, late_days=3)
    words = words_of(client, world.accountant)
    assert "This month: 1 of 4 promises not kept" in words
    assert "12 months: 75 % on time (30–95 %), 4 promises." in words
    assert "5.0 working days agreed: 5 1 of 4 at short notice" in words
    assert "mean delay: 3.0 working days" in words


def test_r13_the_first_time_right_rate_stands_per_link(world, client):
    ask(world, "reimbursement", 9, done=True)
    ask(world, "reimbursement", done=True, trips=2)
    (pair,) = page_of(world).as_supplier.pairs
    assert (pair.first_time.good, pair.first_time.n, pair.only.link) == (9, 10, world.links["reimbursement"])
    words = words_of(client, world.accountant)
    assert "Right the first time, without a second trip: 90 % (60–98 %) of 10 requests done." in words


def test_a_promise_that_is_overdue_counts_as_broken_before_it_is_done(world, client):
    ask(world, "reimbursement", accepted=True, promised_on=days(world, -1))
    assert page_of(world).as_supplier.now.broken == 1
    assert "This month: 1 of 1 promise not kept" in words_of(client, world.accountant)


def test_promises_still_to_come_give_no_figure(world, client):
    ask(world, "reimbursement", 2, accepted=True, promised_on=days(world, 3))
    words = words_of(client, world.accountant)
    assert "This month: no promise has come due" in words
    assert "12 months: no promise has come due, so no figure." in words
    assert "2 asked" in words


def test_r17_the_period_stands_beside_the_twelve_months(world):
    ask(world, "reimbursement", 3, done=True, months=-2)
    ask(world, "reimbursement", done=True, late_days=1)
    ask(world, "reimbursement", done=True, months=-12)
    side = page_of(world).as_supplier
    assert (side.now.asked, side.now.broken) == (1, 1)
    assert (side.long.asked, side.long.kept) == (4, 3)
    then = f"{add_months(month_start(world.store.today()), -2):%Y-%m}"
    assert page_of(world, period=then).as_supplier.now.kept == 3


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"])
def test_a_request_lies_in_the_period_of_its_local_day(zone):
    world = make_world(zone=zone)
    first = month_start(world.store.today())
    midnight = datetime.datetime(first.year, first.month, first.day, tzinfo=world.store.zone)
    ask(world, "reimbursement", asked_at=midnight)
    ask(world, "reimbursement", asked_at=midnight.astimezone(datetime.UTC) - datetime.timedelta(seconds=1))
    last_month = f"{add_months(first, -1):%Y-%m}"
    assert page_of(world).as_supplier.now.asked == 1
    assert page_of(world, period=last_month).as_supplier.now.asked == 1
    assert page_of(world).as_supplier.long.asked == 2


def test_both_directions_and_the_teams_are_told_apart(world, client):
    ask(world, "reimbursement", done=True)
    ask(world, "output-value", done=True, asked_by=world.accountant)
    ask(world, "parts-issue", done=True, asked_by=world.foreman)
    page = page_of(world, "service")
    assert [side.name for side in page.sides] == ["supplier", "customer", "inside"]
    assert [(pair.supplier.code, pair.customer.code) for pair in page.as_supplier.pairs] == [("service", "finance")]
    assert [(pair.supplier.code, pair.customer.code) for pair in page.as_customer.pairs] == [("finance", "service")]
    assert [(pair.supplier.code, pair.customer.code) for pair in page.inside.pairs] == [("counter", "workshop")]
    words = words_of(client, world.head, "service")
    for heading in (
        "As supplier: how Service keeps its promises",
        "As customer: how Service asks, and what it is promised",
        "Inside Service: the teams among themselves",
    ):
        assert heading in words


def test_r9_links_of_teams_count_for_their_department_and_open_below_it(world, client):
    ask(world, "output-value", done=True, asked_by=world.accountant)
    ask(world, "repair-reports", done=True, late_days=1, asked_by=world.accountant)
    (pair,) = page_of(world, "service").as_supplier.pairs
    assert (pair.supplier.code, pair.now.judged, pair.now.broken, pair.only) == ("service", 2, 1, None)
    assert [line.link.item.code for line in pair.lines] == ["repair-reports", "output-value"]  # the worst first
    assert "2 items" in words_of(client, world.head, "service")


def test_the_most_broken_promises_come_first_then_the_twelve_months(world):
    ask(world, "reimbursement", 2, done=True, late_days=1, months=-1)
    ask(world, "parts-supply", 9, done=True, asked_by=world.foreman)
    ask(world, "parts-supply", done=True, late_days=2, asked_by=world.foreman)
    assert [pair.supplier.code for pair in page_of(world, "service").as_customer.pairs] == ["parts", "finance"]
    world.links["parts-supply"].requests.filter(late_days=2).update(late_days=0)
    assert [pair.supplier.code for pair in page_of(world, "service").as_customer.pairs] == ["finance", "parts"]


def test_a_lead_time_that_links_do_not_share_is_not_given_for_them_together(world):
    for item, agreed in (("output-value", 3), ("repair-reports", 3)):
        ask(world, item, asked_by=world.accountant)
        world.links[item].lead_time_days = agreed
        world.links[item].save()
    assert page_of(world, "service").as_supplier.pairs[0].lead_time_days == 3
    world.links["output-value"].lead_time_days = None
    world.links["output-value"].save()
    assert page_of(world, "service").as_supplier.pairs[0].lead_time_days is None


def test_r13_the_overdue_are_listed_longest_first_with_holder_and_date(world, client):
    ask(world, "reimbursement", what="Tolls", accepted=True, promised_on=days(world, -2), held_by=world.accountant)
    ask(world, "reimbursement", what="Hotel", state="asked", wanted_on=days(world, -4))
    ask(world, "reimbursement", what="Taxi", accepted=True, promised_on=days(world, 0))
    ask(world, "reimbursement", what="Fuel", done=True, promised_on=days(world, -9), months=-3)
    page = page_of(world)
    assert [request.what for request in page.listed] == ["Hotel", "Tolls"]
    html = get(client, world.accountant).content.decode()
    overdue = html.split('id="overdue"')[1]
    assert str(world.accountant) in overdue
    assert "nobody yet" in overdue
    for request in page.listed:
        assert reverse("request_detail", args=[request.pk]) in overdue
    # Overdue today, whatever the period that is shown.
    assert [request.what for request in page_of(world, period="2020").listed] == ["Hotel", "Tolls"]


def test_the_overdue_are_only_those_the_reader_may_open(world):
    """A member of Service reads Service's figures, in which its teams count, but not the teams' requests."""
    ask(world, "parts-issue", accepted=True, promised_on=days(world, -1), asked_by=world.foreman)
    mine = ask(world, "reimbursement", accepted=True, promised_on=days(world, -1))
    assert page_of(world, "service", world.clerk).listed == mine
    assert len(page_of(world, "service", world.head).listed) == 2
    assert page_of(world, "service", world.clerk).inside.now.overdue == 1


def test_a_long_list_of_overdue_ends_and_says_so(world, client):
    ask(world, "reimbursement", LISTED + 1, accepted=True, promised_on=days(world, -1))
    assert len(page_of(world).listed) == LISTED
    assert f"The {LISTED} that are longest overdue; there are more." in words_of(client, world.accountant)


def test_without_requests_the_page_says_what_comes_here(world, client):
    words = words_of(client, world.accountant)
    assert "No requests yet" in words
    assert "Overdue today" not in words
    ask(world, "reimbursement", done=True)
    assert "Nothing is overdue today." in words_of(client, world.accountant)


def test_the_department_page_leads_here_with_its_period(world, client):
    client.force_login(world.head)
    html = client.get(reverse("department_dashboard", args=["service"]), {"period": "2026-01"}).content.decode()
    assert reverse("department_requests", args=["service"]) + "?period=2026-01" in html


def test_periods_step_back_as_far_as_there_are_requests(world, client):
    assert get(client, world.accountant).context["previous_url"] == ""
    ask(world, "reimbursement", months=-1)
    assert "period=" in get(client, world.accountant).context["previous_url"]
    response = get(client, world.accountant, period="2026-99")
    assert response.context["choice"].problem


@pytest.mark.parametrize(
    ("department", "readers"),
    [
        ("service", {"gm", "admin", "head", "clerk"}),
        ("workshop", {"gm", "admin", "head", "foreman", "mechanic"}),
        ("finance", {"gm", "admin", "accountant"}),
    ],
)
def test_it_opens_for_who_reads_the_departments_figures(world, client, department, readers):
    people = ("gm", "admin", "head", "foreman", "mechanic", "clerk", "accountant", "newcomer")
    found = {person: get(client, getattr(world, person), department).status_code for person in people}
    assert found == {person: 200 if person in readers else 403 for person in people}


def test_strangers_find_nothing_and_nothing_is_written(world, client):
    stranger = UserFactory(dealership=DealershipFactory(), is_store_admin=True)
    assert get(client, stranger).status_code == 404
    assert get(client, world.gm, "nowhere").status_code == 404
    assert client.post(reverse("department_requests", args=["finance"])).status_code == 405


def test_the_page_costs_the_same_queries_whatever_the_number_of_requests(world, client):
    client.force_login(world.accountant)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            get_again = client.get(reverse("department_requests", args=["finance"]))
        assert get_again.status_code == 200
        return len(captured)

    ask(world, "reimbursement", accepted=True, promised_on=days(world, -1), held_by=world.accountant)
    few = queries()
    for item in ("reimbursement", "output-value", "repair-reports", "invoices"):
        ask(world, item, 8, accepted=True, promised_on=days(world, -1), held_by=world.accountant)
        ask(world, item, 4, done=True, months=-1)
    assert queries() == few == BUDGET
