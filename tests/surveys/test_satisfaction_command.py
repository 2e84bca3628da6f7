"""`manage.py satisfaction`: the contract's columns, current figures, clear refusals."""

import csv
import datetime
import io
import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from supplychain.models import Mark
from tests.factories import DealershipFactory, DepartmentFactory, ItemFactory, LinkFactory
from tests.surveys.test_figures import noon, rate

pytestmark = pytest.mark.django_db

Day = datetime.date


def run(store, **options):
    out = io.StringIO()
    call_command("satisfaction", dealership=store.slug, stdout=out, **options)
    return out.getvalue()


def rows(store, **options):
    return json.loads(run(store, format="json", **options))


@pytest.fixture
def link():
    store = DealershipFactory(slug="demo")
    finance = DepartmentFactory(dealership=store, code="finance")
    service = DepartmentFactory(dealership=store, code="service")
    item = ItemFactory(dealership=store, code="reimbursement")
    return LinkFactory(dealership=store, flow="service", supplier=finance, customer=service, item=item)


def rate_many(link, day, scores):
    for score in scores:
        rate(link, noon(day, link.dealership), score)


def test_worked_example_nine_of_ten_good(link):
    """Contract: 9 of 10 gives 59.6 % to 98.2 %, and one not good vetoes the period (R16)."""
    rate_many(link, Day(2026, 11, 23), [1] * 9 + [0])
    rate(link, noon(Day(2026, 11, 23), link.dealership), state="expired")
    rate(link, noon(Day(2026, 11, 23), link.dealership), state="dismissed")
    (row,) = rows(link.dealership)
    assert row.pop("as_of").endswith("+08:00")
    assert (round(row.pop("interval_low"), 3), round(row.pop("interval_high"), 3)) == (0.596, 0.982)
    assert row.pop("response_rate") == 10 / 11
    assert row == {
        "group": "service:finance>service:reimbursement",
        "period": "2026-11",
        "period_start": "2026-11-01",
        "period_end": "2026-11-30",
        "flow": "service",
        "supplier": "finance",
        "customer": "service",
        "item": "reimbursement",
        "interactions": 12,
        "due": 11,
        "expired": 1,
        "n": 10,
        "good": 9,
        "neutral": 0,
        "not_good": 1,
        "score_counts": {"0": 1, "1": 9},
        "mean_score": 0.9,
        "satisfied_rate": 0.9,
        "vetoed": True,
        "held_back": False,
    }


def test_worked_example_five_points_under_the_stores_threshold(link):
    link.scale = "five"
    link.save()
    rate_many(link, Day(2026, 11, 23), [5, 4, 3, 3, 2])
    (row,) = rows(link.dealership)
    assert (row["good"], row["neutral"], row["not_good"]) == (2, 2, 1)
    assert (row["mean_score"], row["satisfied_rate"]) == (3.4, 0.4)
    assert row["score_counts"] == {"1": 0, "2": 1, "3": 2, "4": 1, "5": 1}
    link.dealership.not_good_threshold = 3
    link.dealership.save()
    (row,) = rows(link.dealership)
    assert (row["good"], row["neutral"], row["not_good"]) == (2, 0, 3)


def test_waiting_marks_are_absorbed_first_so_that_the_answer_is_current(link):
    rate_many(link, Day(2026, 11, 23), [1])
    assert Mark.objects.exists()
    (row,) = rows(link.dealership)
    assert row["n"] == 1
    assert not Mark.objects.exists()


def test_interactions_without_ratings_give_a_row_without_figures(link):
    rate(link, noon(Day(2026, 11, 23), link.dealership), state="open")
    (row,) = rows(link.dealership)
    assert (row["interactions"], row["due"], row["n"], row["vetoed"]) == (1, 1, 0, False)
    names = ("mean_score", "satisfied_rate", "interval_low", "interval_high")
    assert {row[name] for name in names} == {None}
    assert row["response_rate"] == 0.0
    assert row["score_counts"] == {}
    table = run(link.dealership)
    assert "0.0%" not in table
    assert "100" not in table


@pytest.mark.parametrize(
    ("group_by", "group", "codes"),
    [
        ("link", "service:finance>service:reimbursement", ("service", "finance", "service", "reimbursement")),
        ("item", "reimbursement", (None, None, None, "reimbursement")),
        ("supplier", "finance", (None, "finance", None, None)),
        ("customer", "service", (None, None, "service", None)),
        ("pair", "finance>service", (None, "finance", "service", None)),
        ("flow", "service", ("service", None, None, None)),
        ("store", "demo", (None, None, None, None)),
    ],
)
def test_groups_carry_their_codes(link, group_by, group, codes):
    rate_many(link, Day(2026, 11, 23), [1])
    (row,) = rows(link.dealership, group_by=group_by)
    assert row["group"] == group
    assert (row["flow"], row["supplier"], row["customer"], row["item"]) == codes


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("day", "2026-11-23"),
        ("week", "2026-W48"),
        ("month", "2026-11"),
        ("quarter", "2026-Q4"),
        ("year", "2026"),
        ("all", "all"),
    ],
)
def test_periods_carry_their_names(link, period, name):
    rate_many(link, Day(2026, 11, 23), [1])
    assert [row["period"] for row in rows(link.dealership, period=period)] == [name]


def test_days_asked_for_are_the_stores_own():
    """23:30 on New Year's Eve in New York is the next year in Shanghai and in UTC, not in the store."""
    store = DealershipFactory(time_zone="America/New_York")
    link = LinkFactory(dealership=store)
    rate(link, datetime.datetime(2026, 12, 31, 23, 30, tzinfo=store.zone), 1)
    assert [row["period"] for row in rows(store)] == ["2026-12"]
    assert rows(store, start="2027-01-01") == []
    assert rows(store, end="2026-12-31")[0]["n"] == 1


def test_csv_holds_the_same_values_for_machines(link):
    rate_many(link, Day(2026, 11, 23), [1, 1, 0])
    (from_json,) = rows(link.dealership)
    (from_csv,) = csv.DictReader(io.StringIO(run(link.dealership, format="csv")))
    assert list(from_csv) == list(from_json)
    assert json.loads(from_csv["score_counts"]) == {"0": 1, "1": 2}
    assert float(from_csv["satisfied_rate"]) == from_json["satisfied_rate"]
    assert (from_csv["vetoed"], from_csv["n"]) == ("true", "3")


def test_table_is_aligned_and_rounded(link):
    rate_many(link, Day(2026, 11, 23), [1] * 9 + [0])
    header, line = run(link.dealership).splitlines()
    for name in ["n", "good", "neutral", "not_good", "score_counts", "mean_score", "satisfied_rate", "vetoed", "as_of"]:
        assert name in header.split()
    assert {"59.6%", "98.2%", "90.0%", "0.90", "yes", "0:1", "1:9"} <= set(line.split())
    assert line.index("2026-11") == header.index("period")


def test_a_store_without_data_gives_an_empty_answer(link):
    assert rows(link.dealership) == []
    assert run(link.dealership, format="csv").splitlines()[1:] == []
    (header,) = run(link.dealership).splitlines()
    assert header.startswith("group")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": "2026-13-01"}, "--from: “2026-13-01” is no day"),
        ({"end": "yesterday"}, "--to: “yesterday” is no day"),
        ({"start": "20261123"}, "write it as 2026-11-23"),
        ({"start": "2026-12-01", "end": "2026-11-30"}, "--from 2026-12-01 lies after --to 2026-11-30"),
    ],
)
def test_bad_days_are_refused_in_one_line(link, options, words):
    with pytest.raises(CommandError, match=words) as error:
        run(link.dealership, **options)
    assert "\n" not in str(error.value)


def test_an_unknown_store_is_refused():
    with pytest.raises(CommandError, match="There is no store “nowhere”"):
        call_command("satisfaction", dealership="nowhere")


def test_a_refusal_ends_the_process_with_1_and_one_line():
    command = [sys.executable, "manage.py", "satisfaction", "--dealership", "demo", "--from", "soon"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip() == "CommandError: --from: “soon” is no day; write it as 2026-11-23."
