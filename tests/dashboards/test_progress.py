"""How a year's objectives stand: which goal they serve, where they came from, what stands out (R24, R28)."""

import datetime
import html
import re

import pytest
from django.urls import reverse
from django.utils import translation

from dashboards.objectives import ProgressPage, years_of
from dealership.access import Access
from objectives.actions_judging import judge, say_satisfied
from objectives.fiscal import FiscalYear
from objectives.models import CompanyGoal, CompanyPlan, Objective
from tests.factories import UserFactory
from tests.objectives.fact_world import World, again
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World(language="en")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def page_for(world, who="gm", year=None):
    return ProgressPage(Access(again(getattr(world, who))), year or world.today.year)


def goal(world, title):
    plan, _made = CompanyPlan.objects.get_or_create(dealership=world.store, year=world.today.year, opened_by=world.gm)
    return CompanyGoal.objects.create(dealership=world.store, plan=plan, title=title)


def words(world, path, who="gm"):
    content = browser(again(getattr(world, who))).get(path).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", content)).split())


# --- The tree ---------------------------------------------------------------------------------------


def test_r24_goals_that_nothing_serves_and_objectives_that_serve_none_stand_out(world):
    served, forgotten = goal(world, "Staff"), goal(world, "Used cars")
    serving, rootless = world.objective(goal=served), world.objective()
    page = page_for(world)
    assert [(branch.goal, [line.objective for line in branch.lines]) for branch in page.branches] == [
        (served, [serving]),
        (forgotten, []),
    ]
    assert page.unserved == [forgotten]
    assert [line.objective for line in page.rootless] == [rootless]


def test_a_goal_that_was_given_up_leaves_its_objectives_without_one(world):
    given_up = goal(world, "Staff")
    objective = world.objective(goal=given_up)
    CompanyGoal.objects.update(given_up_at=objective.created_at)
    page = page_for(world)
    assert (page.branches, [line.objective for line in page.rootless]) == ([], [objective])


def test_drafts_and_dropped_ones_are_left_out(world):
    for state in ("draft", "dropped"):
        world.objective(state=state)
    proposed = world.objective(state="proposed")
    assert [line.objective for line in page_for(world).lines] == [proposed]


def test_the_year_is_the_stores_fiscal_year(world):
    world.objective()
    Objective.objects.update(year=world.today.year - 1)
    assert page_for(world).lines == []
    assert len(page_for(world, year=world.today.year - 1).lines) == 1
    current = FiscalYear.of(world.today, world.store.fiscal_year_start).year
    assert years_of(Access(again(world.gm))) == [current, world.today.year - 1]


# --- Where it stands --------------------------------------------------------------------------------


def test_where_each_stands_in_words(world):
    late = world.today - datetime.timedelta(days=1)
    running, reached, overdue, proposed = (world.objective() for _ in range(4))
    world.record(reached, 3)
    Objective.objects.filter(pk=overdue.pk).update(due_on=late)
    Objective.objects.filter(pk=proposed.pk).update(state="proposed")
    page = page_for(world)
    said = {line.objective: (line.words, line.tone) for line in page.lines}
    assert said[running] == ("0 of 1 criteria reached", "")
    assert said[reached] == ("1 of 1 criteria reached", "")
    assert said[overdue][0].startswith("Overdue since")
    assert said[overdue][1] == "bad"
    assert said[proposed] == ("Waits for signatures", "")
    assert [line.objective for line in page.overdue] == [overdue]
    assert page.headline == "4 objectives, none judged yet"


def test_met_but_not_satisfied_is_listed_and_stays_met(world):
    objective = world.objective()
    world.record(objective, 3)
    judge(acting_user=again(world.hr), objective=Objective.objects.with_names().get(), version=2)
    say_satisfied(
        acting_user=again(world.accessories), customer=objective.customers.get(), satisfied=False, words="Untrained."
    )
    page = page_for(world)
    (line,) = page.met_but_not_satisfied
    assert (line.words, line.unsatisfied) == ("Met", [world.departments["accessories"]])
    assert (page.counts["met"], page.headline) == (1, "1 of 1 judged objective met")
    assert "met, but not satisfied: the criteria were not the right ones." in words(
        world, reverse("objective_progress")
    )


# --- Where work comes from --------------------------------------------------------------------------


def test_r28_objectives_by_where_they_came_from(world):
    for code in ("accessories", "sales", "accessories"):
        world.objective(source="customer", source_department=world.departments[code], customers=(code,))
    world.objective(source="superior")
    world.objective(source="own")
    (origin,) = page_for(world).origins
    assert [(department.code, count) for department, count in origin.customers] == [("accessories", 2), ("sales", 1)]
    assert (origin.superior, origin.own, origin.from_customers, origin.total) == (1, 1, 3, 5)
    assert origin.only_from_above is False


def test_r28_departments_whose_work_comes_only_from_above_are_named(world):
    for _ in range(2):
        world.objective(source="superior")
    assert page_for(world).only_from_above == [world.departments["hr"]]
    assert "All work of Hr comes from the superior, none from an internal customer." in words(
        world, reverse("objective_progress")
    )
    world.objective()  # an own idea
    assert page_for(world).only_from_above == []


# --- The pages --------------------------------------------------------------------------------------


def test_the_timeline_says_the_same_as_its_table(world):
    objective = world.objective()
    (bar,) = page_for(world).timeline["rows"]
    assert (bar["label"], bar["end"], bar["department"]) == (objective.title, world.today.isoformat(), "Hr")
    assert bar["start"] <= bar["end"]
    assert bar["url"] == reverse("objective_detail", args=[objective.pk])


@pytest.mark.parametrize("name", ["objective_progress", "objective_year"])
def test_every_reader_of_the_store_opens_it_and_nobody_else_sees_it(world, name):
    world.objective()
    path = reverse(name, args=[world.today.year] if name == "objective_year" else [])
    for who in ("hr", "fitter", "gm", "admin"):
        assert "Fitters for the season" in words(world, path, who)
    elsewhere = World()
    assert "Fitters for the season" not in browser(elsewhere.hr).get(path).content.decode()
    stranger = UserFactory(dealership=None)
    assert browser(stranger).get(path).status_code == (200 if name == "objective_progress" else 404)


def test_the_year_on_paper_says_the_criteria_and_their_outcome(world):
    objective = world.objective()
    world.record(objective, 2)
    said = words(world, reverse("objective_year", args=[world.today.year]))
    assert "fitters on duty: at least 3 people by" in said
    assert "Not met" in said


@pytest.mark.parametrize("asked", ["1999", "x", "-1", "99999999999", "²"])
def test_a_year_that_cannot_be_shows_the_current_one(world, asked):
    assert browser(world.gm).get(reverse("objective_progress"), {"year": asked}).status_code == 200
    assert browser(world.gm).get("/objectives/year/1999/").status_code == 404


@pytest.mark.parametrize("n", [1, 6])
def test_it_costs_the_same_however_many_there_are(n, world, django_assert_num_queries):
    for number in range(n):
        objective = world.objective({}, {"kind": "date"}, goal=goal(world, f"Goal {number}"))
        world.record(objective, 3)
    client = browser(world.gm)
    client.get(reverse("objective_progress"))
    with django_assert_num_queries(14):
        client.get(reverse("objective_progress"))
