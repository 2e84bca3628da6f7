"""Writers and consumers at once, on real connections: no figure is lost, doubled or stale."""

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from supplychain.models import Interaction, Mark
from surveys import rollups
from surveys.actions import change_rating, rate_interaction, rate_link, undo_rating
from surveys.models import Rating, Rollup
from tests.conftest import fresh
from tests.factories import InteractionFactory, LinkFactory, manager_of, member_of

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(functions):
    """Run functions at once, each on its own database connection; raise what any of them raised."""

    def run(function):
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return [future.result() for future in [pool.submit(run, function) for function in functions]]


@transaction.atomic
def rate_and_fail(rater, link):
    rate_link(acting_user=rater, link=link, score=1, key=uuid.uuid4())
    raise RuntimeError("rolled back: neither rating nor mark may stay")


def test_concurrent_writers_and_two_consumers_lose_nothing():
    link = LinkFactory()
    raters = [manager_of(link.customer), *(member_of(link.customer) for _ in range(5))]
    done = threading.Event()

    def write(rater, seed):
        dice = random.Random(seed)
        for _ in range(12):
            rating = rate_link(acting_user=fresh(rater), link=link, score=dice.randint(0, 1), key=uuid.uuid4())
            what = dice.random()
            if what < 0.3:
                change_rating(acting_user=fresh(rater), rating=rating, score=1 - rating.score)
            elif what < 0.5:
                undo_rating(acting_user=fresh(rater), rating=rating)
            elif what < 0.7:
                with pytest.raises(RuntimeError):
                    rate_and_fail(fresh(rater), link)

    def consume():
        # A breath between two rounds: SQLite's one write lock is not handed out in turn, and two consumers that
        # never pause would keep it from the writers. The scheduled job pauses for a minute.
        while not done.wait(0.02):
            rollups.absorb_all()

    def write_all():
        try:
            in_threads([lambda r=rater, s=seed: write(r, s) for seed, rater in enumerate(raters)])
        finally:
            done.set()

    in_threads([write_all, consume, consume])
    rollups.absorb_all()
    assert not Mark.objects.exists()
    assert Rating.objects.count() > 30
    assert rollups.verify(link.dealership) == []
    assert (
        sum(Rollup.objects.filter(grain=2).values_list("binary_0", flat=True)) == Rating.objects.filter(score=0).count()
    )


def test_five_copies_of_one_form_at_once_make_one_rating():
    link, key = LinkFactory(), uuid.uuid4()
    rater = manager_of(link.customer)
    ratings = in_threads(
        [lambda: rate_link(acting_user=fresh(rater), link=link, score=0, key=key).pk for _ in range(5)]
    )
    assert len(set(ratings)) == 1
    assert (Interaction.objects.count(), Rating.objects.count(), Mark.objects.count()) == (1, 1, 1)


def test_two_people_rating_one_interaction_at_once_cannot_both_win():
    interaction = InteractionFactory()
    raters = [manager_of(interaction.link.customer), member_of(interaction.link.customer)]

    def rate(rater, score):
        try:
            return rate_interaction(acting_user=fresh(rater), interaction=interaction, score=score).pk
        except ValidationError as error:
            return error.code

    results = in_threads([lambda: rate(raters[0], 1), lambda: rate(raters[1], 0)])
    assert sorted(isinstance(result, int) for result in results) == [False, True]
    assert "not_open" in results
    assert Rating.objects.count() == 1


@pytest.mark.parametrize("shards", [2, 4, 1])
def test_a_store_somebody_else_holds_is_left_alone_whatever_number_of_shards_each_was_started_with(settings, shards):
    link = LinkFactory()
    Mark.objects.create(dealership_id=link.dealership_id, link_id=link.pk, day=link.dealership.today())
    taken = []

    def absorb():
        taken.append(sum(rollups.absorb(shard) for shard in range(shards)))

    settings.ROLLUP_SHARDS = 2
    other = threading.Thread(target=lambda: in_threads([absorb]))
    with transaction.atomic():
        assert rollups._lock(rollups._slots(rollups.shard_of(link.dealership_id)), wait=False)
        settings.ROLLUP_SHARDS = shards
        other.start()
        # PostgreSQL's second consumer leaves at once. SQLite's waits for the one write lock, so it takes the mark
        # only once we are done.
        other.join(20 if connection.vendor == "postgresql" else 0.2)
        assert taken == ([0] if connection.vendor == "postgresql" else [])
    other.join(20)
    absorb()
    assert sum(taken) == 1


def test_a_rating_committed_while_its_bucket_is_recounted_keeps_its_mark(monkeypatch):
    link = LinkFactory()
    rater = manager_of(link.customer)
    recompute = rollups._recompute

    def rate(score):
        return rate_link(acting_user=fresh(rater), link=link, score=score, key=uuid.uuid4())

    def recompute_then_let_another_commit(changed):
        recompute(changed)
        if connection.vendor == "postgresql":  # SQLite's one write lock lets nobody in between
            in_threads([lambda: rate(0)])

    rate(1)
    monkeypatch.setattr(rollups, "_recompute", recompute_then_let_another_commit)
    rollups.absorb_all()
    monkeypatch.undo()
    if connection.vendor != "postgresql":
        rate(0)
    assert Mark.objects.count() == 1
    rollups.absorb_all()
    assert list(Rollup.objects.values_list("binary_0", "binary_1")) == [(1, 1), (1, 1)]


def test_a_mark_is_not_absorbed_before_its_commit():
    link = LinkFactory()
    rater = manager_of(link.customer)
    inserted, absorbed = threading.Event(), threading.Event()

    @transaction.atomic
    def rate_slowly():
        rate_link(acting_user=fresh(rater), link=link, score=0, key=uuid.uuid4())
        inserted.set()
        # On SQLite the consumer waits for this very transaction, so there is nothing to wait for here.
        if connection.vendor == "postgresql":
            assert absorbed.wait(20)

    def absorb_meanwhile():
        assert inserted.wait(20)
        rollups.absorb_all()
        absorbed.set()

    rate_link(acting_user=fresh(rater), link=link, score=1, key=uuid.uuid4())
    in_threads([rate_slowly, absorb_meanwhile])
    rollups.absorb_all()
    assert not Mark.objects.exists()
    assert list(Rollup.objects.values_list("binary_0", "binary_1")) == [(1, 1), (1, 1)]


def test_a_stale_aggregate_cannot_overwrite_a_newer_one(monkeypatch):
    link = LinkFactory()
    rater = manager_of(link.customer)
    counted, second_is_done = threading.Event(), threading.Event()
    upsert = rollups._upsert

    def upsert_after_the_second_consumer(rows):
        if not counted.is_set():
            counted.set()
            # On SQLite the second consumer waits for this very transaction, so there is nothing to wait for here.
            if connection.vendor == "postgresql":
                assert second_is_done.wait(20)
        upsert(rows)

    def rate(score):
        rate_link(acting_user=fresh(rater), link=link, score=score, key=uuid.uuid4())

    def rate_and_consume_meanwhile():
        assert counted.wait(20)
        rate(0)
        rollups.absorb_all()
        second_is_done.set()

    rate(1)
    monkeypatch.setattr(rollups, "_upsert", upsert_after_the_second_consumer)
    in_threads([rollups.absorb_all, rate_and_consume_meanwhile])
    rollups.absorb_all()
    assert not Mark.objects.exists()
    assert list(Rollup.objects.values_list("binary_0", "binary_1")) == [(1, 1), (1, 1)]
