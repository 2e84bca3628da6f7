"""Needs (R24-R26): raised by the customer, answered by the supplier, none lost silently."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from objectives import actions_needs as acts
from objectives.models import Event, Need, PlanEntry
from objectives.models.plans import CompanyPlan
from supplychain.actions_calls import NeedLine, answer_call, open_call
from supplychain.models import StatedNeed
from tests.factories import DealershipFactory, DepartmentFactory, PositionFactory
from tests.objectives.dialogue_world import World, story, told
from tests.supplychain.pages import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


# --- raising ----------------------------------------------------------------------------------------


def test_r24_a_customer_raises_a_need_and_who_decides_for_the_supplier_is_told(world):
    need = world.need("mechanic", why="The season begins.")
    assert (need.state, need.version, need.raised_by) == ("raised", 1, world.people["mechanic"])
    assert need.answer_by == world.day(world.store.answer_days)
    assert story(need=need) == ["raise"]
    for name in ("hr", "deputy"):
        assert told(world.people[name]) == [
            f"Service needs of Hr: 2 × receptionists recruited in the planned time. Please answer by "
            f"{_english(need.answer_by)}."
        ]
    assert told(world.people["recruiter"]) == told(world.people["mechanic"]) == []


def _english(day):
    from django.utils import translation
    from django.utils.formats import date_format

    with translation.override("en"):
        return date_format(day, "DATE_FORMAT")


def test_r11_the_days_for_an_answer_are_working_days():
    world = World(working_week="mon tue wed thu fri", answer_days=5)
    assert (world.need().answer_by - world.day()).days in (7, 8, 9)  # two days off lie between, or three from a day off


@pytest.mark.parametrize("name", ["hr", "recruiter", "finance", "admin", "elsewhere", "deputy"])
def test_r24_only_the_customers_people_raise_its_needs(world, name):
    with pytest.raises(PermissionDenied):
        world.need(name)
    assert not Need.objects.exists()


def test_r24_the_general_manager_speaks_for_a_department_directly_below(world):
    assert world.need("gm").raised_by == world.people["gm"]


def test_nobody_asks_and_answers_at_once(world):
    PositionFactory(department=world.departments["hr"], person=world.people["mechanic"], role="member")
    with pytest.raises(PermissionDenied):
        world.need("mechanic")


def test_a_need_stays_in_its_store(world):
    other = DepartmentFactory(dealership=DealershipFactory())
    with pytest.raises(PermissionDenied):
        world.need(supplier=other)
    with pytest.raises(ValidationError) as refusal:
        world.need(supplier=world.departments["service"])
    assert code_of(refusal) in ("same",)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"what": "  "}, "blank"),
        ({"what": "x" * 201}, "max_length"),
        ({"why": "x" * 501}, "max_length"),
        ({"flow": "money"}, "invalid_choice"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1_000_000}, "quantity"),
        ({"wanted_on": datetime.date(2020, 1, 1)}, "past"),
        ({"wanted_on": datetime.date.max}, "too_far"),
    ],
)
def test_a_need_that_cannot_be_is_refused_beside_its_field(world, fields, code):
    with pytest.raises(ValidationError) as refusal:
        world.need(**fields)
    assert code_of(refusal) == code
    assert list(refusal.value.error_dict) == list(fields)


def test_a_form_sent_twice_raises_one_need(world):
    key = uuid.uuid4()
    first, second = world.need(submission_key=key), world.need(submission_key=key)
    assert first == second
    assert len(told(world.people["hr"])) == 1
    with pytest.raises(ValidationError) as refusal:
        world.need("finance", customer=world.departments["finance"], submission_key=key)
    assert code_of(refusal) == "key_reused"


# --- from a call's answer ---------------------------------------------------------------------------


@pytest.fixture
def stated(world):
    call = open_call(
        acting_user=world.person("hr"),
        supplier=world.departments["hr"],
        flow="service",
        item=world.link.item,
        question="Which openings do you have?",
        deadline=world.day(3),
    )
    answer_call(
        acting_user=world.person("mechanic"),
        invitation=call.invitations.get(),
        version=0,
        needs=[NeedLine("insurance specialists", 2, world.day(40))],
    )
    return StatedNeed.objects.get()


@pytest.mark.parametrize("name", ["hr", "recruiter", "service", "mechanic"])
def test_r14_a_stated_need_becomes_a_need_and_nothing_is_typed_again(world, stated, name):
    need = acts.need_from_stated(acting_user=world.person(name), stated=stated)
    assert (need.what, need.quantity, need.wanted_on) == ("insurance specialists", 2, world.day(40))
    assert (need.customer.code, need.supplier.code, need.flow) == ("service", "hr", "service")
    assert (need.raised_by, need.stated_need) == (world.people["mechanic"], stated)
    assert acts.need_from_stated(acting_user=world.person("service"), stated=stated) == need
    assert Need.objects.count() == 1


@pytest.mark.parametrize("name", ["finance", "elsewhere", "admin"])
def test_r14_people_of_neither_side_make_no_need_of_an_answer(world, stated, name):
    with pytest.raises(PermissionDenied):
        acts.need_from_stated(acting_user=world.person(name), stated=stated)


def test_r14_an_answer_that_was_changed_becomes_no_need(world, stated):
    seen = StatedNeed.objects.select_related("invitation__link").get()
    invitation = stated.invitation
    invitation.refresh_from_db()
    answer_call(
        acting_user=world.person("mechanic"), invitation=invitation, version=invitation.version, nothing_needed=True
    )
    with pytest.raises(ValidationError) as refusal:
        acts.need_from_stated(acting_user=world.person("hr"), stated=seen)
    assert code_of(refusal) == "changed"


def test_r26_a_need_stays_when_the_answer_it_came_from_is_changed(world, stated):
    need = acts.need_from_stated(acting_user=world.person("hr"), stated=stated)
    invitation = stated.invitation
    invitation.refresh_from_db()
    answer_call(
        acting_user=world.person("mechanic"), invitation=invitation, version=invitation.version, nothing_needed=True
    )
    kept = world.again(need)
    assert (kept.what, kept.state, kept.stated_need) == ("insurance specialists", "raised", None)


# --- from the plan ----------------------------------------------------------------------------------


def test_r23_an_expectation_of_the_plan_becomes_a_need_between_the_same_two(world):
    plan = CompanyPlan.objects.create(dealership=world.store, year=world.day().year, opened_by=world.people["gm"])
    expectation = PlanEntry.objects.create(
        dealership=world.store,
        plan=plan,
        board="expectation",
        department=world.departments["service"],
        towards=world.departments["hr"],
        text="Keep our key technicians",
        author=world.people["service"],
    )
    assert world.need(expectation=expectation).expectation == expectation
    with pytest.raises(ValidationError) as refusal:
        world.need(expectation=expectation, supplier=world.departments["finance"])
    assert code_of(refusal) == "expectation"
    with pytest.raises(ValidationError) as refusal:
        world.need("finance", expectation=expectation, customer=world.departments["finance"])
    assert code_of(refusal) == "expectation"


# --- answering --------------------------------------------------------------------------------------


def test_r26_a_member_of_the_supplier_acknowledges_and_says_who_takes_care(world):
    need = world.need("mechanic")
    acts.acknowledge(acting_user=world.person("recruiter"), need=need, version=1, owner=world.people["deputy"])
    need = world.again(need)
    assert (need.state, need.owner, need.version) == ("acknowledged", world.people["deputy"], 2)
    assert need.answered_at is not None
    assert "Fu Renshi, Hr, takes care of your need" in told(world.people["mechanic"])[-1]
    assert told(world.people["deputy"])[-1].startswith("You take care of what Service needs of Hr")


def test_r26_an_owner_is_somebody_of_the_supplier(world):
    with pytest.raises(ValidationError) as refusal:
        acts.acknowledge(acting_user=world.person("hr"), need=world.need(), owner=world.people["mechanic"])
    assert code_of(refusal) == "owner"


def test_r26_a_leader_of_the_supplier_declines_with_a_reason_that_the_customer_reads(world):
    need = world.need("mechanic")
    for words in ("", "   "):
        with pytest.raises(ValidationError) as refusal:
            acts.decline(acting_user=world.person("hr"), need=need, reason=words)
        assert code_of(refusal) == "required"
    acts.decline(acting_user=world.person("deputy"), need=need, reason="No budget this year.")
    need = world.again(need)
    assert (need.state, need.reason) == ("declined", "No budget this year.")
    for name in ("mechanic", "service"):
        assert told(world.people[name])[-1].endswith("Reason: No budget this year.")


def test_the_customer_takes_a_need_back(world):
    need = world.need("mechanic")
    acts.withdraw(acting_user=world.person("service"), need=need)
    assert world.again(need).state == "withdrawn"
    assert told(world.people["hr"])[-1].startswith("Service took back a need")


ACTS = {
    "acknowledge": lambda person, need: acts.acknowledge(acting_user=person, need=need),
    "decline": lambda person, need: acts.decline(acting_user=person, need=need, reason="No."),
    "withdraw": lambda person, need: acts.withdraw(acting_user=person, need=need),
}
MAY = {
    "acknowledge": {"hr", "deputy", "recruiter"},
    "decline": {"hr", "deputy"},
    "withdraw": {"service", "mechanic", "gm"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "name", ["hr", "deputy", "recruiter", "service", "mechanic", "gm", "finance", "reception", "admin", "elsewhere"]
)
def test_who_may_do_what_with_a_need(world, act, name):
    need = world.need()
    if name in MAY[act]:
        ACTS[act](world.person(name), need)
        assert world.again(need).version == 2
    else:
        with pytest.raises(PermissionDenied):
            ACTS[act](world.person(name), need)
        assert world.again(need).version == 1


def test_r3_where_nobody_leads_the_supplier_who_is_above_decides_for_it(world):
    world.departments["crm"] = DepartmentFactory(
        dealership=world.store, code="crm", parent=world.departments["gm-office"]
    )
    need = world.need(supplier=world.departments["crm"])
    assert len(told(world.people["gm"])) == 1
    acts.decline(acting_user=world.person("gm"), need=need, reason="Not now.")
    assert world.again(need).state == "declined"


def test_who_was_late_is_told_who_was_first(world):
    need = world.need()
    seen = world.again(need)
    acts.acknowledge(acting_user=world.person("recruiter"), need=need, version=1)
    with pytest.raises(ValidationError) as refusal:
        acts.decline(acting_user=world.person("hr"), need=seen, version=1, reason="No.")
    assert code_of(refusal) == "moved"
    assert "Zhao Pinren" in refusal.value.messages[0]


@pytest.mark.parametrize("act", ACTS)
def test_the_same_form_sent_twice_is_one_act(world, act):
    need = world.need()
    name = "service" if act == "withdraw" else "hr"
    seen = world.again(need)
    ACTS[act](world.person(name), need)
    ACTS[act](world.person(name), seen)
    assert Event.objects.filter(need=need).count() == 2


# --- objectives -------------------------------------------------------------------------------------


def test_r24_a_need_becomes_an_objective_of_its_supplier_for_its_customer(world):
    need = world.need("mechanic")
    objective = world.objective(need=need)
    acts.became_objective(acting_user=world.person("hr"), need=need, objective=objective)
    assert world.again(need).state == "objective"
    assert Event.objects.filter(need=need).last().data == {"objective": objective.pk, "title": objective.title}
    assert told(world.people["mechanic"])[-1].startswith("A need of Service becomes an objective of Hr")


def test_r24_an_objective_between_others_does_not_answer_the_need(world):
    need = world.need()
    for parties in (("service", "hr"), ("hr", "finance"), ("finance", "service")):
        with pytest.raises(ValidationError) as refusal:
            acts.became_objective(acting_user=world.person("hr"), need=need, objective=world.objective(*parties))
        assert code_of(refusal) == "other_need"
    with pytest.raises(PermissionDenied):
        acts.became_objective(acting_user=world.person("service"), need=need, objective=world.objective())


def test_r26_a_need_whose_objective_is_dropped_is_open_again(world):
    need = world.need("mechanic")
    objective = world.objective(need=need)
    acts.became_objective(acting_user=world.person("hr"), need=need, objective=objective)
    other = world.objective(need=need)
    assert not acts.reopen_need(acting_user=world.person("hr"), need=need, objective=objective)
    other.state = "dropped"
    other.save(update_fields=["state"])
    assert acts.reopen_need(acting_user=world.person("hr"), need=need, objective=objective)
    assert world.again(need).state == "acknowledged"
    assert "open again" in told(world.people["mechanic"])[-1]
    assert not acts.reopen_need(acting_user=world.person("hr"), need=need, objective=objective)
