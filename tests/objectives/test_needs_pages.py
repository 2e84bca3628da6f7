"""The pages of needs (R24-R26): what everybody reads, what each side can do, and what no input breaks."""

import uuid

import pytest
from django.urls import reverse

from objectives import actions_needs as acts
from objectives.models import Need, PlanEntry
from objectives.models.plans import CompanyPlan
from objectives.views import needs as views
from supplychain.actions_calls import NeedLine, answer_call, open_call
from supplychain.models import StatedNeed
from tests.objectives.dialogue_world import World
from tests.supplychain.calls import at
from tests.supplychain.pages import browser, messages_of, text_of

pytestmark = pytest.mark.django_db

LIST, NEW = reverse("need_list"), reverse("need_create")


@pytest.fixture
def world():
    return World()


def url(act, need):
    return reverse(f"need_{act}", args=[need.pk])


def rows(response):
    return [line.need for line in response.context["lines"]]


# --- the list ---------------------------------------------------------------------------------------


def test_r26_what_waits_longest_stands_first_and_says_for_how_long():
    world = World(answer_days=5)
    with at("2026-03-02 10:00"):
        old = world.need(wanted_on=None, what="old")
    with at("2026-03-09 10:00"):
        newer = world.need(wanted_on=None, what="newer")
        over = world.need(wanted_on=None, what="over")
        acts.withdraw(acting_user=world.person("service"), need=over)
        taken = world.need(wanted_on=None, what="taken")
        acts.acknowledge(acting_user=world.person("hr"), need=taken)
    with at("2026-03-14 10:00"):  # the newer one's last day
        response = browser(world.people["hr"]).get(LIST)
    assert rows(response) == [old, newer, taken, over]
    page = text_of(response)
    assert "No answer for 12 days" in page
    assert "Waits for an answer for 5 days" in page
    assert "1 need has waited for an answer longer than agreed." in page


def test_r26_needs_towards_us_from_us_and_of_the_whole_store(world):
    ours = world.need()
    theirs = world.need("hr", customer=world.departments["hr"], supplier=world.departments["service"])
    beside = world.need("finance", customer=world.departments["finance"], supplier=world.departments["hr"])
    client = browser(world.people["service"])
    assert rows(client.get(LIST)) == [theirs]
    assert rows(client.get(LIST, {"tab": "from"})) == [ours]
    assert set(rows(client.get(LIST, {"tab": "all"}))) == {ours, theirs, beside}
    assert rows(browser(world.people["elsewhere"]).get(LIST, {"tab": "all"})) == []


def test_the_list_is_narrowed_by_state_flow_and_department(world):
    need = world.need(flow="information")
    done = world.need()
    acts.acknowledge(acting_user=world.person("hr"), need=done)
    client = browser(world.people["admin"])
    for query, found in (
        ({"state": "open"}, {need, done}),
        ({"state": "raised"}, {need}),
        ({"state": "acknowledged"}, {done}),
        ({"state": "overdue"}, set()),
        ({"flow": "information"}, {need}),
        ({"department": world.departments["hr"].pk}, {need, done}),
        ({"department": world.departments["finance"].pk}, set()),
        ({"state": "nonsense", "flow": "x", "department": "9" * 30, "page": "-1"}, {need, done}),
    ):
        assert set(rows(client.get(LIST, {"tab": "all", **query}))) == found


def test_the_list_costs_the_same_for_many_needs(world, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(views, "PER_PAGE", 8)
    for n in range(12):
        world.need(what=f"need {n}")
    client = browser(world.people["hr"])
    with django_assert_max_num_queries(12):
        assert len(rows(client.get(LIST))) == 8
    assert len(rows(client.get(LIST, {"page": 2}))) == 4


@pytest.mark.parametrize("tab", ["towards", "from", "all"])
def test_an_empty_list_says_what_comes_next(world, tab):
    assert 'class="empty"' in text_of(browser(world.people["hr"]).get(LIST, {"tab": tab}))


# --- the page of one --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hr", "mechanic", "finance", "gm", "admin"])
def test_r26_everybody_in_the_store_reads_a_need(world, name):
    need = world.need(why="The season begins.")
    page = text_of(browser(world.people[name]).get(url("detail", need)))
    assert "Service is the customer and needs it of Hr." in page
    assert "The season begins." in page


def test_strangers_do_not_learn_that_it_exists(world):
    need = world.need()
    client = browser(world.people["elsewhere"])
    assert client.get(url("detail", need)).status_code == 404
    for act in ("acknowledge", "decline", "withdraw"):
        assert client.post(url(act, need)).status_code == 404
    assert browser().get(url("detail", need)).status_code == 302


def test_the_page_offers_what_one_may_do(world):
    need = world.need()
    offered = {
        name: {
            act
            for act in ("acknowledge", "decline", "withdraw")
            if url(act, need) in text_of(browser(world.people[name]).get(url("detail", need)))
        }
        for name in ("hr", "recruiter", "service", "finance")
    }
    assert offered == {
        "hr": {"acknowledge", "decline"},
        "recruiter": {"acknowledge"},
        "service": {"withdraw"},
        "finance": set(),
    }


def test_a_page_costs_the_same_however_long_its_story(world, django_assert_max_num_queries):
    need = world.need()
    acts.acknowledge(acting_user=world.person("hr"), need=need)
    client = browser(world.people["hr"])
    with django_assert_max_num_queries(14):
        client.get(url("detail", need))


# --- raising ----------------------------------------------------------------------------------------


def typed(world, **fields):
    return {
        "customer": world.departments["service"].pk,
        "supplier": world.departments["hr"].pk,
        "flow": "service",
        "what": "receptionists",
        "quantity": "2",
        "wanted_on": f"{world.day(30)}",
        "why": "The season begins.",
        "key": str(uuid.uuid4()),
        **fields,
    }


def test_r24_a_need_is_raised_on_its_page(world):
    client = browser(world.people["mechanic"])
    response = client.post(NEW, typed(world), follow=True)
    need = Need.objects.get()
    assert response.redirect_chain[-1][0] == url("detail", need)
    assert messages_of(response) == ["Raised: Hr answers it."]
    assert (need.summary, need.why, need.wanted_on) == ("2 × receptionists", "The season begins.", world.day(30))


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"what": "x" * 201},
        {"what": "nul\x00byte"},
        {"why": "x" * 501},
        {"flow": "money"},
        {"flow": ""},
        {"customer": "999999999999999999999999"},
        {"supplier": ""},
        {"supplier": "\x00"},
        {"quantity": "9" * 40},
        {"quantity": "-1"},
        {"wanted_on": "0001-01-01"},
        {"wanted_on": "9999-12-31"},
        {"wanted_on": "2026-13-45"},
        {"key": "not a key"},
        {"key": ""},
        {"expectation": "9" * 40},
    ],
)
def test_a_form_that_cannot_be_comes_back_with_what_was_typed(world, wrong):
    response = browser(world.people["mechanic"]).post(NEW, typed(world, **wrong))
    assert response.status_code == 422
    assert not Need.objects.exists()
    assert ("The season begins." if "why" not in wrong else "receptionists") in text_of(response)


def test_a_supplier_that_is_the_customer_is_refused_beside_its_field(world):
    response = browser(world.people["mechanic"]).post(NEW, typed(world, supplier=world.departments["service"].pk))
    assert response.status_code == 422
    assert "supplier" in response.context["form"].errors


def test_who_speaks_for_nobody_raises_nothing(world):
    assert browser(world.people["admin"]).get(NEW).status_code == 403


def test_r23_an_expectation_fills_the_form(world):
    plan = CompanyPlan.objects.create(dealership=world.store, year=world.day().year, opened_by=world.people["gm"])
    expectation = PlanEntry.objects.create(
        dealership=world.store,
        plan=plan,
        board="expectation",
        department=world.departments["service"],
        towards=world.departments["hr"],
        text="Keep our key technicians",
        author=world.people["service"],
    )
    client = browser(world.people["service"])
    form = client.get(NEW, {"expectation": expectation.pk}).context["form"]
    assert form.initial["what"] == "Keep our key technicians"
    assert form.initial["supplier"] == str(world.departments["hr"].pk)
    client.post(NEW, typed(world, expectation=expectation.pk))
    assert Need.objects.get().expectation == expectation
    for strange in ("x", "9" * 30, "-1"):
        assert client.get(NEW, {"expectation": strange, "supplier": strange, "flow": strange}).status_code == 200


def test_r14_one_tap_makes_a_need_of_an_answer(world):
    call = open_call(
        acting_user=world.person("hr"),
        supplier=world.departments["hr"],
        flow="service",
        item=world.link.item,
        question="Which openings do you have?",
        deadline=world.day(3),
    )
    answer_call(
        acting_user=world.person("mechanic"),
        invitation=call.invitations.get(),
        version=0,
        needs=[NeedLine("insurance specialists", 2, world.day(40))],
    )
    stated = StatedNeed.objects.get()
    address = reverse("need_from_stated", args=[stated.pk])
    assert browser(world.people["elsewhere"]).post(address).status_code == 404
    assert browser(world.people["finance"]).post(address).status_code == 403
    for _ in range(2):
        response = browser(world.people["hr"]).post(address, follow=True)
        assert response.redirect_chain[-1][0] == url("detail", Need.objects.get())
    assert messages_of(response) == ["Became a need: 2 × insurance specialists."]


# --- answering --------------------------------------------------------------------------------------


def test_r26_acknowledged_on_the_page_with_an_owner(world):
    need = world.need()
    data = {"ack-version": "1", "ack-owner": world.people["recruiter"].pk}
    browser(world.people["hr"]).post(url("acknowledge", need), data)
    assert world.again(need).owner == world.people["recruiter"]


def test_r26_declined_on_the_page_with_a_reason(world):
    need = world.need()
    client = browser(world.people["hr"])
    refused = client.post(url("decline", need), {"decline-version": "1", "decline-reason": " "})
    assert refused.status_code == 422
    assert "Say why." in text_of(refused)
    client.post(url("decline", need), {"decline-version": "1", "decline-reason": "No budget."})
    assert world.again(need).reason == "No budget."
    assert "No budget." in text_of(browser(world.people["mechanic"]).get(url("detail", need)))


def test_who_was_late_reads_who_was_first_and_keeps_the_words(world):
    need = world.need()
    acts.acknowledge(acting_user=world.person("recruiter"), need=need, version=1)
    data = {"decline-version": "1", "decline-reason": "Kept words"}
    response = browser(world.people["hr"]).post(url("decline", need), data)
    assert response.status_code == 422
    assert "Zhao Pinren was first" in text_of(response)
    assert "Kept words" in text_of(response)
    assert world.again(need).state == "acknowledged"


@pytest.mark.parametrize("version", ["", "x", "9" * 30, "-1", "\x00"])
@pytest.mark.parametrize("act", ["acknowledge", "decline", "withdraw"])
def test_a_garbled_version_breaks_nothing(world, act, version):
    need = world.need()
    prefix = {"acknowledge": "ack-", "decline": "decline-", "withdraw": ""}[act]
    data = {f"{prefix}version": version, "decline-reason": "No.", "ack-owner": world.people["hr"].pk}
    client = browser(world.people["service" if act == "withdraw" else "hr"])
    assert client.post(url(act, need), data).status_code == 422
    assert world.again(need).version == 1


@pytest.mark.parametrize("act", ["acknowledge", "decline", "withdraw"])
def test_people_without_the_right_are_refused_whatever_they_send(world, act):
    need = world.need()
    assert browser(world.people["finance"]).post(url(act, need), {}).status_code == 403
    assert browser(world.people["finance"]).get(url(act, need)).status_code == 405
