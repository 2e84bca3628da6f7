"""What was asked before the demo store's interactions took place, and what was asked and came to nothing (R11-R13).

Drawn backwards: an interaction has its day, so that the promise, the wish and the asking lie before it. Whether that
was short notice is found as everywhere, by supplychain/booking.py under the link's own terms.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from typing import NamedTuple

from config.demo.office import Office
from config.demo.request_story import (
    ALLOWED,
    COMMENTS,
    DECLINES,
    EXCEPTIONS,
    MANNERS,
    REFUSED,
    TRIPS,
    WISHES,
    WITHDRAWALS,
    Manner,
    Text,
)
from config.demo.request_timelines import RequestTimeline
from config.demo.staff import Staff
from config.demo.store import ONE_DAY, Plan
from dealership.models import Dealership
from supplychain.models import Link
from supplychain.windows import parse_windows

LATE_COST = TRIP_COST = 0.12  # so much smaller is the chance of a good rating
NOT_FOR_THE_WINDOW = 0.06  # of the requests done in a window: wanted on another day, and promised for the window
WINDOW_SHORT = 0.3  # the share of short notice where a window is agreed, as it comes out
COMES_TO_NOTHING = 0.07  # beside each request that is done, one that is not
EARLY_SHARE = 0.12
HOUR = datetime.timedelta(hours=1)


class _Days(NamedTuple):
    asked_on: datetime.date
    wanted_on: datetime.date
    promised_on: datetime.date


class Requests:
    """Draws requests of one demo store from a stream of their own: what else happens does not depend on them."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office, staff: Staff) -> None:
        self.plan, self.office, self.staff = plan, office, staff
        self.random = random.Random(f"{plan.seed}/{dealership.slug}/requests")

    def before(self, link: Link, at: datetime.datetime, asker: int) -> RequestTimeline | None:
        """Draw the request that was done at a moment, with all its lines; None if nobody had asked."""
        draw, day = self.random, self.office.day_of(at)
        manner = MANNERS.get(link.item.code)
        if manner is None or draw.random() >= manner.share:
            return None
        days = self._days(link, day, manner)
        asked_at = self._asked_at(days.asked_on, at)
        if asked_at is None or not self.staff.may_ask(asker, link, days.asked_on):
            return None
        timeline = self._ask(link, asker, asked_at, days.wanted_on)
        server = self._server(link, days.asked_on)
        accepted_at = self._accepted_at(asked_at, days.promised_on, at)
        timeline.accept(accepted_at, server, days.promised_on)
        self._on_the_way(timeline, manner, server, at)
        timeline.finish(at, server if draw.random() < 0.7 else self._server(link, day))
        return timeline

    def change_of_quality(self, timeline: RequestTimeline) -> float:
        """Return by how much the chance of a good rating differs from the item's, which stays as it is on average."""
        row, manner = timeline.row, MANNERS[timeline.link.item.code]
        usual_short = manner.short if timeline.link.lead_time_days else 0.0
        if timeline.link.windows:
            usual_short = WINDOW_SHORT
        change = manner.worse * usual_short + LATE_COST * manner.late + TRIP_COST * manner.trips
        if row.short_notice:
            change -= manner.worse
        if row.late_days is not None and row.late_days > 0:
            change -= LATE_COST
        return change - (TRIP_COST if row.trips > 1 else 0)

    def beside(self, timeline: RequestTimeline) -> RequestTimeline | None:
        """Draw, beside a request that is done, one that came to nothing: declined, taken back, or never answered."""
        draw, row = self.random, timeline.row
        if draw.random() >= COMES_TO_NOTHING:
            return None
        link = timeline.link
        asked_at = self.office.moment(self.office.day_of(row.asked_at), draw.uniform(8.6, 16.5))
        other = self._ask(link, row.asked_by_id, asked_at, row.wanted_on)
        server = self._server(link, self.office.day_of(asked_at))
        answered_at = self.office.at_work(asked_at + HOUR * draw.uniform(0.3, 7))
        fate = draw.random()
        if fate < 0.45:
            known = DECLINES.get(link.item.code, DECLINES[""])
            other.decline(answered_at, server, self._words(known))
        elif fate < 0.82:
            if self.office.day_of(answered_at) <= row.wanted_on and draw.random() < 0.5:
                other.accept(answered_at, server, row.wanted_on)
            other.withdraw(self.office.at_work(answered_at + HOUR * draw.uniform(0.5, 4)), self._words(WITHDRAWALS))
        elif fate < 0.92 or not MANNERS[link.item.code].exceptions:
            other.expire()
        else:
            self._refused(other, server, answered_at)
        return other

    def _refused(self, timeline: RequestTimeline, server: int, raised_at: datetime.datetime) -> None:
        superior = self.staff.superior_of(server, timeline.link.supplier_id)
        decided_at = self.office.at_work(raised_at + HOUR * self.random.uniform(1, 20))
        timeline.escalate(raised_at, server, superior, self._words(EXCEPTIONS))
        timeline.decide(decided_at, self._words(REFUSED), allowed=False)
        known = DECLINES.get(timeline.link.item.code, DECLINES[""])
        timeline.decline(self.office.at_work(decided_at + HOUR * 0.6), server, self._words(known))

    # --- Days and moments -----------------------------------------------------------------------

    def _days(self, link: Link, day: datetime.date, manner: Manner) -> _Days:
        """Draw when something done on a day had been asked, wanted and promised for."""
        draw, office = self.random, self.office
        notice = draw.choice(manner.notices)
        roll = draw.random()
        delay = draw.choice(manner.delays) if draw.random() < manner.late else 0
        if link.windows:
            wanted_on, promised_on = self._around_windows(link, day, manner, roll)
            return _Days(office.back(wanted_on, notice), wanted_on, promised_on)
        promised_on = office.back(day, delay)
        lead = link.lead_time_days or 0
        if lead and roll < manner.short:
            return _Days(office.back(promised_on, draw.randrange(lead)), promised_on, promised_on)
        wanted_on = office.back(promised_on, 1) if draw.random() < 0.12 else promised_on
        asked_on = office.back(wanted_on, lead + notice)
        if not delay and draw.random() < EARLY_SHARE:
            promised_on = office.ahead(day, 1)
        return _Days(asked_on, wanted_on, promised_on)

    def _around_windows(
        self, link: Link, day: datetime.date, manner: Manner, roll: float
    ) -> tuple[datetime.date, datetime.date]:
        """Return the days wanted and promised over a link with windows, for something done on a day."""
        weekdays = {window.weekday for window in parse_windows(link.windows)}
        if day.weekday() in weekdays:
            wanted_on = self.office.back(day, 2) if roll < NOT_FOR_THE_WINDOW else day
            return wanted_on, day
        if roll < manner.short:
            return day, day
        while day.weekday() not in weekdays:
            day -= ONE_DAY
        return day, day

    def _asked_at(self, day: datetime.date, at: datetime.datetime) -> datetime.datetime | None:
        """Draw the moment of asking on a day; None if the day is too short before the moment it was done."""
        asked_at = self.office.moment(day, self.random.uniform(8.6, 17.2))
        if asked_at > at - HOUR:
            asked_at = at - HOUR * self.random.uniform(1, 3)
        local = asked_at.astimezone(self.office.dealership.zone)
        return asked_at if local.date() == day and local.hour >= 8 else None

    def _accepted_at(
        self, asked_at: datetime.datetime, promised_on: datetime.date, at: datetime.datetime
    ) -> datetime.datetime:
        accepted_at = self.office.at_work(asked_at + HOUR * self.random.uniform(0.2, 6))
        last = at - HOUR / 2
        if accepted_at > last or self.office.day_of(accepted_at) > promised_on:
            accepted_at = min(asked_at + HOUR / 4, last)
        return accepted_at

    # --- What happened between the promise and the deed -----------------------------------------

    def _on_the_way(self, timeline: RequestTimeline, manner: Manner, server: int, at: datetime.datetime) -> None:
        draw, office = self.random, self.office
        roll, promised_on = draw.random(), timeline.row.promised_on
        moment = office.on_the_way(timeline.ends_at, at, draw.uniform(0.3, 0.7))
        assert promised_on is not None
        if office.day_of(at) > promised_on and roll < 0.6:
            again_at = max(timeline.ends_at, office.moment(promised_on, draw.uniform(15.5, 17.5)))
            if again_at < at:
                timeline.promise_again(again_at, server, office.day_of(at))
        elif roll < manner.trips:
            known = TRIPS[timeline.link.item.code]
            by_customer = draw.random() < 0.6
            timeline.trip(moment, timeline.row.asked_by_id if by_customer else server, self._words(known))
        elif roll < manner.trips + manner.exceptions:
            superior = self.staff.superior_of(server, timeline.link.supplier_id)
            timeline.escalate(moment, server, superior, self._words(EXCEPTIONS))
            decided_at = office.on_the_way(moment, at, draw.uniform(0.3, 0.8))
            timeline.decide(decided_at, self._words(ALLOWED), allowed=True)
        elif roll > 0.96:
            timeline.comment(moment, server, self._words(COMMENTS))

    # --- Words and people -----------------------------------------------------------------------

    def _ask(self, link: Link, asker: int, asked_at: datetime.datetime, wanted_on: datetime.date) -> RequestTimeline:
        wish = self.random.choice(WISHES[link.item.code])
        number = self.random.randint(wish.low, wish.high) if wish.high else None
        words = wish.words.in_(self.plan.language)
        inside = "{n}" in words
        return RequestTimeline(
            self.office,
            link,
            asker=asker,
            asked_at=asked_at,
            what=words.format(n=number) if inside else words,
            quantity=None if inside else number,
            wanted_on=wanted_on,
        )

    def _server(self, link: Link, day: datetime.date) -> int:
        people, weights = self.staff.servers_of(link.supplier_id, day)
        return self.random.choices(people, weights)[0]

    def _words(self, texts: Sequence[Text]) -> str:
        return self.random.choice(texts).in_(self.plan.language)
