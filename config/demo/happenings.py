"""A year of interactions and ratings on the demo store's links, drawn from a seed.

What happens on a day depends on the seed and the day alone; the present moment only cuts off what has not happened
yet. So a demo loaded at nine and one loaded at five on the same day agree on everything before nine.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterator
from typing import NamedTuple

from config.demo.office import Office
from config.demo.people import SEVERITY
from config.demo.request_timelines import RequestTimeline
from config.demo.requests import Requests
from config.demo.staff import Staff
from config.demo.store import ONE_DAY, Plan, username_in
from config.demo.story import (
    COURSES,
    GOOD_COMMENTS,
    NOT_GOOD_COMMENTS,
    NOTES,
    SILENT,
    TROUBLED_THIS_MONTH,
    VETOES,
    Veto,
    busyness,
)
from dealership.models import Dealership, User
from supplychain.models import Link
from surveys.periods import month_start
from surveys.reasons import REASONS
from surveys.scoring import outcome

RATED_SHARE = 0.82  # of all interactions; the others expire, or did not take place
DISMISSED_SHARE = 0.02
LOGGED_SHARE = 0.4  # logged before anybody rated them; the others come into being with their rating
HIGHEST_QUALITY = 0.995


class Verdict(NamedTuple):
    """A rating as it is going to be."""

    rater_id: int
    at: datetime.datetime
    score: int
    reasons: list[str]
    comment: str
    earlier_score: int | None = None


class Happening(NamedTuple):
    """An interaction as it is going to be; `verdict` None: nobody rates it."""

    link: Link
    at: datetime.datetime
    note: str
    logged_by_id: int
    was_logged: bool
    dismissed: bool
    verdict: Verdict | None
    #: What had been asked before it, if anything was; and what was asked beside that, and came to nothing.
    request: RequestTimeline | None = None
    beside: RequestTimeline | None = None
    #: Where the recovery of a scripted "not good" is to stand now; empty: it takes its course.
    script: str = ""


class _Terms(NamedTuple):
    """What a link's happenings are drawn by."""

    link: Link
    weight: float
    first: float
    last: float
    rhythm: str


class Chronicle:
    """Draws what happens in one demo store."""

    def __init__(self, dealership: Dealership, plan: Plan) -> None:
        self.dealership = dealership
        self.plan = plan
        self.start, self.today = plan.start, plan.today
        self.random = random.Random(f"{plan.seed}/{dealership.slug}")
        self.office, self.staff = Office(dealership), Staff(dealership)
        self.requests = Requests(dealership, plan, self.office, self.staff)
        links = Link.objects.filter(dealership=dealership).with_names().order_by("pk")
        self.terms = [_Terms(link, *COURSES[link.item.code]) for link in links]
        for term in self.terms:
            term.link.dealership = dealership  # read once, with its zone
        users = dict(User.objects.filter(dealership=dealership).values_list("username", "pk"))
        self.severity = {
            users[username_in(dealership.slug, username)]: severity for username, severity in SEVERITY.items()
        }
        # As many interactions a day as give the wanted number of ratings, on the average of the week.
        total = sum(term.weight * _mean_busyness(term.rhythm) for term in self.terms if term.link.active_to is None)
        self._scale = plan.ratings_per_day / RATED_SHARE / total

    def happenings(self) -> Iterator[Happening]:
        """Yield everything that happened up to now, day by day; then what is scripted."""
        day = self.start
        while day <= self.today:
            yield from self._day(day)
            day += ONE_DAY
        yield from self._vetoes()
        yield from self._open_ones()

    def _day(self, day: datetime.date) -> Iterator[Happening]:
        for term in self.terms:
            if not term.link.is_active_on(day):
                continue
            expected = self._scale * term.weight * busyness(term.rhythm, day.month, day.day, day.weekday())
            for _number in range(_poisson(self.random, expected)):
                happening = self._happening(term, day)
                if happening is not None and happening.at <= self.plan.now:
                    yield happening

    def _happening(self, term: _Terms, day: datetime.date) -> Happening | None:
        """Draw one interaction; None if nobody could have rated it on that day."""
        draw, link = self.random, term.link
        raters, weights = self.staff.raters_of(link, day)
        if not raters:
            return None
        at = self.office.moment(day, draw.uniform(8.5, 17.75))
        rater = draw.choices(raters, weights)[0]
        rated_at = at + _delay(draw)
        request = self.requests.before(link, at, rater)
        quality = self._quality(term, day)
        if request is not None:
            quality = min(quality + self.requests.change_of_quality(request), HIGHEST_QUALITY)
        good = draw.random() < 1 - (1 - quality) * self.severity.get(rater, 1)
        verdict = self._verdict(link, rater, rated_at, good, day)
        silent = (link.supplier.code, link.customer.code, link.item.code) in SILENT
        fate = draw.random()
        notes = NOTES.get(link.item.code, {}).get(self.plan.language, ())
        dismissed = fate > 1 - DISMISSED_SHARE  # nobody can say so of what came from a request
        return Happening(
            link=link,
            at=at,
            note=draw.choice(notes) if notes and draw.random() < 0.3 else "",
            logged_by_id=self.staff.manager_of(link.supplier_id) if draw.random() < 0.5 else rater,
            was_logged=draw.random() < LOGGED_SHARE,
            dismissed=dismissed,
            verdict=verdict if fate < RATED_SHARE and not silent else None,
            request=None if dismissed else request,
            beside=self.requests.beside(request) if request is not None else None,
        )

    def _quality(self, term: _Terms, day: datetime.date) -> float:
        """Return the chance of a good rating on a day: from the first to the last, gently."""
        passed = (day - self.start).days / max((self.today - self.start).days, 1)
        return term.first + (term.last - term.first) * passed * passed * (3 - 2 * passed)

    def _verdict(self, link: Link, rater: int, at: datetime.datetime, good: bool, day: datetime.date) -> Verdict:
        draw = self.random
        troubled = (link.supplier.code, link.item.code) in TROUBLED_THIS_MONTH
        spared = day >= month_start(self.today) and not troubled
        if link.scale == "binary":
            score = int(good or spared)
        elif good:
            score = 5 if draw.random() < 0.55 else 4
        else:
            score = draw.choices((3, 2, 1), (0.55, 0.3, 0.15))[0]
            score = max(score, 3) if spared else score
        earlier = draw.choice((0, 1) if link.scale == "binary" else (2, 3, 4)) if draw.random() < 0.02 else None
        reasons: list[str] = []
        comment = ""
        words, chance = draw.random(), draw.random()
        known = list(REASONS[link.flow])
        picked = draw.sample(known, 2 if draw.random() < 0.2 else 1)
        complaint = draw.choice(NOT_GOOD_COMMENTS[link.flow][self.plan.language])
        praise = draw.choice(GOOD_COMMENTS[self.plan.language])
        if outcome(link.scale, score) == "not_good":
            reasons = [code for code in known if code in picked] if words < 0.8 else []
            comment = complaint if chance < 0.3 else ""
        elif outcome(link.scale, score) == "good" and chance < 0.012:
            comment = praise
        return Verdict(rater, at, score, reasons, comment, None if earlier == score else earlier)

    # --- What is scripted -----------------------------------------------------------------------

    def _vetoes(self) -> Iterator[Happening]:
        """Yield the "not good" ratings that the current month has in any case."""
        for veto in VETOES:
            link = next(
                term.link
                for term in self.terms
                if (term.link.supplier.code, term.link.customer.code, term.link.item.code) == veto[:3]
                and term.link.is_active_on(self.today)
            )
            at, rated_at = self._veto_moments(veto)
            score = 0 if link.scale == "binary" else 1
            comment = veto.en if self.plan.language == "en" else veto.zh_hans
            verdict = Verdict(self.staff.manager_of(link.customer_id), rated_at, score, [veto.reason], comment)
            manager = self.staff.manager_of(link.supplier_id)
            yield Happening(link, at, "", manager, True, False, verdict, script=veto.recovery)

    def _veto_moments(self, veto: Veto) -> tuple[datetime.datetime, datetime.datetime]:
        """Return when a veto's interaction and rating were: on its day, or as near to it as this month allows."""
        first = month_start(self.today)
        day = max(self.today - veto.days_ago * ONE_DAY, first)
        if day < self.today:
            return self.office.moment(day, 10.25), self.office.moment(day, 11.5)
        # The first of the month: some share of the hours that it has had so far.
        midnight = self.office.moment(first, 0)
        passed = self.plan.now - midnight
        return midnight + passed / 3, midnight + passed / 2

    def _open_ones(self) -> Iterator[Happening]:
        """Yield interactions of the last days that wait for their rating, for every department that is a customer."""
        by_customer: dict[int, list[_Terms]] = {}
        for term in self.terms:
            if term.link.is_active_on(self.today) and term.link.is_active_on(self.today - 3 * ONE_DAY):
                by_customer.setdefault(term.link.customer_id, []).append(term)
        for terms in by_customer.values():
            for days_ago in (1, 1, 2, 3):
                term = self.random.choice(terms)
                day = self.today - days_ago * ONE_DAY
                at = self.office.moment(day, self.random.uniform(9, 17))
                notes = NOTES.get(term.link.item.code, {}).get(self.plan.language, ("",))
                note = self.random.choice(notes)
                if day >= self.start:
                    yield Happening(
                        term.link, at, note, self.staff.manager_of(term.link.supplier_id), True, False, None
                    )


def _mean_busyness(rhythm: str) -> float:
    """Return how busy a day is on the average of four weeks without holidays."""
    return sum(busyness(rhythm, 6, day, day % 7) for day in range(1, 31)) / 30


def _poisson(draw: random.Random, expected: float) -> int:
    """Draw how often something happens that happens `expected` times on the average."""
    if expected > 30:  # the normal curve is near enough, and the product below would vanish
        return max(0, round(draw.gauss(expected, math.sqrt(expected))))
    limit, product, count = math.exp(-expected), draw.random(), 0
    while product > limit:
        product *= draw.random()
        count += 1
    return count


def _delay(draw: random.Random) -> datetime.timedelta:
    """Draw how long a customer takes to rate: mostly the same day, sometimes days."""
    kind, length = draw.random(), draw.random()
    if kind < 0.6:
        return datetime.timedelta(minutes=5 + int(length * 230))
    if kind < 0.9:
        return datetime.timedelta(hours=16 + int(length * 10), minutes=int(length * 997) % 60)
    return datetime.timedelta(days=2 + int(length * 5), minutes=int(length * 997) % 240)
