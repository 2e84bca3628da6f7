"""Needs as a state machine: any acts, by anybody, in any order, leave a lawful story (R24-R26)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from objectives import actions_needs as acts
from objectives.acts_needs import ACTS, parts_in
from objectives.models import Event, NeedState
from tests.conftest import access
from tests.objectives.dialogue_world import World

pytestmark = pytest.mark.django_db

WHO = ["hr", "deputy", "recruiter", "service", "mechanic", "gm", "finance", "admin", "elsewhere"]


def _become(world, person, need, version):
    need.version = need.version if version is None else version
    with transaction.atomic():
        objective = world.objective(need=need)
        acts.became_objective(acting_user=person, need=need, objective=objective)


def _drop(world, person, need, version):
    with transaction.atomic():
        objective = need.objectives.exclude(state="dropped").first()
        if objective is not None:
            objective.state = "dropped"
            objective.save(update_fields=["state"])
            acts.reopen_need(acting_user=person, need=need, objective=objective)


DO = {
    "acknowledge": lambda w, p, n, v: acts.acknowledge(acting_user=p, need=n, version=v),
    "decline": lambda w, p, n, v: acts.decline(acting_user=p, need=n, version=v, reason="No."),
    "withdraw": lambda w, p, n, v: acts.withdraw(acting_user=p, need=n, version=v),
    "become": _become,
    "reopen": _drop,
}

steps = st.lists(st.tuples(st.sampled_from(sorted(DO)), st.sampled_from(WHO), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_r26_any_acts_by_anybody_leave_a_lawful_story(transactional_world, steps):
    world = transactional_world
    need = world.need()
    for kind, who, is_late in steps:
        before = world.again(need)
        version = before.version - 1 if is_late and before.version > 1 and kind not in ("reopen",) else None
        try:
            DO[kind](world, world.person(who), world.again(need), version)
        except (PermissionDenied, ValidationError):
            after = world.again(need)
            assert (after.state, after.version) == (before.state, before.version)
            continue
        after = world.again(need)
        if after.version == before.version:
            continue  # nothing to do, or a form sent twice
        act = ACTS[kind]
        assert after.version == before.version + 1
        assert NeedState(before.state) in act.before
        assert after.state == act.after
        if act.parts:
            assert parts_in(access(world.people[who]), before) & set(act.parts)
    final = world.again(need)
    versions = list(Event.objects.filter(need=need).order_by("pk").values_list("version", flat=True))
    assert versions == list(range(1, final.version + 1)), "one event a version"
    assert final.is_open == (final.state in ("raised", "acknowledged"))
    if final.state == "declined":
        assert final.reason
    if final.state == "objective":
        assert final.objectives.exclude(state="dropped").exists(), "none is lost with a dropped objective"


@pytest.fixture
def transactional_world():
    return World()
