"""Signing when two act at the same moment (R22, R27): both count, and it is agreed exactly once."""

import pytest
from django.urls import reverse

from objectives.models import Objective, Terms, TermsSignature
from tests.objectives.objective_world import World, story, terms_of
from tests.supplychain.pages import browser
from tests.surveys.pages import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return World()


def post(person, name, objective, **data):
    """Return a request to be sent at once with others, from the person's own browser."""
    client = browser(person)
    sent = {"version": str(objective.version), **data}
    return lambda: client.post(reverse(name, args=[objective.pk]), sent)


def test_r22_two_customers_who_sign_at_once_both_count_and_it_is_agreed_once(world):
    objective = world.proposed(customers=("accessories", "service"))
    answers = at_once(*(post(world.person(who), "objective_sign", objective) for who in ("accessories", "service")))
    assert [response.status_code for response in answers] == [302, 302]
    assert sorted(TermsSignature.objects.values_list("department__code", flat=True)) == ["accessories", "hr", "service"]
    assert story(objective) == ["open", "propose", "sign", "sign", "agree"]
    assert terms_of(objective) == [(1, "in_force")]
    assert Objective.objects.get().state == "running"


def test_the_same_signature_five_times_at_once_is_one(world):
    objective = world.proposed()
    person = world.person("accessories")
    answers = at_once(*(post(person, "objective_sign", objective) for _ in range(5)))
    assert [response.status_code for response in answers] == [302] * 5
    assert story(objective) == ["open", "propose", "sign", "agree"]


def test_r27_it_is_signed_or_taken_back_but_not_both(world):
    objective = world.proposed()
    signed, taken_back = at_once(
        post(world.person("accessories"), "objective_sign", objective),
        post(world.person("hr"), "objective_take_back", objective),
    )
    state = Objective.objects.get().state
    if taken_back.status_code == 422:
        assert (state, signed.status_code, terms_of(objective)) == ("running", 302, [(1, "in_force")])
    else:
        assert (signed.url, taken_back.status_code) == (reverse("objective_list"), 302), "no longer theirs to read"
        assert (state, terms_of(objective)) == ("draft", [(1, "refused"), (2, "draft")])
        assert TermsSignature.objects.count() == 1


def test_r27_of_two_changes_proposed_at_once_one_waits_and_the_other_is_told(world):
    objective = world.agreed()
    objective.refresh_from_db()

    def data(target):
        return {
            "reason": "the season comes earlier",
            "criteria-number": ["1"],
            "criteria-what": ["qualified fitters on duty"],
            "criteria-measure": ["number:at_least"],
            "criteria-target": [target],
            "criteria-unit": [""],
            "criteria-due": [world.day(60).isoformat()],
        }

    answers = at_once(
        post(world.person("hr"), "terms_change", objective, **data("4")),
        post(world.person("accessories"), "terms_change", objective, **data("5")),
    )
    assert sorted(response.status_code for response in answers) == [302, 422]
    assert terms_of(objective) == [(1, "in_force"), (2, "proposed")]
    assert Terms.objects.get(number=2).signatures.count() == 1
