"""Four consumers on two shards: they share the marks of many stores, and no bucket is recounted twice at once."""

import time
import uuid
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier, Event
from typing import NamedTuple

import pytest
from django.db import connection

from supplychain.models import Mark
from surveys import rollups
from surveys.actions import rate_link
from surveys.models import Rating, Rollup, ShardRun
from tests.conftest import fresh
from tests.factories import LinkFactory, manager_of

pytestmark = pytest.mark.django_db(transaction=True)

STORES, CONSUMERS, ROUNDS = 12, 4, 3


class Recount(NamedTuple):
    """One recount of a store's link: by which consumer, and from when to when it ran."""

    link: int
    consumer: int
    start: float
    end: float


@pytest.fixture
def recounts(monkeypatch):
    """Record every recount; each takes a little longer than it would, so that two at once would meet."""
    found = defaultdict(list)
    recompute, consumers = rollups._recompute, {}

    def watched(changed):
        consumer = consumers.setdefault(connection.connection, len(consumers))
        start = time.monotonic()
        recompute(changed)
        time.sleep(0.01)
        end = time.monotonic()
        for _store, link, _day in changed:
            found[link].append(Recount(link, consumer, start, end))

    monkeypatch.setattr(rollups, "_recompute", watched)
    return found


def consume(done: Event, together: Barrier) -> Counter:
    """Do what a worker does, over and over, on a connection of its own; returns the marks taken by shard."""
    taken = Counter()
    together.wait(20)
    try:
        while True:
            last = done.is_set()
            for shard in range(2):
                taken[shard] += rollups.absorb(shard, batch=5)
            if last:
                return taken
            time.sleep(0.005)  # SQLite hands its one write lock to whoever asks first: the writer gets a turn
    finally:
        connection.close()


def test_four_consumers_on_two_shards_never_recount_a_bucket_at_once(recounts, settings):
    settings.ROLLUP_SHARDS = 2
    links = [LinkFactory() for _ in range(STORES)]
    raters = [manager_of(link.customer) for link in links]
    done, together = Event(), Barrier(CONSUMERS + 1)

    def write():
        together.wait(20)
        try:
            for number in range(ROUNDS * STORES):
                link, rater = links[number % STORES], fresh(raters[number % STORES])
                rate_link(acting_user=rater, link=link, score=number % 3 and 1, key=uuid.uuid4())
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(CONSUMERS + 1) as pool:
        consumers = [pool.submit(consume, done, together) for _ in range(CONSUMERS)]
        pool.submit(write).result(120)
        taken = sum((consumer.result(120) for consumer in consumers), Counter())
    # What the last round of one consumer found held by another may still wait.
    for shard in range(2):
        taken[shard] += rollups.absorb(shard)

    assert {link.pk for link in links} == recounts.keys()
    for spans in recounts.values():
        in_time = sorted(spans, key=lambda recount: recount.start)
        assert all(one.end <= other.start for one, other in pairwise(in_time)), "recounted twice at once"
    assert len({recount.consumer for spans in recounts.values() for recount in spans}) > 1, "nobody shared the work"
    assert not Mark.objects.exists()
    assert taken.total() == ROUNDS * STORES
    assert all(taken[shard] for shard in range(2))
    assert Rating.objects.count() == ROUNDS * STORES
    assert Rollup.objects.count() == 2 * STORES
    assert [difference for link in links for difference in rollups.verify(link.dealership)] == []
    assert set(ShardRun.objects.values_list("shard", flat=True)) == {0, 1}


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
def test_every_store_belongs_to_one_shard_whatever_their_number(settings, shards):
    settings.ROLLUP_SHARDS = shards
    links = [LinkFactory() for _ in range(8)]
    for link in links:
        rate_link(acting_user=manager_of(link.customer), link=link, score=1, key=uuid.uuid4())
    assert {rollups.shard_of(link.dealership_id) for link in links} <= set(range(shards))
    assert sum(rollups.absorb(shard) for shard in range(shards)) == len(links)
    assert not Mark.objects.exists()
