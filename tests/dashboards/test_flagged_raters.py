"""Who is pointed out: named on the page, for what reason, and the same people as `manage.py lenses` says (R18)."""

import io
import json
import re

import numpy as np
import pytest
from django.core.management import call_command
from django.urls import reverse

from bench.planted import LINK_PLANS, PEOPLE_OF, PLANTED, scores_of, year
from dashboards.choice import choose
from dashboards.lenses import LensesPage
from supplychain.models import Interaction
from surveys.models import Rating
from tests.conftest import access
from tests.dashboards.world import days_ago
from tests.factories import DealershipFactory, DepartmentFactory, ItemFactory, LinkFactory, UserFactory, manager_of

pytestmark = pytest.mark.django_db

GOOD, HARSH = [1] * 9 + [0], [1] * 4 + [0] * 6


class World:
    """A store whose departments have no teams, and whose ratings are given all at once."""

    def __init__(self):
        self.store = DealershipFactory(slug="demo")
        office = DepartmentFactory(dealership=self.store, code="gm-office", heads_store=True)
        self.gm = manager_of(office)
        self.departments, self.links, self.people = {office.code: office}, {}, {}

    def department(self, code):
        if code not in self.departments:
            self.departments[code] = DepartmentFactory(dealership=self.store, code=code)
        return self.departments[code]

    def rate(self, supplier, customer, rater, scores, *, scale="binary", plan=0):
        key = (supplier, customer, scale, plan)
        if key not in self.links:
            self.links[key] = LinkFactory(
                dealership=self.store,
                supplier=self.department(supplier),
                customer=self.department(customer),
                scale=scale,
                item=ItemFactory(dealership=self.store),
            )
        if rater not in self.people:
            self.people[rater] = UserFactory(dealership=self.store, username=rater, full_name=rater.title())
        link, person, moment = self.links[key], self.people[rater], days_ago(0)
        day = self.store.local_day(moment)
        made = Interaction.objects.bulk_create(
            Interaction(dealership=self.store, link=link, occurred_at=moment, day=day, state="rated") for _ in scores
        )
        Rating.objects.bulk_create(
            Rating(dealership=self.store, interaction=each, link=link, day=day, scale=scale, score=score, rater=person)
            for each, score in zip(made, scores, strict=True)
        )

    def page(self, supplier):
        return LensesPage(access(self.gm), self.department(supplier), choose("", self.store.today()))

    def flagged(self):
        """Return whom the command flags."""
        out = io.StringIO()
        call_command("lenses", dealership="demo", format="json", stdout=out)
        lenses = json.loads(out.getvalue()).values()
        return {rater["rater"] for lens in lenses for rater in lens["raters"] if rater["flagged"]}

    def named(self):
        """Return whom the pages of all suppliers name."""
        return {line.distance.rater.code for code in self.departments for line in self.page(code).standing_out}


@pytest.fixture
def world():
    return World()


def words_of(client, world, supplier):
    client.force_login(world.gm)
    response = client.get(reverse("department_lenses", args=[supplier]), headers={"accept-language": "en"})
    html = response.content.decode().split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def everybody_lower(world, suppliers=12):
    """Bo gives 3 of 5 "not good" to everybody, the others at most 1 of 5."""
    for supplier in range(suppliers):
        for number, rater in enumerate(("bo", *(f"rater-{number}" for number in range(11)))):
            bad = 3 if rater == "bo" else (supplier + number) % 2
            world.rate(f"supplier-{supplier}", "sales", rater, [0] * bad + [1] * (5 - bad))


def test_r18_who_rates_everybody_lower_is_named_with_the_reason_and_stands_on_top(world, client):
    everybody_lower(world)
    page = world.page("supplier-3")
    assert next((line.name, line.is_apart, line.is_harsh) for line in page.raters) == ("Bo", False, True)
    assert [line.stands_out for line in page.raters].count(True) == 1
    assert page.ranking["rows"][0]["tone"] == "bad"
    words = words_of(client, world, "supplier-3")
    assert "Bo rates everybody clearly lower than others do" in words
    assert words.count("everybody lower") == 1
    assert "clearly apart " not in words.split("With all suppliers")[1].split("Points of a hundred")[0]
    assert world.flagged() == {"bo"}


def test_r18_one_person_is_counted_once_whatever_the_number_of_teams_they_rate(world, client):
    service = world.department("service")
    for team in ("workshop", "counter"):
        world.departments[team] = DepartmentFactory(dealership=world.store, code=team, parent=service)
        for rater in ("an", "bo", "cy"):
            world.rate(team, "sales", rater, (HARSH if rater == "bo" else GOOD) * 4)
    page = world.page("service")
    assert [line.supplier.code for line in page.raters if line.stands_out] == ["counter", "workshop"]
    assert [line.name for line in page.standing_out] == ["Bo"]
    assert "Bo lies clearly apart from the other customers" in words_of(client, world, "service")


def test_r18_several_are_counted_and_the_title_says_why(world, client):
    everybody_lower(world)
    for supplier in range(5):
        world.rate(f"supplier-{supplier}", "sales", "di", (HARSH if supplier == 3 else GOOD) * 4)
    assert {line.name: (line.is_apart, line.is_harsh) for line in world.page("supplier-3").standing_out} == {
        "Di": (True, False),
        "Bo": (False, True),
    }
    title = "2 raters lie clearly apart from the other customers, or rate everybody clearly lower"
    assert title in words_of(client, world, "supplier-3")


def test_r18_who_is_alone_on_a_scale_is_named_by_page_and_command(world):
    for rater in ("an", "cy", "di"):
        world.rate("finance", "hr", rater, [5] * 81 + [1] * 9, scale="five")
    world.rate("finance", "sales", "bo", HARSH * 10)
    assert world.named() == world.flagged() == {"bo"}


def test_r18_page_and_command_name_the_same_people_in_a_planted_year(world):
    """One bears a grudge against all suppliers, another against the one they rate most."""
    chance = np.random.default_rng(11)
    ratings = year(chance)
    against_all, against_one = PEOPLE_OF["finance"][0], PEOPLE_OF["sales"][0]
    most = max((each for each in ratings if each.rater == against_one), key=lambda each: each.n).link.supplier
    for each in ratings:
        if each.rater == against_all or each.key == (most, against_one):
            each.chance = PLANTED
        bad = int(chance.binomial(each.n, each.chance))
        scores = scores_of(chance, each.link.scale, bad, each.n - bad)
        plan = LINK_PLANS.index(each.link)
        world.rate(each.link.supplier, each.link.customer, each.rater, scores, scale=each.link.scale, plan=plan)
    assert world.named() == world.flagged()
    assert {against_all, against_one} <= world.flagged()
