"""Recoveries by page: the list, one recovery, its card, and the acts (R21)."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.models import Rating, Recovery, RecoveryEvent
from surveys.views.recovery_cards import RecoveryCard
from tests.conftest import access
from tests.factories import InteractionFactory
from tests.surveys.pages import BOTH_WAYS, HTMX, browser, rate_url, texts
from tests.surveys.recovery_world import World, story

pytestmark = pytest.mark.django_db

LIST = reverse("recovery_list")
ACTS = ("answer", "mended", "not_mended", "comment")


@pytest.fixture
def world():
    return World()


def page(recovery):
    return reverse("recovery_detail", args=[recovery.pk])


def act(recovery, name):
    return reverse(f"recovery_{name}", args=[recovery.pk])


def form(world, name, version):
    """Return what a correct form holds."""
    return {
        "answer": {"version": version, "plan": "We pay.", "promised_on": world.day(2).isoformat()},
        "mended": {"version": version},
        "not_mended": {"version": version, "text": "Nothing came."},
        "comment": {"words": "Which account?"},
    }[name]


def of(world, name, language="en"):
    return browser(world.people[name], language)


# --- Every address: who may, and how ----------------------------------------------------------------


@pytest.mark.parametrize("name", ACTS)
def test_acting_addresses_take_no_get_and_strangers_are_sent_to_sign_in(world, name):
    recovery = world.planned()
    assert of(world, "rater").get(act(recovery, name)).status_code == 405
    assert Client().post(act(recovery, name)).url.startswith(reverse("account_login"))
    assert story(recovery) == ["open", "answer"]


@BOTH_WAYS
@pytest.mark.parametrize("name", ACTS)
def test_another_stores_recovery_is_a_404(world, name, headers):
    recovery = world.planned()
    data = form(world, name, 2)
    assert of(world, "elsewhere").post(act(recovery, name), data, headers=headers).status_code == 404
    assert of(world, "elsewhere").get(page(recovery)).status_code == 404


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
def test_unknown_ids_are_a_404(world, pk):
    client = of(world, "rater")
    assert client.get(reverse("recovery_detail", args=[pk])).status_code == 404
    for name in ACTS:
        assert client.post(reverse(f"recovery_{name}", args=[pk]), form(world, name, 1)).status_code == 404


# --- The page ---------------------------------------------------------------------------------------


def test_r21_the_page_says_what_was_not_good_and_what_is_to_be_done(world):
    rating = world.rate()
    Rating.objects.filter(pk=rating.pk).update(reasons=["slow"], comment="Three weeks")
    html = of(world, "finance").get(page(Recovery.objects.get())).text
    for words in ("Reimbursement", "Service flow", "not prompt", "Three weeks", "Reception rated this not good."):
        assert words in html
    assert 'name="promised_on"' in html
    assert f'min="{world.day().isoformat()}"' in html


def test_r21_the_talk_tells_who_did_what_when(world):
    recovery = world.answer(world.not_mended(world.planned()), by="gm", plan="I see to it myself.")
    world.mended(recovery, text="It came.")
    html = of(world, "rater").get(page(recovery)).text
    talk = html[html.index('id="talk"') :]
    places = [
        talk.index(words)
        for words in (
            "rated not good",
            'With <span translate="no">Qian Caiwu</span>',
            "We pay on Monday.",
            "Still no money.",
            'With <span translate="no">Gao Zongguan</span>',
            "I see to it myself.",
            "says that it is mended",
            "It came.",
        )
    ]
    assert places == sorted(places)


def test_r21_a_dropped_recovery_shows_no_rating(world):
    recovery = world.opened()
    Recovery.objects.update(state="dropped", closed_at=timezone.now())
    html = of(world, "rater").get(page(recovery)).text
    assert "nothing is left to do" in html
    assert "What was not good?" not in html


@pytest.mark.parametrize(
    ("name", "state", "shown"),
    [
        ("finance", "open", {"answer", "comment"}),
        ("finance", "planned", {"answer", "comment"}),
        ("rater", "open", {"mended", "comment"}),
        ("rater", "planned", {"mended", "not_mended", "comment"}),
        ("rater", "mended", {"comment"}),
        ("admin", "planned", set()),
        ("gm", "open", {"answer", "comment"}),
    ],
)
def test_r21_each_reader_finds_what_they_may_do_and_no_more(world, name, state, shown):
    recovery = world.opened()
    if state != "open":
        recovery = world.answer(recovery)
    if state == "mended":
        recovery = world.mended(recovery)
    html = of(world, name).get(page(recovery)).text
    assert {each for each in ACTS if f'action="{act(recovery, each)}"' in html} == shown


def test_the_page_costs_the_same_however_long_the_talk(world, django_assert_max_num_queries):
    recovery = world.planned()
    for number in range(20):
        world.comment(recovery, words=f"Word {number}")
    client = of(world, "finance")
    with django_assert_max_num_queries(8):
        assert "Word 19" in client.get(page(recovery)).text


def test_a_plan_can_be_changed_as_it_stands_and_one_that_failed_is_not_offered_again(world):
    recovery = world.planned()
    form = '<textarea class="form-control" id="recovery-{}-plan" name="plan" rows="2" maxlength="500" required>{}<'
    assert form.format(recovery.pk, "We pay on Monday.") in of(world, "finance").get(page(recovery)).text
    html = of(world, "gm").get(page(world.not_mended(recovery))).text
    assert form.format(recovery.pk, "") in html
    assert html.count("We pay on Monday.") == 1  # in the talk


# --- Acts -------------------------------------------------------------------------------------------


@BOTH_WAYS
@pytest.mark.parametrize(
    ("name", "by", "state"),
    [("answer", "finance", "planned"), ("mended", "rater", "mended"), ("not_mended", "rater", "escalated")],
)
def test_r21_an_act_leads_on_and_says_so(world, name, by, state, headers):
    recovery = world.planned()
    client = of(world, by)
    response = client.post(act(recovery, name), form(world, name, 2), headers=headers)
    assert world.seen(recovery).state == state
    if headers:
        assert response.status_code == 200
        assert f'id="recovery-{recovery.pk}"' in response.text
        assert "data-say=" in response.text
        assert "<html" not in response.text
    else:
        assert response.url == page(recovery)
        assert client.get(response.url).text.count('class="toast') >= 1


def test_r21_a_comment_appears_in_the_talk(world):
    recovery = world.opened()
    client = of(world, "rater")
    assert client.post(act(recovery, "comment"), {"words": "Which account?"}).url == page(recovery)
    assert "Which account?" in client.get(page(recovery)).text
    assert client.post(act(recovery, "comment"), {"words": "Another."}, headers=HTMX).status_code == 200


@BOTH_WAYS
@pytest.mark.parametrize(
    ("name", "by", "wrong", "words", "kept"),
    [
        ("answer", "finance", {"plan": ""}, "Say what you will do.", ""),
        ("answer", "finance", {"promised_on": "soon"}, "Choose a day.", "We pay."),
        ("answer", "finance", {"promised_on": "2020-01-01"}, "This day has passed.", "We pay."),
        ("answer", "finance", {"promised_on": "9999-12-31"}, "more than a year ahead", "We pay."),
        ("answer", "finance", {"plan": "x" * 501}, "500", "xxxx"),
        ("answer", "finance", {"plan": "a\x00b"}, "Null characters", ""),
        ("not_mended", "rater", {"text": " "}, "Say what is still missing.", ""),
        ("not_mended", "rater", {"version": "x"}, "whole number", "Nothing came."),
        ("mended", "rater", {"version": ""}, "cannot be read", ""),
        ("mended", "rater", {"version": "9" * 40}, "less than or equal", ""),
        ("comment", "rater", {"words": ""}, "Write a word.", ""),
    ],
)
def test_errors_stand_beside_the_field_and_what_was_typed_is_kept(world, name, by, wrong, words, kept, headers):
    recovery = world.planned()
    data = {**form(world, name, 2), **wrong}
    response = of(world, by).post(act(recovery, name), data, headers=headers)
    assert response.status_code == 422
    if name != "comment" or not headers:  # the card has no field for comments
        assert words in response.text
    assert kept in response.text
    assert story(recovery) == ["open", "answer"]


@BOTH_WAYS
def test_who_was_too_late_reads_who_was_faster(world, headers):
    recovery = world.planned()
    world.mended(recovery, by="colleague")
    client = of(world, "rater")
    response = client.post(act(recovery, "not_mended"), form(world, "not_mended", 2), headers=headers)
    if headers:
        assert response.status_code == 422
        assert "Tong Shixin said that it is mended" in response.text
        assert act(recovery, "mended") not in response.text
    else:
        assert response.url == page(recovery)
        assert "Tong Shixin said that it is mended" in texts(response)[0]


@BOTH_WAYS
def test_a_form_sent_twice_is_answered_as_the_first_time(world, headers):
    recovery = world.planned()
    client = of(world, "rater")
    first, second = (
        client.post(act(recovery, "not_mended"), form(world, "not_mended", 2), headers=headers) for _ in range(2)
    )
    assert (first.status_code, first.get("Location")) == (second.status_code, second.get("Location"))
    assert world.seen(recovery).setbacks == 1


def test_the_way_back_is_kept_within_the_site(world):
    recovery = world.opened()
    client = of(world, "finance")
    data = form(world, "comment", 1)
    assert client.post(act(recovery, "comment"), {**data, "next": LIST}).url == LIST
    assert client.post(act(recovery, "comment"), {**data, "next": "//example.org"}).url == page(recovery)


# --- The card ---------------------------------------------------------------------------------------


def test_the_card_knows_its_side_its_day_and_what_to_send(world):
    recovery = world.seen(world.planned())
    card = RecoveryCard(recovery, access(world.people["rater"]), back="/inbox/")
    assert (card.side, card.is_asked, card.due, card.is_overdue) == ("customer", True, world.day(2), False)
    assert card.acts == {"mended", "not_mended", "comment"}
    assert card.hidden == (("version", "2"), ("next", "/inbox/"))
    assert card.id == f"recovery-{recovery.pk}"
    recovery.promised_on = world.day(-1)
    assert RecoveryCard(recovery, card.access).is_overdue
    recovery.state = "mended"
    assert (RecoveryCard(recovery, card.access).due, RecoveryCard(recovery, card.access).is_overdue) == (None, False)


def test_after_a_not_good_tap_the_card_says_who_answers_by_when(world):
    interaction = InteractionFactory(link=world.link)
    html = of(world, "rater").post(rate_url(interaction), {"score": "0"}, headers=HTMX).text
    assert "The manager of Finance answers by " in html
    assert page(Recovery.objects.get()) in html
    good = InteractionFactory(link=world.link)
    assert "answers by" not in of(world, "rater").post(rate_url(good), {"score": "1"}, headers=HTMX).text


def test_the_interactions_page_says_where_its_recovery_stands(world):
    recovery = world.opened()
    url = reverse("interaction_detail", args=[recovery.interaction_id])
    for name in ("rater", "finance"):
        html = of(world, name).get(url).text
        assert "waits for the supplier" in html
        assert page(recovery) in html
    assert page(recovery) not in of(world, "cashier").get(url).text


# --- The list ---------------------------------------------------------------------------------------


def listed(response):
    return [card.recovery.pk for card in response.context["cards"]]


def test_r21_tabs_say_what_waits_for_whom(world):
    first, second, third = world.opened(), world.planned(), world.mended(world.planned())
    finance, rater = of(world, "finance").get(LIST), of(world, "rater").get(LIST)
    assert (finance.context["tab"], listed(finance)) == ("answer", [first.pk])
    assert (rater.context["tab"], listed(rater)) == ("confirm", [second.pk])
    everything = of(world, "gm").get(LIST)
    assert (everything.context["tab"], set(listed(everything))) == ("all", {first.pk, second.pk, third.pk})
    assert [tab["count"] for tab in finance.context["tabs"]] == [1, 0, 3]


def test_r21_what_went_to_the_superior_waits_for_the_superior(world):
    recovery = world.not_mended(world.planned())
    assert listed(of(world, "gm").get(LIST)) == [recovery.pk]
    assert listed(of(world, "finance").get(LIST, {"tab": "answer"})) == []
    assert listed(of(world, "deputy").get(LIST, {"tab": "all"})) == [recovery.pk]


def test_the_list_is_filtered_by_state_and_department(world):
    opened, planned = world.opened(), world.planned()
    client = of(world, "gm")
    assert listed(client.get(LIST, {"tab": "all", "state": "planned"})) == [planned.pk]
    reception, hr = world.departments["reception"].pk, world.departments["hr"].pk
    assert set(listed(client.get(LIST, {"tab": "all", "department": reception}))) == {opened.pk, planned.pk}
    empty = client.get(LIST, {"tab": "all", "department": hr})
    assert listed(empty) == []
    assert "No recovery matches these filters." in empty.text


@pytest.mark.parametrize("tab", ["answer", "confirm", "all"])
def test_an_empty_list_says_what_comes_next(world, tab):
    html = of(world, "hr").get(LIST, {"tab": tab}).text
    assert "empty-title" in html


def test_what_is_overdue_says_so(world):
    world.opened()
    Recovery.objects.update(due_on=world.day(-1))
    assert "Overdue since " in of(world, "finance").get(LIST).text


def test_the_list_has_pages_and_costs_the_same_whatever_its_length(world, django_assert_max_num_queries):
    for _ in range(30):
        world.opened()
    client = of(world, "finance")
    with django_assert_max_num_queries(9):
        response = client.get(LIST)
    assert len(listed(response)) == 25
    assert len(listed(client.get(LIST, {"page": "2", "tab": "answer"}))) == 5


def test_the_oldest_due_stands_first_to_answer(world):
    late, early = world.opened(), world.opened()
    Recovery.objects.filter(pk=early.pk).update(due_on=world.day() - datetime.timedelta(days=3))
    assert listed(of(world, "finance").get(LIST)) == [early.pk, late.pk]
    assert RecoveryEvent.objects.count() == 2
