"""The company plan of a year (R23): who opens it, who signs, when it is adopted, and how it is opened again."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from objectives.actions_plan import open_plan, sign_plan
from objectives.acts_plan import CHANGEABLE, RULES, Act, Part, chairs_of, open_acts, parts_of, years_to_open
from objectives.fiscal import FiscalYear
from objectives.models import CompanyPlan, Event, PlanEdition, PlanSignature
from tests.conftest import access
from tests.factories import DepartmentFactory, PositionFactory, manager_of
from tests.objectives.plan_world import SIGNERS, World, english, story  # noqa: F401
from tests.supplychain.calls import at
from tests.supplychain.pages import code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

EVERYBODY = ("gm", "admin", "finance", "deputy", "cashier", "reception", "elsewhere", "admin elsewhere", "operator")


@pytest.fixture
def world():
    return World()


def refused(code, act, *args, **kwargs):
    """Do an act that is refused with a code; return the words."""
    with pytest.raises(ValidationError) as refusal:
        act(*args, **kwargs)
    assert code_of(refusal) == code
    return refusal.value.messages[0]


# --- opening ----------------------------------------------------------------------------------------


def test_r23_the_general_manager_or_the_admin_opens_the_plan_and_who_leads_is_told(world):
    plan = world.open()
    assert (plan.year, plan.state, plan.edition, plan.opened_by) == (world.year.year, "drafting", 1, world.people["gm"])
    assert story(plan) == ["open"]
    assert "is being made" in world.told("finance")[0]
    assert [len(world.told(name)) for name in ("gm", "deputy", "reception", "cashier", "admin")] == [0, 1, 1, 0, 0]
    assert world.open("admin") == plan
    assert CompanyPlan.objects.count() == 1
    assert story(plan) == ["open"]


@pytest.mark.parametrize("name", ["finance", "deputy", "cashier", "reception", "operator"])
def test_r23_nobody_else_opens_a_plan(world, name):
    with pytest.raises(PermissionDenied):
        world.open(name)


def test_a_plan_is_opened_for_this_fiscal_year_and_in_its_last_three_months_for_the_next(world):
    world.store.fiscal_year_start = 4
    assert years_to_open(world.store, datetime.date(2026, 12, 31)) == [FiscalYear(2026, 4)]
    assert years_to_open(world.store, datetime.date(2027, 1, 1)) == [FiscalYear(2026, 4), FiscalYear(2027, 4)]
    assert years_to_open(world.store, datetime.date(2027, 4, 1)) == [FiscalYear(2027, 4)]
    for year in (world.year.year - 1, world.year.year + 2):
        refused("year", world.open, year=year)
    with at("2026-10-01 00:00"):
        assert world.open(year=2027).year == 2027
    with at("2026-09-30 23:59"):
        refused("year", open_plan, acting_user=world.person("gm"), year=2026 + 1 + 1)


# --- who signs --------------------------------------------------------------------------------------


def test_r23_managers_of_the_head_of_what_is_below_it_and_of_what_stands_alone_sign(world):
    alone = DepartmentFactory(dealership=world.store, code="club")
    closed = DepartmentFactory(dealership=world.store, parent=world.departments["gm-office"], is_active=False)
    below_closed = DepartmentFactory(dealership=world.store, parent=closed, code="left-over")
    DepartmentFactory(dealership=world.store, parent=alone)
    chairs = {chair.department: chair for chair in chairs_of(world.open())}
    signing = {world.departments[code] for code in ("gm-office", "finance", "hr", "sales", "service")}
    assert set(chairs) == signing | {alone, below_closed}
    assert chairs[alone].is_vacant
    assert not chairs[alone].is_missing
    assert [str(manager) for manager in chairs[world.departments["finance"]].managers] == ["Qian Caiwu"]


@pytest.mark.parametrize("name", ["deputy", "cashier", "reception", "admin", "elsewhere", "operator"])
def test_r23_deputies_teams_and_others_do_not_sign(world, name):
    plan = world.signing()
    with pytest.raises(PermissionDenied):
        world.sign(plan, name)
    assert not PlanSignature.objects.exists()


def test_r23_it_is_adopted_once_every_manager_has_signed_and_not_before(world):
    plan = world.signing()
    for name in SIGNERS[:-1]:
        plan = world.sign(plan, name)
        assert plan.state == "signing"
        assert not PlanEdition.objects.exists()
    plan = world.sign(plan, SIGNERS[-1])
    assert (plan.state, plan.edition) == ("adopted", 1)
    edition = PlanEdition.objects.get()
    assert edition.number == 1
    assert edition.adopted_at == plan.adopted_at
    assert story(plan)[-7:] == ["submit", *["sign"] * 5, "adopt"]
    assert "is adopted" in world.told("deputy")[-1]
    signed = edition.content["signatures"]
    assert sorted(one["person"] for one in signed) == sorted(str(world.people[name]) for name in SIGNERS)


def test_r23_while_one_manager_has_not_signed_the_general_manager_cannot_adopt_it(world):
    plan = world.sign(world.signing(), "gm", "finance", "hr", "sales")
    words = refused("missing", world.adopt, plan)
    assert words == "Waits for 1 signature: Service (Fang Wujing)"
    assert world.seen(plan).state == "signing"


def test_r23_who_manages_several_departments_signs_for_each_with_one_tap(world):
    world.leave("hr")
    PositionFactory(department=world.departments["hr"], person=world.people["finance"])
    plan = world.sign(world.signing(), "finance")
    signed = PlanSignature.objects.filter(plan=plan, revision=plan.revision)
    assert {signature.department.code for signature in signed} == {"finance", "hr"}
    assert {signature.person for signature in signed} == {world.people["finance"]}
    event = Event.objects.get(plan=plan, kind="sign")
    assert [names["name"] for names in event.data["departments"]] == ["Finance", "Hr"]


def test_r23_a_vacant_chair_is_not_waited_for(world):
    world.leave("sales")
    plan = world.sign(world.signing(), "gm", "finance", "hr", "service")
    assert plan.state == "adopted"


def test_r23_the_general_manager_adopts_it_when_the_missing_one_has_left_office(world):
    plan = world.sign(world.signing(), "gm", "finance", "hr", "service")
    world.leave("sales")
    assert world.seen(plan).state == "signing"
    with pytest.raises(PermissionDenied):
        world.adopt(plan, "admin")
    version = world.seen(plan).version
    assert world.adopt(plan).state == "adopted"
    assert PlanEdition.objects.count() == 1
    assert world.adopt(plan, version=version).state == "adopted", "sent twice"
    assert PlanEdition.objects.count() == 1


def test_r23_who_takes_a_chair_after_its_signature_is_bound_by_it(world):
    plan = world.sign(world.signing(), "hr")
    world.leave("hr")
    successor = manager_of(world.departments["hr"])
    world.people["successor"] = successor
    assert world.sign(plan, "successor").version == world.seen(plan).version
    assert PlanSignature.objects.count() == 1


# --- what one signs ---------------------------------------------------------------------------------


def test_r23_the_general_manager_puts_it_to_signature_and_who_signs_is_told(world):
    plan = world.drafting()
    for name in ("admin", "finance", "deputy", "elsewhere"):
        with pytest.raises(PermissionDenied):
            world.submit(plan, name)
    version = plan.version
    assert world.submit(plan).state == "signing"
    assert world.told("hr")[-1].endswith("waits for your signature.")
    assert "signature" not in world.told("deputy")[-1]
    assert world.submit(plan, version=version).state == "signing", "sent twice"
    assert story(plan).count("submit") == 1
    refused("not_now", world.submit, plan)


def test_r23_nothing_is_put_to_signature_without_goals_and_their_measures(world):
    plan = world.open()
    refused("no_goals", world.submit, plan)
    goal = world.goal(plan, measures=[])
    assert "Every customer comes back" in refused("no_measure", world.submit, plan)
    world.regoal(goal)
    assert world.submit(plan).state == "signing"


def test_who_puts_to_signature_what_was_changed_meanwhile_is_told(world):
    plan = world.drafting()
    world.write(plan, "sales", text="The market grows.")
    assert "Xiao Shouqi was first" in refused("moved", world.submit, plan, version=plan.version)


def test_r23_a_signature_is_for_the_text_that_was_read(world):
    plan = world.signing()
    read = plan.revision
    world.write(plan, "sales", board="threat", text="A rival opens next door.")
    words = refused("changed", world.sign, plan, "hr", revision=read)
    assert "Xiao Shouqi" in words
    assert "threats (Sales)" in words
    assert not PlanSignature.objects.exists()
    assert world.sign(plan, "hr").revision == read + 1


def test_r23_the_words_for_who_read_an_older_text_name_the_last_changes(world):
    plan = world.signing()
    read = plan.revision
    for number in range(5):
        world.write(plan, "sales", text=f"4711-{number}")
    assert "and 2 more" in refused("changed", world.sign, plan, "hr", revision=read)


def test_signing_the_same_twice_is_one_signature(world):
    plan = world.signing()
    first = world.sign(plan, "hr")
    again = sign_plan(acting_user=world.person("hr"), plan=world.seen(plan), revision=plan.revision)
    assert (again.version, PlanSignature.objects.count()) == (first.version, 1)
    adopted = world.sign(plan, "gm", "finance", "sales", "service")
    assert world.sign(plan, "service", revision=adopted.revision).version == adopted.version, "the last one, twice"


def test_r23_nobody_signs_a_draft_or_what_is_adopted(world):
    plan = world.drafting()
    assert "still being made" in refused("not_now", world.sign, plan, "hr")
    plan = world.submit(plan)
    refused("changed", world.sign, plan, "hr", revision=plan.revision + 7)
    plan = world.sign(plan, "gm", "finance", "sales", "service", "hr")
    DepartmentFactory(dealership=world.store, code="club")
    world.people["late"] = manager_of(DepartmentFactory(dealership=world.store, code="late"))
    assert "adopted already" in refused("not_now", world.sign, plan, "late")


# --- a new edition ----------------------------------------------------------------------------------


def test_r23_an_adopted_plan_is_opened_for_a_new_edition_with_a_reason(world):
    plan = world.adopted()
    for name in ("admin", "finance", "elsewhere"):
        with pytest.raises(PermissionDenied):
            world.reopen(plan, name)
    refused("required", world.reopen, plan, reason="  ")
    refused("max_length", world.reopen, plan, reason="x" * 501)
    version = plan.version
    again = world.reopen(plan)
    assert (again.state, again.edition, again.adopted_at) == ("drafting", 2, None)
    assert again.revision == plan.revision + 1
    assert "The market fell." in world.told("deputy")[-1]
    assert PlanEdition.objects.get().number == 1
    assert world.reopen(plan, version=version).edition == 2, "sent twice"
    refused("moved", world.reopen, plan, version=version, reason="Another reason.")
    refused("not_now", world.reopen, plan)
    plan = world.sign(world.submit(plan))
    assert list(PlanEdition.objects.values_list("number", flat=True)) == [1, 2]
    assert plan.state == "adopted"


def test_r23_signatures_of_an_edition_do_not_count_for_the_next(world):
    plan = world.submit(world.reopen(world.adopted()))
    assert len([chair for chair in chairs_of(plan) if chair.is_missing]) == len(SIGNERS)
    refused("changed", world.sign, plan, "hr", revision=plan.revision - 1)


# --- rights and states, act by act ------------------------------------------------------------------


PARTS = {
    "gm": {Part.GENERAL_MANAGER, Part.LEADER, Part.SIGNER},
    "admin": {Part.ADMIN},
    "finance": {Part.LEADER, Part.SIGNER},
    "deputy": {Part.LEADER},
    "reception": {Part.LEADER},
    "cashier": set(),
    "operator": set(),
}


def test_r23_who_has_which_part(world):
    assert {name: parts_of(access(world.people[name])) for name in PARTS} == PARTS


@pytest.mark.parametrize("state", ["drafting", "signing", "adopted"])
@pytest.mark.parametrize("name", EVERYBODY)
def test_r23_each_act_is_done_by_whom_and_when_the_table_says(world, name, state):
    plan = getattr(world, state)()
    parts = parts_of(access(world.people[name]))
    at_home = world.people[name].dealership_id == world.store.pk
    attempts = {
        Act.CONTRIBUTE: lambda: world.write(plan, name, text="4711", code=PEOPLES_OWN.get(name, "finance")),
        Act.SET_GOALS: lambda: world.goal(plan, name, title="4711"),
        Act.SUBMIT: lambda: world.submit(plan, name),
        Act.REOPEN: lambda: world.reopen(plan, name),
    }
    for act, attempt in attempts.items():
        mine = at_home and bool(parts.intersection(RULES[act].parts))
        if not mine:
            with pytest.raises(PermissionDenied):
                attempt()
        elif act not in open_acts(state, parts):
            refused("not_now", attempt)
        else:
            with transaction.atomic():
                attempt()
                transaction.set_rollback(True)  # the next act finds the plan as it was


PEOPLES_OWN = {"gm": "gm-office", "reception": "reception"}


def test_the_states_in_which_the_text_changes_are_those_of_the_table():
    assert RULES[Act.CONTRIBUTE].before == RULES[Act.SET_GOALS].before == CHANGEABLE
