"""import_data interactions and ratings: what is written, what stays, and every refusal in words."""

import datetime

import pytest
from django.utils import timezone

from dealership.models import Position
from supplychain.actions import dismiss_interaction, expire_interactions
from supplychain.models import Interaction, Link, Mark
from surveys import rollups
from surveys.actions import change_rating, rate_interaction
from surveys.models import Rating, Rollup
from surveys.models.ratings import rating_of
from tests.config.importing import (
    INTERACTION_HEADER,
    ON_LINK,
    RATING_HEADER,
    Files,
    link_of,
    person,
    refused,
    run,
    small_store,
    utc,
)
from tests.conftest import fresh
from tests.factories import DealershipFactory, LinkFactory, PositionFactory, UserFactory, manager_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def store():
    return small_store()


def counts(out):
    return out.splitlines()[0].split(": ", 1)[1]


def marks():
    return sorted(Mark.objects.values_list("link_id", "day"))


# --- Interactions


def test_interactions_wait_for_their_rating(files, store):
    rows = [
        INTERACTION_HEADER,
        f"a,{ON_LINK},2026-03-02T09:30,ser,差旅费",
        f"b,{ON_LINK},2026-03-02T10:30,,",
        f"c,{ON_LINK},2026-03-03T10:30,,",
    ]
    assert counts(run("interactions", files.csv(*rows))) == "3 created, 0 updated, 0 unchanged."
    first = Interaction.objects.get(external_id="a")
    assert (first.link, first.state, first.requester, first.note, first.day) == (
        link_of(store),
        "open",
        person("ser"),
        "差旅费",
        datetime.date(2026, 3, 2),
    )
    link = link_of(store).pk
    assert marks() == [(link, datetime.date(2026, 3, 2)), (link, datetime.date(2026, 3, 3))]  # one per link and day
    assert counts(run("interactions", files.csv(*rows))) == "0 created, 0 updated, 3 unchanged."
    assert (Interaction.objects.count(), len(marks())) == (3, 2)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("x,gossip,finance,service,reimbursement,2026-03-02,,", "column flow: “gossip” is unknown here."),
        ("x,service,bank,service,reimbursement,2026-03-02,,", "column supplier: There is no department with the code"),
        ("x,service,finance,guest,reimbursement,2026-03-02,,", "column customer: There is no department with the code"),
        ("x,service,finance,service,gold,2026-03-02,,", "column item: There is no item with the code “gold”."),
        (
            "x,material,finance,service,reimbursement,2026-03-02,,",
            "column item: There is no supply link with this flow",
        ),
        ("x,service,service,finance,reimbursement,2026-03-02,,", "column item: There is no supply link with this flow"),
        ("x,service,finance,finance,reimbursement,2026-03-02,,", "column customer: Supplier and customer must be diff"),
        (f"x,{ON_LINK},2099-03-02,,", "column occurred_at: This lies in the future."),
        (f"x,{ON_LINK},soon,,", "column occurred_at: “soon” is no time. Write, for example, 2026-11-23T09:30."),
        (f"x,{ON_LINK},2026-03-02,nobody,", "column requester: The store has nobody with the user name “nobody”."),
        (f"x,{ON_LINK},2026-03-02,foreign,", "column requester: The store has nobody with the user name “foreign”."),
        (f"x,{ON_LINK},2026-03-02,,{'n' * 301}", "column note: At most 300 characters (this has 301)."),
        (f"{'x' * 101},{ON_LINK},2026-03-02,,", "column external_id: At most 100 characters (this has 101)."),
        (f"good,{ON_LINK},2026-03-09,,", "column external_id: Line 2 has the same external_id with other values."),
        (f"known,{ON_LINK},2026-03-09,,", "column external_id: The store has an interaction with this external_id"),
        (f",{ON_LINK},2026-03-02,,", "column external_id: This is required."),
    ],
)
def test_interactions_refused_all_or_none(files, store, row, error):
    UserFactory(username="foreign")
    run("interactions", files.csv(INTERACTION_HEADER, f"known,{ON_LINK},2026-03-01,,"))
    lines = refused("interactions", files.csv(INTERACTION_HEADER, f"good,{ON_LINK},2026-03-02,,", row))
    assert lines[0].startswith(f"line 3, {error}")
    assert len(lines) == 2
    assert Interaction.objects.get().external_id == "known"


def test_r10_the_link_in_force_on_the_day_is_taken(files, store):
    old = link_of(store)
    old.active_from, old.active_to = datetime.date(2026, 1, 1), datetime.date(2026, 2, 28)
    old.save()
    new = LinkFactory(
        dealership=store,
        supplier=old.supplier,
        customer=old.customer,
        item=old.item,
        scale="five",
        active_from=datetime.date(2026, 3, 1),
    )
    rows = [f"a,{ON_LINK},2026-02-28T23:59,,", f"b,{ON_LINK},2026-03-01T00:00,,"]
    run("interactions", files.csv(INTERACTION_HEADER, *rows))
    assert list(Interaction.objects.order_by("external_id").values_list("link", flat=True)) == [old.pk, new.pk]
    lines = refused("interactions", files.csv(INTERACTION_HEADER, f"c,{ON_LINK},2025-12-31T23:59,,"))
    assert lines[0] == "line 2, column occurred_at: The supply link was not in force on this day."


def test_ids_of_another_store_are_its_own(files, store):
    run("interactions", files.csv(INTERACTION_HEADER, f"a,{ON_LINK},2026-03-02,,"))
    other = LinkFactory(dealership=DealershipFactory(slug="other"), item__code="x")
    row = f"a,service,{other.supplier.code},{other.customer.code},{other.item.code},2026-03-02,,"
    run("interactions", files.csv(INTERACTION_HEADER, row), slug="other")
    assert Interaction.objects.filter(external_id="a").count() == 2


# --- Ratings


def test_ratings_make_their_interactions(files, store):
    rows = [
        RATING_HEADER,
        f"a,{ON_LINK},2026-03-02T09:30,ser,0,2026-03-02T11:00,slow|UNSOLVED,跑了两趟",
        f"b,{ON_LINK},2026-03-02T23:30,ser,1.0,,,",
        "c,service,hr,service,recruiting,2026-03-05T10:00,ser,4,,,",
    ]
    assert counts(run("ratings", files.csv(*rows))) == "3 created, 0 updated, 0 unchanged."
    rating = Rating.objects.get(external_id="a")
    assert (rating.score, rating.scale, rating.rater, rating.rated_at, rating.reasons, rating.comment) == (
        0,
        "binary",
        person("ser"),
        utc("2026-03-02T03:00"),
        ["slow", "unsolved"],
        "跑了两趟",
    )
    interaction = rating.interaction
    assert (interaction.state, interaction.occurred_at, interaction.day, rating.day, rating.link) == (
        "rated",
        utc("2026-03-02T01:30"),
        datetime.date(2026, 3, 2),
        datetime.date(2026, 3, 2),
        link_of(store),
    )
    assert Rating.objects.get(external_id="b").rated_at == utc("2026-03-02T15:30")
    assert Rating.objects.get(external_id="c").scale == "five"
    assert len(marks()) == 2
    assert counts(run("ratings", files.csv(*rows))) == "0 created, 0 updated, 3 unchanged."
    assert (Rating.objects.count(), Interaction.objects.count(), len(marks())) == (3, 3, 2)


def test_the_rollups_follow(files, store):
    run(
        "ratings",
        files.csv(RATING_HEADER, f"a,{ON_LINK},2026-03-02T09:30,ser,0,,,", f"b,{ON_LINK},2026-03-02,ser,1,,,"),
    )
    rollups.absorb_all()
    assert rollups.verify(store) == []
    assert set(Rollup.objects.values_list("due", "binary_0", "binary_1")) == {(2, 1, 1)}


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (f"x,{ON_LINK},2026-03-02,fin,1,,,", "column rater: The supplier never rates itself: this person was of the"),
        (f"x,{ON_LINK},2026-03-02,hr,1,,,", "column rater: Only the customer rates: this person was not of the"),
        (f"x,{ON_LINK},2026-03-02,foreign,1,,,", "column rater: The store has nobody with the user name “foreign”."),
        (f"x,{ON_LINK},2026-03-02,ser,5,,,", "column score: “5” is not on this link's scale: write 1 (good) or 0"),
        (f"x,{ON_LINK},2026-03-02,ser,good,,,", "column score: “good” is not on this link's scale"),
        (f"x,{ON_LINK},2026-03-02,ser,0.5,,,", "column score: “0.5” is not on this link's scale"),
        (
            "x,service,hr,service,recruiting,2026-03-02,ser,0,,,",
            "column score: “0” is not on this link's scale: write 1, 2",
        ),
        ("x,service,hr,service,recruiting,2026-03-02,ser,6,,,", "column score: “6” is not on this link's scale"),
        (f"x,{ON_LINK},2026-03-02,ser,,,,", "column score: This is required."),
        (f"x,{ON_LINK},2099-03-02,ser,1,,,", "column occurred_at: This lies in the future."),
        (f"x,{ON_LINK},2026-03-02,ser,1,2099-03-02,,", "column rated_at: This lies in the future."),
        (f"x,{ON_LINK},2026-03-02,ser,1,2026-03-01,,", "column rated_at: This lies before the interaction took place."),
        (
            f"x,{ON_LINK},2026-03-02,ser,0,,damaged,",
            "column reasons: “damaged” is no reason in this flow. Write one of",
        ),
        (f"x,{ON_LINK},2026-03-02,ser,0,,,{'c' * 501}", "column comment: At most 500 characters (this has 501)."),
        (f"good,{ON_LINK},2026-03-02,ser,0,,,", "column external_id: Line 2 has the same external_id with other"),
        (f"known,{ON_LINK},2026-03-01,ser,0,,,", "column external_id: The store has a rating with this external_id"),
    ],
)
def test_ratings_refused_all_or_none(files, store, row, error):
    UserFactory(username="foreign")
    run("ratings", files.csv(RATING_HEADER, f"known,{ON_LINK},2026-03-01,ser,1,,,"))
    lines = refused("ratings", files.csv(RATING_HEADER, f"good,{ON_LINK},2026-03-02,ser,1,,,", row))
    assert lines[0].startswith(f"line 3, {error}")
    assert len(lines) == 2
    assert Rating.objects.get().external_id == "known"
    assert Interaction.objects.count() == 1
    assert Mark.objects.count() == 1


def test_all_errors_of_a_row_are_named(files, store):
    lines = refused("ratings", files.csv(RATING_HEADER, f"x,{ON_LINK},2026-03-02,fin,7,2026-01-01,late,"))
    assert [line.split(":")[0].removeprefix("line 2, column ") for line in lines[:-1]] == [
        "rated_at",
        "score",
        "reasons",
        "rater",
    ]


def test_a_bad_row_after_many_good_ones_takes_them_all_back(files, store):
    rows = [f"r{n},{ON_LINK},2026-03-02T09:30,ser,1,,," for n in range(2500)]
    lines = refused("ratings", files.csv(RATING_HEADER, *rows, f"x,{ON_LINK},2026-03-02,fin,1,,,"))
    assert lines[0].startswith("line 2502, column rater")
    assert (Rating.objects.count(), Interaction.objects.count(), Mark.objects.count()) == (0, 0, 0)
    run("ratings", files.csv(RATING_HEADER, *rows))
    assert Rating.objects.count() == 2500


def test_r15_the_manager_above_a_team_rates_for_it_its_members_do_not(files, store):
    PositionFactory(
        department=link_of(store).customer, person=UserFactory(dealership=store, username="clerk"), role="member"
    )
    on_team = "service,finance,workshop,advances"
    run("ratings", files.csv(RATING_HEADER, f"a,{on_team},2026-03-02,ser,1,,,", f"b,{on_team},2026-03-02,mec,1,,,"))
    lines = refused("ratings", files.csv(RATING_HEADER, f"c,{on_team},2026-03-02,clerk,1,,,"))
    assert lines[0].startswith("line 2, column rater: Only the customer rates")


def test_r2_r15_the_positions_of_the_day_of_rating_decide(files, store):
    last_day = datetime.date(2026, 3, 31)
    Position.objects.filter(person=person("ser")).update(end=last_day)
    PositionFactory(
        department=link_of(store).supplier,
        person=person("ser"),
        role="member",
        start=last_day + datetime.timedelta(days=1),
    )
    run("ratings", files.csv(RATING_HEADER, f"a,{ON_LINK},2026-03-31T23:59,ser,1,,,"))
    for row in (f"b,{ON_LINK},2026-04-01T00:00,ser,1,,,", f"b,{ON_LINK},2026-03-31T23:59,ser,1,2026-04-01T00:10,,"):
        lines = refused("ratings", files.csv(RATING_HEADER, row))
        assert lines[0].startswith("line 2, column rater: The supplier never rates itself")


def test_somebody_of_both_sides_is_of_the_supplier(files, store):
    PositionFactory(department=link_of(store).supplier, person=person("ser"), role="member")
    lines = refused("ratings", files.csv(RATING_HEADER, f"a,{ON_LINK},2026-03-02,ser,1,,,"))
    assert lines[0].startswith("line 2, column rater: The supplier never rates itself")


# --- Ratings on interactions that came before

ROW = f"a,{ON_LINK},2026-03-02T09:30"


def test_a_rating_finds_the_interaction_of_the_same_id(files, store):
    run("interactions", files.csv(INTERACTION_HEADER, f"{ROW},ser,note", f"b,{ON_LINK},2026-03-02,,"))
    run("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,,,"))
    interaction = Interaction.objects.get(external_id="a")
    assert (interaction.state, interaction.note, rating_of(interaction).made_interaction) == ("rated", "note", False)
    assert Interaction.objects.get(external_id="b").state == "open"
    assert counts(run("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,,,"))) == "0 created, 0 updated, 1 unchanged."
    out = run("interactions", files.csv(INTERACTION_HEADER, f"{ROW},ser,note"))
    assert counts(out) == "0 created, 0 updated, 1 unchanged."


def test_interactions_after_ratings_change_nothing(files, store):
    run("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,,,"))
    out = run("interactions", files.csv(INTERACTION_HEADER, f"{ROW},,a note"))
    assert counts(out) == "0 created, 0 updated, 1 unchanged."


def test_a_rating_of_the_same_id_for_something_else_is_refused(files, store):
    run("interactions", files.csv(INTERACTION_HEADER, f"{ROW},ser,"))
    for row in (f"a,{ON_LINK},2026-03-02T09:31", "a,service,finance,workshop,advances,2026-03-02T09:30"):
        lines = refused("ratings", files.csv(RATING_HEADER, f"{row},{'ser'},1,,,"))
        assert lines[0].startswith("line 2, column external_id: The store has an interaction with this external_id")


def test_r15_one_rating_for_each_interaction(files, store):
    run("interactions", files.csv(INTERACTION_HEADER, f"{ROW},ser,"))
    rate_interaction(acting_user=person("ser"), interaction=Interaction.objects.get(), score=1)
    lines = refused("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,,,"))
    assert lines[0] == ("line 2, column external_id: This has been rated already: one rating for each interaction.")


def test_what_did_not_take_place_is_not_rated(files, store):
    run("interactions", files.csv(INTERACTION_HEADER, f"{ROW},ser,"))
    dismiss_interaction(acting_user=person("ser"), interaction=Interaction.objects.get())
    lines = refused("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,,,"))
    assert "not having taken place" in lines[0]


def test_expired_ones_take_a_rating_that_was_given_in_time(files, store):
    run("interactions", files.csv(INTERACTION_HEADER, f"{ROW},ser,"))
    assert expire_interactions(dealership=store) == 1
    rollups.absorb_all()
    lines = refused("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,2026-03-17T09:00,,"))
    assert lines[0] == "line 2, column rated_at: The time to rate this has passed."
    run("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,2026-03-16T09:00,,"))
    rollups.absorb_all()
    assert rollups.verify(store) == []
    assert set(Rollup.objects.values_list("expired", "binary_1")) == {(0, 1)}


def test_a_rating_changed_since_stays_as_its_rater_left_it(files, store):
    now = timezone.now().astimezone(store.zone).replace(microsecond=0) - datetime.timedelta(hours=1)
    row = f"a,{ON_LINK},{now.isoformat()},ser,1,,,"
    run("ratings", files.csv(RATING_HEADER, row))
    change_rating(acting_user=fresh(person("ser")), rating=Rating.objects.get(), score=0)
    assert counts(run("ratings", files.csv(RATING_HEADER, row))) == "0 created, 0 updated, 1 unchanged."
    assert Rating.objects.get().score == 0


def test_dry_run_of_ratings_counts_and_writes_nothing(files, store):
    out = run("ratings", files.csv(RATING_HEADER, f"{ROW},ser,1,,,", f"{ROW},ser,1,,,"), dry_run=True)
    assert out.splitlines() == [
        "ratings: 1 created, 0 updated, 1 unchanged.",
        "Dry run: nothing was written.",
    ]
    assert (Rating.objects.count(), Interaction.objects.count(), Mark.objects.count()) == (0, 0, 0)


def test_a_links_manager_from_the_factories_may_be_named_too(files, store):
    boss = manager_of(Link.objects.get(item__code="recruiting").customer, person__username="boss.二")
    run("ratings", files.csv(RATING_HEADER, "z,service,hr,service,recruiting,2026-03-05T10:00,boss.二,2,,slow,"))
    assert Rating.objects.get().rater == boss
