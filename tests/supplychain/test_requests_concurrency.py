"""Two people at once, each on a database connection of their own: one wins, the other is told (R11-R13)."""

import itertools

import pytest
from django.core.exceptions import ValidationError

from supplychain import actions_requests as acts
from supplychain.actions_escalations import escalate
from supplychain.models import Escalation, Interaction, RequestEvent, SupplyRequest
from surveys.actions import rate_interaction
from tests.conftest import fresh
from tests.supplychain.request_world import World, story
from tests.surveys.pages import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return World()


def attempt(act, person, request, **fields):
    """Return a function that acts on the request as it is seen now, and says how it went."""
    seen = SupplyRequest.objects.with_names().get(pk=request.pk)
    user = fresh(person)

    def run():
        try:
            act(acting_user=user, request=seen, **fields)
        except ValidationError as error:
            return error.code
        return "won"

    return run


SUPPLIERS = {
    "accept": lambda w, r: attempt(acts.accept, w.people["clerk"], r, promised_on=w.day(1)),
    "decline": lambda w, r: attempt(acts.decline, w.people["finance"], r, text="No."),
    "escalate": lambda w, r: attempt(escalate, w.people["finance"], r, text="A receipt."),
    "withdraw": lambda w, r: attempt(acts.withdraw, w.people["service"], r),
    "trip": lambda w, r: attempt(acts.record_trip, w.people["mechanic"], r),
}


@pytest.mark.parametrize(("one", "other"), itertools.combinations(SUPPLIERS, 2))
def test_of_two_acts_at_once_one_wins_and_the_other_is_told(world, one, other):
    request = world.ask()
    results = at_once(SUPPLIERS[one](world, request), SUPPLIERS[other](world, request))
    assert sorted(results) == ["moved", "won"]
    request.refresh_from_db()
    assert story(request) == ["ask", one if results[0] == "won" else other]
    assert request.version == 2


def test_two_who_accept_at_once_make_one_promise(world):
    request = world.ask()
    results = at_once(
        attempt(acts.accept, world.people["clerk"], request, promised_on=world.day(1)),
        attempt(acts.accept, world.people["finance"], request, promised_on=world.day(2)),
    )
    assert sorted(results) == ["moved", "won"]
    request.refresh_from_db()
    winner = 0 if results[0] == "won" else 1
    assert (request.promised_on, request.held_by) == (
        world.day(winner + 1),
        world.people[("clerk", "finance")[winner]],
    )


def test_five_copies_of_one_form_act_once(world):
    request = world.accepted()
    copies = [attempt(acts.finish, world.people["clerk"], request) for _ in range(5)]
    assert at_once(*copies) == ["won"] * 5
    assert Interaction.objects.filter(request=request).count() == 1
    assert story(request) == ["ask", "accept", "finish"]


def test_five_copies_of_one_asking_are_one_request(world):
    key = "5f0c2d5e-6a55-4b53-9d40-9d6f4d0c9a11"
    people = [fresh(world.people["service"]) for _ in range(5)]
    fields = {"link": world.link, "what": "receipts", "wanted_on": world.day(3), "submission_key": key}
    made = at_once(*[lambda user=user: acts.ask(acting_user=user, **fields).pk for user in people])
    assert len(set(made)) == SupplyRequest.objects.count() == RequestEvent.objects.count() == 1


def test_rated_and_not_done_yet_at_once(world):
    """The interaction is either rated, and the request done, or dismissed, and the request the supplier's again."""
    request = world.done()
    interaction = Interaction.objects.with_names().get(request=request)
    rater = fresh(world.people["mechanic"])

    def rate():
        try:
            rate_interaction(acting_user=rater, interaction=interaction, score=1)
        except ValidationError as error:
            return error.code
        return "won"

    results = at_once(rate, attempt(acts.reopen, world.people["service"], request))
    request.refresh_from_db()
    interaction.refresh_from_db()
    assert results.count("won") == 1
    assert (request.state, interaction.state) == (
        ("done", "rated") if results[0] == "won" else ("accepted", "dismissed")
    )


def test_escalated_twice_at_once_goes_up_once(world):
    request = world.accepted()
    results = at_once(
        attempt(escalate, world.people["clerk"], request, text="A receipt."),
        attempt(escalate, world.people["finance"], request, text="A receipt."),
    )
    assert results.count("won") == 1
    assert Escalation.objects.count() == 1
