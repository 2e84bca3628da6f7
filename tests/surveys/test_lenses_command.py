"""`manage.py lenses`: the contract's shape, who may be compared, whose ratings count (R18)."""

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command

from supplychain.models import Interaction
from surveys.models import Rating
from surveys.periods import add_months, month_start
from tests.factories import DealershipFactory, DepartmentFactory, ItemFactory, LinkFactory, UserFactory

pytestmark = pytest.mark.django_db


class Store:
    """A store in which people rate departments; a link for each supplier and scale."""

    def __init__(self):
        self.store = DealershipFactory(slug="demo")
        self.customer = DepartmentFactory(dealership=self.store, code="service")
        self.item = ItemFactory(dealership=self.store)
        self.links, self.people = {}, {}

    def rate(self, supplier, rater, *scores, scale="binary", day=None, **fields):
        link = self.links.get((supplier, scale)) or self._link(supplier, scale)
        person = self.people.get(rater) or UserFactory(dealership=self.store, username=rater)
        self.people[rater] = person
        day = day or self.store.today()
        moment = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
        made = Interaction.objects.bulk_create(
            [Interaction(dealership=self.store, link=link, occurred_at=moment, day=day, state="rated") for _ in scores]
        )
        Rating.objects.bulk_create(
            [
                Rating(
                    dealership=self.store,
                    interaction=each,
                    link=link,
                    day=day,
                    scale=scale,
                    score=score,
                    rater=person,
                    **fields,
                )
                for each, score in zip(made, scores, strict=True)
            ]
        )

    def _link(self, supplier, scale):
        known = {code: link.supplier for (code, _scale), link in self.links.items()}
        department = known.get(supplier) or DepartmentFactory(dealership=self.store, code=supplier)
        flow = "service" if scale == "binary" else "information"
        link = LinkFactory(
            dealership=self.store, supplier=department, customer=self.customer, scale=scale, item=self.item, flow=flow
        )
        self.links[supplier, scale] = link
        return link


@pytest.fixture
def store():
    return Store()


def run(**options):
    out = io.StringIO()
    call_command("lenses", dealership="demo", stdout=out, **options)
    return out.getvalue()


def lens(**options):
    return json.loads(run(format="json", **options))


def test_an_empty_store_has_empty_lists(store):
    assert lens() == {"five": {"suppliers": [], "raters": []}, "binary": {"suppliers": [], "raters": []}}


def test_r18_the_keys_are_the_contracts_and_a_grudge_is_flagged(store):
    for rater in ("an", "cy", "di"):
        store.rate("finance", rater, *[1] * 27, *[0] * 3)
        store.rate("parts", rater, *[1] * 27, *[0] * 3)
    store.rate("finance", "bo", *[1] * 12, *[0] * 18)
    store.rate("parts", "bo", *[1] * 27, *[0] * 3)
    found = lens()["binary"]
    assert [list(each) for each in found["suppliers"]] == [
        ["supplier", "n", "raters", "mean", "adjusted_mean", "adjusted_se"]
    ] * 2
    assert [list(each) for each in found["raters"]] == [["rater", "n", "severity", "severity_se", "flagged"]] * 4
    assert [each["rater"] for each in found["raters"] if each["flagged"]] == ["bo"]
    severity = {each["rater"]: each["severity"] for each in found["raters"]}
    assert severity["bo"] > 0.05 > 0 > severity["an"]
    finance, parts = found["suppliers"]
    assert (finance["supplier"], finance["n"], finance["raters"], finance["mean"]) == ("finance", 120, 4, 93 / 120)
    assert finance["adjusted_mean"] > finance["mean"]
    assert abs(parts["mean"] - 0.9) < 1e-9


def test_r18_severity_is_in_score_points_and_positive_where_harsher(store):
    for supplier, base in (("finance", 5), ("parts", 4), ("hr", 4)):
        for rater, harsher in {"an": 0, "bo": 2, "cy": 0, "di": 0}.items():
            store.rate(supplier, rater, *[base - harsher] * 20, *[base - harsher - 1] * 4, scale="five")
    found = lens()["five"]
    bo = found["raters"][1]
    assert bo["rater"] == "bo"
    assert 1.2 < bo["severity"] < 1.6  # 1.5 points below the mean of the four
    assert bo["flagged"]
    assert [each["flagged"] for each in found["raters"]].count(True) == 1


def test_r18_who_overlaps_with_nobody_is_not_compared(store):
    store.rate("finance", "an", 1, 1, 0)
    store.rate("parts", "bo", *[0] * 30)
    found = lens()["binary"]
    assert [(each["severity"], each["severity_se"], each["flagged"]) for each in found["raters"]] == [
        (None, None, False)
    ] * 2
    assert [(each["mean"], each["adjusted_mean"]) for each in found["suppliers"]] == [(2 / 3, None), (0, None)]


def test_r18_who_stands_out_with_both_scales_together_is_flagged(store):
    for rater in ("an", "cy", "di"):
        store.rate("finance", rater, *[5] * 81, *[1] * 9, scale="five")
    store.rate("finance", "bo", *[1] * 40, *[0] * 60)
    found = lens()
    assert [(each["rater"], each["severity"], each["flagged"]) for each in found["binary"]["raters"]] == [
        ("bo", None, True)
    ]
    assert not any(each["flagged"] for each in found["five"]["raters"])


def test_without_bounds_everything_there_is_and_open_where_one_is_said(store):
    first = add_months(month_start(store.store.today()), -30)
    store.rate("finance", "an", 1, day=first)
    store.rate("finance", "an", 0, 0, day=store.store.today())
    assert [each["n"] for each in lens()["binary"]["suppliers"]] == [3]
    assert [each["n"] for each in lens(end=first.isoformat())["binary"]["suppliers"]] == [1]
    assert [each["n"] for each in lens(start=add_months(first, 1).isoformat())["binary"]["suppliers"]] == [2]


def test_the_tables_first_line_says_the_days_that_were_looked_at(store):
    today = store.store.today()
    first = today - datetime.timedelta(days=800)
    assert run().splitlines()[0] == "no ratings"
    store.rate("finance", "an", 1, day=first)
    store.rate("finance", "an", 1, day=today)
    month = month_start(today)
    secret = {"disclosure": 2, "sealed_month": month, "least_raters": 5}
    store.rate("finance", "bo", 1, day=first - datetime.timedelta(days=9), **secret)
    assert run().splitlines()[0] == f"{first} to {today}"
    assert run(end=(today - datetime.timedelta(days=1)).isoformat()).splitlines()[0] == f"{first} to {first}"


def test_nothing_is_never_negative(store):
    for rater in ("an", "bo"):
        store.rate("finance", rater, *[1] * 9)
    assert "-0.0" not in run(format="json")
    assert {each["severity"] for each in lens()["binary"]["raters"]} == {0.0}


def test_r20_confidential_ratings_enter_nothing(store):
    month = month_start(store.store.today())
    for rater in ("an", "bo"):
        store.rate("finance", rater, 1, 1, 0)
    secret = {"disclosure": 2, "sealed_month": month, "least_raters": 5}
    store.rate("finance", "bo", *[0] * 30, **secret)
    store.rate("parts", "cy", *[0] * 30, **secret)
    found = lens()["binary"]
    assert [(each["supplier"], each["n"], each["mean"]) for each in found["suppliers"]] == [("finance", 6, 2 / 3)]
    assert [(each["rater"], each["n"]) for each in found["raters"]] == [("an", 3), ("bo", 3)]
    store.store.confidentiality = 2
    store.store.save()
    found = lens()["binary"]
    assert found["raters"] == []
    assert [each["n"] for each in found["suppliers"]] == [6]


def test_the_table_says_the_same(store):
    store.rate("finance", "an", 1, 1, 1, 0)
    store.rate("finance", "bo", 1, 1, 1, 1)
    lines = run().splitlines()
    assert "binary: raters" in lines
    assert lines[lines.index("binary: suppliers") + 2].split()[:4] == ["finance", "8", "2", "0.88"]


@pytest.mark.parametrize(
    "options",
    [
        {"start": "2026-02-30"},
        {"end": "tomorrow"},
        {"start": "2026-02-02", "end": "2026-02-01"},
        {"end": "10000-01-01"},
    ],
)
def test_what_is_no_span_is_refused_in_words(store, options):
    with pytest.raises(CommandError):
        run(**options)


def test_the_beginning_of_time_is_a_day_too(store):
    assert lens(end="0001-01-31")["five"] == {"suppliers": [], "raters": []}


def test_an_unknown_store_is_refused():
    with pytest.raises(CommandError, match="no store"):
        run()
