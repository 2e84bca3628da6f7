"""Two people at once, each on a database connection of their own: one wins, the other is told (R21)."""

import itertools
import uuid

import pytest
from django.core.exceptions import ValidationError

from surveys import actions_recovery as acts
from surveys.actions import change_rating, rate_link, undo_rating
from surveys.models import Rating, Recovery, RecoveryEvent
from tests.surveys.pages import at_once
from tests.surveys.recovery_world import World, story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return World()


def attempt(world, act, by, recovery, **fields):
    """Return a function that acts on the recovery as it is seen now, and says how it went."""
    seen, user = world.seen(recovery), world.person(by)

    def run():
        try:
            act(acting_user=user, recovery=seen, version=recovery.version, **fields)
        except ValidationError as error:
            return error.code
        return "won"

    return run


ACTS = {
    "answer": lambda w, r: attempt(w, acts.answer_recovery, "finance", r, plan="Tomorrow.", promised_on=w.day(1)),
    "mended": lambda w, r: attempt(w, acts.say_mended, "colleague", r),
    "not_mended": lambda w, r: attempt(w, acts.say_not_mended, "rater", r, text="No."),
}


@pytest.mark.parametrize(("one", "other"), itertools.combinations(ACTS, 2))
def test_of_two_acts_at_once_one_wins_and_the_other_is_told(world, one, other):
    recovery = world.planned()
    results = at_once(ACTS[one](world, recovery), ACTS[other](world, recovery))
    assert sorted(results) == ["moved", "won"]
    assert story(recovery) == ["open", "answer", one if results[0] == "won" else other]
    assert world.seen(recovery).version == 3


def test_two_who_answer_at_once_make_one_plan(world):
    recovery = world.opened()
    results = at_once(
        attempt(world, acts.answer_recovery, "finance", recovery, plan="Mine.", promised_on=world.day(1)),
        attempt(world, acts.answer_recovery, "deputy", recovery, plan="Mine, too.", promised_on=world.day(2)),
    )
    assert sorted(results) == ["moved", "won"]
    assert world.seen(recovery).plan == RecoveryEvent.objects.get(kind="answer").text


@pytest.mark.parametrize("act", ACTS)
def test_five_copies_of_a_form_are_one_act(world, act):
    recovery = world.planned()
    assert at_once(*(ACTS[act](world, recovery) for _ in range(5))) == ["won"] * 5
    assert story(recovery) == ["open", "answer", act]


def test_five_copies_of_a_comment_are_one_line(world):
    recovery = world.opened()
    at_once(*(lambda: world.comment(recovery) for _ in range(5)))
    assert story(recovery) == ["open", "comment"]


@pytest.mark.parametrize("act", ["answer", "mended"])
def test_a_changed_rating_drops_the_recovery_whoever_acts_meanwhile(world, act):
    rating = world.rate()
    recovery = world.seen(Recovery.objects.get())
    rater = world.person("rater")
    results = at_once(
        ACTS[act](world, recovery), lambda: change_rating(acting_user=rater, rating=rating, score=1) and "changed"
    )
    assert results[0] in ("won", "moved")
    assert world.seen(recovery).state == "dropped"
    versions = list(RecoveryEvent.objects.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, world.seen(recovery).version + 1))


def test_a_tap_taken_back_leaves_nothing_whoever_acts_meanwhile(world):
    rating = rate_link(acting_user=world.person("rater"), link=world.link, score=0, key=uuid.uuid4())
    recovery = world.seen(Recovery.objects.get())
    rater, finance, seen = world.person("rater"), world.person("finance"), world.seen(recovery)

    def comment():
        try:
            acts.comment_on_recovery(acting_user=finance, recovery=seen, words="Why?")
        except ValidationError as error:
            return error.code
        return "won"

    results = at_once(
        ACTS["answer"](world, recovery), comment, lambda: undo_rating(acting_user=rater, rating=rating) or "undone"
    )
    assert results[2] == "undone"
    assert {*results[:2]} <= {"won", "gone"}
    for model in (Rating, Recovery, RecoveryEvent):
        assert not model.objects.exists()


def test_two_lapses_at_once_close_each_once(world):
    for _ in range(3):
        world.planned()
    Recovery.objects.update(promised_on=world.day(-99))
    closed = at_once(*(lambda: acts.lapse_recoveries(dealership=world.store) for _ in range(2)))
    assert sum(closed) == 3
    assert RecoveryEvent.objects.filter(kind="lapse").count() == 3
