"""What the page of a supplier's lenses shows: each objection to being rated, answered by figures (R12, R16-R18, R20).

Aggregates for who reads the department's figures. Who rated how, only for who reads its single ratings: by name where
that was open, as a department where the store promised so, and never of a confidential rating. Who answered in kind,
only for the general manager. What each lens proves and does not: docs/scoring.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboards.choice import Choice
from dashboards.department import DepartmentPage
from dashboards.lens_lines import Answer, Harshest, Hurried, Judged, Late, LinkShare, RaterLine, Who
from dashboards.lines import LinkLine
from dashboards.requests import Rate
from dashboards.units import INSIDE, SUPPLIER
from dealership.access import Access
from dealership.models import Department, Disclosure
from objectives.models import Objective
from supplychain.models import Link
from surveys.distances import NONE, Share, against_the_rest, distances
from surveys.lens_data import (
    Given,
    Lateness,
    fits,
    given_scores,
    lateness_by_link,
    pointed_out,
    shares,
    single_ratings,
    unrated_by_link,
)
from surveys.retaliation import Verdict, answers_in_kind
from surveys.scoring import outcome
from surveys.severity import Cell, RaterSeverity, fit

#: So many rows of a list are shown, the most telling first.
LISTED = 10
SECONDS = 24 * 60 * 60


class LensesPage:
    """The lenses on one supplier over the twelve months. A fixed number of queries, whatever the number of ratings."""

    def __init__(self, access: Access, department: Department, choice: Choice) -> None:
        assert access.user.dealership is not None
        self.access = access
        self.department = department
        self.choice = choice
        self.store = access.user.dealership
        self.figures = DepartmentPage(access, department, choice)
        self.seen = self.figures.seen
        self.tree = access.tree
        #: Codes of the department and the teams that count with it.
        self.scope = {self.tree.by_id[pk].code for pk in self.seen.scope}

    # --- Who may know what --------------------------------------------------------------------------

    @property
    def is_confidential(self) -> bool:
        """Whether the store promises its raters that nobody learns how they rate: then no rater is shown."""
        return self.store.confidentiality == Disclosure.CONFIDENTIAL

    @property
    def shows_raters(self) -> bool:
        """Whether the reader may see how each rater rates this department."""
        return self.access.reads_ratings_of(self.department.pk) and not self.is_confidential

    @property
    def shows_answers(self) -> bool:
        """Whether the reader may see who answers in kind: the general manager alone."""
        return self.access.is_general_manager and not self.is_confidential

    # --- Hurry (R12) --------------------------------------------------------------------------------

    @property
    def hurried(self) -> list[Hurried]:
        """The figures that hold ratings at short notice: of all flows together, or of each that tells them apart."""
        side = self.figures.as_supplier
        if side.long.n_short:
            return [Hurried("", side.long, side.long_url)]
        return [Hurried(each.flow, each.long, each.long_url) for each in side.flows if each.long.n_short]

    # --- Grudges (R18) ------------------------------------------------------------------------------

    @cached_property
    def _given(self) -> list[Given]:
        return given_scores(self.store, self.choice.long)

    @cached_property
    def _names(self) -> dict[Who, str]:
        names = {Who(False, department.code): department.label for department in self.tree.departments}
        return names | {Who(True, each.rater): each.name or each.rater for each in self._given}

    @cached_property
    def _departments(self) -> dict[Who, str]:
        """Which department a person rates for, by code; of several the one they rate most for."""
        counted: dict[Who, Counter[str]] = defaultdict(Counter)
        for each in self._given:
            if each.disclosure == Disclosure.OPEN:
                counted[_who(each)][each.customer] += each.n
        return {who: codes.most_common(1)[0][0] for who, codes in counted.items()}

    @cached_property
    def raters(self) -> list[RaterLine]:
        """The distance of each rater of this department from its other customers; first who stands out, furthest."""
        table = shares(self._given, "not_good", self.store.not_good_threshold, lambda each: (each.supplier, _who(each)))
        good = shares(self._given, "good", self.store.not_good_threshold, lambda each: (each.supplier, _who(each)))
        severities = self._severities(table)
        flags = pointed_out(self._given, fits(self._given, _key), self.store.not_good_threshold, _key)
        lines = [
            RaterLine(
                name=self._names[each.rater],
                department=self.tree.by_code.get(self._departments.get(each.rater, "")),
                supplier=self.tree.by_code[each.supplier],
                distance=each,
                severity=severities.get(each.rater.key),
                satisfied=_rate(good[each.supplier, each.rater]),
                is_apart=(each.supplier, each.rater.key) in flags.apart,
                is_harsh=each.rater.key in flags.harsh,
                url=self._given_url(each.rater, supplier=each.supplier),
            )
            for each in distances(table)
            if each.supplier in self.scope
        ]
        return sorted(lines, key=lambda line: (not line.stands_out, -line.distance.difference, line.name))

    def _given_url(self, who: Who, **filters: str) -> str:
        """Return the address of what somebody gave: a person's open ratings, or a department's of that promise."""
        by = {"rater": who.code} if who.is_person else {"customer": who.code, "told": "department"}
        return self.figures.behind.url({**filters, **by}, long=True)

    @staticmethod
    def _severities(table: dict[tuple[str, Who], Share]) -> dict[str, RaterSeverity]:
        """Return how strict each rater is with all suppliers, in shares of "not good" of both scales together."""
        cells = [
            Cell(supplier, who.key, share.n, share.n - share.of, share.n - share.of)
            for (supplier, who), share in table.items()
        ]
        return {each.rater: each for each in fit(cells, scale="binary").raters}

    @property
    def standing_out(self) -> list[RaterLine]:
        """The raters who are pointed out, each once, whatever the number of teams they rate."""
        return list({line.distance.rater: line for line in reversed(self.raters) if line.stands_out}.values())[::-1]

    @property
    def all_are_apart(self) -> bool:
        """Whether each of them stands apart here: else some only rate everybody lower."""
        apart = {line.distance.rater for line in self.raters if line.is_apart}
        return all(line.distance.rater in apart for line in self.standing_out)

    @property
    def has_teams(self) -> bool:
        """Whether raters stand beside several suppliers: the department and its teams."""
        return len({line.supplier.pk for line in self.raters}) > 1

    @property
    def ranking(self) -> dict[str, Any]:
        """The chart of the raters: each one's satisfied rate (shape: static/js/charts.js)."""
        everybody = self.harshest.all if self.harshest else None
        return {
            "rows": [
                {
                    "label": f"{line.name} · {line.supplier.label}" if self.has_teams else line.name,
                    "rate": line.satisfied.value,
                    "low": line.satisfied.low,
                    "high": line.satisfied.high,
                    "n": line.satisfied.n,
                    "tone": "bad" if line.stands_out else "neutral",
                    "url": line.url,
                }
                for line in self.raters
            ],
            "mean": everybody.value if everybody else None,
        }

    @cached_property
    def harshest(self) -> Harshest | None:
        """The figure with and without the rater who pulls it down most; None where nobody else rated."""
        outside = [each for each in self._given if each.supplier in self.scope and each.customer not in self.scope]
        by_rater: dict[Who, Share] = shares(outside, "good", self.store.not_good_threshold, _who)
        everybody = sum(by_rater.values(), NONE)
        rest = {who: everybody - own for who, own in by_rater.items() if everybody.n > own.n}
        if not rest:
            return None
        who = max(rest, key=lambda each: (rest[each].value or 0.0, each))
        if (rest[who].value or 0.0) <= (everybody.value or 0.0):
            return None
        return Harshest(
            name=self._names[who],
            all=_rate(everybody),
            without=_rate(rest[who]),
            own=_rate(by_rater[who]),
            all_url=self.figures.behind.url({"side": SUPPLIER}, long=True),
            own_url=self._given_url(who, side=SUPPLIER),
        )

    # --- Fear (R20) ---------------------------------------------------------------------------------

    @cached_property
    def _served(self) -> dict[int, LinkLine]:
        """The links on which this department or one of its teams is the supplier."""
        sides = (self.figures.as_supplier, self.figures.inside)
        return {line.link.pk: line for side in sides for line in side.lines}

    @cached_property
    def silence(self) -> list[LinkShare]:
        """How much of each link is rated, the least first; what is rated less than elsewhere stands out."""
        compared = against_the_rest(self._unrated)
        lines = [
            LinkShare(
                link=self._served[pk].link,
                rated=Rate(each.own.n - each.own.of, each.own.n),
                stands_out=each.stands_out,
                url=self._interactions_url(self._served[pk].link),
            )
            for pk, each in compared.items()
            if pk in self._served
        ]
        return sorted(
            lines, key=lambda line: (not line.stands_out, line.rated.value if line.rated else 0, line.link.pk)
        )

    def _interactions_url(self, link: Link) -> str:
        """Return the address of a link's interactions of the twelve months; empty for who may not open them."""
        if not self.access.reads_store and {link.supplier_id, link.customer_id}.isdisjoint(self._acts_for):
            return ""
        span = self.choice.long
        return f"{reverse('interaction_list')}?{urlencode({'link': link.pk, 'first': span.start, 'last': span.end})}"

    @cached_property
    def _acts_for(self) -> set[int]:
        return self.access.own | self.access.led

    @property
    def silent(self) -> list[LinkShare]:
        """The links that stand out."""
        return [line for line in self.silence if line.stands_out]

    @cached_property
    def rated_elsewhere(self) -> Rate:
        """How much is rated of what the others in the store serve."""
        rest = sum((each for pk, each in self._unrated.items() if pk not in self._served), NONE)
        return Rate(rest.n - rest.of, rest.n)

    @cached_property
    def _unrated(self) -> dict[int, Share]:
        return unrated_by_link(self.store, self.choice.long)

    @cached_property
    def late(self) -> Late:
        """How what this department delivered late is rated."""
        found = lateness_by_link(self.store, self.choice.long)
        own = sum((each for pk, each in found.items() if pk in self._served), Lateness())
        others = sum((each for pk, each in found.items() if pk not in self._served), Lateness())
        compared = against_the_rest({"own": own.late, "others": others.late})
        lines = [
            LinkShare(
                link=self._served[pk].link,
                lateness=each,
                late_url=self._promise_url("late", each.late, link=pk),
                on_time_url=self._promise_url("on_time", each.on_time, link=pk),
            )
            for pk, each in found.items()
            if pk in self._served and each.late.n
        ]
        return Late(
            late=_rate(own.late),
            on_time=_rate(own.on_time),
            elsewhere=_rate(others.late),
            stands_out="own" in compared and compared["own"].stands_out,
            lines=sorted(lines, key=lambda line: (-(line.lateness or Lateness()).late.n, line.link.pk)),
            late_url=self._promise_url("late", own.late),
            on_time_url=self._promise_url("on_time", own.on_time),
        )

    def _promise_url(self, promise: str, share: Share, **filters: int) -> str:
        """Return the address of the ratings of what came late, or on time; empty where there are none."""
        return self.figures.behind.url({**filters, "promise": promise}, long=True) if share.n else ""

    # --- Answers in kind ----------------------------------------------------------------------------

    @cached_property
    def answers(self) -> list[Answer]:
        """Who gives this department "not good" soon after receiving it from there, the most first."""
        ends = {link.pk: self.seen.ends(link) for link in self.figures.board.links if self.seen.side(link) != INSIDE}
        names: dict[Who, str] = {}
        verdicts = []
        for pk, username, name, disclosure, moment, scale, score in single_ratings(
            self.store, self.choice.long, list(ends)
        ):
            supplier, customer = ends[pk]
            is_person = disclosure == Disclosure.OPEN
            who = Who(is_person, username if is_person else customer.code)
            names[who] = f"{name or username} · {customer.label}" if is_person else customer.label
            not_good = outcome(scale, score, threshold=self.store.not_good_threshold) == "not_good"
            verdicts.append(Verdict(who, customer.pk, supplier.pk, moment.timestamp() / SECONDS, not_good))
        found = [
            Answer(names[each.rater], each)  # type: ignore[index]
            for each in answers_in_kind(verdicts)
            if each.supplier == self.department.pk and each.difference > 0
        ]
        found.sort(key=lambda each: (not each.distance.stands_out, -each.distance.difference, each.name))
        return found[:LISTED]

    @property
    def in_kind(self) -> list[Answer]:
        """Who stands out."""
        return [each for each in self.answers if each.distance.stands_out]

    # --- Facts and satisfaction (R22) ---------------------------------------------------------------

    @cached_property
    def judged(self) -> list[Judged]:
        """The objectives that came due in the twelve months, were judged, and whose customers were asked."""
        span = self.choice.long
        found: Iterable[Any] = (
            Objective.objects.readable_by(self.access)
            .filter(owner__in=self.seen.scope, due_on__gte=span.start, due_on__lte=span.end)
            .exclude(verdict="")
            .prefetch_related("customers__department")
            .order_by("-due_on", "pk")
        )
        lines = []
        for objective in found:
            asked: dict[bool, list[Department]] = defaultdict(list)
            for customer in objective.customers.all():
                if customer.satisfied is not None:
                    asked[customer.satisfied].append(customer.department)
            if asked:
                lines.append(Judged(objective, asked[True], asked[False]))
        return lines

    @property
    def differing(self) -> list[Judged]:
        """Those in which the facts and a customer's satisfaction differ."""
        return [line for line in self.judged if line.met_not_satisfied or line.satisfied_not_met]


def _who(each: Given) -> Who:
    """Return who gave a score, as a reader may know it."""
    is_person = each.disclosure == Disclosure.OPEN
    return Who(is_person, each.rater if is_person else each.customer)


def _key(each: Given) -> str:
    return _who(each).key


def _rate(share: Share) -> Rate:
    return Rate(share.of, share.n)
