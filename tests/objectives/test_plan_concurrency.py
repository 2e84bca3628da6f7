"""The company plan when several act at the same moment (R23): adopted once, nothing lost, nothing signed unread."""

import pytest
from django.urls import reverse

from objectives.models import CompanyGoal, CompanyPlan, Event, PlanEdition, PlanEntry, PlanSignature
from objectives.plan_text import stamp_of_entry
from tests.objectives.plan_world import SIGNERS, World
from tests.supplychain.pages import browser
from tests.surveys.pages import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return World()


def post(world, name, act, plan, *args, **data):
    """Return a form to be sent at once with others, from the person's own browser."""
    client, address = browser(world.people[name]), reverse(f"plan_{act}", args=[plan.pk, *args])
    return lambda: client.post(address, data)


def versions(plan):
    """Return the versions of a plan's events: each is there once, and none is left out."""
    return list(Event.objects.filter(plan=plan).order_by("version").values_list("version", flat=True))


def test_r23_the_last_two_who_sign_at_once_adopt_it_once_with_both_signatures(world):
    plan = world.sign(world.signing(), "gm", "finance", "hr")
    answers = at_once(*(post(world, name, "sign", plan, revision=plan.revision) for name in ("sales", "service")))
    assert [answer.status_code for answer in answers] == [302, 302]
    plan = world.seen(plan)
    assert plan.state == "adopted"
    assert PlanSignature.objects.filter(plan=plan, revision=plan.revision).count() == len(SIGNERS)
    assert len(PlanEdition.objects.get().content["signatures"]) == len(SIGNERS)
    assert Event.objects.filter(plan=plan, kind="adopt").count() == 1
    assert versions(plan) == list(range(1, plan.version + 1))


def test_r23_everybody_signing_twice_at_once_adopts_it_once(world):
    plan = world.signing()
    at_once(*(post(world, name, "sign", plan, revision=plan.revision) for name in SIGNERS for _ in range(2)))
    assert world.seen(plan).state == "adopted"
    assert PlanSignature.objects.count() == len(SIGNERS)
    assert PlanEdition.objects.count() == 1
    assert Event.objects.filter(plan=plan, kind="sign").count() == len(SIGNERS)


def test_r23_a_text_that_changes_while_the_last_one_signs_is_not_adopted_unread(world):
    plan = world.sign(world.signing(), "gm", "finance", "hr", "sales")
    code = world.departments["sales"].pk
    signed, changed = at_once(
        post(world, "service", "sign", plan, revision=plan.revision),
        post(world, "sales", "contribute", plan, "threat", text="A rival opens next door.", department=code),
    )
    assert signed.status_code == 302
    after = world.seen(plan)
    if changed.status_code == 302 and after.revision > plan.revision:  # the change came first: the signature is refused
        assert after.state == "signing"
        assert not PlanEdition.objects.exists()
        assert not PlanSignature.objects.filter(revision=after.revision).exists()
        assert not PlanSignature.objects.filter(person=world.people["service"]).exists()
    else:  # the signature came first: what was adopted is what everybody read
        assert after.state == "adopted"
        assert after.revision == plan.revision
        texts = [entry["text"] for entry in PlanEdition.objects.get().content["entries"]]
        assert texts == ["We pay on time."] == list(PlanEntry.objects.values_list("text", flat=True))


def test_r23_what_is_contributed_at_once_is_all_kept(world):
    plan = world.open()
    names = ("finance", "deputy", "hr", "sales", "service", "reception")
    answers = at_once(
        *(
            post(world, name, "contribute", plan, "strength", text=f"4711 {name}", department=own(world, name))
            for name in names
        )
    )
    assert [answer.status_code for answer in answers] == [302] * len(names)
    assert set(PlanEntry.objects.values_list("text", flat=True)) == {f"4711 {name}" for name in names}
    after = world.seen(plan)
    assert (after.revision, after.version) == (plan.revision + len(names), plan.version + len(names))
    assert versions(plan) == list(range(1, after.version + 1))


def own(world, name):
    return world.people[name].positions.get().department_id


def test_the_same_contribution_five_times_at_once_is_one(world):
    plan = world.open()
    send = [post(world, "hr", "contribute", plan, "threat", text="4711", department=own(world, "hr")) for _ in range(5)]
    assert [answer.status_code for answer in at_once(*send)] == [302] * 5
    assert PlanEntry.objects.count() == 1
    assert world.seen(plan).revision == plan.revision + 1


def test_of_two_who_rewrite_the_same_words_at_once_one_wins_and_the_other_is_told(world):
    plan = world.open()
    entry = world.write(plan)
    seen = stamp_of_entry(entry)
    answers = at_once(
        *(post(world, name, "entry", plan, entry.pk, text=f"4711 {name}", seen=seen) for name in ("finance", "deputy"))
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    entry = PlanEntry.objects.select_related("author").get()
    assert entry.text == f"4711 {'finance' if entry.author == world.people['finance'] else 'deputy'}"
    loser = next(answer for answer in answers if answer.status_code == 422)
    assert f"{entry.author} was first" in loser.content.decode()


def test_different_words_rewritten_at_once_are_both_rewritten(world):
    plan = world.open()
    entries = {"finance": world.write(plan), "hr": world.write(plan, "hr", text="We know everybody.")}
    answers = at_once(
        *(
            post(world, name, "entry", plan, entry.pk, text=f"4711 {name}", seen=stamp_of_entry(entry))
            for name, entry in entries.items()
        )
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert set(PlanEntry.objects.values_list("text", flat=True)) == {"4711 finance", "4711 hr"}


def test_a_plan_begun_by_two_at_once_is_one(world):
    year = world.year.year
    clients = [browser(world.people[name]) for name in ("gm", "admin", "gm", "admin")]
    answers = at_once(*(lambda client=client: client.post(reverse("plan_open"), {"year": year}) for client in clients))
    plan = CompanyPlan.objects.get()
    assert {answer.url for answer in answers} == {reverse("plan_detail", args=[plan.pk])}
    assert versions(plan) == [1]


def test_an_adopted_plan_opened_again_by_two_taps_begins_one_edition(world):
    plan = world.adopted()
    send = [post(world, "gm", "reopen", plan, version=plan.version, reason="The market fell.") for _ in range(4)]
    assert [answer.status_code for answer in at_once(*send)] == [302] * 4
    after = world.seen(plan)
    assert (after.edition, after.version) == (2, plan.version + 1)


def test_goals_moved_by_two_taps_move_once(world):
    plan = world.open()
    goals = [world.goal(plan, title=title) for title in ("one", "two", "three")]
    at_once(*(post(world, "gm", "goal_move", plan, goals[2].pk, place=2, to="up") for _ in range(3)))
    assert list(CompanyGoal.objects.values_list("title", flat=True)) == ["one", "three", "two"]
