"""Who reads a request, who acts on it, and who learns nothing of it: each act by each role."""

import pytest
from django.urls import reverse

from supplychain import actions_escalations
from supplychain.models import RequestEvent, SupplyRequest
from tests.factories import member_of
from tests.supplychain.pages import browser, store_admin
from tests.supplychain.request_world import World

pytestmark = pytest.mark.django_db

ACTS = ("accept", "decline", "promise", "finish", "withdraw", "reopen", "escalate", "decide", "trip", "comment")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world():
    return World()


def address(name, request):
    return reverse(f"request_{name}", args=[request.pk])


def form(world, request, **fields):
    return {
        "version": request.version,
        "text": "words",
        "promised_on": world.day(3).isoformat(),
        "expected_on": world.day(3).isoformat(),
        "outcome": "allowed",
        **fields,
    }


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_stranger_is_told_nothing_and_others_of_the_store_may_not(world, act, headers):
    asked = world.ask()
    elsewhere = World()
    before = SupplyRequest.objects.values().get(pk=asked.pk)
    for user, status in (
        (elsewhere.person("service"), 404),
        (world.person("hr"), 403),
        (store_admin(world.store), 403),
    ):
        client = browser(user)
        assert client.post(address(act, asked), form(world, asked), headers=headers).status_code == status
        # A form that cannot be read is no way to learn how it stands either.
        assert client.post(address(act, asked), {}, headers=headers).status_code == status
        assert client.get(address(act, asked)).status_code == 405
    assert SupplyRequest.objects.values().get(pk=asked.pk) == before
    assert RequestEvent.objects.filter(request=asked).count() == 1


@pytest.mark.parametrize("act", ["accept", "decline", "promise", "finish", "escalate"])
def test_the_customer_does_not_do_the_supplier_s_acts(world, act):
    asked = world.ask()
    assert browser(world.person("service")).post(address(act, asked), form(world, asked)).status_code == 403


@pytest.mark.parametrize("act", ["withdraw", "reopen"])
def test_the_supplier_does_not_do_the_customer_s_acts(world, act):
    asked = world.ask()
    assert browser(world.person("finance")).post(address(act, asked), form(world, asked)).status_code == 403


def test_readers_are_both_sides_who_leads_them_and_who_reads_the_store(world):
    asked = world.ask()
    for who, status in (
        ("service", 200),
        ("mechanic", 200),
        ("clerk", 200),
        ("finance", 200),
        ("gm", 200),
        ("hr", 403),
    ):
        assert browser(world.person(who)).get(address("detail", asked)).status_code == status, who
    assert browser(store_admin(world.store)).get(address("detail", asked)).status_code == 200
    assert browser(World().person("gm")).get(address("detail", asked)).status_code == 404


def test_a_store_s_admin_reads_all_and_is_offered_no_act(world):
    asked = world.ask()
    client = browser(store_admin(world.store))
    card = client.get(address("detail", asked)).context["card"]
    assert (card.acts, card.primary) == (frozenset(), "")
    assert client.get(reverse("request_list")).context["side"] == "all"
    assert [card.request for card in client.get(reverse("request_list")).context["cards"]] == [asked]


def test_r13_only_the_superior_or_the_general_manager_decides(world):
    asked = actions_escalations.escalate(acting_user=world.person("clerk"), request=world.ask(), text="a receipt")
    asked.refresh_from_db()
    sent = form(world, asked)
    for who in ("clerk", "service", "mechanic", "hr"):
        assert browser(world.person(who)).post(address("decide", asked), sent).status_code == 403, who
    assert browser(world.person("gm")).post(address("decide", asked), sent).status_code == 302
    # The superior it was taken to comes too late, and is told who was faster.
    response = browser(world.person("finance")).post(address("decide", asked), sent, headers=HTMX)
    assert response.status_code == 422
    assert f"{world.people['gm']} was first" in response.content.decode()


def test_nobody_decides_where_there_is_no_exception(world):
    asked = world.ask()
    assert browser(world.person("gm")).post(address("decide", asked), form(world, asked)).status_code == 403


def test_a_decision_is_made_once(world):
    asked = actions_escalations.escalate(acting_user=world.person("clerk"), request=world.ask(), text="a receipt")
    client = browser(world.person("finance"))
    asked.refresh_from_db()
    client.post(address("decide", asked), form(world, asked))
    asked.refresh_from_db()
    client.post(address("decide", asked), form(world, asked, outcome="refused"))
    assert [e.outcome for e in asked.escalations.all()] == ["allowed"]
    assert RequestEvent.objects.filter(request=asked, kind="decide").count() == 1


def test_a_request_of_the_team_below_is_read_from_above_and_not_from_beside(world):
    team = world.department("workshop", parent=world.link.customer)
    outsider = member_of(team)
    asked = world.ask()
    assert browser(outsider).get(address("detail", asked)).status_code == 403
    assert browser(world.person("service")).get(address("detail", asked)).status_code == 200
