"""manage.py demo: reproducible, believable, refused where it would mix with other stores."""

import datetime
import io
import zoneinfo

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from config.demo.accounts import OFFERED, demo_accounts
from config.demo.people import SEATS
from config.management.commands.demo import load_store
from dealership.access import access_of
from dealership.models import Dealership, Position, User
from supplychain.models import Interaction, Link
from supplychain.standard_store import DEPARTMENTS, LINKS
from surveys import rollups
from surveys.models import ManagementBlock, ManagementRating, Rating, RatingChange
from tests.factories import DealershipFactory, UserFactory

pytestmark = pytest.mark.django_db

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
SMALL = {"months": 2, "ratings_per_day": 10}


def contents(slug, until=None):
    """Return what a demo store holds, without database keys."""
    interactions = Interaction.objects.filter(dealership__slug=slug).values_list(
        "occurred_at",
        "link__item__code",
        "link__supplier__code",
        "link__customer__code",
        "note",
        "state",
        "logged_by__full_name",
        "rating__score",
        "rating__rated_at",
        "rating__rater__full_name",
        "rating__reasons",
        "rating__comment",
    )
    return sorted(str(row) for row in interactions if until is None or row[0] < until)


def judged(slug):
    """Return how the managers of a demo store were judged, without database keys and names."""
    rows = ManagementRating.objects.filter(dealership__slug=slug).order_by("month", "department__rank", "rated_at")
    sums = ManagementBlock.objects.filter(dealership__slug=slug).order_by("start", "department__rank")
    return (
        sorted(rows.values_list("department__code", "month", "side", "score", "comment")),
        list(sums.values_list("department__code", "start", "end", "raters", "five_5", "comments")),
    )


def demo(**options):
    out = io.StringIO()
    call_command("demo", stdout=out, **{**SMALL, **options})
    return out.getvalue()


def make_room():
    """Rename the loaded demo store and its people, so that the same can be loaded again."""
    Dealership.objects.filter(slug="demo").update(slug="away")
    for user in User.objects.filter(dealership__slug="away"):
        user.username, user.email = f"away-{user.username}", ""
        user.save()


def test_same_seed_day_and_language_give_the_same_data():
    for slug in ("a", "b", "c"):
        DealershipFactory(slug=f"x-{slug}")  # other keys must not matter
    load_store("demo", now=NOON, **SMALL)
    first, said = contents("demo"), judged("demo")
    assert all(said), "superiors and subordinates"
    people = list(User.objects.filter(dealership__slug="demo").values_list("username", "full_name").order_by("pk"))
    make_room()
    load_store("demo", now=NOON, **SMALL)
    assert contents("demo") == first
    assert judged("demo") == said
    assert (
        list(User.objects.filter(dealership__slug="demo").values_list("username", "full_name").order_by("pk")) == people
    )


def test_later_on_the_same_day_only_adds():
    until = NOON - datetime.timedelta(days=9)  # of what was before that, all ratings have come
    load_store("demo", now=NOON.replace(hour=0, minute=30), **SMALL)
    early = contents("demo")
    early_until = contents("demo", until)
    make_room()
    load_store("demo", now=NOON.replace(hour=23, minute=30), **SMALL)
    assert contents("demo", until) == early_until
    assert len(contents("demo")) > len(early)


def test_another_seed_gives_other_data():
    load_store("demo", now=NOON, **SMALL)
    first = contents("demo")
    load_store("demo-2", now=NOON, seed=2, **SMALL)
    assert contents("demo-2") != first


def test_the_rollups_are_up_to_date_and_clean():
    demo()
    store = Dealership.objects.get(slug="demo")
    assert rollups.verify(store) == []
    assert rollups.as_of(store.pk) is not None


def test_the_store_is_the_standard_store_with_thirty_people():
    demo()
    store = Dealership.objects.get(slug="demo")
    assert store.is_demo
    assert len(SEATS) == User.objects.filter(dealership=store).count() == 30
    for plan in DEPARTMENTS:
        assert Position.objects.filter(department__code=plan.code, role="manager", end=None).count() == 1
    links = sum(len([customer for customer in plan.customers if customer != plan.supplier]) for plan in LINKS)
    assert Link.objects.filter(dealership=store).count() == links + 1
    ended = Link.objects.get(dealership=store, active_to__isnull=False)  # R10
    assert ended.ratings.exists()
    assert Link.objects.get(item=ended.item, customer=ended.customer, active_to=None).scale != ended.scale
    moved = Position.objects.get(dealership=store, end__isnull=False)  # R2
    assert moved.person.positions.filter(start=moved.end + datetime.timedelta(days=1)).exists()


def test_everybody_rates_only_what_they_may():
    demo()
    for rating in Rating.objects.select_related("link", "rater").order_by("?")[:200]:
        held = rating.rater.positions.held_on(rating.day)
        assert not held.filter(department=rating.link.supplier_id).exists()  # R15
        sides = [rating.link.customer_id, rating.link.customer.parent_id]
        assert held.filter(department__in=sides).exists()


def test_nothing_lies_in_the_future_and_nothing_before_it_happened():
    load_store("demo", now=NOON, **SMALL)
    for rating in Rating.objects.select_related("interaction"):
        assert rating.interaction.occurred_at <= rating.rated_at <= NOON
    assert not Interaction.objects.filter(occurred_at__gt=NOON).exists()
    assert all(change.changed_at <= NOON for change in RatingChange.objects.all())
    assert RatingChange.objects.exists()


@pytest.mark.parametrize("day", ["2026-11-23T12:00", "2026-12-01T00:10", "2026-12-01T18:00", "2026-03-02T08:00"])
def test_r16_service_has_a_veto_this_month_and_every_manager_has_something_to_rate(day):
    now = datetime.datetime.fromisoformat(day).replace(tzinfo=SHANGHAI)
    load_store("demo", now=now, **SMALL)
    this_month = Rating.objects.filter(day__gte=now.date().replace(day=1), link__supplier__code="service")
    assert this_month.filter(scale="binary", score=0, link__customer__code="finance").exists()
    states = set(Interaction.objects.values_list("state", flat=True))
    assert states == {"open", "rated", "expired", "dismissed"}
    for manager in Position.objects.filter(role="manager", end=None).exclude(department__code="service-claims"):
        waiting = Interaction.objects.open().rateable_by(access_of(manager.person))
        assert waiting.count() >= 3, manager


def test_a_link_is_silent():
    demo()
    silent = Link.objects.get(item__code="stock-value")
    assert silent.interactions.exists()
    assert not silent.ratings.exists()


@pytest.mark.parametrize(
    ("language", "name", "person"), [("zh-hans", "星辉汽车4S店", "王海涛"), ("en", "Starlight Motors", "Wang Haitao")]
)
def test_languages(language, name, person):
    demo(language=language)
    assert Dealership.objects.get().name == name
    assert User.objects.get(username="service").full_name == person
    comments = "".join(Rating.objects.values_list("comment", flat=True))
    assert comments.isascii() is (language == "en")


def test_accounts_sign_in_with_the_printed_password(client):
    out = demo()
    assert "service, service-reception" in out
    assert "http://localhost:" in out
    for username in ("service", "gm", "admin"):
        assert client.login(username=username, password="demo")
    assert User.objects.get(username="admin").is_store_admin
    assert access_of(User.objects.get(username="gm")).is_general_manager


def test_the_sign_in_page_offers_the_accounts_only_where_the_demo_is(client, django_assert_num_queries):
    UserFactory(username="service")
    page = client.get(reverse("account_login")).content.decode()
    assert 'value="service"' not in page
    User.objects.all().delete()
    Dealership.objects.all().delete()
    demo(language="en")
    assert [account["username"] for account in demo_accounts()] == list(OFFERED)
    page = client.get(reverse("account_login")).content.decode()
    assert 'value="service"' in page
    with django_assert_num_queries(1):
        demo_accounts()


def test_other_stores_are_not_mixed_with_the_demo():
    DealershipFactory(slug="real")
    with pytest.raises(CommandError, match="holds 1 store already"):
        demo()
    assert Dealership.objects.count() == 1
    assert demo(if_empty=True) == ""
    assert Dealership.objects.count() == 1
    demo(append=True)
    assert set(Dealership.objects.values_list("slug", flat=True)) == {"real", "demo"}
    with pytest.raises(CommandError, match="holds 2 stores already"):
        demo()


def test_if_empty_loads_once_and_then_only_tells_the_accounts():
    assert "Store 1 of 1" in demo(if_empty=True)
    again = demo(if_empty=True)
    assert "Store 1 of 1" not in again
    assert "service" in again
    assert Dealership.objects.count() == 1


def test_several_stores_and_appended_ones():
    out = demo(stores=2)
    assert "Store 2 of 2: demo-2" in out
    demo(append=True)
    assert list(Dealership.objects.order_by("pk").values_list("slug", flat=True)) == ["demo", "demo-2", "demo-3"]
    assert User.objects.get(username="demo-3-service").dealership.slug == "demo-3"
    names = Dealership.objects.values_list("name", flat=True)
    assert len(set(names)) == 3


def test_a_group_of_several_stores_has_a_manager_who_is_offered_too(client):
    out = demo(months=1, ratings_per_day=3, language="en")
    assert not User.objects.filter(group__isnull=False).exists()
    assert "group" not in [account["username"] for account in demo_accounts()]
    out = demo(append=True, months=1, ratings_per_day=3, language="en")
    manager = User.objects.get(username="group")
    assert {store.slug for store in manager.group.dealerships.all()} == {"demo", "demo-2"}
    assert demo_accounts()[-1]["username"] == "group"
    assert out.splitlines()[-1].endswith("group")
    assert client.login(username="group", password="demo")
    page = client.get(reverse("group_dashboard"), headers={"accept-language": "en"})
    assert "Starlight Motors East" in page.content.decode()
    demo(append=True, months=1, ratings_per_day=3, language="en")
    assert User.objects.filter(group__isnull=False).count() == 1


def test_the_groups_user_name_is_refused_where_a_group_needs_it():
    UserFactory(username="group", dealership=None)
    with pytest.raises(CommandError, match="group"):
        demo(stores=2)
    assert not Dealership.objects.filter(is_demo=True).exists()
    demo(months=1, ratings_per_day=3)
    assert Dealership.objects.filter(is_demo=True).count() == 1


def test_taken_user_names_are_refused_before_anything_is_loaded():
    UserFactory(username="finance")
    with pytest.raises(CommandError, match="taken: finance"):
        demo(append=True)
    assert not Dealership.objects.filter(is_demo=True).exists()


@pytest.mark.parametrize(
    "options", [["--stores", "0"], ["--months", "x"], ["--ratings-per-day", "-1"], ["--language", "fr"]]
)
def test_impossible_options_are_refused(options):
    with pytest.raises(CommandError):
        call_command("demo", *options)
    assert not Dealership.objects.exists()
