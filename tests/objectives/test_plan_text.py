"""The text of a company plan (R23): boards and goals, how they change, what an edition keeps, how two are compared."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dealership.models import Department
from objectives.actions_plan_boards import MOST_ENTRIES
from objectives.actions_plan_goals import MOST_GOALS, give_up_goal, move_goal, take_up_goal
from objectives.models import Board, CompanyGoal, CompanyPlan, Event, GoalMeasure, PlanEdition, PlanEntry, PlanSignature
from objectives.plan_text import compare, content_of, pieces_of, read, stamp_of_entry, stamp_of_goal
from tests.factories import DepartmentFactory
from tests.objectives.plan_world import World, english  # noqa: F401
from tests.objectives.test_plan_acts import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    return World()


# --- boards -----------------------------------------------------------------------------------------


def test_r23_managers_and_deputies_contribute_to_every_board(world):
    plan = world.open()
    for board in Board.values:
        assert world.write(plan, "deputy", board=board, text="4711").author == world.people["deputy"]
    expected = world.write(plan, board="expectation", text="Tell us earlier.", towards="sales")
    assert expected.towards == world.departments["sales"]
    assert PlanEntry.objects.filter(plan=plan, department=world.departments["finance"]).count() == 7
    now = world.seen(plan)
    assert (now.revision, now.version) == (plan.revision + 7, plan.version + 7)


def test_r23_who_leads_from_above_contributes_for_the_departments_below(world):
    plan = world.open()
    assert world.write(plan, "service", code="reception").department == world.departments["reception"]
    for name, code in (("reception", "service"), ("finance", "sales"), ("cashier", "finance"), ("admin", "finance")):
        with pytest.raises(PermissionDenied):
            world.write(plan, name, code=code)
    Department.objects.filter(pk=world.departments["reception"].pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        world.write(plan, "service", code="reception", text="It is closed.")


def test_what_cannot_be_contributed(world):
    plan = world.open()
    refused("blank", world.write, plan, text="  ")
    refused("max_length", world.write, plan, text="x" * 501)
    refused("invalid_choice", world.write, plan, board="gossip")
    refused("board", world.write, plan, board="threat", towards="sales")
    refused("oneself", world.write, plan, board="expectation", towards="finance")
    world.departments["elsewhere"] = DepartmentFactory()
    refused("towards", world.write, plan, board="expectation", towards="elsewhere")
    for number in range(MOST_ENTRIES):
        world.write(plan, text=f"4711-{number}")
    refused("too_many", world.write, plan)
    assert world.seen(plan).revision == plan.revision + MOST_ENTRIES


def test_the_same_words_sent_twice_are_one_contribution(world):
    plan = world.open()
    assert world.write(plan) == world.write(plan)
    assert world.seen(plan).revision == plan.revision + 1


def test_r23_words_of_ones_department_are_rewritten_and_removed(world):
    plan = world.open()
    entry = world.write(plan, board="expectation", towards="sales")
    again = world.rewrite(entry, "Tell us earlier.", by="deputy", towards="hr")
    assert (again.text, again.towards, again.author) == (
        "Tell us earlier.",
        world.departments["hr"],
        world.people["deputy"],
    )
    assert "Fu Shoujin changed what you wrote" in world.told("finance")[-1]
    revision = world.seen(plan).revision
    world.rewrite(entry, "Tell us earlier.", towards="hr", seen="anything")
    assert world.seen(plan).revision == revision, "nothing was changed"
    world.remove(PlanEntry.objects.get(), by="gm")
    assert not PlanEntry.objects.exists()
    assert "Gao Zongguan removed what you wrote" in world.told("deputy")[-1]
    words = [(event.data["what"], event.text) for event in Event.objects.filter(kind="change").order_by("version")]
    assert words == [
        ("entry_add", "We pay on time."),
        ("entry_change", "Tell us earlier."),
        ("entry_remove", "Tell us earlier."),
    ]


@pytest.mark.parametrize("name", ["sales", "cashier", "admin", "elsewhere", "reception"])
def test_r23_nobody_rewrites_another_departments_words(world, name):
    entry = world.write(world.open())
    for act in (lambda: world.rewrite(entry, "4711", by=name), lambda: world.remove(entry, by=name)):
        with pytest.raises(PermissionDenied):
            act()


def test_who_rewrites_words_that_were_changed_meanwhile_is_told_who_was_first(world):
    plan = world.open()
    entry = world.write(plan)
    seen = stamp_of_entry(entry)
    world.rewrite(entry, "We pay on Mondays.", by="deputy")
    words = refused("moved", world.rewrite, entry, "We pay never.", seen=seen)
    assert "Fu Shoujin was first" in words
    assert "We pay on Mondays." in words
    refused("moved", world.remove, entry, seen=seen)
    world.remove(PlanEntry.objects.get())
    refused("gone", world.remove, entry, seen=seen)


def test_r23_a_change_while_it_is_signed_asks_everybody_again_and_tells_who_had_signed(world):
    plan = world.sign(world.signing(), "hr", "finance")
    entry = PlanEntry.objects.get()
    changes = (
        lambda: world.rewrite(entry, "We pay on Mondays."),
        lambda: world.write(plan, "sales", text="The market grows."),
        lambda: world.goal(plan, "admin", title="Nobody leaves"),
    )
    for change in changes:
        plan = world.sign(plan, "hr", "finance")
        before = (plan.revision, len(world.told("hr")), len(world.told("sales")))
        change()
        plan = world.seen(plan)
        assert plan.state == "signing"
        assert plan.revision == before[0] + 1
        assert not PlanSignature.objects.filter(revision=plan.revision).exists()
        assert len(world.told("hr")) == before[1] + 1
        assert "after you had signed it" in world.told("hr")[-1]
        assert len(world.told("sales")) == before[2], "had not signed"
    assert world.sign(plan).state == "adopted"


# --- goals ------------------------------------------------------------------------------------------


def test_r23_goals_are_written_by_the_general_manager_and_the_admin(world):
    plan = world.open()
    first = world.goal(plan, measures=[world.measure(), world.measure("complaints", comparison="at_most")])
    second = world.goal(plan, "admin", title="Nobody leaves", why="Key technicians left.")
    assert [goal.title for goal in CompanyGoal.objects.all()] == ["Every customer comes back", "Nobody leaves"]
    assert [measure.what for measure in first.measures.all()] == ["qualified fitters on duty", "complaints"]
    assert second.why == "Key technicians left."
    for name in ("finance", "deputy", "cashier", "elsewhere", "operator"):
        acts = (lambda name=name: world.goal(plan, name), lambda name=name: world.regoal(first, name))
        for act in acts:
            with pytest.raises(PermissionDenied):
                act()


def test_a_goal_sent_twice_is_one_and_two_of_one_title_are_refused(world):
    plan = world.open()
    assert world.goal(plan) == world.goal(plan)
    refused("title", world.goal, plan, why="Another one.")
    other = world.goal(plan, title="Nobody leaves")
    refused("title", world.regoal, other, title="Every customer comes back")
    for number in range(MOST_GOALS - 2):
        world.goal(plan, title=f"4711-{number}", measures=[])
    refused("too_many", world.goal, plan, title="One more", measures=[])


def test_what_is_no_goal(world):
    plan, today = world.open(), world.store.today()
    refused("blank", world.goal, plan, title=" ")
    refused("max_length", world.goal, plan, title="x" * 201)
    refused("past", world.goal, plan, measures=[world.measure(due_on=today - DAY)])
    refused("too_far", world.goal, plan, measures=[world.measure(due_on=today + 4 * 366 * DAY)])
    refused("required", world.goal, plan, measures=[world.measure(target=None)])
    refused("comparison", world.goal, plan, measures=[world.measure(comparison="by", target=None)])
    refused("too_many", world.goal, plan, measures=[world.measure(f"4711-{number}") for number in range(11)])
    assert not CompanyGoal.objects.exists()


def test_r23_a_goal_is_rewritten_with_its_measures(world):
    plan = world.open()
    goal = world.goal(plan)
    seen = stamp_of_goal(goal)
    lines = [world.measure(), world.measure("customers who come back", kind="percentage", target=80)]
    world.regoal(goal, title="Four of five customers come back", measures=lines)
    goal = CompanyGoal.objects.get()
    assert [measure.what for measure in goal.measures.all()] == [line.what for line in lines]
    words = refused("moved", world.regoal, goal, by="admin", seen=seen)
    assert "Gao Zongguan" in words
    revision = world.seen(plan).revision
    world.regoal(goal, seen="anything", measures=lines)
    assert world.seen(plan).revision == revision, "nothing was changed"


def test_r23_goals_are_put_in_order(world):
    plan = world.open()
    one, two, three = (world.goal(plan, title=title) for title in ("one", "two", "three"))

    def order():
        return [goal.title for goal in CompanyGoal.objects.filter(plan=plan)]

    gm = world.person("gm")
    move_goal(acting_user=gm, goal=three, place=2, up=True)
    assert order() == ["one", "three", "two"]
    move_goal(acting_user=gm, goal=three, place=2, up=True)
    assert order() == ["one", "three", "two"], "it had been moved already"
    move_goal(acting_user=gm, goal=one, place=0, up=True)
    move_goal(acting_user=gm, goal=two, place=2, up=False)
    assert order() == ["one", "three", "two"], "there is nowhere to go"
    move_goal(acting_user=gm, goal=one, place=0, up=False)
    assert order() == ["three", "one", "two"]
    assert Event.objects.filter(data__what="goal_move").count() == 2


def test_r23_a_goal_that_is_given_up_is_kept_and_can_be_taken_up_again(world):
    plan = world.reopen(world.adopted())
    goal = CompanyGoal.objects.get()
    admin = world.person("admin")
    refused("moved", give_up_goal, acting_user=admin, goal=goal, seen="another")
    for _ in range(2):
        give_up_goal(acting_user=admin, goal=goal, seen=stamp_of_goal(goal))
    assert CompanyGoal.objects.get().given_up_at
    assert GoalMeasure.objects.filter(goal=goal).exists()
    assert content_of(plan)["goals"] == []
    refused("no_goals", world.submit, plan)
    world.goal(plan)
    refused("title", take_up_goal, acting_user=admin, goal=goal)
    CompanyGoal.objects.exclude(pk=goal.pk).update(title="Nobody leaves")
    for _ in range(2):
        take_up_goal(acting_user=admin, goal=goal)
    assert [one["title"] for one in content_of(plan)["goals"]] == ["Nobody leaves", "Every customer comes back"]
    changes = Event.objects.filter(data__goal=goal.pk, version__gt=plan.version)
    assert [event.data["what"] for event in changes.order_by("version")] == ["goal_give_up", "goal_take_up"]


# --- what was adopted stays -------------------------------------------------------------------------


def test_r23_nothing_of_an_adopted_plan_is_changed(world):
    plan = world.adopted()
    entry, goal = PlanEntry.objects.get(), CompanyGoal.objects.get()
    attempts = (
        lambda: world.write(plan, text="4711"),
        lambda: world.rewrite(entry, "4711"),
        lambda: world.remove(entry),
        lambda: world.goal(plan, title="4711"),
        lambda: world.regoal(goal, title="4711"),
        lambda: move_goal(acting_user=world.person("gm"), goal=goal, place=0, up=False),
        lambda: give_up_goal(acting_user=world.person("gm"), goal=goal, seen=stamp_of_goal(goal)),
        lambda: take_up_goal(acting_user=world.person("gm"), goal=goal),
    )
    before = content_of(plan), world.seen(plan).version
    for attempt in attempts:
        refused("not_now", attempt)
    assert (content_of(plan), world.seen(plan).version) == before


@pytest.mark.parametrize("model", [PlanEdition, PlanSignature, Event])
def test_r23_what_was_signed_and_adopted_is_neither_changed_nor_deleted_in_bulk(world, model):
    world.adopted()
    rows = model.objects.all()
    assert rows
    for attempt in (
        lambda: rows.update(dealership=world.store),
        lambda: rows.delete(),
        lambda: model.objects.bulk_update(list(rows), ["dealership"]),
    ):
        refused("frozen", attempt)


@pytest.mark.parametrize("model", [PlanEdition, PlanSignature])
def test_r23_what_was_signed_and_adopted_is_neither_saved_again_nor_deleted(world, model):
    world.adopted()
    row = model.objects.first()
    refused("frozen", row.save)
    refused("frozen", row.save, update_fields=["dealership"])
    refused("frozen", row.delete)


def test_r23_an_edition_keeps_its_words_and_the_names_of_that_day(world):
    plan = world.adopted()
    Department.objects.filter(pk=world.departments["finance"].pk).update(name="Money", name_zh_hans="财务部")
    plan = world.reopen(plan)
    world.rewrite(PlanEntry.objects.get(), "We pay on Mondays.")
    text = read(PlanEdition.objects.get().content)
    assert [(line.department, line.text) for line in text.boards["strength"]] == [("Finance", "We pay on time.")]
    assert [goal.title for goal in text.goals] == ["Every customer comes back"]
    assert text.goals[0].measures[0].startswith("qualified fitters on duty: at least 3 by ")
    assert {one.person for one in text.signatures} == {
        "Gao Zongguan",
        "Qian Caiwu",
        "Ren Shijing",
        "Xiao Shouqi",
        "Fang Wujing",
    }
    assert all(one.signed_at for one in text.signatures)
    present = content_of(plan)
    with translation.override("zh-hans"):
        assert read(present).boards["strength"][0].department == "财务部"


# --- comparing --------------------------------------------------------------------------------------


def test_r23_two_editions_are_compared_line_by_line(world):
    plan = world.open()
    kept = world.write(plan, text="We pay on time.")
    entry = world.write(plan, board="expectation", text="Tell us two days before.", towards="sales")
    gone = world.write(plan, "hr", text="We know everybody.")
    goal = world.goal(plan)
    plan = world.reopen(world.sign(world.submit(plan)))
    world.rewrite(entry, "Tell us three days before.", towards="sales")
    world.remove(gone, by="hr")
    world.write(plan, "sales", board="strength", text="We sell.")
    world.regoal(goal, why="They buy again.")
    old, new = read(PlanEdition.objects.get().content), read(content_of(plan))
    sections = {section.name: section for section in compare(old, new)}
    assert kept.text == "We pay on time."
    assert sections["strengths"].kept == 1
    assert [(change.change, change.head) for change in sections["strengths"].moved] == [
        ("added", "Sales"),
        ("removed", "Hr"),
    ]
    (change,) = sections["expectations"].moved
    assert (change.change, change.head) == ("changed", "Finance of Sales")
    assert [(piece.change, piece.text) for piece in change.pieces if piece.change != "kept"] == [
        ("removed", "two"),
        ("added", "three"),
    ]
    assert [change.change for change in sections["company goals"].moved] == ["changed"]
    assert not any(section.moved for section in compare(old, old))


words = st.text(alphabet="目标对话ab c.\n,", max_size=30)


@given(words, words)
def test_what_is_kept_and_removed_is_the_old_text_and_what_is_kept_and_added_the_new_one(old, new):
    pieces = pieces_of(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new
    if old == new and old:
        assert [piece.change for piece in pieces] == ["kept"]


def test_a_plan_belongs_to_one_store(world):
    plan = world.drafting()
    others = World()
    assert not CompanyPlan.objects.visible_to(others.person("gm")).exists()
    with pytest.raises(PermissionDenied):
        world.write(plan, "elsewhere", code="finance")
