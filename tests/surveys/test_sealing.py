"""R20: confidential ratings in the database: what they promise, when they are told, and to whom they are read."""

import datetime
import random
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from dealership.access import access_of
from dealership.models import Dealership
from surveys.actions import change_rating, rate_interaction, tell_supplier, undo_rating
from surveys.counts import SCORE_FIELDS
from surveys.disclosure import promise
from surveys.figures import figure_rows
from surveys.models import Rating, RatingChange, Recovery, Rollup, SealedBatch, SealedBlock
from surveys.periods import Period
from surveys.rights import reads_rating, shown_rater
from surveys.rollups import absorb_all
from surveys.sealing import freeze, freeze_due
from surveys.told import told_in, told_of
from tests.factories import InteractionFactory, LinkFactory
from tests.surveys import sealed_year
from tests.surveys.sealed_year import blocks_of, cells_of, fewest_raters, make_year, row_of, told_of_block

pytestmark = pytest.mark.django_db
Day = datetime.date


@pytest.fixture
def year():
    return make_year(freeze=False)


def rated(year, *, score=0, customer="sales", link=0):
    """Rate something on the first link (Finance serves Sales) as somebody of Sales would."""
    rater = year.people[customer][0]
    interaction = InteractionFactory(link=year.links[link], requester=rater)
    return rate_interaction(acting_user=rater, interaction=interaction, score=score)


def told(year, start, end, links=None):
    """Return what is told of links in the months from `start` to `end` of the simulated year."""
    span = Period(Day(2025, start, 1), Day(2025 + end // 12, end % 12 + 1, 1) - datetime.timedelta(days=1))
    pks = {link.pk for link in (year.links if links is None else links)}
    return told_of(year.store, span).counts(pks, span)


# --- The proof --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_r20_nothing_that_is_told_of_a_year_gives_a_group_of_fewer_than_five_away(seed):
    year = make_year(seed)
    ratings = list(Rating.objects.filter(dealership=year.store))
    columns = cells_of(ratings)
    blocks = blocks_of(year.store)
    rows = numbers_of_blocks(year, columns)
    published = 0
    for grain in ("day", "week", "month", "quarter", "year", "all"):
        for group_by in ("link", "item", "supplier", "customer", "pair", "flow", "store"):
            for figure in figure_rows(year.store, grain=grain, group_by=group_by):
                whole = grain not in ("day", "week")
                inside = [b for b in blocks if whole and all(_is_of(rating, figure, year) for rating in b)]
                inside = [rating for block in inside for rating in block]
                assert scores_in(figure.counts) == scores_of(inside), (grain, figure.group.name)
                for scale in ("binary", "five"):
                    of_scale = [rating for rating in inside if rating.scale == scale]
                    if of_scale:
                        rows.append(row_of(of_scale, columns))
                        published += 1
    assert published > 100
    assert fewest_raters(np_rows(rows), [rater for rater, *_ in columns]) >= 5


def numbers_of_blocks(year, columns):
    """Return a row for each number that any block of the year tells."""
    links = {link.pk: link for link in year.links}
    ratings = defaultdict(list)
    for rating in Rating.objects.filter(dealership=year.store, block__isnull=False):
        ratings[rating.block_id].append(rating)
    blocks = SealedBlock.objects.in_bulk()
    return [row_of(part, columns) for pk, own in ratings.items() for part in told_of_block(blocks[pk], own, links)]


def scores_of(ratings):
    """Return how often each score was given, counted from the ratings themselves."""
    counted = Counter(f"{rating.scale}_{rating.score}" for rating in ratings)
    return {name: counted[name] for name in SCORE_FIELDS}


def scores_in(counts):
    return {name: getattr(counts, name) for name in SCORE_FIELDS}


def test_r20_the_solver_finds_who_a_block_of_two_scales_would_give_away(monkeypatch):
    """A block of enough people is not enough where a number in it counts only some of them."""
    monkeypatch.setattr("surveys.sealing._kept_apart", lambda row: ())
    year = make_year(1)
    columns = cells_of(Rating.objects.filter(dealership=year.store))
    rows = numbers_of_blocks(year, columns)
    assert fewest_raters(np_rows(rows), [rater for rater, *_ in columns]) < 5


def test_r20_the_solver_finds_the_group_that_whole_months_and_their_parts_would_give_away(year):
    """The same year, told link by link wherever three people rated, beside the supplier's total."""
    ratings = list(Rating.objects.filter(dealership=year.store))
    columns = cells_of(ratings)
    rows = []
    for month in range(1, 13):
        of_month = [r for r in ratings if r.sealed_month.month == month and r.link.supplier.code == "finance"]
        groups = [of_month, *([r for r in of_month if r.link_id == link.pk] for link in year.links)]
        rows += [row_of(group, columns) for group in groups if len({r.rater_id for r in group}) >= 3]
    assert fewest_raters(np_rows(rows), [rater for rater, *_ in columns]) < 3


def np_rows(rows):
    return np.unique(np.array(rows), axis=0)


def _is_of(rating, figure, year):
    link = next(link for link in year.links if link.pk == rating.link_id)
    parts = {"flow": link.flow, "supplier": link.supplier.code, "customer": link.customer.code, "item": link.item.code}
    group = {name: value for name in parts if (value := getattr(figure.group, name))}
    in_period = figure.period.name == "all" or rating.sealed_month in figure.period
    return in_period and all(parts[name] == value for name, value in group.items())


# --- Freezing ---------------------------------------------------------------------------------------


def test_r20_a_month_is_told_a_day_after_it_has_ended_and_then_never_again(year):
    february = datetime.datetime(2025, 2, 1, tzinfo=year.store.zone)
    assert freeze_due(year.store, now=february + datetime.timedelta(hours=23)) == 0
    assert told(year, 1, 1).n == 0
    assert told(year, 1, 1).held_back
    assert freeze_due(year.store, now=february + datetime.timedelta(days=1, hours=1)) == 1
    before = told(year, 1, 1)
    assert before.n > 0
    sealed_year.rate(year.store, year.links[0], year.people["sales"][0], Day(2025, 1, 9), random.Random(5))
    assert freeze_due(year.store, now=february + datetime.timedelta(days=9)) == 0
    assert (told(year, 1, 1).n, told(year, 1, 1).good) == (before.n, before.good)


def test_r20_two_that_freeze_at_once_tell_it_once(year):
    assert freeze(year.store, Day(2025, 1, 1)) is True
    blocks = SealedBlock.objects.count()
    assert freeze(year.store, Day(2025, 1, 1)) is False
    assert SealedBlock.objects.count() == blocks
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedBatch.objects.create(dealership=year.store, month=Day(2025, 1, 1))


def test_r20_a_small_month_joins_the_quarter_then_the_year(year):
    sealed_year.freeze_all(year)
    single_months = SealedBlock.objects.filter(start=Day(2025, 4, 1), end=Day(2025, 4, 1))
    quarters = [block for block in SealedBlock.objects.all() if block.start != block.end and block.end.month % 3 == 0]
    assert single_months.exists()
    assert quarters
    joined = quarters[0]
    links = [link for link in year.links if link.pk in joined.links]
    assert told(year, joined.end.month, joined.end.month, links).held_back
    quarter = told(year, joined.end.month - 2, joined.end.month, links)
    assert quarter.n >= joined.counts(2).n > 0


def test_r20_what_came_too_late_for_its_month_waits_for_a_later_batch(year):
    sealed_year.freeze_all(year)
    rater = year.people["sales"][0]
    late = sealed_year.rate(year.store, year.links[0], rater, Day(2025, 3, 3), random.Random(3))
    freeze_due(year.store, now=datetime.datetime(2026, 6, 9, tzinfo=year.store.zone))
    late.refresh_from_db()
    assert late.block_id is None


def test_r20_comments_are_told_unordered_and_undated_and_reasons_counted(year):
    Rating.objects.filter(dealership=year.store).update(reasons=["slow"])
    sealed_year.freeze_all(year)
    service = {link.pk for link in year.links if link.flow == "service"}
    of_one_flow = [block for block in SealedBlock.objects.all() if service >= set(block.links)]
    block = max(of_one_flow, key=lambda block: len(block.comments))
    written = [r.comment for r in Rating.objects.filter(block=block).order_by("rated_at") if r.comment]
    assert sorted(block.comments) == sorted(written)
    assert block.comments != written
    assert block.reasons == {"slow": block.counts(2).n}


def test_r20_reasons_of_several_flows_in_one_block_are_not_told(year):
    """Each flow has reasons of its own: they would tell the one rating of information from five of service."""
    Rating.objects.all().delete()
    finance, sales = year.departments["finance"], year.departments["sales"]
    report = LinkFactory(dealership=year.store, flow="information", supplier=finance, customer=sales)
    give(year, 0, year.people["sales"][0], score=0, reasons=["slow"])
    sealed_year.rate(year.store, report, year.people["sales"][1], Day(2025, 3, 3), random.Random(1), short_notice=False)
    for rater in year.people["sales"][2:]:
        give(year, 0, rater, score=0, reasons=["slow"])
    freeze(year.store, Day(2025, 3, 1))
    assert SealedBlock.objects.get().reasons == {}


def test_r12_r20_short_notice_is_told_apart_only_where_both_parts_are_enough(year):
    sealed_year.freeze_all(year)
    mixed = SealedBlock.objects.filter(short_notice=None)
    assert mixed.exists()
    block = mixed.first()
    raters = {short: set() for short in (True, False)}
    for rating in Rating.objects.filter(block=block):
        raters[rating.short_notice].add(rating.rater_id)
    assert told(year, 1, 12).figures().n_short == 0
    assert told(year, 1, 12).figures().without is None


def test_r20_the_sum_of_a_store_is_that_of_its_blocks(year):
    sealed_year.freeze_all(year)
    span = Period(Day(2025, 1, 1), Day(2025, 12, 31))
    store = Dealership.objects.get(pk=year.store.pk)
    assert told_in([store], span)[store.pk].n == told(year, 1, 12).n > 0
    part = Period(Day(2025, 2, 1), Day(2025, 2, 28))
    assert told_in([store], part)[store.pk].held_back == told(year, 2, 2).held_back


def one_store():
    """Return a store in which Finance serves Sales and is served by Human Resources, with one rating so far."""
    year = make_year(freeze=False)
    Rating.objects.all().delete()
    return year


def give(year, place, rater, month=3, **fields):
    """Give a rating on a link of the year's, by its place in TERMS."""
    fields = {"comment": "", "short_notice": False, **fields}
    return sealed_year.rate(year.store, year.links[place], rater, Day(2025, month, 3), random.Random(1), **fields)


def test_r20_what_its_own_people_said_of_others_is_no_company_before_a_supplier():
    """One of Sales rates Finance, and three of Finance with others rate Human Resources."""
    year = one_store()
    secret = give(year, 0, year.people["sales"][0], score=0)
    for rater in year.people["finance"]:
        give(year, 7, rater, score=1)  # Sales reports to Finance
    give(year, 2, year.people["workshop"][0], score=1)
    sealed_year.freeze_all(year)
    secret.refresh_from_db()
    assert secret.block_id is None
    assert not SealedBlock.objects.exists()


def test_r9_r20_teams_that_rate_each_other_are_no_company_for_each_other():
    year = one_store()
    workshop, service = year.departments["workshop"], year.departments["service"]
    back = LinkFactory(dealership=year.store, supplier=workshop, customer=service, item=year.links[0].item)
    for rater in year.people["workshop"][:4]:
        give(year, 10, rater, score=1)
    secret = sealed_year.rate(year.store, back, year.people["service"][0], Day(2025, 3, 3), random.Random(1), score=0)
    freeze(year.store, Day(2025, 3, 1))
    secret.refresh_from_db()
    assert secret.block_id is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_r20_each_supplier_stands_before_enough_people_other_than_its_own(seed):
    year = make_year(seed)
    links = {link.pk: link for link in year.links}
    unit = {department.pk: department.pk for department in year.departments.values()}
    unit[year.departments["workshop"].pk] = year.departments["service"].pk
    for ratings in blocks_of(year.store):
        for supplier in {unit[links[rating.link_id].supplier_id] for rating in ratings}:
            inside = [r for r in ratings if unit[links[r.link_id].customer_id] == unit[links[r.link_id].supplier_id]]
            others = [rating for rating in ratings if unit[links[rating.link_id].customer_id] != supplier]
            assert len({rating.rater_id for rating in others or inside}) >= 5


def test_r20_who_writes_a_file_of_ratings_makes_no_company_for_somebody_who_rated():
    year = one_store()
    secret = give(year, 0, year.people["sales"][0], score=0)
    for place, rater in enumerate(year.people["sales"][1:]):
        give(year, 0, rater, score=1, external_id=f"file-{place}")
    sealed_year.freeze_all(year)
    secret.refresh_from_db()
    assert secret.block_id is None


# --- The promise ------------------------------------------------------------------------------------


def test_r20_a_rating_keeps_what_it_was_given_under_whatever_the_store_chooses_later(year):
    secret = rated(year)
    Dealership.objects.filter(pk=year.store.pk).update(confidentiality=0, least_raters=3)
    known = rated(make_open(year))
    secret.refresh_from_db()
    assert (secret.disclosure, secret.least_raters, known.disclosure) == (2, 5, 0)
    manager = access_of(year.people["finance"][0])
    assert not reads_rating(manager, secret)
    assert reads_rating(manager, known)


def make_open(year):
    """Read the store and its links anew, as the next request does."""
    year.store = Dealership.objects.get(pk=year.store.pk)
    for link in year.links:
        link.dealership = year.store
    return year


def test_r20_a_confidential_rating_is_in_no_rollup_but_its_interaction_counts_as_rated(year):
    rating = rated(year)
    absorb_all()
    row = Rollup.objects.get(link=rating.link, grain=2, start=rating.day.replace(day=1))
    assert (row.interactions, row.due, row.rated) == (1, 1, 1)
    assert row.counts(2).n == 0
    assert row.counts(2).figures().response_rate == 1.0
    assert not row.counts(2).figures().silent


@pytest.mark.parametrize("who", ["manager", "colleague", "gm", "admin"])
def test_r20_nobody_but_its_rater_reads_a_confidential_rating(year, who):
    rating = rated(year)
    change_rating(acting_user=rating.rater, rating=rating, score=1)
    people = {
        "manager": year.people["finance"][0],
        "colleague": year.people["sales"][1],
        "gm": year.gm,
        "admin": year.admin,
    }
    reader = people[who]
    assert not reads_rating(access_of(reader), Rating.objects.get(pk=rating.pk))
    assert not Rating.objects.visible_to(reader).exclude(rater=reader).exists()
    assert not RatingChange.objects.visible_to(reader).exists()
    assert RatingChange.objects.visible_to(rating.rater).exists()
    assert reads_rating(access_of(rating.rater), Rating.objects.get(pk=rating.pk))


def test_r20_under_department_the_suppliers_side_reads_the_department_and_the_customers_side_the_name(year):
    Dealership.objects.filter(pk=year.store.pk).update(confidentiality=1)
    rating = rated(make_open(year))
    assert rating.disclosure == 1
    assert str(shown_rater(access_of(year.people["finance"][0]), rating)) == "Sales"
    assert str(shown_rater(access_of(year.people["sales"][1]), rating)) == str(rating.rater)
    assert str(shown_rater(access_of(year.admin), rating)) == "Sales"


def test_r20_r21_a_confidential_not_good_opens_a_recovery_only_when_its_rater_tells_the_supplier(year):
    rating = rated(year)
    assert not Recovery.objects.exists()
    with pytest.raises(PermissionDenied):
        tell_supplier(acting_user=year.people["sales"][1], rating=rating)
    tell_supplier(acting_user=rating.rater, rating=rating)
    assert Recovery.objects.get().interaction_id == rating.interaction_id
    rating.refresh_from_db()
    assert (rating.disclosure, rating.sealed_month) == (1, None)
    tell_supplier(acting_user=rating.rater, rating=rating)  # the same form sent twice
    assert Recovery.objects.count() == 1
    absorb_all()
    assert Rollup.objects.get(link=rating.link, grain=2, start=rating.day.replace(day=1)).binary_0 == 1


def test_r20_r21_only_a_not_good_that_can_still_be_changed_is_told(year):
    good = rated(year, score=1)
    with pytest.raises(ValidationError):
        tell_supplier(acting_user=good.rater, rating=good)
    bad = rated(year)
    Rating.objects.filter(pk=bad.pk).update(rated_at=timezone.now() - datetime.timedelta(hours=25))
    with pytest.raises(ValidationError):
        tell_supplier(acting_user=bad.rater, rating=bad)


def test_r20_taking_a_confidential_rating_back_leaves_nothing_to_read(year):
    rating = rated(year)
    undo_rating(acting_user=rating.rater, rating=rating)
    assert not RatingChange.objects.visible_to(year.gm).exists()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Pacific/Auckland", "America/Los_Angeles"])
def test_r20_a_rating_belongs_to_the_month_of_the_stores_own_calendar(year, zone):
    store = year.store
    store.time_zone, store.__dict__["zone"] = zone, ZoneInfo(zone)
    last = datetime.datetime(2026, 10, 31, 23, 59, 59, tzinfo=ZoneInfo(zone))
    assert promise(store, last)["sealed_month"] == Day(2026, 10, 1)
    assert promise(store, last + datetime.timedelta(seconds=1))["sealed_month"] == Day(2026, 11, 1)
