"""Acts on a request by page: in place by htmx, by plain forms, and for who comes too late."""

import re

import pytest
from django.urls import reverse

from dealership.models import JobRun
from supplychain import actions_escalations, actions_requests
from supplychain.models import RequestEvent, SupplyRequest
from supplychain.tasks import keep_requests_moving
from tests.factories import SupplyRequestFactory
from tests.supplychain.pages import browser, messages_of, text_of
from tests.supplychain.request_world import World, outcomes, story, told

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
LIST = "/requests/?side=supplier"


@pytest.fixture
def world():
    return World()


def act(world, who, name, request, *, htmx=False, follow=False, **fields):
    request.refresh_from_db()
    sent = {"version": request.version, **fields}
    return browser(world.person(who)).post(
        reverse(f"request_{name}", args=[request.pk]), sent, headers=HTMX if htmx else {}, follow=follow
    )


def test_htmx_gets_the_card_in_its_new_state(world):
    asked = world.ask()
    response = act(world, "finance", "accept", asked, htmx=True, promised_on=world.day(4).isoformat(), next=LIST)
    page = text_of(response)
    assert response.status_code == 200
    assert page.lstrip().startswith(f'<article class="card occasion request" id="request-{asked.pk}"')
    assert "Accepted: promised for " in page
    assert "It is done" in page
    assert 'name="version" value="2"' in page
    assert f'name="next" value="{LIST}"' in page
    asked.refresh_from_db()
    assert (asked.state, asked.promised_on, asked.held_by) == ("accepted", world.day(4), world.people["finance"])


def test_a_plain_form_comes_back_with_a_message(world):
    asked = world.ask()
    day = world.day(4).isoformat()
    response = act(world, "finance", "accept", asked, promised_on=day, next=LIST, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert messages_of(response) == ["Accepted: Service is told the day."]
    done = act(world, "clerk", "finish", asked)
    assert done["Location"] == reverse("request_detail", args=[asked.pk])


def test_an_address_elsewhere_is_no_way_back(world):
    asked = world.ask()
    response = act(world, "finance", "accept", asked, promised_on=world.day(4).isoformat(), next="//evil.example/")
    assert response["Location"] == reverse("request_detail", args=[asked.pk])


def test_the_whole_way_from_asked_to_done_and_back(world):
    asked = world.ask()
    day = world.day(2).isoformat()
    steps = [
        ("finance", "accept", {"promised_on": day}),
        ("clerk", "promise", {"expected_on": world.day(5).isoformat(), "text": "later"}),
        ("service", "trip", {"text": ""}),
        ("clerk", "finish", {}),
        ("service", "reopen", {"text": "half"}),
        ("service", "comment", {"text": "please"}),
        ("service", "withdraw", {}),
    ]
    for who, name, fields in steps:
        assert act(world, who, name, asked, **fields).status_code == 302, name
    assert story(asked) == ["ask", *(name for _who, name, _fields in steps)]
    asked.refresh_from_db()
    assert (asked.state, asked.trips) == ("withdrawn", 2)


def test_the_loser_of_two_acts_is_told_who_did_what_and_sees_the_fresh_state(world):
    asked = world.ask()
    sent = {"version": asked.version, "text": "No money left."}
    actions_requests.withdraw(acting_user=world.person("service"), request=asked)
    response = browser(world.person("finance")).post(reverse("request_decline", args=[asked.pk]), sent, headers=HTMX)
    page = text_of(response)
    assert response.status_code == 422
    assert f"{world.people['service']} was first: withdrawn" in page
    assert "Taken back by Service" in page


def test_the_loser_of_two_plain_forms_is_told_in_a_message(world):
    asked = world.ask()
    sent = {"version": asked.version, "promised_on": world.day(3).isoformat()}
    actions_requests.withdraw(acting_user=world.person("service"), request=asked)
    client = browser(world.person("finance"))
    response = client.post(reverse("request_accept", args=[asked.pk]), sent, follow=True)
    assert f"{world.people['service']} was first" in messages_of(response)[0]


def test_a_form_sent_twice_does_it_once_and_says_the_same(world):
    asked = world.ask()
    sent = {"version": asked.version, "promised_on": world.day(3).isoformat()}
    client = browser(world.person("finance"))
    address = reverse("request_accept", args=[asked.pk])
    assert [client.post(address, sent, headers=HTMX).status_code for _ in range(2)] == [200, 200]
    assert story(asked) == ["ask", "accept"]


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("decline", {"text": " "}, "Say why, so that the customer can plan."),
        ("escalate", {"text": ""}, "Say what is special about it"),
        ("comment", {"text": ""}, "Write a word."),
        ("accept", {"promised_on": "2020-01-01"}, "This day has passed."),
        ("accept", {"promised_on": "9999-12-31"}, "This day lies too far ahead."),
        ("accept", {"promised_on": "soon"}, "Enter a valid date."),
        ("decline", {"text": "x" * 501}, "at most 500 characters"),
        ("decline", {"text": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_missing_or_cannot_be_is_said_and_changes_nothing(world, name, fields, words):
    asked = world.ask()
    response = act(world, "finance", name, asked, htmx=True, **fields)
    assert response.status_code == 422
    assert words in text_of(response)
    assert story(asked) == ["ask"]


def test_what_was_typed_stays_where_a_form_is_refused(world):
    asked = world.ask()
    sent = {"version": 7, "text": "The budget is used up."}
    client = browser(world.person("finance"))
    page = text_of(client.post(reverse("request_decline", args=[asked.pk]), sent, headers=HTMX))
    assert "The budget is used up." in page
    assert len(re.findall(r'<details class="request-(?:more|act)"[^>]* open>', page)) == 2


def test_r13_escalated_on_the_card_the_superior_holds_it_and_the_customer_is_told(world):
    asked = world.accepted()
    page = text_of(act(world, "clerk", "escalate", asked, htmx=True, text="a receipt instead of an invoice"))
    assert f'With the superior <span translate="no">{world.people["finance"]}</span>' in page
    assert "You need not come again." in told(world.people["service"])[-1]
    refused = act(world, "clerk", "finish", asked, htmx=True)
    assert refused.status_code == 422
    assert "The superior is deciding this" in text_of(refused)


def test_r13_the_superior_decides_on_the_card(world):
    asked = actions_escalations.escalate(acting_user=world.person("clerk"), request=world.ask(), text="a receipt")
    empty = act(world, "finance", "decide", asked, htmx=True, outcome="refused", text="")
    assert empty.status_code == 422
    assert "Say why, so that it can be explained to the customer." in text_of(empty)
    page = text_of(act(world, "finance", "decide", asked, htmx=True, outcome="allowed", text="This time."))
    assert f'In the hands of <span translate="no">{world.people["clerk"]}</span>' in page
    assert outcomes(asked) == ["allowed"]
    assert SupplyRequest.objects.get(pk=asked.pk).trips == 1


# --- what a done request became ---


def test_the_interaction_leads_to_its_request_and_can_be_given_back_there(world):
    asked = world.done()
    interaction = asked.interactions.get()
    client = browser(world.person("service"))
    page = text_of(client.get(reverse("interaction_detail", args=[interaction.pk])))
    assert reverse("request_detail", args=[asked.pk]) in page
    assert reverse("request_reopen", args=[asked.pk]) in page
    assert "It did not take place" not in page
    asked.refresh_from_db()
    assert f'name="version" value="{asked.version}"' in page
    act(world, "service", "reopen", asked, text="Half is missing.")
    page = text_of(client.get(reverse("interaction_detail", args=[interaction.pk])))
    assert "It turned out not to be done yet: the request goes on." in page
    assert "It did take place" not in page


@pytest.mark.parametrize("name", ["interaction_dismiss", "interaction_restore"])
def test_an_interaction_of_a_request_is_not_dismissed_or_restored_by_hand(world, name):
    interaction = world.done().interactions.get()
    client = browser(world.person("service"))
    response = client.post(reverse(name, args=[interaction.pk]), headers=HTMX)
    assert response.status_code == 422
    assert "It came from a request: say there that it is not done yet." in text_of(response)
    assert client.post(reverse(name, args=[interaction.pk])).status_code == 302
    interaction.refresh_from_db()
    assert interaction.state == "open"


def test_given_back_from_the_card_one_rates_with_the_request_takes_its_place(world):
    asked = world.done()
    page = text_of(act(world, "service", "reopen", asked, htmx=True, text=""))
    assert f'id="request-{asked.pk}"' in page
    assert "Accepted: promised for " in page


# --- what time does ---


def test_the_hourly_task_expires_and_reminds_once(world):
    late = SupplyRequestFactory(link=world.link, asked_by=world.people["service"], wanted_on=world.day(-60))
    keep_requests_moving.apply()
    keep_requests_moving.apply()
    late.refresh_from_db()
    assert late.state == "expired"
    assert RequestEvent.objects.filter(request=late, kind="expire").count() == 1
    assert JobRun.objects.filter(job="keep requests moving").count() == 1
