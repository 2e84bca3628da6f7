"""The ratings behind a figure: the same links, days and outcomes that the figure counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboards.choice import Choice, choose
from dashboards.forms import DISCLOSURES, PROMISES, RatingFilter
from dashboards.lines import FLOW_ORDER
from dashboards.units import CUSTOMER, INSIDE, SUPPLIER, scope_of, units
from dealership.access import Access
from dealership.models import Dealership, Department, Disclosure
from supplychain.models import Link, RequestState
from surveys.counts import Figures
from surveys.models import Rating, SealedBlock
from surveys.period_words import month_label
from surveys.periods import Period
from surveys.reasons import REASONS

#: Which days an address means, by its `span`: the period, its twelve months, or the last three of these.
SPANS: dict[str, Callable[[Choice], Period]] = {
    "": lambda choice: choice.period,
    "recent": lambda choice: choice.recent,
    "year": lambda choice: choice.long,
}


#: Filters that ask for single ratings: no block of confidential ones answers to them.
SINGLE = frozenset({"outcome", "notice", "promise", "told", "rater"})


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a period or months up to it, filters, and the ratings that match."""

    choice: Choice
    #: A key of SPANS.
    span: str
    form: RatingFilter
    ratings: QuerySet[Rating]

    @property
    def period(self) -> Period:
        """The days that are meant."""
        return SPANS[self.span](self.choice)


def asked_ratings(access: Access, department: Department, query: QueryDict) -> Asked:
    """Read the query string of the ratings page. Filters that make no sense stand in the form's errors, left out."""
    assert access.user.dealership is not None
    choice = choose(query.get("period", ""), access.user.dealership.today(), anchor=query.get("at", ""))
    span = query.get("span", "")
    span = span if span in SPANS else ""
    with_inside = len(scope_of(access.tree, department)) > 1
    form = RatingFilter(query, others=other_departments(access, department), with_inside=with_inside)
    return Asked(choice, span, form, ratings_behind(access, department, SPANS[span](choice), form.chosen))


def ratings_behind(
    access: Access, department: Department, period: Period, filters: Mapping[str, Any]
) -> QuerySet[Rating]:
    """Return the ratings of a department's links in a period, the newest first, without confidential ones.

    `filters`: those of `links_behind`, and any of outcome, notice ("short", "other"), promise ("late", "on_time": of
    what the department delivered on request), told ("open", "department": what the rater was promised) and rater (a
    user name; only of ratings that name their rater to every reader, so that nobody learns of others by it: R20).
    """
    assert access.user.dealership is not None
    where = _where(access, department, filters, "link__")
    ratings = Rating.objects.visible_to(access.user).told_openly().within(period).filter(where)
    if "outcome" in filters:
        ratings = ratings.of_outcome(filters["outcome"], access.user.dealership.not_good_threshold)
    if "notice" in filters:
        ratings = ratings.filter(short_notice=filters["notice"] == "short")
    if "promise" in filters:
        late = Q(interaction__request__late_days__gt=0)
        ours = Q(link__supplier__in=scope_of(access.tree, department), interaction__request__state=RequestState.DONE)
        ratings = ratings.filter(ours & (late if filters["promise"] == "late" else ~late))
    if "told" in filters:
        ratings = ratings.filter(disclosure=DISCLOSURES[filters["told"]])
    if "rater" in filters:
        ratings = ratings.filter(disclosure=Disclosure.OPEN, rater__username=filters["rater"])
    found: QuerySet[Rating] = ratings.with_names().order_by("-day", "-rated_at", "-pk")
    return found


def links_behind(access: Access, department: Department, filters: Mapping[str, Any]) -> dict[int, Link]:
    """Return a department's links by id.

    `filters`: any of side ("supplier", "customer", "inside"), flow, other (code of the other department, its teams
    counted in), supplier and customer (codes of the very departments), link (primary key).
    """
    links = Link.objects.visible_to(access.user).filter(_where(access, department, filters, "")).with_names()
    return {link.pk: link for link in links}


def _where(access: Access, department: Department, filters: Mapping[str, Any], prefix: str) -> Q:
    """Return the condition on the links behind a figure; `prefix` leads from the rows to their link."""
    scope = scope_of(access.tree, department)
    ours, theirs = Q(**{f"{prefix}supplier__in": scope}), Q(**{f"{prefix}customer__in": scope})
    sides = {SUPPLIER: ours & ~theirs, CUSTOMER: theirs & ~ours, INSIDE: ours & theirs}
    where = sides.get(filters.get("side", ""), ours | theirs)
    if "other" in filters:
        others = counted_with(access, department, filters["other"])
        served, serving = Q(**{f"{prefix}customer__in": others}), Q(**{f"{prefix}supplier__in": others})
        where &= (ours & served) | (theirs & serving)
    exact = {
        "flow": f"{prefix}flow",
        "supplier": f"{prefix}supplier__code",
        "customer": f"{prefix}customer__code",
        "link": f"{prefix}pk",
    }
    for name, lookup in exact.items():
        if name in filters:
            where &= Q(**{lookup: filters[name]})
    return where


@dataclass(frozen=True)
class BlockLine:
    """A block of confidential ratings: what several people said together (R20)."""

    suppliers: list[Department]
    customers: list[Department]
    flows: list[str]
    months: str
    figures: Figures
    #: How often each reason was given, the most frequent first.
    reasons: list[tuple[str, int]]
    comments: list[str]


def blocks_behind(access: Access, department: Department, asked: Asked) -> list[BlockLine]:
    """Return the blocks of confidential ratings behind a figure, the latest first; none where single ratings are asked.

    Two queries, or none for a store without confidential ratings.
    """
    store = access.user.dealership
    filters = asked.form.chosen
    if store is None or store.sealed_since is None or not SINGLE.isdisjoint(filters):
        return []
    links = links_behind(access, department, filters)
    blocks = SealedBlock.objects.visible_to(access.user).within(asked.period).order_by("-end", "-start", "pk")
    return [_block_line(block, links, store) for block in blocks if links.keys() >= set(block.links)]


def _block_line(block: SealedBlock, links: Mapping[int, Link], store: Dealership) -> BlockLine:
    on = [links[pk] for pk in block.links]
    first, last = month_label(block.start), month_label(block.end)
    counted: Counter[str] = Counter()
    for flow in {link.flow for link in on}:
        counted.update(
            {str(words): block.reasons[code] for code, words in REASONS[flow].items() if code in block.reasons}
        )
    return BlockLine(
        suppliers=_in_order(link.supplier for link in on),
        customers=_in_order(link.customer for link in on),
        flows=[flow for flow in FLOW_ORDER if any(link.flow == flow for link in on)],
        months=first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last},
        figures=block.counts(store.not_good_threshold).figures(),
        reasons=sorted(counted.items(), key=lambda reason: -reason[1]),
        comments=list(block.comments),
    )


def _in_order(departments: Iterable[Department]) -> list[Department]:
    found = {department.pk: department for department in departments}
    return sorted(found.values(), key=lambda department: (department.rank, department.code))


@dataclass(frozen=True)
class Narrowing:
    """A filter without a field on the page, in words; `url`: the same without it."""

    words: str
    person: str
    url: str


def narrowings(access: Access, asked: Asked, query: QueryDict) -> list[Narrowing]:
    """Return what the ratings are narrowed to by filters that have no field.

    A rater is named as the ratings that are shown name them; where there are none, as the address does.
    """
    chosen, found = asked.form.chosen, []
    for name, words in (("supplier", _("Supplier: %(name)s")), ("customer", _("Customer: %(name)s"))):
        department = access.tree.by_code.get(chosen.get(name, ""))
        if department is not None:
            found.append((name, words % {"name": department.label}, ""))
    if "promise" in chosen:
        found.append(("promise", str(PROMISES[chosen["promise"]]), ""))
    if "rater" in chosen:
        first = asked.ratings.first()
        found.append(("rater", _("Rater"), str(first.rater) if first else chosen["rater"]))
    return [Narrowing(words, person, _without(query, name)) for name, words, person in found]


def _without(query: QueryDict, name: str) -> str:
    kept = query.copy()
    for gone in (name, "page"):
        kept.pop(gone, None)
    return f"?{kept.urlencode()}"


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
