"""The page of a dealer group: its stores side by side, figures of whole stores and nothing else (R16, R17)."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboards.choice import choose
from dashboards.group import SORTS, GroupPage, Together, listed
from dealership.models import DealerGroup, Dealership, Department, Position, User
from supplychain.models import Interaction, Item, Link, Mark
from surveys import rollups
from surveys.models import Rating, RatingChange, Rollup, ShardRun
from tests.conftest import fresh
from tests.dashboards.world import days_ago, make_world, rate, roll_up
from tests.factories import DealershipFactory, UserFactory

pytestmark = pytest.mark.django_db

OPEN_TO_GROUPS = {Dealership, Rollup}


@pytest.fixture
def group():
    return DealerGroup.objects.create(slug="group", name="Starlight Group")


@pytest.fixture
def manager(group):
    return UserFactory(dealership=None, group=group, full_name="Group Manager")


@pytest.fixture
def two(group):
    return make_world(group=group, name="North"), make_world(group=group, name="South")


def lines_of(manager, period=""):
    page = GroupPage(fresh(manager))
    return {line.store.name: line for line in page.lines(choose(period, page.today))}


def html_of(client, user, **query):
    client.force_login(user)
    response = client.get(reverse("group_dashboard"), query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def content_of(html):
    return html[html.index('id="main"') :]


def test_r16_one_not_good_denies_a_store_and_the_verdict_counts_the_denied(two, manager, client):
    north, south = two
    rate(north, "output-value", 1, 1, 1, 0)
    rate(south, "reimbursement", 1, 1)
    roll_up(north)
    roll_up(south)
    lines = lines_of(manager)
    assert (lines["North"].now.verdict, lines["North"].now.not_good, lines["North"].now.n) == ("not_satisfied", 1, 4)
    assert (lines["South"].now.verdict, lines["South"].now.n) == ("satisfied", 2)
    html = html_of(client, manager)
    assert "1 of 2 rated stores are not satisfied" in html
    assert html.index("North") < html.index("South")
    assert "1 of 4 not good" in html


def test_r17_the_twelve_months_stand_beside_the_period_with_their_interval(two, manager):
    north, _south = two
    rate(north, "output-value", *[1] * 9, 0, at=days_ago(70))
    rate(north, "output-value", *[0] * 5, at=days_ago(500))
    rate(north, "reimbursement", 1)
    roll_up(north)
    line = lines_of(manager)["North"]
    assert (line.now.verdict, line.now.n, line.long.n, line.long.good) == ("satisfied", 1, 11, 10)
    assert (round(line.long.interval_low, 3), round(line.long.interval_high, 3)) == (0.623, 0.984)


def test_each_store_draws_the_line_of_not_good_itself(group, manager):
    strict = make_world(group=group, name="Strict", not_good_threshold=3)
    mild = make_world(group=group, name="Mild", not_good_threshold=1)
    for world in (strict, mild):
        rate(world, "invoices", 5, 3, 2)
        roll_up(world)
    lines = lines_of(manager)
    assert (lines["Strict"].now.not_good, lines["Mild"].now.not_good) == (2, 0)
    assert (lines["Strict"].now.verdict, lines["Mild"].now.verdict) == ("not_satisfied", "satisfied")
    together = Together(list(lines.values()))
    assert (together.not_good, together.denied, together.rated) == (2, 1, 2)
    assert (together.now.n, together.now.good, together.long.satisfied_rate) == (6, 2, 2 / 6)


def test_the_group_adds_up_counts_and_averages_nothing(two, manager):
    north, south = two
    rate(north, "output-value", *[1] * 9, 0)
    rate(south, "output-value", 0, None, None)
    for world in two:
        roll_up(world)
    together = Together(list(lines_of(manager).values()))
    assert (together.long.n, together.long.good, round(together.long.satisfied_rate, 4)) == (11, 9, round(9 / 11, 4))
    assert together.now.response_rate == 11 / 13


def test_silent_links_are_counted_over_the_whole_period(two, manager):
    north, _south = two
    rate(north, "output-value", None)
    rate(north, "invoices", None, None)
    rate(north, "reimbursement", None, 1)
    rate(north, "parts-issue", None, at=days_ago(400))
    roll_up(north)
    line = lines_of(manager)["North"]
    assert (line.silent, line.now.counts.due, line.now.n) == (2, 5, 1)


def test_a_link_rated_in_one_month_of_a_quarter_is_not_silent_in_it(group, manager):
    world = make_world(group=group, name="North")
    for month, interactions, rated in ((1, 4, 0), (2, 3, 1)):
        Rollup.objects.create(
            dealership=world.store,
            link=world.links["invoices"],
            grain=2,
            start=datetime.date(2026, month, 1),
            interactions=interactions,
            due=interactions,
            rated=rated,
            five_5=rated,
        )
    assert lines_of(manager, "2026-01")["North"].silent == 1
    assert lines_of(manager, "2026-Q1")["North"].silent == 0


def test_small_numbers_say_so_and_no_ratings_give_no_figure(two, manager, client):
    north, _south = two
    rate(north, "output-value", 1, 1)
    roll_up(north)
    content = content_of(html_of(client, manager))
    row = content[content.index("<tbody>") :]
    assert row.index("North") < row.index("n=2") < row.index("South")
    assert "No ratings" in row[row.index("South") :]
    assert "0\u00a0%" not in row[row.index("South") :]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("worst", "Bad Mixed Good Silent"),
        ("not_good", "Mixed Bad Good Silent"),
        ("satisfied", "Bad Mixed Good Silent"),
        ("response", "Silent Mixed Bad Good"),
        ("silent", "Silent Bad Good Mixed"),
        ("name", "Bad Good Mixed Silent"),
    ],
)
def test_every_order_brings_first_what_asks_for_attention(group, manager, sort, expected):
    scores = {"Mixed": [0, 0, 1, 1, 1, None], "Good": [1, 1], "Bad": [0], "Silent": [None]}
    for name, given in scores.items():
        world = make_world(group=group, name=name)
        rate(world, "output-value", *given)
        roll_up(world)
    found = listed(lines_of(manager).values(), text="", sort=sort)
    assert " ".join(line.store.name for line in found) == expected


def test_unknown_orders_periods_and_pages_show_the_usual(two, manager, client):
    html = html_of(client, manager, sort="nonsense", period="2099-01", page="99", q="\x00")
    assert "lies in the future" in html
    assert "North" in html


def test_search_finds_parts_of_a_name_and_says_when_there_is_none(two, manager, client):
    html = html_of(client, manager, q="  sOu ")
    assert "South" in html
    assert "North" not in html
    html = html_of(client, manager, q="elsewhere", sort="name", period="2026-01")
    assert "No store of this name" in html
    assert "?sort=name&amp;period=2026-01" in html, "the way back keeps order and period"


def test_fifty_stores_a_page(group, manager, client):
    for number in range(51):
        DealershipFactory(group=group, name=f"Store {number:02}")
    html = html_of(client, manager, sort="name")
    assert "Store 49" in html
    assert "Store 50" not in html
    assert "Page 1 of 2" in html
    assert "Store 50" in html_of(client, manager, sort="name", page=2)


def test_a_group_without_stores_says_what_comes_next(manager, client):
    html = html_of(client, manager)
    assert "The group has no stores yet" in html
    assert "<table" not in html


def test_days_are_those_of_the_zone_most_stores_are_in(group, manager, monkeypatch):
    for zone in ("Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin"):
        DealershipFactory(group=group, time_zone=zone)
    # 31 October, 17:00 in UTC: in Shanghai November has begun.
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2026, 10, 31, 17, 0, tzinfo=datetime.UTC))
    page = GroupPage(fresh(manager))
    assert (page.zone.key, page.today) == ("Asia/Shanghai", datetime.date(2026, 11, 1))


def test_months_of_stores_in_different_zones_add_up(group, manager):
    worlds = [make_world(group=group, name=zone, zone=zone) for zone in ("Asia/Shanghai", "America/New_York")]
    moment = datetime.datetime(2026, 1, 31, 20, 0, tzinfo=datetime.UTC)  # February in Shanghai, January in New York
    for world in worlds:
        rate(world, "output-value", 1, at=moment)
        roll_up(world)
    january, february = lines_of(manager, "2026-01"), lines_of(manager, "2026-02")
    assert (january["America/New_York"].now.n, january["Asia/Shanghai"].now.n) == (1, 0)
    assert (february["America/New_York"].now.n, february["Asia/Shanghai"].now.n) == (0, 1)


def test_as_of_is_that_of_the_store_that_lags_most(two, manager):
    page = GroupPage(fresh(manager))
    assert page.as_of() is None
    finished = timezone.now()
    for shard in range(2):
        ShardRun.objects.create(shard=shard, finished_at=finished - datetime.timedelta(minutes=shard))
    shards = {rollups.shard_of(world.store.pk) for world in two}
    expected = min(finished - datetime.timedelta(minutes=shard) for shard in shards)
    assert page.as_of() == expected
    waiting = finished - datetime.timedelta(hours=1)
    Mark.objects.create(dealership_id=two[1].store.pk, link_id=1, day=finished.date(), created_at=waiting)
    assert page.as_of() == waiting


def test_the_number_of_queries_does_not_grow_with_stores(group, manager):
    def queries():
        client = Client()
        client.force_login(manager)
        client.get(reverse("group_dashboard"))
        with CaptureQueriesContext(connection) as captured:
            response = client.get(reverse("group_dashboard"))
        assert response.status_code == 200
        return len(captured)

    make_world(group=group)
    one = queries()
    for _ in range(12):
        world = make_world(group=group)
        rate(world, "output-value", 1, 0, None)
        roll_up(world)
    assert one == queries() <= 12


# --- Who opens it, and what else its people see -----------------------------------------------------


def test_home_and_dashboard_lead_to_the_group_and_the_navigation_shows_it_alone(two, manager, client):
    client.force_login(manager)
    for name in ("home", "dashboard"):
        response = client.get(reverse(name))
        assert (response.status_code, response["Location"]) == (302, reverse("group_dashboard"))
    html = html_of(client, manager)
    navigation = html[html.index('class="rail-nav"') : html.index('id="main"')]
    assert reverse("group_dashboard") in navigation
    for name in ("interaction_list", "flow_map", "store_dashboard", "setup", "admin:index"):
        assert f'href="{reverse(name)}"' not in navigation
    assert "Starlight Group" in navigation


def test_only_the_groups_own_people_see_its_stores(two, manager, client):
    other = DealerGroup.objects.create(slug="other", name="Other")
    make_world(group=other, name="Foreign")
    html = html_of(client, manager)
    assert "Foreign" not in html
    stranger = UserFactory(dealership=None, group=other)
    html = html_of(client, stranger)
    assert "Foreign" in html
    assert "North" not in html
    for person in (
        two[0].gm,
        two[0].admin,
        UserFactory(dealership=None),
        UserFactory(dealership=None, is_superuser=True),
    ):
        client.force_login(person)
        assert client.get(reverse("group_dashboard")).status_code == 403


@pytest.mark.parametrize(
    "model", [Dealership, Rollup, Department, Position, User, Item, Link, Interaction, Rating, RatingChange, Mark]
)
def test_people_of_a_group_read_stores_and_rollups_and_no_other_row(two, manager, model):
    north, south = two
    rating = rate(north, "output-value", 0)
    RatingChange.objects.create(dealership=north.store, interaction=rating.interaction, score=1, changed_by=north.gm)
    roll_up(north)
    rate(south, "output-value", None)
    assert model.objects.exists()
    assert model.objects.visible_to(manager).exists() == (model in OPEN_TO_GROUPS)
    assert not model.objects.visible_to(AnonymousUser()).exists()


def test_opening_a_row_to_groups_is_decided_here():
    from django.apps import apps

    opened = {model for model in apps.get_models() if getattr(model._default_manager.all(), "open_to_group", False)}
    assert opened == OPEN_TO_GROUPS


@pytest.mark.parametrize("what", [{"is_store_admin": True}, {"is_superuser": True}, {"with_store": True}])
def test_nobody_belongs_to_a_group_and_to_something_else(group, what):
    fields = {"dealership": DealershipFactory()} if what.pop("with_store", False) else {"dealership": None}
    person = UserFactory.build(group=group, **{**fields, **what})
    with pytest.raises(ValidationError):
        person.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        person.save()


def test_an_operator_makes_a_person_of_a_group_on_the_administration_pages(group, client):
    client.force_login(UserFactory(dealership=None, is_superuser=True))
    form = {
        "username": "grace",
        "full_name": "Grace",
        "dealership": "",
        "group": group.pk,
        "is_active": "on",
        "positions-TOTAL_FORMS": "0",
        "positions-INITIAL_FORMS": "0",
    }
    response = client.post(reverse("admin:dealership_user_add"), form)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert User.objects.get(username="grace").group == group
    both = {**form, "username": "both", "dealership": DealershipFactory().pk}
    response = client.post(reverse("admin:dealership_user_add"), both, headers={"accept-language": "en"})
    assert "nobody belongs to both" in response.content.decode()
    neither = {**form, "username": "neither", "group": ""}
    response = client.post(reverse("admin:dealership_user_add"), neither, headers={"accept-language": "en"})
    assert "Choose a store or a dealer group above" in response.content.decode()


def test_a_stores_admin_cannot_give_the_group_away(two, group, client):
    client.force_login(two[0].admin)
    address = reverse("admin:dealership_user_change", args=[two[0].clerk.pk])
    assert 'name="group"' not in client.get(address).content.decode()
    form = {"full_name": "Clerk", "username": "clerk", "group": group.pk, "is_active": "on"}
    client.post(address, {**form, "positions-TOTAL_FORMS": "0", "positions-INITIAL_FORMS": "0"})
    assert fresh(two[0].clerk).group is None


def test_every_order_is_offered(two, manager, client):
    html = html_of(client, manager, sort="name")
    orders = html[html.index('class="orders"') :]
    assert all(f"sort={sort}" in orders for sort in SORTS if sort not in ("worst",))
    assert 'aria-current="true">By name' in orders
