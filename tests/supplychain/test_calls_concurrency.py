"""Calls for needs when two act at the same moment (R14): one wins, the other is told or gets what the first made."""

import datetime

import pytest
from django.urls import reverse

from supplychain.actions_calls import remind_due, remind_now
from supplychain.models import CallForNeeds, CallInvitation, StatedNeed, SupplyRequest
from tests.conftest import fresh
from tests.factories import manager_of
from tests.supplychain.calls import Scene, at, told
from tests.supplychain.pages import browser, text_of
from tests.surveys.pages import at_once

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def invitation(scene):
    return scene.open().invitations.first()


def post(person, url, data=None):
    """Return a request to be sent at once with others, from the person's own browser."""
    client = browser(person)
    return lambda: client.post(url, data or {}, headers=HTMX)


def answer(person, invitation, what):
    data = {"version": "0", "what": what, "quantity": "1", "wanted_on": f"{invitation.call.deadline:%Y-%m-%d}"}
    return post(person, reverse("call_answer", args=[invitation.pk]), data)


def test_r14_of_two_who_answer_at_once_one_wins_and_the_other_is_told_who(scene, invitation):
    colleague = manager_of(scene.customers[0])
    people = [scene.managers[0], colleague]
    answers = at_once(*(answer(person, invitation, f"a van for {person.username}") for person in people))
    assert sorted(response.status_code for response in answers) == [200, 422]
    won = CallInvitation.objects.get(pk=invitation.pk)
    loser = next(response for response in answers if response.status_code == 422)
    assert won.version == 1
    assert f"{won.answered_by} has answered" in text_of(loser)
    assert StatedNeed.objects.get().what == f"a van for {won.answered_by.username}"


def test_the_same_answer_five_times_at_once_is_one(scene, invitation):
    answers = at_once(*(answer(scene.managers[0], invitation, "a van") for _ in range(5)))
    assert [response.status_code for response in answers] == [200] * 5
    assert StatedNeed.objects.count() == 1
    assert CallInvitation.objects.get(pk=invitation.pk).version == 1
    assert len(told(scene.manager)) == 1


def test_r14_two_taps_at_once_make_one_request_of_a_need(scene, invitation):
    need = scene.answer(invitation, scene.managers[0]).needs.get()
    url = reverse("need_request", args=[need.pk])
    people = [scene.manager, scene.managers[0], scene.manager, scene.managers[0]]
    answers = at_once(*(post(person, url) for person in people))
    assert [response.status_code for response in answers] == [200] * 4
    made = SupplyRequest.objects.get()
    assert StatedNeed.objects.get().request == made
    assert made.events.count() == 1
    address = reverse("request_detail", args=[made.pk])
    assert all(address in text_of(response) for response in answers)


def test_a_need_becomes_a_request_or_is_taken_back_but_not_both(scene, invitation):
    answered = scene.answer(invitation, scene.managers[0])
    need = answered.needs.get()
    change = {"version": str(answered.version), "nothing": "1"}
    taken_back, made = at_once(
        post(scene.managers[0], reverse("call_answer", args=[invitation.pk]), change),
        post(scene.manager, reverse("need_request", args=[need.pk])),
    )
    after = CallInvitation.objects.get(pk=invitation.pk)
    assert taken_back.status_code in (200, 422)
    if taken_back.status_code == 200:
        assert made.status_code in (404, 422)
        assert (after.nothing_needed, StatedNeed.objects.count(), SupplyRequest.objects.count()) == (True, 0, 0)
    else:
        assert made.status_code == 200
        assert (after.nothing_needed, StatedNeed.objects.count(), SupplyRequest.objects.count()) == (False, 1, 1)


def test_r14_the_job_and_a_person_who_remind_at_once_remind_each_customer_once(scene):
    with at("2026-03-02 10:00"):  # a Monday
        scene.open(deadline=datetime.date(2026, 3, 6))
    person = fresh(scene.manager)
    seen = CallForNeeds.objects.select_related("dealership", "supplier", "item").get()
    with at("2026-03-05 10:00"):
        counts = at_once(
            lambda: remind_due(dealership=scene.store),
            lambda: remind_now(acting_user=person, call=seen),
            lambda: remind_due(dealership=scene.store),
        )
    assert sum(counts) == 2
    assert [len(told(manager)) for manager in scene.managers] == [2, 2]


def test_a_call_sent_five_times_at_once_is_opened_once(scene):
    fields = {
        "question": "Which shuttle jobs?",
        "deadline": f"{scene.store.today():%Y-%m-%d}",
        "links": [link.pk for link in scene.links],
        "key": str(scene.key),
    }
    answers = at_once(*(post(scene.manager, reverse("call_create"), fields) for _ in range(5)))
    assert {response.url for response in answers} == {reverse("call_detail", args=[CallForNeeds.objects.get().pk])}
    assert CallInvitation.objects.count() == 2
    assert [len(told(manager)) for manager in scene.managers] == [1, 1]
