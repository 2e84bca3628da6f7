"""Facts: recorded by the owner, confirmed or disputed by the customer, decided by the superior (R22)."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from dealership.models import Notice
from objectives.actions_facts import confirm_fact, decide_fact, dispute_fact, record_fact, retract_fact, state_on_fact
from objectives.judging import standing_of
from objectives.models import Event, Evidence, Fact
from tests.factories import UserFactory, manager_of
from tests.objectives.fact_world import World, again, proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def outcome(world, objective):
    """What the facts say of the first criterion."""
    return standing_of(objective, world.today).criteria[0].reading.outcome.value


def told(person):
    return [notice.words for notice in Notice.objects.filter(person=person)]


def refused(code, call, **values):
    with pytest.raises(ValidationError) as caught:
        call(**values)
    errors = caught.value.error_dict.values() if hasattr(caught.value, "error_dict") else [[caught.value]]
    assert code in [error.code for found in errors for error in found]


# --- R22: the story in arithmetic -------------------------------------------------------------------


@pytest.mark.parametrize(("value", "late", "says"), [(3, 0, "met"), (2, 0, "not_met"), (3, 1, "not_met")])
def test_r22_three_fitters_decide_by_headcount_and_date(world, value, late, says):
    objective = world.objective({"due_on": world.today - datetime.timedelta(days=1)})
    world.record(objective, value, days_ago=1 - late)
    assert outcome(world, objective) == says


def test_r22_what_was_so_last_counts(world):
    objective = world.objective()
    world.record(objective, 3, days_ago=5)
    world.record(objective, 2)
    assert outcome(world, objective) == "not_met"
    world.record(objective, 3)  # of one day, the fact that was recorded last
    assert outcome(world, objective) == "met"


def test_r22_words_alone_prove_nothing(world):
    objective = world.objective({"kind": "fact"})
    refused("proof", world.record, objective=objective, holds=True, words="believe me")
    assert not Fact.objects.exists()
    world.record(objective, holds=True, files=[proof()])
    assert outcome(world, objective) == "met"
    assert Evidence.objects.get().sha256 == proof().sha256


# --- Recording --------------------------------------------------------------------------------------


def test_recording_begins_the_work_and_tells_the_customer(world):
    objective = world.objective(state="agreed")
    fact = world.record(objective, 3, by=world.clerk)
    objective.refresh_from_db()
    assert (objective.state, objective.version, fact.recorded_by) == ("running", 2, world.clerk)
    event = Event.objects.get()
    assert (event.kind, event.version, event.data["fact"]) == ("fact", 2, fact.pk)
    assert len(told(world.accessories)) == 1
    assert told(world.clerk) == []


@pytest.mark.parametrize("who", ["accessories", "fitter", "sales", "gm", "admin"])
def test_only_the_owners_side_records(world, who):
    with pytest.raises(PermissionDenied):
        world.record(world.objective(), 3, by=getattr(world, who))


def test_a_manager_of_another_store_records_nothing(world):
    elsewhere = World()
    with pytest.raises(PermissionDenied):
        world.record(world.objective(), 3, by=elsewhere.hr)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"value": None}, "required"),
        ({"value": "NaN"}, "required"),
        ({"value": 3, "days_ago": -1}, "future"),
        ({"value": 3, "days_ago": 1200}, "too_far"),
        ({"value": 3, "criterion": 2}, "criterion"),
        ({"value": 3, "files": [proof()] * 4}, "too_many"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(world, values, code):
    refused(code, world.record, objective=world.objective(), **values)
    assert not Fact.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("state", ["draft", "proposed", "judged", "closed", "dropped"])
def test_facts_are_recorded_while_it_is_under_way_alone(world, state):
    objective = world.objective()
    kept = {"verdict": "met", "judged_at": objective.created_at} if state in ("judged", "closed") else {}
    type(objective).objects.filter(pk=objective.pk).update(state=state, **kept)
    refused("not_now", world.record, objective=again(objective), value=3)
    assert not Fact.objects.exists()


def test_a_form_sent_twice_records_one_fact(world):
    objective, key = world.objective(), uuid.uuid4()
    first = world.record(objective, 3, submission_key=key)
    assert world.record(objective, 3, submission_key=key) == first
    refused("key_reused", world.record, objective=world.objective(), value=3, submission_key=key)
    assert Fact.objects.count() == 1


# --- The customer -----------------------------------------------------------------------------------


def test_the_customer_confirms(world):
    objective = world.objective()
    fact = world.record(objective, 3, by=world.clerk)
    confirm_fact(acting_user=again(world.accessories), fact=fact, version=1)
    confirm_fact(acting_user=again(world.accessories), fact=fact, version=1)  # tapped twice
    fact.refresh_from_db()
    assert (fact.state, fact.version, fact.answered_for) == ("confirmed", 2, world.departments["accessories"])
    assert [event.kind for event in Event.objects.order_by("pk")] == ["fact", "confirm"]
    assert len(told(world.clerk)) == 1


def test_a_dispute_goes_to_the_superior_with_both_statements_and_never_touches_the_verdict(world):
    objective = world.objective()
    fact = world.record(objective, 3)
    refused("required", dispute_fact, acting_user=world.accessories, fact=fact, version=1, text=" ")
    dispute_fact(acting_user=again(world.accessories), fact=fact, version=1, text="Two came, the third did not.")
    assert (fact.state, fact.superior) == ("disputed", world.gm)
    standing = standing_of(objective, world.today)
    assert (standing.verdict.value, standing.disputed) == ("met", True)
    state_on_fact(acting_user=again(world.hr), fact=fact, version=2, text="The third is on the list of 2 March.")
    with pytest.raises(PermissionDenied):
        decide_fact(acting_user=again(world.hr), fact=fact, version=3, stands=True, text="x")
    decide_fact(acting_user=again(world.gm), fact=fact, version=3, stands=False, text="Two were on duty.")
    fact.refresh_from_db()
    assert (fact.state, fact.customer_statement[:3], fact.owner_statement[:3]) == ("struck", "Two", "The")
    assert outcome(world, objective) == "open"  # struck: it counts no more
    assert len(told(world.gm)) == 2


def test_a_fact_that_the_superior_upheld_is_disputed_no_more(world):
    objective = world.objective()
    fact = world.record(objective, 3)
    dispute_fact(acting_user=again(world.accessories), fact=fact, version=1, text="No.")
    decide_fact(acting_user=again(world.gm), fact=fact, version=2, stands=True, text="I saw them.")
    refused("not_now", dispute_fact, acting_user=again(world.accessories), fact=fact, version=3, text="No!")
    refused("not_now", retract_fact, acting_user=again(world.hr), fact=fact, version=3)
    assert outcome(world, objective) == "met"


def test_where_nobody_stands_above_the_two_settle_it(world):
    objective = world.objective(owner="gm-office")
    fact = world.record(objective, 3, by=world.gm)
    dispute_fact(acting_user=again(world.accessories), fact=fact, version=1, text="No.")
    assert fact.superior is None
    confirm_fact(acting_user=again(world.accessories), fact=fact, version=2)
    assert (fact.state, standing_of(objective, world.today).disputed) == ("confirmed", False)


@pytest.mark.parametrize("who", ["hr", "clerk", "fitter", "sales", "admin"])
def test_only_who_leads_a_customer_confirms_or_disputes(world, who):
    fact = world.record(world.objective(), 3)
    with pytest.raises(PermissionDenied):
        confirm_fact(acting_user=getattr(world, who), fact=fact, version=1)
    with pytest.raises(PermissionDenied):
        dispute_fact(acting_user=getattr(world, who), fact=fact, version=1, text="No.")


def test_who_was_late_is_told_who_was_first(world):
    fact = world.record(world.objective(customers=("accessories", "sales")), 3)
    seen = again(fact)
    confirm_fact(acting_user=again(world.accessories), fact=fact, version=1)
    with pytest.raises(ValidationError) as caught:
        dispute_fact(acting_user=again(world.sales), fact=seen, version=1, text="No.")
    assert caught.value.code == "moved"
    assert str(world.accessories) in caught.value.messages[0]
    assert Event.objects.count() == 2


def test_a_fact_taken_back_stays_to_be_read_and_counts_no_more(world):
    objective = world.objective()
    fact = world.record(objective, 3)
    retract_fact(acting_user=again(world.clerk), fact=fact, version=1)
    assert (fact.state, outcome(world, objective)) == ("withdrawn", "open")


def test_criteria_agreed_anew_read_the_same_facts(world):
    objective = world.objective()
    world.record(objective, 3)
    terms = objective.terms.get()
    type(terms).objects.filter(pk=terms.pk).update(state="replaced")
    later = type(terms).objects.create(dealership=world.store, objective=objective, number=2, written_by=world.hr)
    later.criteria.create(dealership=world.store, number=1, **world.criterion(target=Decimal(4)))
    type(terms).objects.filter(pk=later.pk).update(state="in_force")
    assert outcome(world, objective) == "not_met"


def test_evidence_is_deleted_with_nothing(world):
    objective = world.objective()
    record_fact(
        acting_user=world.hr,
        objective=objective,
        criterion=1,
        happened_on=world.today,
        value=Decimal(3),
        files=[proof("a.pdf"), proof("b.pdf")],
    )
    assert [file.name for file in Evidence.objects.all()] == ["a.pdf", "b.pdf"]
    assert Evidence.objects.visible_to(UserFactory(dealership=None)).count() == 0
    assert Evidence.objects.visible_to(manager_of(World().departments["hr"])).count() == 0
