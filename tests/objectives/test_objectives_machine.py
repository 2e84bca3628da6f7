"""Objectives as a state machine: any acts, by anybody, in any order, leave what both sides signed as it was (R27)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from objectives import actions_objectives as acts
from objectives.measure_lines import SAID
from objectives.models import Criterion, Event, Objective, Terms, TermsSignature
from objectives.parts import Signing
from tests.factories import PositionFactory
from tests.objectives.objective_world import World

pytestmark = pytest.mark.django_db

WHO = ["hr", "recruiter", "accessories", "fitter", "service", "crm", "gm"]


def _edit(world, person, objective, version):
    acts.edit_draft(
        acting_user=person,
        objective=objective,
        version=version,
        title=f"{objective.version} fitters",
        customers=[world["accessories"], world["service"]],
        source="own",
        criteria=[world.line(target=objective.version)],
    )


def _change(world, person, objective, version):
    lines = [world.line(target=objective.version + 10, due_on=world.day(90))]
    acts.change_terms(acting_user=person, objective=objective, version=version, reason="more", criteria=lines)


DO = {
    "edit": _edit,
    "propose": lambda w, p, o, v: acts.propose(acting_user=p, objective=o, version=v),
    "sign": lambda w, p, o, v: acts.sign_terms(acting_user=p, objective=o, version=v),
    "refuse": lambda w, p, o, v: acts.refuse_terms(acting_user=p, objective=o, version=v, text="No."),
    "take_back": lambda w, p, o, v: acts.take_back(acting_user=p, objective=o, version=v),
    "change": _change,
    "start": lambda w, p, o, v: acts.start(acting_user=p, objective=o, version=v),
    "drop": lambda w, p, o, v: acts.drop(acting_user=p, objective=o, version=v, text="No more."),
}
#: What moves things forward comes up more often, so that stories get somewhere.
LIKELY = [
    ("propose", "hr"),
    ("sign", "accessories"),
    ("sign", "service"),
    ("sign", "hr"),
    ("change", "hr"),
    ("change", "accessories"),
    ("refuse", "service"),
    ("take_back", "hr"),
]
late = st.sampled_from([False, False, False, True])
anything = st.tuples(st.sampled_from(sorted(DO)), st.sampled_from(WHO), late)
likely = st.tuples(st.sampled_from(LIKELY), late).map(lambda step: (*step[0], step[1]))
steps = st.lists(st.one_of(likely, likely, likely, anything), min_size=4, max_size=14)


@pytest.fixture
def world():
    world = World()
    # Somebody who could sign for both sides, if the rules let them.
    PositionFactory(department=world["service"], person=world.people["hr"], role="deputy")
    return world


def frozen_texts():
    """All criteria that are no draft's, with the state of their terms."""
    found = Criterion.objects.exclude(terms__state="draft").order_by("pk")
    return {row[0]: row[1:] for row in found.values_list("pk", "terms__number", "number", *SAID)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, begin=st.sampled_from(["draft", "agreed"]))
def test_r27_any_acts_by_anybody_leave_what_was_signed_as_it_was(world, steps, begin):
    objective = getattr(world, begin)(customers=("accessories", "service"), starts_on=world.day(3))
    for name, who, is_late in steps:
        before, texts = Objective.objects.get(pk=objective.pk), frozen_texts()
        states = dict(Terms.objects.filter(objective=objective).values_list("number", "state"))
        version = before.version - 1 if is_late and before.version > 1 else before.version
        try:
            DO[name](world, world.person(who), Objective.objects.with_names().get(pk=objective.pk), version)
        except (PermissionDenied, ValidationError):
            assert Objective.objects.get(pk=objective.pk).version == before.version
            assert frozen_texts() == texts
            continue
        after = frozen_texts()
        assert {pk: after[pk] for pk in texts} == texts, "what was proposed or signed was written in"
        for number, state in Terms.objects.filter(objective=objective).values_list("number", "state"):
            steps_allowed = {
                None: {"draft", "proposed"},
                "draft": {"draft", "proposed"},
                "proposed": {"proposed", "in_force", "refused"},
                "in_force": {"in_force", "replaced"},
                "replaced": {"replaced"},
                "refused": {"refused"},
            }
            assert state in steps_allowed[states.get(number)], (number, states.get(number), state)
    _check_the_end(objective)


def _check_the_end(objective):
    """In force is what every side signed, each by a person of its own; each version of the objective has one event."""
    final = Objective.objects.with_names().get(pk=objective.pk)
    signing = Signing.of(final)
    sides = {department.pk for department in signing.sides}
    for terms in signing.terms:
        signed = list(TermsSignature.objects.filter(terms=terms).values_list("department", "person"))
        assert len({person for _department, person in signed}) == len(signed)
        if terms.state in ("in_force", "replaced"):
            assert {department for department, _person in signed} == sides
    if final.state in ("agreed", "running"):
        assert signing.in_force is not None
        assert final.due_on == max(criterion.due_on for criterion in signing.in_force.criteria.all())
    if final.state in ("draft", "proposed"):
        assert signing.in_force is None
        assert (signing.draft is not None) == (final.state == "draft")
    made = Event.objects.filter(objective=final).exclude(version=None).values_list("version", flat=True)
    assert sorted(made) == list(range(1, final.version + 1))
