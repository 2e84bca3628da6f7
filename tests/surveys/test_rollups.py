"""Rollups: marks, the consumer, rebuild, verify, and what "as of" means."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from dealership.models import Dealership
from supplychain.actions import dismiss_interaction, expire_interactions, log_interaction
from supplychain.models import Interaction, Mark
from surveys import rollups, tasks
from surveys.actions import change_rating, rate_interaction, undo_rating
from surveys.models import Grain, Rating, Rollup, ShardRun
from tests.factories import InteractionFactory, LinkFactory, manager_of

pytestmark = pytest.mark.django_db


def month_row(link):
    return Rollup.objects.get(link=link, grain=Grain.MONTH)


def rated(score=1, **fields):
    interaction = InteractionFactory(**fields)
    rater = manager_of(interaction.link.customer)
    return rate_interaction(acting_user=rater, interaction=interaction, score=score)


def test_a_rating_reaches_its_week_and_its_month():
    rating = rated(score=0)
    assert rollups.absorb_all() == 1
    rows = {row.grain: row for row in Rollup.objects.all()}
    assert rows[Grain.WEEK].start == rating.day - datetime.timedelta(days=rating.day.weekday())
    assert rows[Grain.MONTH].start == rating.day.replace(day=1)
    for row in rows.values():
        assert (row.interactions, row.due, row.binary_0, row.binary_1) == (1, 1, 1, 0)
    assert not Mark.objects.exists()


def test_absorbing_again_changes_nothing():
    rating = rated()
    rollups.absorb_all()
    before = list(Rollup.objects.values())
    # A task that came twice, and a mark that was left: the recount gives the same.
    Mark.objects.create(dealership_id=rating.dealership_id, link_id=rating.link_id, day=rating.day)
    rollups.absorb_all()
    rollups.absorb_all()
    assert list(Rollup.objects.values()) == before


def test_a_changed_rating_moves_the_counts():
    rating = rated(score=1)
    rollups.absorb_all()
    change_rating(acting_user=rating.rater, rating=rating, score=0)
    rollups.absorb_all()
    row = month_row(rating.link)
    assert (row.binary_0, row.binary_1) == (1, 0)


def test_an_undone_rating_leaves_an_interaction_that_waits():
    rating = rated(score=0)
    rollups.absorb_all()
    undo_rating(acting_user=rating.rater, rating=rating)
    rollups.absorb_all()
    row = month_row(rating.link)
    assert (row.interactions, row.due, row.binary_0) == (1, 1, 0)


def test_r12_a_rating_at_short_notice_is_counted_with_the_others_and_apart():
    hurried = rated(score=0, short_notice=True)
    other = rated(score=1, link=hurried.link)
    assert (hurried.short_notice, other.short_notice) == (True, False)
    rollups.absorb_all()
    for row in Rollup.objects.all():
        assert (row.binary_0, row.binary_1, row.short_binary_0, row.short_binary_1) == (1, 1, 1, 0)
    assert rollups.verify(hurried.dealership) == []


def test_r12_five_points_at_short_notice_are_counted_apart_score_by_score():
    link = LinkFactory(scale="five")
    for score in (1, 2, 3, 4, 5, 5):
        rated(score=score, link=link, short_notice=True)
    rated(score=5, link=link)
    rollups.absorb_all()
    counts = month_row(link).counts(threshold=2)
    assert counts.of_short_notice.score_counts == {"1": 1, "2": 1, "3": 1, "4": 1, "5": 2}
    assert counts.without_short_notice.score_counts == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1}


def test_r12_changing_and_undoing_a_rating_keep_what_its_interaction_says_about_notice():
    rating = rated(score=1, short_notice=True)
    rollups.absorb_all()
    change_rating(acting_user=rating.rater, rating=rating, score=0)
    rollups.absorb_all()
    row = month_row(rating.link)
    assert (row.short_binary_0, row.short_binary_1) == (1, 0)
    interaction = undo_rating(acting_user=rating.rater, rating=rating)
    rollups.absorb_all()
    row = month_row(rating.link)
    assert (row.due, row.binary_0, row.short_binary_0) == (1, 0, 0)
    again = rate_interaction(acting_user=rating.rater, interaction=interaction, score=1)
    rollups.absorb_all()
    assert again.short_notice
    assert month_row(rating.link).short_binary_1 == 1


def test_r12_verify_finds_and_repairs_what_differs_at_short_notice():
    rating = rated(score=1, short_notice=True)
    rollups.absorb_all()
    Rollup.objects.update(short_binary_1=0, short_five_3=2)
    found = {(d.field, d.stored, d.counted) for d in rollups.verify(rating.dealership, repair=True)}
    assert found == {("short_binary_1", 0, 1), ("short_five_3", 2, 0)}
    assert rollups.verify(rating.dealership) == []


def test_a_bucket_that_became_empty_has_no_row():
    rating = rated()
    rollups.absorb_all()
    Rating.objects.all().delete()
    Interaction.objects.all().delete()
    Mark.objects.create(dealership_id=rating.dealership_id, link_id=rating.link_id, day=rating.day)
    rollups.absorb_all()
    assert not Rollup.objects.exists()


def test_a_logged_and_a_dismissed_interaction_are_counted_apart():
    link = LinkFactory()
    log_interaction(acting_user=manager_of(link.supplier), link=link, occurred_at=timezone.now())
    second = log_interaction(acting_user=manager_of(link.supplier), link=link, occurred_at=timezone.now())
    assert dismiss_interaction(acting_user=manager_of(link.customer), interaction=second)
    rollups.absorb_all()
    row = month_row(link)
    assert (row.interactions, row.due, row.expired) == (2, 1, 0)


def test_expired_interactions_stay_in_the_response_rate():
    dealership = LinkFactory().dealership
    long_ago = timezone.now() - datetime.timedelta(days=dealership.rating_days + 2)
    interaction = InteractionFactory(link__dealership=dealership, occurred_at=long_ago)
    in_time = InteractionFactory(link__dealership=dealership)
    assert expire_interactions(dealership=dealership) == 1
    assert expire_interactions(dealership=dealership) == 0
    rollups.absorb_all()
    row = month_row(interaction.link)
    assert (row.due, row.expired) == (1, 1)
    assert row.counts(2).figures().response_rate == 0.0
    in_time.refresh_from_db()
    assert in_time.state == "open"


def test_each_shard_absorbs_its_own_stores(settings):
    settings.ROLLUP_SHARDS = 2
    ratings = [rated(), rated()]
    shards = {rollups.shard_of(rating.dealership_id) for rating in ratings}
    assert shards == {0, 1}
    assert rollups.absorb(rollups.shard_of(ratings[0].dealership_id)) == 1
    assert [mark.link_id for mark in Mark.objects.all()] == [ratings[1].link_id]


def test_more_marks_than_a_batch_are_all_taken():
    link = LinkFactory()
    for _ in range(5):
        InteractionFactory(link=link)
    day = link.dealership.today()
    for _ in range(5):
        Mark.objects.create(dealership_id=link.dealership_id, link_id=link.pk, day=day)
    assert rollups.absorb(rollups.shard_of(link.dealership_id), batch=2) == 5
    assert not Mark.objects.exists()


def test_verify_finds_and_repairs_what_differs():
    rating = rated()
    rollups.absorb_all()
    dealership = Dealership.objects.get(pk=rating.dealership_id)
    assert rollups.verify(dealership) == []
    Rollup.objects.filter(grain=Grain.MONTH).update(binary_1=7)
    Rollup.objects.filter(grain=Grain.WEEK).delete()
    found = rollups.verify(dealership)
    assert ("binary_1", 7, 1) in [(d.field, d.stored, d.counted) for d in found]
    assert ("interactions", 0, 1) in [(d.field, d.stored, d.counted) for d in found]
    rollups.verify(dealership, repair=True)
    assert rollups.verify(dealership) == []


def test_verify_repairs_a_row_that_should_not_be():
    link = LinkFactory()
    Rollup.objects.create(
        dealership=link.dealership, link=link, grain=Grain.MONTH, start=datetime.date(2026, 1, 1), five_1=3
    )
    assert rollups.verify(link.dealership, repair=True)
    assert not Rollup.objects.exists()


def test_the_nightly_job_is_loud_about_what_it_repairs(caplog):
    rated()
    rollups.absorb_all()
    Rollup.objects.update(binary_1=5)
    tasks.verify_rollups()
    assert "rollups differed" in caplog.text
    assert set(Rollup.objects.values_list("binary_1", flat=True)) == {1}


def test_the_command_verifies_rebuilds_and_exits_1():
    rating = rated()
    out = StringIO()
    call_command("rollup", "--verify", stdout=out)
    assert "0 cells differ" in out.getvalue()
    Rollup.objects.update(binary_1=9)
    with pytest.raises(CommandError, match="2 cells differ"):
        call_command("rollup", "--verify", stdout=out)
    assert f"link {rating.link_id}" in out.getvalue()
    call_command("rollup", "--rebuild", "--verify", stdout=out)
    assert month_row(rating.link).binary_1 == 1


def test_as_of_is_the_last_time_nothing_waited():
    rating = rated()
    assert rollups.as_of(rating.dealership_id) is None
    rollups.absorb_all()
    shard = rollups.shard_of(rating.dealership_id)
    assert rollups.as_of(rating.dealership_id) == ShardRun.objects.get(shard=shard).finished_at


def test_as_of_goes_back_to_the_oldest_waiting_mark():
    rating = rated()
    rollups.absorb_all()
    earlier = timezone.now() - datetime.timedelta(hours=3)
    Mark.objects.create(dealership_id=rating.dealership_id, link_id=rating.link_id, day=rating.day, created_at=earlier)
    assert rollups.as_of(rating.dealership_id) == earlier


def test_the_threshold_moves_figures_without_a_recount():
    rating = rated(score=3, link__scale="five")
    rollups.absorb_all()
    row = month_row(rating.link)
    assert row.counts(threshold=2).figures().verdict == "satisfied"
    assert row.counts(threshold=3).figures().verdict == "not_satisfied"
