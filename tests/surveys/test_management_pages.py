"""The page of managers' months and its place in the inbox: one tap, words, undo; for whom, and when."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboards.inbox import Inbox
from dealership.access import Access
from surveys.models import ManagementRating
from tests.conftest import fresh
from tests.surveys.management_world import make_management
from tests.surveys.pages import BOTH_WAYS, HTMX, browser

pytestmark = pytest.mark.django_db

PAGE = reverse("management_rate")


@pytest.fixture(autouse=True)
def _the_fifteenth():
    """A day on which one month is open; until the tenth, the superior may still rate the one before."""
    noon = datetime.datetime.now(datetime.UTC).replace(day=15, hour=4)
    with time_machine.travel(noon):
        yield


@pytest.fixture
def world():
    return make_management()


def test_r29_until_the_tenth_the_month_before_is_offered_too(world):
    with time_machine.travel(datetime.datetime.now(datetime.UTC).replace(day=10)):
        page = browser(world.gm).get(PAGE).text
        assert page.count("leads Service") == 2
        assert "still open" in page
        assert "still open" not in browser(world.foreman).get(PAGE).text


def form(world, **fields):
    """What the general manager's card of the head of Service sends."""
    month = world.store.today().replace(day=1)
    whom = {"side": "superior", "department": "service", "manager": str(world.head.pk), "month": month.isoformat()}
    return {**whom, "score": "4", **fields}


def from_below(world, **fields):
    return form(world, side="subordinate", **fields)


def test_r29_the_superior_is_offered_each_manager_once(world):
    page = browser(world.gm).get(PAGE).text
    assert page.count("leads Service") == page.count("leads Finance") == 1
    assert "leads Workshop" not in page
    assert "Your manager" not in page


def test_r20_the_card_says_who_will_read_what(world):
    page = browser(world.foreman).get(PAGE).text
    assert "Only you see this." in page
    assert f"{world.head} and the superiors read figures of at least {world.store.least_raters} people together" in page


@BOTH_WAYS
def test_a_tap_saves_words_follow_and_undo_takes_it_back(world, headers):
    client = browser(world.gm)
    answer = client.post(PAGE, form(world, next=PAGE), headers=headers)
    assert answer.status_code == (200 if headers else 302)
    rating = ManagementRating.objects.get()
    assert rating.score == 4
    client.post(PAGE, form(world, comment="Well led."), headers=headers)
    assert ManagementRating.objects.get().comment == "Well led."
    client.post(reverse("management_take_back", args=[rating.pk]), headers=headers)
    assert not ManagementRating.objects.exists()


def test_a_card_that_htmx_gets_stands_where_it_stood(world):
    answer = browser(world.gm).post(PAGE, form(world), headers=HTMX)
    month = world.store.today()
    assert f'id="management-superior-{world.service.pk}-{world.head.pk}-{month:%Y-%m}"' in answer.text


def card_of(page, rating):
    """Return the card of a rating in a page."""
    about = f'id="management-{rating.side}-{rating.department_id}-{rating.manager_id}-{rating.month:%Y-%m}"'
    return page.split(about)[1].split("</article>")[0]


@BOTH_WAYS
def test_a_saved_card_offers_the_faces_and_another_one_keeps_the_words(world, headers):
    client = browser(world.gm)
    client.post(PAGE, form(world, comment="Well led, on the whole."), headers=headers)
    card = card_of(client.get(PAGE).text, ManagementRating.objects.get())
    assert card.count('type="submit" name="score"') == 5
    assert card.count('aria-current="true"') == 1
    assert 'value="4" class="rate-button tone-good" aria-current="true"' in card
    assert "Well led, on the whole." in card
    assert "Take back" in card
    assert "data-undo" not in card, "what can be changed for a month does not go after a minute"
    client.post(PAGE, form(world, score="2"), headers=headers)
    rating = ManagementRating.objects.get()
    assert (rating.score, rating.comment) == (2, "Well led, on the whole.")
    client.post(PAGE, form(world, score="3", comment="Typed with the face."), headers=headers)
    assert ManagementRating.objects.get().comment == "Typed with the face."


@BOTH_WAYS
def test_taking_back_twice_finds_nothing_left_to_do(world, headers):
    client, stranger = browser(world.gm), browser(world.head)
    client.post(PAGE, form(world))
    address = reverse("management_take_back", args=[ManagementRating.objects.get().pk])
    assert stranger.post(address, headers=headers).status_code in (404, 403)
    client.post(address, headers=headers)
    again = client.post(address, headers=headers)
    assert (again.status_code, again.content) == ((200, b"") if headers else (302, b""))
    assert stranger.post(address, headers=headers).status_code == 404
    assert client.post(reverse("management_take_back", args=[10**9]), headers=headers).status_code == 404


@BOTH_WAYS
def test_what_comes_after_the_month_has_closed_is_told_so(world, headers):
    words, sent = "This month cannot be rated any more.", from_below(world)
    browser(world.foreman).post(PAGE, sent)
    rating = ManagementRating.objects.get()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=31)):
        late = browser(world.clerks[0]).post(PAGE, sent, headers=headers)
        assert late.status_code == 422
        assert words in late.text
        address = reverse("management_take_back", args=[rating.pk])
        undone = browser(world.foreman).post(address, headers=headers)
        assert undone.status_code == 422
        assert words in undone.text
        assert browser(world.mechanic).post(PAGE, sent, headers=headers).status_code == 403, "not theirs at any time"
    assert ManagementRating.objects.get() == rating


def test_r20_a_saved_card_names_the_number_that_was_promised(world):
    browser(world.foreman).post(PAGE, from_below(world))
    type(world.store).objects.update(least_raters=3)
    assert "figures of at least 5 people together" in browser(world.foreman).get(PAGE).text
    assert "figures of at least 3 people together" in browser(world.deputy).get(PAGE).text


@BOTH_WAYS
def test_words_that_are_too_long_are_kept_and_explained(world, headers):
    words = "long " * 101
    answer = browser(world.gm).post(PAGE, form(world, comment=words), headers=headers)
    assert answer.status_code == 422
    assert not ManagementRating.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"score": "6"}, 422),
        ({"score": ""}, 422),
        ({"month": "2026-02-30"}, 400),
        ({"month": "9999-12-01"}, 403),
        ({"manager": "9" * 30}, 400),
        ({"manager": "\x00"}, 400),
        ({"department": "no such"}, 400),
        ({"side": "self"}, 400),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(world, fields, status):
    answer = browser(world.gm).post(PAGE, form(world, **fields))
    assert answer.status_code == status
    assert not ManagementRating.objects.exists()


@pytest.mark.parametrize("side", ["superior", "subordinate"])
def test_r30_no_form_rates_oneself(world, side):
    assert browser(world.head).post(PAGE, form(world, side=side)).status_code == 403
    assert not ManagementRating.objects.exists()


def test_what_one_gave_is_found_again_by_nobody_else(world):
    browser(world.foreman).post(PAGE, from_below(world, score="2", comment="Unheard."))
    rating = ManagementRating.objects.get()
    assert "Unheard." in browser(world.foreman).get(PAGE).text
    for person in (world.head, world.gm, world.admin, world.deputy):
        assert "Unheard." not in browser(person).get(PAGE).text
        assert browser(person).post(reverse("management_take_back", args=[rating.pk])).status_code == 404


def test_it_waits_in_the_inbox_at_the_end_of_the_month_until_it_is_rated(world, monkeypatch):
    def waiting(person):
        entries = Inbox(Access(fresh(person))).entries
        return [entry.card.judged.manager for entry in entries if entry.kind == "manage"]

    assert waiting(world.gm) == []
    monkeypatch.setattr("surveys.management_months.ASKING_DAYS", 31)
    assert waiting(world.gm) == [world.head, world.accountant]
    assert waiting(world.head) == [world.gm, world.foreman], "their own manager's is due first: this month alone"
    assert "Only you see this." in browser(world.mechanic).get(reverse("home")).text
    browser(world.gm).post(PAGE, form(world))
    assert waiting(world.gm) == [world.accountant]
    last = Inbox(Access(fresh(world.mechanic))).entries[-1]
    assert (last.due + datetime.timedelta(days=1)).day == 1


def test_r29_until_the_tenth_the_superiors_month_before_waits_in_the_inbox(world, monkeypatch):
    def waiting(person):
        entries = Inbox(Access(fresh(person))).entries
        return [(entry.card.judged.manager, entry.due.day) for entry in entries if entry.kind == "manage"]

    monkeypatch.setattr("surveys.management_months.ASKING_UNTIL", 10)
    assert waiting(world.gm) == [], "the fifteenth"
    today = datetime.datetime.now(datetime.UTC)
    before = (world.store.today().replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    with time_machine.travel(today.replace(day=10)):
        assert waiting(world.gm) == [(world.head, 10), (world.accountant, 10)]
        assert waiting(world.head) == [(world.foreman, 10)], "as a subordinate the month before is over"
        assert waiting(world.clerks[0]) == []
        browser(world.gm).post(PAGE, form(world, month=before.isoformat()))
        assert waiting(world.gm) == [(world.accountant, 10)]
    with time_machine.travel(today.replace(day=11)):
        assert waiting(world.gm) == []


def test_the_page_costs_the_same_however_many_managers(world, django_assert_max_num_queries):
    client = browser(world.gm)
    with django_assert_max_num_queries(9):  # the session, the person, their rights; then a month's line, at most two
        client.get(PAGE)


def test_the_inbox_asks_in_two_queries_however_many_managers(world, monkeypatch):
    """Who stands above whom, and what was given so far."""

    def queries():
        inbox = Inbox(Access(fresh(world.gm)))
        with CaptureQueriesContext(connection) as captured:
            found = inbox.entries
        return len(captured), len(found)

    usual, _nothing = queries()
    monkeypatch.setattr("surveys.management_months.ASKING_DAYS", 31)
    assert queries() == (usual + 2, 2)
