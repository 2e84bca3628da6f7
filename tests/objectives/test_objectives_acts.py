"""Objectives from draft to agreed (R22, R24): who may do what, who has to sign, and what follows."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from objectives import actions_objectives as acts
from objectives.actions_needs import raise_need
from objectives.models import Event, Need, Objective, TermsSignature
from tests.conftest import fresh
from tests.factories import DepartmentFactory, PositionFactory, UserFactory, manager_of
from tests.objectives.objective_world import World, story, terms_of, told
from tests.supplychain.pages import code_of, store_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


# --- drafts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["hr", "recruiter", "gm"])
def test_the_owners_people_and_who_leads_it_draft(world, who):
    objective = world.draft(who=who)
    assert (objective.state, objective.owner, objective.created_by) == ("draft", world["hr"], world.people[who])
    assert story(objective) == ["open"]
    assert terms_of(objective) == [(1, "draft")]


@pytest.mark.parametrize("who", ["accessories", "crm", "mechanic"])
def test_nobody_else_drafts_for_a_department(world, who):
    with pytest.raises(PermissionDenied):
        world.draft(who=who)
    with pytest.raises(PermissionDenied):
        acts.edit_draft(
            acting_user=world.person(who),
            objective=world.draft(),
            version=1,
            title="ours now",
            customers=[world["accessories"]],
            source="own",
        )


def test_a_stranger_drafts_nothing_here(world):
    stranger = manager_of(DepartmentFactory())
    with pytest.raises(PermissionDenied):
        acts.draft_objective(
            acting_user=stranger, owner=world["hr"], title="x", customers=[world["service"]], source="own"
        )
    with pytest.raises(PermissionDenied):
        world.draft(who="hr", owner=world["crm"])


def test_r24_an_objective_names_its_customers_and_where_it_came_from(world):
    objective = world.draft(customers=("accessories", "service"), source_department=world["service"])
    assert {c.department.code for c in objective.customers.all()} == {"accessories", "service"}
    assert (objective.source, objective.source_department) == ("customer", world["service"])
    assert world.draft(source_department=None).source_department == world["accessories"], "the only customer it can be"
    assert world.draft(source="superior", source_department=None).source_department is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"customers": ()}, "required"),
        ({"customers": ("hr",)}, "own"),
        ({"customers": ("accessories", "service"), "source_department": None}, "source"),
        ({"source_department": "crm"}, "source"),
        ({"source": "own", "source_department": "accessories"}, "source"),
        ({"source": "nobody"}, "source"),
        ({"title": " "}, "blank"),
        ({"title": "x" * 201}, "max_length"),
        ({"description": "x" * 1001}, "max_length"),
        ({"starts_on": datetime.timedelta(days=4000)}, "too_far"),
        ({"starts_on": datetime.timedelta(days=61)}, "after_due"),
        ({"owner_person": "mechanic"}, "person"),
    ],
)
def test_what_cannot_be_an_objective_is_refused(world, fields, code):
    fields = {"source": "customer", "source_department": "accessories", "customers": ("accessories",), **fields}
    if isinstance(fields["source_department"], str):
        fields["source_department"] = world[fields["source_department"]]
    if isinstance(fields.get("starts_on"), datetime.timedelta):
        fields["starts_on"] = world.day() + fields["starts_on"]
    if "owner_person" in fields:
        fields["owner_person"] = world.person(fields["owner_person"])
    fields["customers"] = [world[each] for each in fields["customers"]]
    with pytest.raises(ValidationError) as error:
        acts.draft_objective(
            acting_user=world.person("hr"), owner=world["hr"], criteria=[world.line()], **{"title": "x", **fields}
        )
    assert code_of(error) == code
    assert not Objective.objects.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"what": ""}, "blank"),
        ({"what": "x" * 201}, "max_length"),
        ({"target": None}, "required"),
        ({"comparison": "by"}, "comparison"),
        ({"kind": "date", "comparison": "by"}, "no_number"),
        ({"kind": "taste"}, "invalid_choice"),
        ({"target": "1e20"}, "max_digits"),
        ({"target": "NaN"}, "invalid"),
        ({"due_on": -1}, "past"),
        ({"due_on": 3 * 366 + 1}, "too_far"),
    ],
)
def test_r22_what_is_no_criterion_is_refused(world, line, code):
    from decimal import Decimal

    if isinstance(line.get("due_on"), int):
        line = {**line, "due_on": world.day(line["due_on"])}
    if isinstance(line.get("target"), str):
        line = {**line, "target": Decimal(line["target"])}
    with pytest.raises(ValidationError) as error:
        world.draft(criteria=[world.line(**line)])
    assert code_of(error) == code


def test_an_objective_holds_ten_criteria_and_none_twice(world):
    lines = [world.line(what=f"fitter {n}") for n in range(11)]
    assert world.draft(criteria=lines[:10]).terms.get().criteria.count() == 10
    for criteria, code in ((lines, "too_many"), ([lines[0], lines[0]], "twice")):
        with pytest.raises(ValidationError) as error:
            world.draft(criteria=criteria)
        assert code_of(error) == code


def test_the_year_follows_from_the_last_due_day(world):
    world = World(fiscal_year_start=4)
    due = world.day(400)
    objective = world.draft(criteria=[world.line(), world.line(what="trained", due_on=due)])
    assert objective.due_on == due
    assert objective.year == (due.year if due.month >= 4 else due.year - 1)
    assert world.draft(criteria=[]).due_on is None


def test_the_same_form_twice_is_one_objective(world):
    key = uuid.uuid4()
    first = world.draft(submission_key=key)
    assert world.draft(submission_key=key) == first
    assert Objective.objects.count() == 1
    with pytest.raises(ValidationError) as error:
        world.draft(who="recruiter", submission_key=key)
    assert code_of(error) == "key_reused"


def test_r24_a_need_becomes_the_objective_and_is_open_again_when_it_is_dropped(world):
    need = raise_need(
        acting_user=world.person("service"),
        customer=world["service"],
        supplier=world["hr"],
        flow="service",
        what="receptionists in the planned time",
    )
    objective = world.draft(customers=("service",), need=need)
    assert objective.need == need
    assert Need.objects.get().state == "objective"
    acts.drop(acting_user=world.person("hr"), objective=objective, text="the service is outsourced")
    assert Need.objects.get().state == "acknowledged"
    with pytest.raises(ValidationError):
        world.draft(customers=("accessories",), need=fresh_need())
    assert Objective.objects.count() == 1, "nothing stays of what could not be drafted"


def fresh_need():
    return Need.objects.select_related("dealership", "customer", "supplier").get()


def test_a_draft_is_written_anew_on_the_version_that_was_seen(world):
    objective = world.draft()
    said = {"customers": [world["service"]], "source": "own", "criteria": [world.line(target=4)]}

    def edit(who, version, title):
        return acts.edit_draft(
            acting_user=world.person(who), objective=fresh_objective(), version=version, title=title, **said
        )

    edit("recruiter", 1, "4 fitters")
    changed = fresh_objective()
    assert (changed.title, changed.source, changed.version) == ("4 fitters", "own", 2)
    assert [c.department.code for c in changed.customers.all()] == ["service"]
    assert changed.terms.get().criteria.get().target == 4
    edit("recruiter", 1, "4 fitters")  # the same form again
    assert fresh_objective().version == 2
    for who, title in (("hr", "3 fitters"), ("recruiter", "5 fitters")):
        with pytest.raises(ValidationError) as error:
            edit(who, 1, title)
        assert code_of(error) == "moved"
    assert fresh_objective().title == "4 fitters"
    acts.propose(acting_user=world.person("hr"), objective=objective, version=2)
    with pytest.raises(PermissionDenied):
        edit("mechanic", 3, "x")
    with pytest.raises(ValidationError) as error:
        edit("hr", 3, "x")
    assert code_of(error) == "not_now"


def fresh_objective():
    return Objective.objects.get()


# --- proposing and signing --------------------------------------------------------------------------


def test_r22_both_sides_agree_beforehand_and_then_it_runs(world):
    objective = world.draft()
    assert (objective.state, objective.due_on) == ("draft", world.day(60))
    acts.propose(acting_user=world.person("hr"), objective=objective)
    assert (objective.state, terms_of(objective)) == ("proposed", [(1, "proposed")])
    world.sign(objective, "accessories")
    assert (objective.state, terms_of(objective)) == ("running", [(1, "in_force")])
    assert story(objective) == ["open", "propose", "sign", "agree"]
    signed = objective.terms.get().signatures.values_list("department__code", "person")
    assert list(signed) == [("hr", world.people["hr"].pk), ("accessories", world.people["accessories"].pk)]
    assert told(world.people["accessories"])[0].startswith("Hr proposes an objective to Accessories: 3 qualified")
    assert "All sides have signed" in told(world.people["hr"])[-1]


def test_r22_every_customer_has_to_sign(world):
    objective = world.proposed(customers=("accessories", "service"))
    world.sign(objective, "service")
    assert (objective.state, terms_of(objective)) == ("proposed", [(1, "proposed")])
    world.sign(objective, "accessories")
    assert objective.state == "running"


def test_what_starts_later_is_agreed_until_the_owner_starts_it(world):
    objective = world.agreed(starts_on=world.day(5))
    assert objective.state == "agreed"
    with pytest.raises(PermissionDenied):
        acts.start(acting_user=world.person("accessories"), objective=objective)
    for _ in range(2):  # the second time is the same form
        acts.start(acting_user=world.person("recruiter"), objective=objective, version=4)
    assert objective.state == "running"
    assert story(objective)[-1] == "start"
    assert world.agreed(starts_on=world.day()).state == "running"


@pytest.mark.parametrize("who", ["recruiter", "accessories", "crm", "gm"])
def test_only_who_signs_for_the_owner_proposes(world, who):
    with pytest.raises(PermissionDenied):
        acts.propose(acting_user=world.person(who), objective=world.draft())


@pytest.mark.parametrize("who", ["recruiter", "fitter", "crm", "mechanic", "gm", "hr"])
def test_only_who_signs_for_a_customer_signs(world, who):
    objective = world.proposed()
    for act in (acts.sign_terms, acts.refuse_terms):
        words = {"text": "no"} if act is acts.refuse_terms else {}
        with pytest.raises(PermissionDenied):
            act(acting_user=world.person(who), objective=objective, **words)
    assert objective.state == "proposed"


def test_nobody_signs_for_two_sides(world):
    PositionFactory(department=world["accessories"], person=world.people["hr"], role="deputy")
    objective = world.proposed()
    with pytest.raises(PermissionDenied):
        world.sign(objective, "hr")
    world.sign(objective, "accessories")
    assert objective.state == "running"
    assert TermsSignature.objects.values("person").distinct().count() == 2


def test_where_the_same_person_leads_both_sides_the_superior_signs_for_the_other(world):
    world["accessories"].positions.all().delete()
    PositionFactory(department=world["accessories"], person=world.people["hr"], role="manager")
    objective = world.proposed()
    with pytest.raises(PermissionDenied):
        world.sign(objective, "hr")
    world.sign(objective, "gm")
    assert objective.state == "running"


def test_two_vacant_customers_have_no_second_person_above_them(world):
    for code in ("accessories", "service"):
        world[code].positions.all().delete()
    with pytest.raises(ValidationError) as error:
        world.proposed(customers=("accessories", "service"))
    assert code_of(error) == "nobody"
    assert Objective.objects.get().state == "draft"
    assert not TermsSignature.objects.exists()


def test_who_signs_for_two_customers_says_for_which(world):
    PositionFactory(department=world["service"], person=world.people["accessories"], role="deputy")
    objective = world.proposed(customers=("accessories", "service"))
    with pytest.raises(PermissionDenied):
        world.sign(objective, "accessories", department=world["crm"])
    world.sign(objective, "accessories", department=world["service"])
    with pytest.raises(PermissionDenied):
        world.sign(objective, "accessories", department=world["accessories"])
    assert objective.state == "proposed"
    world.sign(objective, "gm")
    assert objective.state == "running"


def test_nothing_is_proposed_without_a_criterion_or_with_a_day_that_passed(world):
    objective = world.draft(criteria=[])
    with pytest.raises(ValidationError) as error:
        acts.propose(acting_user=world.person("hr"), objective=objective)
    assert code_of(error) == "no_criteria"


def test_r22_criteria_are_agreed_beforehand_not_after_their_day(world):
    from tests.supplychain.calls import at

    objective, draft = world.proposed(criteria=[world.line(due_on=world.day(2))]), world.draft()
    draft.terms.get().criteria.update(due_on=world.day(2))
    later = datetime.datetime.combine(world.day(3), datetime.time(12), tzinfo=world.store.zone)
    with at(later):
        for act, thing, who in ((acts.sign_terms, objective, "accessories"), (acts.propose, draft, "hr")):
            with pytest.raises(ValidationError) as error:
                act(acting_user=world.person(who), objective=thing)
            assert code_of(error) == "past"
    assert (Objective.objects.get(pk=objective.pk).state, Objective.objects.get(pk=draft.pk).state) == (
        "proposed",
        "draft",
    )


def test_the_same_signature_twice_is_one(world):
    objective = world.proposed()
    for _ in range(2):
        world.sign(objective, "accessories", version=2)
    assert story(objective) == ["open", "propose", "sign", "agree"]
    with pytest.raises((ValidationError, PermissionDenied)):
        world.sign(objective, "accessories")
    draft = world.draft()
    for _ in range(2):
        acts.propose(acting_user=world.person("hr"), objective=draft, version=1)
    assert story(draft) == ["open", "propose"]


def test_a_signature_stands_whoever_signed_meanwhile_but_not_under_another_text(world):
    objective = world.proposed(customers=("accessories", "service"))
    world.sign(objective, "accessories", version=2)
    world.sign(objective, "service", version=2)  # both saw version 2
    assert objective.state == "running"
    other = world.proposed()
    acts.take_back(acting_user=world.person("hr"), objective=other, version=2)
    acts.propose(acting_user=world.person("hr"), objective=other)
    with pytest.raises(ValidationError) as error, translation.override("en"):
        world.sign(other, "accessories", version=2)
    assert code_of(error) == "moved"
    assert "proposal taken back" in error.value.messages[0]


def test_who_refuses_says_why_and_the_owner_writes_it_anew(world):
    objective = world.proposed()
    with pytest.raises(ValidationError) as error:
        acts.refuse_terms(acting_user=world.person("accessories"), objective=objective, text=" ")
    assert code_of(error) == "required"
    for _ in range(2):
        acts.refuse_terms(acting_user=world.person("accessories"), objective=objective, text="we need four", version=2)
    assert (objective.state, terms_of(objective)) == ("draft", [(1, "refused"), (2, "draft")])
    assert list(objective.terms.get(number=2).criteria.values_list("number", "what")) == [
        (1, "qualified fitters on duty")
    ]
    assert "was not agreed: we need four" in told(world.people["hr"])[-1]
    assert Event.objects.filter(objective=objective, kind="refuse").count() == 1
    acts.propose(acting_user=world.person("hr"), objective=objective)
    world.sign(objective, "accessories")
    assert terms_of(objective) == [(1, "refused"), (2, "in_force")]


def test_the_owner_takes_a_proposal_back(world):
    objective = world.proposed()
    with pytest.raises(PermissionDenied):
        acts.take_back(acting_user=world.person("accessories"), objective=objective)
    acts.take_back(acting_user=world.person("hr"), objective=objective)
    assert (objective.state, terms_of(objective)) == ("draft", [(1, "refused"), (2, "draft")])
    assert "taken back" in told(world.people["accessories"])[-1]


# --- dropping and talking ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "may", "may_not"),
    [
        ("draft", "recruiter", ("accessories", "crm")),
        ("proposed", "hr", ("recruiter", "accessories", "crm")),
        ("agreed", "gm", ("hr", "recruiter", "accessories", "crm")),
    ],
)
def test_who_may_drop_depends_on_how_far_it_is(world, state, may, may_not):
    objective = getattr(world, state)()
    for who in may_not:
        with pytest.raises(PermissionDenied):
            acts.drop(acting_user=world.person(who), objective=objective, text="no more money")
    with pytest.raises(ValidationError) as error:
        acts.drop(acting_user=world.person(may), objective=objective, text="")
    assert code_of(error) == "required"
    seen = objective.version
    for _ in range(2):
        acts.drop(acting_user=world.person(may), objective=objective, text="no more money", version=seen)
    assert objective.state == "dropped"
    assert story(objective)[-2:] != ["drop", "drop"]
    heard = any("was dropped: no more money" in words for words in told(world.people["accessories"]))
    assert heard == (state != "draft"), "a draft was nobody else's"


def test_both_sides_comment_others_do_not(world):
    objective = world.proposed()
    for who in ("recruiter", "fitter", "gm"):
        acts.comment_on_objective(acting_user=world.person(who), objective=objective, text=f"{who} says")
    for _ in range(2):
        acts.comment_on_objective(acting_user=world.person("gm"), objective=objective, text="twice")
    assert story(objective).count("comment") == 4
    assert objective.version == 2, "words change nothing"
    for who in ("crm", "mechanic"):
        with pytest.raises(PermissionDenied):
            acts.comment_on_objective(acting_user=world.person(who), objective=objective, text="hello")
    for stranger in (UserFactory(), store_admin(world.store)):
        with pytest.raises(PermissionDenied):
            acts.comment_on_objective(acting_user=fresh(stranger), objective=objective, text="hello")
    with pytest.raises(ValidationError):
        acts.comment_on_objective(acting_user=world.person("gm"), objective=objective, text=" ")
