"""The list of requests and the page of one: what stands there, for whom, in which order, and at what cost."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from supplychain import actions_escalations, actions_requests
from supplychain.models import SupplyRequest
from tests.conftest import fresh
from tests.factories import InteractionFactory, LinkFactory, SupplyRequestFactory, member_of
from tests.supplychain.pages import browser, text_of
from tests.supplychain.request_world import World

pytestmark = pytest.mark.django_db

LIST = reverse("request_list")


@pytest.fixture
def world():
    return World()


def detail(request):
    return reverse("request_detail", args=[request.pk])


def look(world, who, **query):
    return browser(world.person(who)).get(LIST, query)


def listed(response):
    return [card.request for card in response.context["cards"]]


def titles(response):
    return [group.title for group in response.context["groups"]]


def asked_for(world, ahead, **fields):
    """A request that waits, wanted so many days from today."""
    return SupplyRequestFactory(link=world.link, asked_by=world.people["service"], wanted_on=world.day(ahead), **fields)


# --- the list ---


def test_the_supplier_sees_what_waits_day_by_day_overdue_first(world):
    later, tomorrow, late = asked_for(world, 5), asked_for(world, 1), asked_for(world, -2)
    broken = asked_for(world, -1, accepted=True)
    today = asked_for(world, 0, accepted=True)
    response = look(world, "finance")
    assert response.context["side"] == "supplier"
    assert listed(response) == [late, broken, today, tomorrow, later]
    found = titles(response)
    assert found[0] == "Overdue"
    assert found[1].startswith("Today, ")
    assert found[2].startswith("Tomorrow, ")
    assert len(found) == 4


def test_an_accepted_request_stands_on_the_day_it_is_expected_for(world):
    asked = asked_for(world, 2, accepted=True)
    SupplyRequest.objects.filter(pk=asked.pk).update(expected_on=world.day(6))
    response = look(world, "finance", day=world.day(6).isoformat())
    assert listed(response) == [asked]
    assert listed(look(world, "finance", day=world.day(2).isoformat())) == []


def test_one_day_s_list_holds_that_day_only(world):
    asked_for(world, 1)
    wanted = asked_for(world, 3)
    response = look(world, "finance", side="supplier", day=world.day(3).isoformat())
    assert listed(response) == [wanted]


def test_the_customer_opens_the_list_with_what_it_asks(world):
    asked = asked_for(world, 1)
    response = look(world, "service")
    assert response.context["side"] == "customer"
    assert listed(response) == [asked]


def test_what_is_done_and_waits_for_a_rating_stands_first_for_the_customer_and_not_at_the_supplier(world):
    waiting = asked_for(world, 1)
    done = world.done()
    response = look(world, "service")
    assert listed(response) == [done, waiting]
    assert titles(response)[0] == "Waits for a rating"
    assert listed(look(world, "finance")) == [waiting]


def test_a_request_that_was_reopened_twice_is_listed_once(world):
    asked = world.done()
    for _ in range(2):
        actions_requests.reopen(acting_user=world.person("service"), request=asked)
        actions_requests.finish(acting_user=world.person("clerk"), request=asked)
    actions_requests.reopen(acting_user=world.person("service"), request=asked)
    assert listed(look(world, "service")) == [asked]
    assert look(world, "gm", side="all").context["page_obj"].paginator.count == 1


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("asked", "asked"),
        ("accepted", "accepted"),
        ("to_rate", "done"),
        ("rated", "rated"),
        ("unrated", "unrated"),
        ("declined", "declined"),
        ("withdrawn", "withdrawn"),
        ("expired", "expired"),
    ],
)
def test_the_state_filter_shows_that_state_only(world, stage, expected):
    made = {state: asked_for(world, 1, what=state, state=state) for state in ("declined", "withdrawn", "expired")}
    made |= {"asked": asked_for(world, 1), "accepted": asked_for(world, 1, accepted=True)}
    for name, state in (("done", "open"), ("rated", "rated"), ("unrated", "expired")):
        made[name] = asked_for(world, 1, done=True)
        made[name].interactions.update(state=state)
    response = look(world, "finance", state=stage)
    assert listed(response) == [made[expected]]
    assert len(listed(look(world, "finance", state="any"))) == len(made)


def test_filters_by_flow_department_and_short_notice(world):
    store, customer = world.store, world.link.customer
    usual = asked_for(world, 1)
    short = asked_for(world, 1, outside_window=True)
    other = LinkFactory(dealership=store, supplier=world.link.supplier, flow="information")
    told = SupplyRequestFactory(link=other)
    assert listed(look(world, "finance", flow="information")) == [told]
    assert set(listed(look(world, "finance", department=customer.pk))) == {usual, short}
    assert listed(look(world, "finance", notice="short")) == [short]
    assert set(listed(look(world, "finance", notice="other"))) == {usual, told}


def test_a_filter_that_cannot_be_read_says_so_and_the_others_hold(world):
    asked_for(world, 1)
    response = look(world, "finance", day="soon", state="nonsense")
    assert response.status_code == 200
    assert "Enter a valid date." in text_of(response)
    assert len(listed(response)) == 1


def test_the_top_says_in_words_what_is_open_and_overdue(world):
    asked_for(world, 1)
    asked_for(world, -1)
    asked_for(world, 2, accepted=True)
    page = text_of(look(world, "finance"))
    assert "2 wait for your answer. 1 accepted and not done yet. 1 of them is overdue." in page
    world.done()
    assert "1 waits for your rating. 3 are with their suppliers. 1 of them is overdue." in text_of(
        look(world, "service")
    )


def test_empty_lists_say_what_comes_next_and_offer_it(world):
    assert "Nobody waits for you" in text_of(look(world, "finance", side="supplier"))
    page = text_of(look(world, "service"))
    assert "Nothing is open" in page
    assert reverse("request_create") in page
    assert "Nothing found" in text_of(look(world, "service", flow="material"))


def test_the_list_pages(world):
    for ahead in range(30):
        asked_for(world, ahead)
    assert len(listed(look(world, "finance"))) == 16
    assert len(listed(look(world, "finance", page=2))) == 14


@pytest.mark.parametrize("n", [2, 12])
@pytest.mark.parametrize("state", ["", "any"])
def test_the_list_costs_the_same_whatever_the_number_of_rows(world, n, state, django_assert_max_num_queries):
    for _ in range(n):
        asked_for(world, 2)
        asked_for(world, 1, done=True)
        actions_escalations.escalate(acting_user=world.person("clerk"), request=world.ask(), text="a receipt")
    client = browser(world.person("finance"))
    with django_assert_max_num_queries(12):
        assert client.get(LIST, {"side": "all", "state": state}).status_code == 200


# --- the page of one ---


def page_of(world, who, request):
    return text_of(browser(world.person(who)).get(detail(request)))


def test_the_page_says_where_it_stands_who_has_it_and_who_is_whose_customer(world):
    asked = world.accepted()
    page = page_of(world, "service", asked)
    assert "Accepted: promised for " in page
    assert f'In the hands of <span translate="no">{world.people["clerk"]}</span>, Finance' in page
    assert "Service flow" in page
    assert "Supplier:" in page
    assert "In nobody's hands yet: Finance has to answer".replace("'", "&#x27;") not in page
    fresh_one = page_of(world, "service", world.ask())
    assert "Asked: waits for an answer of Finance" in fresh_one
    assert "In nobody's hands yet: Finance has to answer" in fresh_one


def test_r13_the_page_shows_that_the_superior_holds_it_and_since_when(world):
    asked = world.accepted()
    actions_escalations.escalate(acting_user=world.person("clerk"), request=asked, text="a receipt, no invoice")
    page = page_of(world, "service", asked)
    moment = timezone.now().astimezone(world.store.zone)
    assert f'With the superior <span translate="no">{world.people["finance"]}</span> since {moment:%H:}' in page
    assert "a receipt, no invoice" in page


def test_r11_both_notices_are_shown(world):
    world.link.lead_time_days = 3
    world.link.save(update_fields=["lead_time_days"])
    asked = world.ask(wanted_on=world.day(2), short_notice_accepted=True)
    actions_requests.accept(acting_user=world.person("clerk"), request=asked, promised_on=world.day(2))
    for who in ("service", "finance"):
        page = page_of(world, who, asked)
        assert "Asked 2 working days ahead; agreed: 3." in page
        assert "short notice" in page
    SupplyRequest.objects.filter(pk=asked.pk).update(state="done", finished_on=world.day(3), late_days=1)
    InteractionFactory(link=world.link, request=asked)
    assert "Delivered 1 working day late." in page_of(world, "finance", asked)


def test_the_headline_tells_the_reader_what_waits_for_them_after_it_is_done(world):
    asked = world.done()
    interaction = asked.interactions.get()
    page = page_of(world, "service", asked)
    assert "Done: waits for your rating" in page
    assert reverse("interaction_detail", args=[interaction.pk]) in page
    assert "Done: waits for the rating of Service" in page_of(world, "finance", asked)
    asked.interactions.update(state="rated")
    assert "Done and rated" in page_of(world, "service", asked)
    asked.interactions.update(state="expired")
    assert "the time to rate it has passed" in page_of(world, "service", asked)


def test_the_timeline_tells_every_event_with_who_and_from_what_to_what(world):
    asked = world.accepted()
    clerk, service = world.people["clerk"], world.people["service"]
    actions_requests.promise_again(
        acting_user=fresh(clerk), request=asked, expected_on=world.day(5), text="The bank is closed."
    )
    actions_requests.record_trip(acting_user=fresh(service), request=asked)
    actions_requests.comment(acting_user=fresh(service), request=asked, text="Thank you for saying so.")
    actions_requests.finish(acting_user=fresh(clerk), request=asked)
    actions_requests.reopen(acting_user=fresh(service), request=asked, text="Half is missing.")
    response = browser(world.person("service")).get(detail(asked))
    lines = response.context["lines"]
    assert [line.kind for line in lines] == ["ask", "accept", "promise", "trip", "comment", "finish", "reopen"]
    assert [line.person for line in lines] == [service, clerk, clerk, service, service, clerk, service]
    assert [(line.before, line.after) for line in lines if line.after] == [
        ("asked", "accepted"),
        ("accepted", "done"),
        ("done", "accepted"),
    ]
    assert lines[2].what.startswith("Expected for ")
    assert " instead of " in lines[2].what
    assert lines[3].what == "Another trip of the customer: 2 by now"
    page = text_of(response)
    for words in ("The bank is closed.", "Thank you for saying so.", "Half is missing.", "Trips of the customer"):
        assert words in page


def test_one_act_is_the_reader_s_now_the_others_are_quieter(world):
    asked = world.ask()
    page = page_of(world, "finance", asked)
    assert page.count("btn btn-primary") == 1
    assert "Promise it for" in page
    assert "Take it to my superior" in page
    mine = page_of(world, "service", asked)
    assert "btn btn-primary" not in mine
    assert "Yes, take it back" in mine
    assert "Promise it for" not in mine


def test_a_request_taken_back_offers_nothing_but_words(world):
    asked = world.ask()
    actions_requests.withdraw(acting_user=world.person("service"), request=asked)
    response = browser(world.person("finance")).get(detail(asked))
    assert response.context["card"].acts == {"comment"}
    assert "Taken back by Service" in text_of(response)


def test_the_trip_says_that_the_exception_may_go_to_the_superior_instead(world):
    page = page_of(world, "finance", world.accepted())
    assert "Ask the customer to come again" in page
    assert "take it to your superior instead: then nobody comes twice." in page


def test_the_page_costs_the_same_whatever_happened(world, django_assert_max_num_queries):
    asked = world.accepted()
    for _ in range(10):
        actions_requests.comment(acting_user=world.person("service"), request=asked, text="word")
    client = browser(world.person("service"))
    with django_assert_max_num_queries(13):
        assert client.get(detail(asked)).status_code == 200


def test_the_link_s_page_offers_to_ask_to_who_may(world):
    address = reverse("link_detail", args=[world.link.pk])
    ask = f"{reverse('request_create')}?link={world.link.pk}"
    assert ask in text_of(browser(world.person("service")).get(address))
    assert ask not in text_of(browser(world.person("finance")).get(address))
    ended = world.link
    ended.active_to = world.day(-1)
    ended.save(update_fields=["active_to"])
    assert ask not in text_of(browser(world.person("service")).get(address))


def test_a_member_of_a_team_below_reads_nothing_of_another_department(world):
    outsider = member_of(world.department("crm"))
    assert browser(outsider).get(detail(world.ask())).status_code == 403
    assert listed(browser(outsider).get(LIST, {"side": "all"})) == []


def test_day_headings_lead_to_that_day_s_list(world):
    asked_for(world, 3)
    assert f"day={world.day(3):%Y-%m-%d}" in text_of(look(world, "finance"))
    assert isinstance(world.day(3), datetime.date)
