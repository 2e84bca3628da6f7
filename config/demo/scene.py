"""The present day of the demo store: requests that wait for an answer, for the deed, or for their rating."""

from __future__ import annotations

import datetime

from config.demo.happenings import Happening
from config.demo.office import Office
from config.demo.request_timelines import RequestTimeline
from config.demo.scene_story import PRESENT, RECEIPT, RECEIPT_WORDS, Present
from config.demo.staff import Staff
from config.demo.store import ONE_DAY, Plan
from supplychain.appointments import assess_link
from supplychain.models import Link


class Scene:
    """The scripted requests. All that happened to them lies on days before today, whatever the hour is now."""

    def __init__(self, plan: Plan, office: Office, staff: Staff, links: list[Link]) -> None:
        self.plan, self.office, self.staff = plan, office, staff
        self._links = {
            (link.supplier.code, link.customer.code, link.item.code): link
            for link in links
            if link.is_active_on(plan.today)
        }
        self.requests = {present: self._request(present) for present in PRESENT}
        self.receipt = self._request(RECEIPT)
        finance = self.staff.manager_of(self.receipt.link.supplier_id)
        superior = self.staff.superior_of(finance, self.receipt.link.supplier_id)
        self.receipt.escalate(self._ago(1, 10.6), finance, superior, RECEIPT_WORDS.in_(plan.language))

    @property
    def done(self) -> list[Happening]:
        """What was done, and waits for its rating."""
        return [
            Happening(timeline.link, timeline.ends_at, "", timeline.row.asked_by_id, True, False, None, timeline)
            for present, timeline in self.requests.items()
            if present.done is not None
        ]

    @property
    def waiting(self) -> list[RequestTimeline]:
        """What the supplier has still to do."""
        timelines = [timeline for present, timeline in self.requests.items() if present.done is None]
        return [*timelines, self.receipt]

    def _request(self, present: Present) -> RequestTimeline:
        link = self._links[present.supplier, present.customer, present.item]
        asked_at = self._ago(present.asked, 9.4)
        timeline = RequestTimeline(
            self.office,
            link,
            asker=self.staff.manager_of(link.customer_id),
            asked_at=asked_at,
            what=present.what.in_(self.plan.language),
            quantity=present.quantity,
            wanted_on=self._wanted_on(link, present, asked_at),
        )
        supplier = self.staff.manager_of(link.supplier_id)
        if present.accepted is not None:
            promised_on = timeline.row.wanted_on if present.promised is None else self._day(present.promised)
            timeline.accept(self._ago(present.accepted, 11.2), supplier, promised_on)
        if present.done is not None:
            timeline.finish(self._ago(present.done, 15.5), supplier)
        return timeline

    def _wanted_on(self, link: Link, present: Present, asked_at: datetime.datetime) -> datetime.date:
        if present.wanted is not None:
            return self._day(present.wanted)
        calendar = self.office.calendar(self.plan.today)
        found = assess_link(link, asked_at=asked_at, wanted_on=self.plan.today + ONE_DAY, calendar=calendar)
        assert found.next_slot is not None
        return found.next_slot.day

    def _day(self, days: int) -> datetime.date:
        """Return the working day so many working days after today, or before."""
        today = self.plan.today
        return self.office.ahead(today, days) if days >= 0 else self.office.back(today, -days)

    def _ago(self, days: int, hour: float) -> datetime.datetime:
        return self.office.moment(self.office.back(self.plan.today, days), hour)
