"""Needs and dialogues when several act at the same moment (R26): one wins, nothing is doubled, nothing is lost."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from objectives import actions_dialogues as talks
from objectives import actions_needs as acts
from objectives.models import CalendarFeed, Dialogue, DialogueSeries, DialogueSignature, Event, Need
from objectives.planning import plan_due
from objectives.reminders import remind_of_needs
from supplychain.actions_calls import NeedLine, answer_call, open_call
from supplychain.models import StatedNeed
from tests.objectives.dialogue_world import World, told
from tests.supplychain.calls import at
from tests.supplychain.pages import browser
from tests.surveys.pages import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return World()


def tried(act):
    """Run an act; return None, or the code of its refusal."""

    def run():
        try:
            act()
        except ValidationError as error:
            return error.code if hasattr(error, "code") else "fields"
        return None

    return run


def signing(world, dialogue, name):
    person, mine = world.person(name), world.again(dialogue)
    return tried(lambda: talks.sign_minutes(acting_user=person, dialogue=mine, revision=mine.revision))


def test_r26_both_sides_sign_at_once_and_both_count(world):
    dialogue = world.held()
    answers = at_once(*(signing(world, dialogue, name) for name in ("hr", "service", "hr", "service")))
    assert answers == [None] * 4
    assert world.again(dialogue).state == "signed"
    assert DialogueSignature.objects.count() == 2
    assert Event.objects.filter(dialogue=dialogue, kind="sign").count() == 2


def test_r26_two_leaders_of_one_department_sign_at_once_and_one_counts(world):
    dialogue = world.held()
    answers = at_once(signing(world, dialogue, "hr"), signing(world, dialogue, "deputy"))
    assert sorted(answers, key=str) == [None, "signed"]
    assert DialogueSignature.objects.count() == 1


def test_r26_minutes_change_while_the_last_side_signs(world):
    """Whoever is first: nobody's signature stands under a text they did not read."""
    dialogue = world.sign(world.held(), "hr")
    person, mine = world.person("hr"), world.again(dialogue)
    change = tried(
        lambda: talks.write_minutes(acting_user=person, dialogue=mine, held_on=world.day(), minutes="Another text.")
    )
    changed, signed = at_once(change, signing(world, dialogue, "service"))
    after = world.again(dialogue)
    if after.state == "signed":
        assert (changed, signed, after.minutes) == ("moved", None, "We talked.")
    else:
        assert changed is None
        assert (after.state, after.minutes, after.revision) == ("held", "Another text.", 2)
        assert not DialogueSignature.objects.filter(revision=2).exists()


def test_r26_a_need_is_written_down_while_the_last_side_signs(world):
    dialogue = world.sign(world.held(), "hr")
    mine = world.again(dialogue)
    written, signed = at_once(tried(lambda: world.need("mechanic", dialogue=mine)), signing(world, dialogue, "service"))
    after = world.again(dialogue)
    if after.state == "signed":
        assert (written, Need.objects.count()) == ("closed", 0)
    else:
        assert (written, after.revision, Need.objects.count()) == (None, 2, 1)
        assert signed in (None, "moved")


def test_r26_a_rhythm_plans_one_dialogue_however_many_plan_it(world):
    dialogue = world.talk(ahead=0, rhythm="monthly")
    Dialogue.objects.filter(pk=dialogue.pk).update(planned_on=world.day(-3))
    plan = lambda: plan_due(dealership=world.store)  # noqa: E731
    write = tried(lambda: world.write(world.again(dialogue)))
    at_once(plan, plan, write, plan)
    assert Dialogue.objects.filter(state="planned", planned_on__gte=world.day()).count() == 1


def test_a_dialogue_called_five_times_at_once_is_one(world):
    data = {
        "host": world.departments["hr"].pk,
        "guest": world.departments["service"].pk,
        "rhythm": "monthly",
        "starts_on": f"{world.day(9)}",
    }
    client = [browser(world.people["hr"]) for _ in range(5)]
    answers = at_once(*(lambda c=c: c.post(reverse("dialogue_create"), data) for c in client))
    assert {answer.status_code for answer in answers} == {302}
    assert DialogueSeries.objects.count() == Dialogue.objects.count() == 1
    assert len(told(world.people["service"])) == 1


def test_r26_a_need_is_answered_once_though_two_answer_at_once(world):
    need = world.need()
    people = [world.person("recruiter"), world.person("hr")]
    mine = [world.again(need), world.again(need)]
    answers = at_once(
        tried(lambda: acts.acknowledge(acting_user=people[0], need=mine[0], version=1)),
        tried(lambda: acts.decline(acting_user=people[1], need=mine[1], version=1, reason="No.")),
    )
    assert sorted(answers, key=str) == [None, "moved"]
    assert world.again(need).version == 2


def test_a_need_sent_five_times_at_once_is_raised_once(world):
    data = {
        "customer": world.departments["service"].pk,
        "supplier": world.departments["hr"].pk,
        "flow": "service",
        "what": "receptionists",
        "key": str(uuid.uuid4()),
    }
    client = [browser(world.people["mechanic"]) for _ in range(5)]
    answers = at_once(*(lambda c=c: c.post(reverse("need_create"), data) for c in client))
    assert {answer.url for answer in answers} == {reverse("need_detail", args=[Need.objects.get().pk])}
    assert len(told(world.people["hr"])) == 1


def test_r14_four_taps_at_once_make_one_need_of_an_answer(world):
    call = open_call(
        acting_user=world.person("hr"),
        supplier=world.departments["hr"],
        flow="service",
        item=world.link.item,
        question="Which openings do you have?",
        deadline=world.day(3),
    )
    line = NeedLine("insurance specialists", 2, world.day(40))
    answer_call(acting_user=world.person("mechanic"), invitation=call.invitations.get(), version=0, needs=[line])
    address = reverse("need_from_stated", args=[StatedNeed.objects.get().pk])
    client = [browser(world.people[name]) for name in ("hr", "service", "recruiter", "mechanic")]
    answers = at_once(*(lambda c=c: c.post(address) for c in client))
    assert {answer.url for answer in answers} == {reverse("need_detail", args=[Need.objects.get().pk])}


def test_r26_two_jobs_at_once_remind_of_a_need_once(world):
    with at("2026-03-02 10:00"):
        world.need(wanted_on=None)
    with at("2026-03-17 10:00"):
        counts = at_once(*(lambda: remind_of_needs(dealership=world.store) for _ in range(3)))
    assert sum(counts) == len(told(world.people["hr"])) - 1 == 1


def test_two_addresses_made_at_once_leave_one(world):
    client = [browser(world.people["hr"]) for _ in range(3)]
    answers = at_once(*(lambda c=c: c.post(reverse("calendar_make")) for c in client))
    assert {answer.status_code for answer in answers} == {200}
    assert CalendarFeed.objects.count() == 1
