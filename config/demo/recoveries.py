"""How each "not good" of the demo store was mended (R21), up to the present moment.

Mostly within days; some only with the superior's help; a few the customer said nothing about.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence

from config.demo.office import Office
from config.demo.records import Complaint
from config.demo.recovery_story import MISSING, PLANS, SUPERIOR_PLANS, THANKS
from config.demo.recovery_timelines import RecoveryTimeline, write_recoveries
from config.demo.request_story import Text
from config.demo.staff import Staff
from config.demo.store import ONE_DAY, Plan
from dealership.models import Dealership

HOUR = datetime.timedelta(hours=1)
#: Chances, of a natural course.
NO_WORDS_NEEDED = 0.05  # mended before the supplier said anything
ANSWERED_LATE = 0.08
MENDED, MENDED_BY_SUPERIOR = 0.82, 0.93
NOT_MENDED = 0.13  # the rest: the customer says nothing
#: How old in days what is overdue now may be: so that it can be among the newest.
OLDEST_OVERDUE = 16


class Recoveries:
    """Draws the recoveries of one demo store: each from a stream of its own, so that none depends on another."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office, staff: Staff) -> None:
        self.dealership, self.plan, self.office, self.staff = dealership, plan, office, staff

    def write(self, complaints: Sequence[Complaint]) -> list[RecoveryTimeline]:
        """Write the recoveries of all complaints, and return those in which somebody still has to do something."""
        overdue = self._overdue_ones(complaints)
        timelines = [self._play(complaint, overdue) for complaint in complaints]
        write_recoveries(timelines)
        return [timeline for timeline in timelines if timeline.is_running]

    def _overdue_ones(self, complaints: Sequence[Complaint]) -> list[Complaint]:
        """Return two that are to be overdue now, the newest that can be: one not answered, one not mended in time."""
        last = self.office.back(self.plan.today, self.dealership.recovery_days + 1)
        first = self.plan.today - OLDEST_OVERDUE * ONE_DAY
        old = [
            complaint
            for complaint in complaints
            if first <= self.office.day_of(complaint.since) <= last
            and complaint.until is None
            and not complaint.happening.script
        ]
        return sorted(old, key=lambda complaint: complaint.since, reverse=True)[:2]

    def _play(self, complaint: Complaint, overdue: list[Complaint]) -> RecoveryTimeline:
        link = complaint.happening.link
        codes = f"{link.supplier.code}/{link.customer.code}/{link.item.code}"
        draw = random.Random(f"{self.plan.seed}/{self.dealership.slug}/{codes}/{complaint.since:%Y-%m-%d %H:%M:%S}")
        timeline = RecoveryTimeline(self.office, self.staff, complaint)
        script = complaint.happening.script
        if complaint.until is not None:
            timeline.drop(complaint.until)
        elif complaint in overdue[:1]:
            pass  # nobody has answered it
        elif complaint in overdue[1:]:
            self._answer_by(timeline, draw, self.office.back(self.plan.today, 1))
        elif script:
            self._scripted(timeline, draw, script)
        else:
            self._natural(timeline, draw)
        return timeline

    # --- What is scripted -----------------------------------------------------------------------

    def _scripted(self, timeline: RecoveryTimeline, draw: random.Random, script: str) -> None:
        """Bring it to where a veto's recovery is to stand now: "open", "planned" or "escalated"."""
        if script == "open":
            return
        opened_at, now = timeline.ends_at, self.plan.now
        answered_at = self.office.on_the_way(opened_at, now, 0.25)
        if script == "planned":
            timeline.answer(answered_at, self._plan(timeline, draw), self.office.ahead(self.plan.today, 1))
            return
        refused_at = self.office.on_the_way(answered_at, now, 0.6)
        timeline.answer(answered_at, self._plan(timeline, draw), self.office.day_of(refused_at))
        timeline.not_mended(refused_at, self._words(draw, MISSING[timeline.link.flow]))

    def _answer_by(self, timeline: RecoveryTimeline, draw: random.Random, promised_on: datetime.date) -> None:
        answered_at = self.office.at_work(timeline.ends_at + HOUR)
        timeline.answer(answered_at, self._plan(timeline, draw), promised_on)

    # --- What happens by itself -----------------------------------------------------------------

    def _natural(self, timeline: RecoveryTimeline, draw: random.Random) -> None:
        """Let it take its course; what would come after the present moment has not happened."""
        office, opened_at = self.office, timeline.ends_at
        if draw.random() < NO_WORDS_NEEDED:
            at = office.at_work(opened_at + HOUR * draw.uniform(2, 24))
            if at <= self.plan.now:
                timeline.mended(at, self._thanks(draw))
            return
        answered_at = office.at_work(opened_at + HOUR * draw.uniform(0.5, 30))
        if draw.random() < ANSWERED_LATE:
            late_on = office.ahead(timeline.row.due_on, draw.choice((1, 1, 2)))
            answered_at = office.moment(late_on, draw.uniform(9, 16))
        plan, promise, fate = self._plan(timeline, draw), draw.choice((0, 1, 1, 2, 2, 3, 4)), draw.random()
        if answered_at > self.plan.now:
            return
        timeline.answer(answered_at, plan, office.ahead(office.day_of(answered_at), promise))
        if fate < MENDED:
            self._say_mended(timeline, draw)
        elif fate < MENDED + NOT_MENDED:
            self._with_the_superior(timeline, draw)
        elif timeline.lapses_at <= self.plan.now:
            timeline.lapse()

    def _with_the_superior(self, timeline: RecoveryTimeline, draw: random.Random) -> None:
        refused_at = self._confirmed_at(timeline, draw)
        answered_at = self.office.at_work(refused_at + HOUR * draw.uniform(1, 26))
        plan, promise, fate = self._words(draw, SUPERIOR_PLANS), draw.choice((1, 2, 2, 3)), draw.random()
        missing = self._words(draw, MISSING[timeline.link.flow])
        if refused_at > self.plan.now:
            return
        timeline.not_mended(refused_at, missing)
        if answered_at > self.plan.now:
            return
        timeline.answer(answered_at, plan, self.office.ahead(self.office.day_of(answered_at), promise))
        if fate < MENDED_BY_SUPERIOR:
            self._say_mended(timeline, draw)
        elif timeline.lapses_at <= self.plan.now:
            timeline.lapse()

    def _say_mended(self, timeline: RecoveryTimeline, draw: random.Random) -> None:
        at = self._confirmed_at(timeline, draw)
        if at <= self.plan.now:
            timeline.mended(at, self._thanks(draw))

    def _confirmed_at(self, timeline: RecoveryTimeline, draw: random.Random) -> datetime.datetime:
        """Draw when the customer says something: on the promised day, or a day or two after it."""
        assert timeline.row.promised_on is not None
        day = self.office.ahead(timeline.row.promised_on, draw.choice((0, 0, 0, 1, 2)))
        moment = self.office.moment(day, draw.uniform(9.5, 17.5))
        return moment if moment > timeline.ends_at else timeline.ends_at + HOUR * draw.uniform(0.2, 1)

    # --- Words ----------------------------------------------------------------------------------

    def _plan(self, timeline: RecoveryTimeline, draw: random.Random) -> str:
        return self._words(draw, PLANS[timeline.link.flow])

    def _thanks(self, draw: random.Random) -> str:
        return self._words(draw, THANKS) if draw.random() < 0.15 else ""

    def _words(self, draw: random.Random, texts: Sequence[Text]) -> str:
        return draw.choice(texts).in_(self.plan.language)
