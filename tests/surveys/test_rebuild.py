"""Counting rollups anew: of one store, and of all of them beside the readers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from dealership.models import Dealership
from supplychain.actions import dismiss_interaction
from supplychain.models import Interaction, Mark, append_mark
from surveys import rebuild, rollups
from surveys.actions import rate_interaction
from surveys.models import Grain, Rollup
from tests.factories import InteractionFactory, manager_of


def rate_on_both_scales():
    """Fill several stores: every score, at short notice and not (R12), one dismissed, one expired."""
    for scale, scores in {"binary": (0, 1), "five": (1, 2, 3, 4, 5)}.items():
        for score in scores:
            for notice in ({}, {"short_notice": True}):
                interaction = InteractionFactory(link__scale=scale, **notice)
                rater = manager_of(interaction.link.customer)
                rate_interaction(acting_user=rater, interaction=interaction, score=score)
    dismissed, expired = InteractionFactory(), InteractionFactory(state="expired")
    assert dismiss_interaction(acting_user=manager_of(dismissed.link.customer), interaction=dismissed)
    append_mark(dealership_id=expired.dealership_id, link_id=expired.link_id, day=expired.day)
    rollups.absorb_all()


def rebuild_each_store():
    return sum(rollups.rebuild(dealership) for dealership in Dealership.objects.all())


@pytest.mark.django_db
@pytest.mark.parametrize("rebuild_all", [rebuild_each_store, rollups.rebuild])
def test_a_rebuild_equals_what_was_absorbed(rebuild_all):
    rate_on_both_scales()
    before = sorted(Rollup.objects.values_list())
    Rollup.objects.filter(grain=Grain.WEEK).delete()
    Rollup.objects.update(five_1=7, short_five_1=7)
    assert rebuild_all() == len(before)
    assert sorted(Rollup.objects.values_list()) == before


@pytest.mark.django_db
def test_the_rebuild_of_a_store_leaves_the_others_alone():
    rate_on_both_scales()
    Rollup.objects.update(five_1=7)
    first = Dealership.objects.order_by("pk")[0]
    rollups.rebuild(first)
    assert set(Rollup.objects.exclude(dealership=first).values_list("five_1", flat=True)) == {7}
    assert rollups.verify(first) == []


@pytest.mark.django_db
def test_a_rebuild_without_any_rating_writes_nothing():
    assert rollups.rebuild() == 0


@pytest.mark.django_db
def test_a_rebuild_leaves_the_table_as_the_migrations_made_it():
    def shape():
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, Rollup._meta.db_table)
            return columns, connection.introspection.get_constraints(cursor, Rollup._meta.db_table)

    rate_on_both_scales()
    before = shape()
    rollups.rebuild()
    assert shape() == before


@pytest.mark.django_db(transaction=True)
def test_readers_go_on_reading_the_old_figures_while_all_is_counted_anew(monkeypatch):
    rate_on_both_scales()
    rows = Rollup.objects.count()
    insert, read = rebuild._insert, []

    def read_meanwhile():
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET statement_timeout = '10s'")  # a reader kept waiting fails the test
                return Rollup.objects.count()
        finally:
            connection.close()

    def insert_then_read(table, where):
        inserted = insert(table, where)
        with ThreadPoolExecutor(1) as reader:
            read.append(reader.submit(read_meanwhile).result())
        return inserted

    monkeypatch.setattr(rebuild, "_insert", insert_then_read)
    Rollup.objects.filter(grain=Grain.WEEK).delete()
    assert rollups.rebuild() == rows
    assert read == [rows // 2]
    assert Rollup.objects.count() == rows


@pytest.mark.django_db
def test_a_flooded_store_is_counted_whole_and_the_others_bucket_by_bucket(monkeypatch):
    rate_on_both_scales()
    before = sorted(Rollup.objects.values_list())
    flooded, other = Interaction.objects.order_by("pk")[:2]
    Rollup.objects.update(five_1=7)
    for interaction, marks in ((flooded, 30), (other, 3)):
        for _ in range(marks):
            append_mark(dealership_id=interaction.dealership_id, link_id=interaction.link_id, day=interaction.day)
    monkeypatch.setattr(rollups, "FLOOD", 20)
    whole = []
    replace = rollups.replace_store
    monkeypatch.setattr(rollups, "replace_store", lambda store: whole.append(store) or replace(store))
    assert sum(rollups.absorb(shard, batch=4) for shard in (0, 1)) == 33
    assert whole == [flooded.dealership_id]
    assert not Mark.objects.exists()
    counted = Rollup.objects.filter(dealership__in=[flooded.dealership_id, other.dealership_id])
    assert set(counted.values_list()) <= set(before)
