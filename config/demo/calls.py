"""Calls for needs in the demo store (R14): one every month, one of last week, two that are open."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import NamedTuple

from config.demo.happenings import Happening, Verdict
from config.demo.office import Office
from config.demo.request_timelines import RequestTimeline
from config.demo.scene_story import ADVANCES, OPENINGS, SHUTTLES, SUPPLIES, SUPPLIES_QUESTION, Answer, Call
from config.demo.staff import Staff
from config.demo.store import ONE_DAY, Plan
from dealership.models import Dealership
from supplychain.models import CallForNeeds, CallInvitation, Link, StatedNeed

MINUTE = datetime.timedelta(minutes=1)
OPENED_ON = 18  # of a month, or the next working day
SILENT_SHARE, NEEDY_SHARE = 0.15, 0.35  # of the customers asked every month
UNRATED_SHARE, BAD_SHARE = 0.15, 0.05


class _Told(NamedTuple):
    """When a call was open and answered, and when its needs became requests; None: they have not."""

    opened_at: datetime.datetime
    deadline: datetime.date
    answered_at: datetime.datetime
    requested_at: datetime.datetime | None


class Calls:
    """Writes the calls with their answers; `done` and `waiting` are requests made of them, the caller's to write."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office, staff: Staff, links: list[Link]) -> None:
        self.dealership, self.plan, self.office, self.staff = dealership, plan, office, staff
        self.random = random.Random(f"{plan.seed}/{dealership.slug}/calls")
        self._links = [link for link in links if link.is_active_on(plan.today)]
        self._invitations: list[CallInvitation] = []
        self._needs: list[StatedNeed] = []
        self._became: list[tuple[StatedNeed, RequestTimeline]] = []
        self.done: list[Happening] = []
        self.waiting: list[RequestTimeline] = []
        for opened_on in self._months():
            self._supplies(opened_on)
        self._shuttles()
        self.open = [self._openings(), self._advances()]

    def write_answers(self) -> None:
        """Write the answers once the requests made of them are written, and so have their keys."""
        for need, timeline in self._became:
            need.request = timeline.row
        CallInvitation.objects.bulk_create(self._invitations)
        StatedNeed.objects.bulk_create(self._needs)

    # --- The calls ------------------------------------------------------------------------------

    def _openings(self) -> CallForNeeds:
        """HR asks for openings, and waits for the last answers; nobody has made a request of a need yet."""
        office, today = self.office, self.plan.today
        answered_at = office.moment(office.back(today, 2), 10)
        told = _Told(office.moment(office.back(today, 3), 9.2), office.ahead(today, 3), answered_at, None)
        days = {answer.customer: office.ahead(today, answer.days) for answer in OPENINGS.answers}
        return self._tell(OPENINGS, told, days)

    def _advances(self) -> CallForNeeds:
        """Finance has asked yesterday which cash is needed, and hears from Sales alone so far."""
        office, today = self.office, self.plan.today
        yesterday = office.back(today, 1)
        told = _Told(office.moment(yesterday, 9.8), office.ahead(today, 2), office.moment(yesterday, 14.2), None)
        return self._tell(ADVANCES, told, dict.fromkeys(("service", "sales"), office.ahead(today, 5)))

    def _shuttles(self) -> CallForNeeds:
        """Administration asked last week for this week's shuttle jobs, and made requests of them on Friday."""
        office = self.office
        monday = self.plan.today - self.plan.today.weekday() * ONE_DAY
        friday = monday - 3 * ONE_DAY
        opened_at, answered_at = office.moment(monday - 6 * ONE_DAY, 9.2), office.moment(friday - ONE_DAY, 9.5)
        told = _Told(opened_at, friday, answered_at, office.moment(friday, 16))
        days = {answer.customer: monday + answer.days * ONE_DAY for answer in SHUTTLES.answers}
        return self._tell(SHUTTLES, told, days)

    def _months(self) -> Iterator[datetime.date]:
        """Yield the days on which the calls of the past months were opened, as far as all of them is past."""
        month = self.plan.start.replace(day=OPENED_ON)
        while self.office.ahead(month, 12) < self.plan.today:
            if month >= self.plan.start:
                yield self.office.ahead(month - ONE_DAY, 1)
            month = (month.replace(day=1) + 31 * ONE_DAY).replace(day=OPENED_ON)

    def _supplies(self, opened_on: datetime.date) -> None:
        """Administration asks for the next month's office supplies."""
        office, draw = self.office, self.random
        answers = []
        customers = [
            link.customer.code
            for link in self._links
            if (link.supplier.code, link.item.code) == ("administration", "office-supplies")
        ]
        for customer in customers:
            fate, (what, fewest, most) = draw.random(), draw.choice(SUPPLIES)
            if fate < NEEDY_SHARE:
                answers.append(Answer(customer, what, draw.randint(fewest, most)))
            elif fate < 1 - SILENT_SHARE:
                answers.append(Answer(customer))
        deadline = office.ahead(opened_on, 4)
        requested_at = office.moment(office.ahead(deadline, 1), 14)
        told = _Told(
            office.moment(opened_on, 9.5), deadline, office.moment(office.ahead(opened_on, 2), 9), requested_at
        )
        days = {customer: office.ahead(deadline, 5) for customer in customers}
        self._tell(Call("administration", "office-supplies", SUPPLIES_QUESTION, tuple(answers)), told, days)

    # --- How each of them is told ---------------------------------------------------------------

    def _tell(self, plan: Call, told: _Told, days: dict[str, datetime.date]) -> CallForNeeds:
        """Open a call and keep its answers. `days`: by customer, when it needs what it needs."""
        links = [link for link in self._links if (link.supplier.code, link.item.code) == (plan.supplier, plan.item)]
        call: CallForNeeds = CallForNeeds.objects.create(
            dealership=self.dealership,
            flow=links[0].flow,
            supplier_id=links[0].supplier_id,
            item_id=links[0].item_id,
            question=plan.question.in_(self.plan.language),
            deadline=told.deadline,
            opened_by_id=self.staff.manager_of(links[0].supplier_id),
            opened_at=told.opened_at,
        )
        answers = {answer.customer: answer for answer in plan.answers}
        for number, link in enumerate(links):
            invitation = CallInvitation(dealership=self.dealership, call=call, link=link)
            self._invitations.append(invitation)
            answer = answers.get(link.customer.code)
            if answer is not None:
                self._answer(invitation, answer, told, number, days[link.customer.code])
        return call

    def _answer(
        self, invitation: CallInvitation, answer: Answer, told: _Told, number: int, wanted_on: datetime.date
    ) -> None:
        invitation.answered_at = told.answered_at + number * 23 * MINUTE
        invitation.answered_by_id = self.staff.manager_of(invitation.link.customer_id)
        invitation.nothing_needed = answer.what is None
        invitation.version = 1
        if answer.what is None:
            return
        what = answer.what.in_(self.plan.language)
        need = StatedNeed(
            dealership=self.dealership, invitation=invitation, what=what, quantity=answer.quantity, wanted_on=wanted_on
        )
        self._needs.append(need)
        if told.requested_at is not None:
            invitation.version = 2  # making a request of a need counts as a change of the answer
            self._became.append((need, self._request_of(need, told.requested_at + number * 3 * MINUTE)))

    def _request_of(self, need: StatedNeed, asked_at: datetime.datetime) -> RequestTimeline:
        """Make a request of a need, as the supplier does with one tap. What was wanted before today is done."""
        invitation, draw = need.invitation, self.random
        supplier = invitation.call.opened_by_id
        assert invitation.answered_by_id is not None
        timeline = RequestTimeline(
            self.office,
            invitation.link,
            asker=invitation.answered_by_id,
            asked_at=asked_at,
            what=need.what,
            quantity=need.quantity,
            wanted_on=need.wanted_on,
            from_call=(invitation.call_id, supplier),
        )
        timeline.accept(asked_at + MINUTE, supplier, need.wanted_on)
        if need.wanted_on >= self.plan.today:
            self.waiting.append(timeline)
            return timeline
        done_at = self.office.moment(need.wanted_on, draw.uniform(13, 17))
        timeline.finish(done_at, supplier)
        score = 0 if draw.random() < BAD_SHARE else 1
        verdict = Verdict(invitation.answered_by_id, done_at + draw.randint(10, 900) * MINUTE, score, [], "")
        kept = None if draw.random() < UNRATED_SHARE else verdict
        self.done.append(Happening(timeline.link, done_at, "", supplier, True, False, kept, timeline))
        return timeline
