"""What was agreed changes only when both sign again, and the old text stays (R27)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from objectives import actions_objectives as acts
from objectives.comparison import compare, two_sides
from objectives.models import Objective, Terms
from tests.objectives.objective_world import World, numbers_of, story, terms_of, told
from tests.supplychain.pages import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def in_force(objective):
    return Terms.objects.get(objective=objective, state="in_force")


@pytest.mark.parametrize(("who", "other"), [("hr", "accessories"), ("accessories", "hr")])
def test_r27_a_change_holds_once_both_have_signed_it(world, who, other):
    objective = world.agreed()
    first = in_force(objective)
    world.change(objective, who)
    assert terms_of(objective) == [(1, "in_force"), (2, "proposed")]
    assert (in_force(objective), objective.state, objective.due_on) == (first, "running", world.day(60))
    assert "proposes other criteria" in told(world.people[other])[-1]
    world.sign(objective, other)
    assert terms_of(objective) == [(1, "replaced"), (2, "in_force")]
    assert (objective.due_on, objective.state) == (world.day(90), "running")
    assert first.criteria.get().due_on == world.day(60), "the old text stays"
    assert in_force(objective).reason == "the training takes longer"
    assert first.signatures.count() == in_force(objective).signatures.count() == 2


def test_r27_with_several_customers_each_signs_the_change(world):
    objective = world.agreed(customers=("accessories", "service"))
    world.change(objective, "service")
    world.sign(objective, "hr")
    assert terms_of(objective) == [(1, "in_force"), (2, "proposed")]
    world.sign(objective, "accessories")
    assert terms_of(objective) == [(1, "replaced"), (2, "in_force")]


@pytest.mark.parametrize("who", ["recruiter", "fitter", "crm", "gm", "mechanic"])
def test_r27_nobody_else_changes_what_was_agreed(world, who):
    objective = world.agreed()
    with pytest.raises(PermissionDenied):
        world.change(objective, who)
    assert terms_of(objective) == [(1, "in_force")]


def test_r27_one_side_alone_changes_nothing(world):
    objective = world.agreed()
    world.change(objective, "hr")
    with pytest.raises(PermissionDenied):
        world.sign(objective, "hr")
    for who in ("recruiter", "gm", "crm"):
        with pytest.raises(PermissionDenied):
            world.sign(objective, who)
    assert terms_of(objective) == [(1, "in_force"), (2, "proposed")]


def test_r27_a_change_that_is_refused_leaves_what_is_in_force(world):
    objective = world.agreed()
    world.change(objective)
    acts.refuse_terms(acting_user=world.person("accessories"), objective=objective, text="too late for the season")
    assert (objective.state, terms_of(objective)) == ("running", [(1, "in_force"), (2, "refused")])
    world.change(objective, "accessories")
    with pytest.raises(PermissionDenied):
        acts.take_back(acting_user=world.person("hr"), objective=objective)
    acts.take_back(acting_user=world.person("accessories"), objective=objective)
    assert terms_of(objective) == [(1, "in_force"), (2, "refused"), (3, "refused")]
    assert in_force(objective).criteria.get().due_on == world.day(60)


def test_one_change_at_a_time(world):
    objective = world.agreed()
    seen = objective.version
    world.change(objective, "hr", version=seen)
    world.change(objective, "hr", version=seen)  # the same form
    assert terms_of(objective) == [(1, "in_force"), (2, "proposed")]
    with pytest.raises(ValidationError) as error:
        world.change(objective, "accessories", version=seen)
    assert code_of(error) == "moved"
    with pytest.raises(ValidationError) as error:
        world.change(objective, "accessories", reason="ours")
    assert code_of(error) == "not_now"


def test_a_change_says_why_and_changes_something(world):
    objective = world.agreed()
    for fields, code in (
        ({"reason": " "}, "required"),
        ({"reason": "x" * 501}, "too_long"),
        ({"criteria": [world.line()]}, "same"),
        ({"criteria": []}, "no_criteria"),
        ({"criteria": [world.line(due_on=world.day(-1))]}, "past"),
    ):
        with pytest.raises(ValidationError) as error:
            world.change(objective, **fields)
        assert code_of(error) == code
    with pytest.raises(PermissionDenied):
        world.change(world.draft(), "accessories")
    with pytest.raises(ValidationError) as error:
        world.change(world.draft(), "hr")
    assert code_of(error) == "not_now"


def test_r27_criteria_keep_their_numbers_and_another_kind_is_another_criterion(world):
    two = [world.line(), world.line(what="trained", kind="percentage")]
    objective = world.agreed(criteria=two)
    assert numbers_of(in_force(objective)) == {1: "qualified fitters on duty", 2: "trained"}
    changed = [
        world.line(what="trained", kind="date", comparison="by", target=None, number=2),
        world.line(what="qualified fitters and helpers on duty", number=1),
        world.line(what="new"),
    ]
    world.change(objective, criteria=changed)
    world.sign(objective, "accessories")
    assert numbers_of(in_force(objective)) == {
        1: "qualified fitters and helpers on duty",
        3: "trained",
        4: "new",
    }
    world.change(objective, criteria=[world.line(what="new", target=5), world.line(what="trained", kind="percentage")])
    world.sign(objective, "accessories")
    assert numbers_of(in_force(objective)) == {4: "new", 5: "trained"}, "2 was never given again"


def test_what_was_due_before_stays_as_it_is_while_the_rest_changes(world):
    import datetime

    from tests.supplychain.calls import at

    soon = world.line(what="one fitter", due_on=world.day(2))
    objective = world.agreed(criteria=[soon, world.line()])
    with at(datetime.datetime.combine(world.day(5), datetime.time(12), tzinfo=world.store.zone)):
        with pytest.raises(ValidationError) as error:
            world.change(objective, criteria=[soon._replace(target=1), world.line()])
        assert code_of(error) == "past"
        world.change(objective, criteria=[soon, world.line(due_on=world.day(90))])
        world.sign(objective, "accessories")
    assert terms_of(objective) == [(1, "replaced"), (2, "in_force")]


def test_a_change_that_nobody_signed_ends_with_the_objective(world):
    objective = world.agreed()
    world.change(objective)
    acts.drop(acting_user=world.person("gm"), objective=objective, text="no season this year")
    assert terms_of(objective) == [(1, "in_force"), (2, "refused")]
    with pytest.raises((PermissionDenied, ValidationError)):
        world.sign(objective, "accessories")
    assert story(objective)[-1] == "drop"
    assert Objective.objects.get().state == "dropped"


# --- the comparison ---------------------------------------------------------------------------------


def test_r27_versions_are_compared_criterion_by_criterion_in_words(world):
    objective = world.agreed(criteria=[world.line(), world.line(what="gone"), world.line(what="as it was")])
    changed = [world.line(target=4, due_on=world.day(90)), world.line(what="as it was"), world.line(what="came")]
    terms = world.change(objective, criteria=changed)
    with translation.override("en"):
        pairs = compare(in_force(objective).criteria.all(), terms.criteria.all())
    assert [(pair.number, pair.change) for pair in pairs] == [
        (1, "changed"),
        (2, "removed"),
        (3, "same"),
        (4, "added"),
    ]
    first = pairs[0]
    assert "".join(piece.text for piece in first.before).startswith("qualified fitters on duty: at least 3 by")
    assert "3" in [piece.text for piece in first.before if piece.changed]
    assert "4" in [piece.text for piece in first.after if piece.changed]
    assert pairs[1].after == pairs[3].before == ()


def test_words_are_compared_word_by_word_and_chinese_sign_by_sign():
    before, after = two_sides("合格精品装饰工到岗：至少 3 人", "合格精品装饰工在岗：至少 10 人")
    assert [piece.text for piece in before if piece.changed] == ["到", "3"]
    assert [piece.text for piece in after if piece.changed] == ["在", "10"]
    assert "".join(piece.text for piece in after) == "合格精品装饰工在岗：至少 10 人"
