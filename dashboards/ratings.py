"""The ratings behind a figure: the same links, days and outcomes that the figure counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from dashboards.choice import Choice, choose
from dashboards.forms import RatingFilter
from dashboards.units import CUSTOMER, INSIDE, SUPPLIER, scope_of, units
from dealership.access import Access
from dealership.models import Department
from surveys.models import Rating
from surveys.periods import Period


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a period or its twelve months, filters, and the ratings that match."""

    choice: Choice
    spans_year: bool
    form: RatingFilter
    ratings: QuerySet[Rating]


def asked_ratings(access: Access, department: Department, query: QueryDict) -> Asked:
    """Read the query string of the ratings page. Filters that make no sense stand in the form's errors, left out."""
    assert access.user.dealership is not None
    choice = choose(query.get("period", ""), access.user.dealership.today(), anchor=query.get("at", ""))
    spans_year = query.get("span") == "year"
    with_inside = len(scope_of(access.tree, department)) > 1
    form = RatingFilter(query, others=other_departments(access, department), with_inside=with_inside)
    period = choice.long if spans_year else choice.period
    return Asked(choice, spans_year, form, ratings_behind(access, department, period, form.chosen))


def ratings_behind(
    access: Access, department: Department, period: Period, filters: Mapping[str, Any]
) -> QuerySet[Rating]:
    """Return the ratings of a department's links in a period, the newest first.

    `filters`: any of side ("supplier", "customer", "inside"), flow, other (code of the other department, its teams
    counted in), supplier and customer (codes of the very departments), link (primary key), outcome, notice ("short",
    "other").
    """
    assert access.user.dealership is not None
    scope = scope_of(access.tree, department)
    ours, theirs = Q(link__supplier__in=scope), Q(link__customer__in=scope)
    sides = {SUPPLIER: ours & ~theirs, CUSTOMER: theirs & ~ours, INSIDE: ours & theirs}
    ratings = (
        Rating.objects.visible_to(access.user).within(period).filter(sides.get(filters.get("side", ""), ours | theirs))
    )
    if "other" in filters:
        others = counted_with(access, department, filters["other"])
        ratings = ratings.filter((ours & Q(link__customer__in=others)) | (theirs & Q(link__supplier__in=others)))
    exact = {
        "flow": "link__flow",
        "supplier": "link__supplier__code",
        "customer": "link__customer__code",
        "link": "link",
    }
    for name, lookup in exact.items():
        if name in filters:
            ratings = ratings.filter(**{lookup: filters[name]})
    if "outcome" in filters:
        ratings = ratings.of_outcome(filters["outcome"], access.user.dealership.not_good_threshold)
    if "notice" in filters:
        ratings = ratings.filter(short_notice=filters["notice"] == "short")
    found: QuerySet[Rating] = ratings.with_names().order_by("-day", "-rated_at", "-pk")
    return found


def other_departments(access: Access, department: Department) -> list[Department]:
    """Return the departments that count as one seen from `department`, in display order; its own are left out."""
    scope = scope_of(access.tree, department)
    seen = units(access.tree, department)
    return access.departments({unit for pk, unit in seen.items() if pk not in scope})


def counted_with(access: Access, department: Department, code: str) -> set[int]:
    """Return the ids of the departments that count with the one of this code, seen from `department`."""
    other = access.tree.by_code[code].pk
    scope = scope_of(access.tree, department)
    seen = units(access.tree, department)
    return {pk for pk, unit in seen.items() if unit == other and pk not in scope}
