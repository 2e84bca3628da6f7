"""What the inbox asks of the company plan (R23): which plans wait for one's signature."""

import pytest

from objectives.plan_waiting import plans_to_sign
from tests.conftest import access
from tests.factories import PositionFactory
from tests.objectives.plan_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def waiting(world, name):
    return [[department.code for department in one.departments] for one in plans_to_sign(access(world.people[name]))]


def test_r23_a_plan_waits_for_who_manages_a_signing_department_until_they_sign(world):
    plan = world.drafting()
    assert waiting(world, "finance") == []
    world.submit(plan)
    PositionFactory(department=world.departments["hr"], person=world.people["finance"])
    assert waiting(world, "finance") == [["finance", "hr"]]
    assert plans_to_sign(access(world.people["finance"]))[0].year == str(plan.year)
    world.sign(plan, "hr")
    assert waiting(world, "finance") == [["finance"]], "a department has one signature"
    world.sign(plan, "finance")
    assert waiting(world, "finance") == []
    world.write(plan, "sales", text="The market grows.")
    assert waiting(world, "finance") == [["finance", "hr"]], "the text was changed"
    for name in ("deputy", "cashier", "reception", "admin", "elsewhere", "operator"):
        assert waiting(world, name) == []


def test_it_costs_two_queries_where_a_plan_is_signed_and_none_for_others(world, django_assert_num_queries):
    world.signing()
    for name, queries in (("hr", 2), ("cashier", 0), ("admin", 0)):
        rights = access(world.people[name])
        assert rights.tree.departments
        assert rights.positions is not None
        with django_assert_num_queries(queries):
            plans_to_sign(rights)
