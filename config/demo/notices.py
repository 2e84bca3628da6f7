"""What people of the demo store were told lately and have not read yet: words and addresses as the actions use them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from config.demo.calls import Calls
from config.demo.office import Office
from config.demo.recovery_timelines import RecoveryTimeline
from config.demo.request_timelines import RequestTimeline
from config.demo.scene import Scene
from config.demo.staff import Staff
from config.demo.store import Plan
from dealership.models import Dealership, Notice, User
from dealership.notices import Value, send_notices
from supplychain.models import CallForNeeds, CallInvitation, Link, RequestEvent
from supplychain.models import RequestEventKind as Kind
from surveys.models import RecoveryState

#: The words of supplychain/ and surveys/; tests look them up there.
ACCEPTED = gettext_noop("%(supplier)s accepted your request “%(what)s” for %(day)s.")
ESCALATED = gettext_noop("%(supplier)s took “%(what)s” to %(superior)s for a decision. You need not come again.")
CALLED = gettext_noop("%(supplier)s asks what you need (%(item)s). Please answer by %(deadline)s.")
ANSWERED = gettext_noop("%(customer)s has answered what it needs (%(item)s).")
NOTHING_NEEDED = gettext_noop("%(customer)s needs nothing this time (%(item)s).")
BECAME_REQUEST = gettext_noop("Your need “%(what)s” has become a request to %(supplier)s.")
NOT_GOOD = gettext_noop("%(customer)s rated “%(item)s” not good. Say by %(day)s what you will do.")
PLANNED = gettext_noop("%(person)s, %(supplier)s, will mend “%(item)s” by %(day)s: %(plan)s")
NOT_MENDED = gettext_noop("%(customer)s says that “%(item)s” is not mended. It is with you now: answer by %(day)s.")

#: Of recoveries, what happened in so many working days; the rest has been read.
FRESH_DAYS = 1


class Notices:
    """Tells people of one demo store what happened, at the moments when it did."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office, staff: Staff) -> None:
        self.dealership, self.plan, self.office, self.staff = dealership, plan, office, staff
        self._people = {person.pk: person for person in User.objects.filter(dealership=dealership)}

    def write(self, scene: Scene, calls: Calls, running: Iterable[RecoveryTimeline]) -> None:
        """Write the notices about what waits these days; the rows they name are written."""
        for timeline in scene.waiting:
            for event in timeline.events:
                self._of_request(timeline, event)
        for timeline in calls.waiting:
            words, at = BECAME_REQUEST, timeline.events[0].at
            self._tell_of(timeline, words, at)
        for call in calls.open:
            self._of_call(call)
        fresh = self.office.back(self.plan.today, FRESH_DAYS)
        for recovery in running:
            if self.office.day_of(recovery.ends_at) >= fresh:
                self._of_recovery(recovery)

    def _of_request(self, timeline: RequestTimeline, event: RequestEvent) -> None:
        if event.kind == Kind.ACCEPT:
            assert timeline.row.promised_on is not None
            self._tell_of(timeline, ACCEPTED, event.at, day=timeline.row.promised_on)
        elif event.kind == Kind.ESCALATE:
            self._tell_of(timeline, ESCALATED, event.at, superior=self._people[event.data["superior"]])

    def _tell_of(self, timeline: RequestTimeline, words: str, at: datetime.datetime, **values: Value) -> None:
        link = timeline.link
        url = reverse("request_detail", args=[timeline.row.pk])
        values = {"what": timeline.row.summary, "supplier": link.supplier, **values}
        if words != BECAME_REQUEST:
            values["customer"] = link.customer
        self._tell(timeline.row.asked_by_id, words, url, at, **values)

    def _of_call(self, call: CallForNeeds) -> None:
        url = reverse("call_detail", args=[call.pk])
        invited = CallInvitation.objects.filter(call=call).select_related(
            "link__customer", "link__item", "call__supplier"
        )
        for invitation in invited.order_by("pk"):
            link: Link = invitation.link
            if invitation.answered_at is None:
                named: dict[str, Value] = {"supplier": call.supplier, "item": link.item, "deadline": call.deadline}
                self._tell(self.staff.manager_of(link.customer_id), CALLED, url, call.opened_at, **named)
                continue
            words = NOTHING_NEEDED if invitation.nothing_needed else ANSWERED
            self._tell(call.opened_by_id, words, url, invitation.answered_at, customer=link.customer, item=link.item)

    def _of_recovery(self, recovery: RecoveryTimeline) -> None:
        row, last = recovery.row, recovery.events[-1]
        link = recovery.link
        url = reverse("recovery_detail", args=[row.pk])
        named: dict[str, Value] = {"customer": link.customer, "supplier": link.supplier, "item": link.item}
        if row.state == RecoveryState.PLANNED:
            assert row.promised_on is not None
            assert last.person_id is not None
            named |= {"person": self._people[last.person_id], "day": row.promised_on, "plan": row.plan}
            self._tell(recovery.rater, PLANNED, url, last.at, **named)
            return
        words = NOT_GOOD if row.state == RecoveryState.OPEN else NOT_MENDED
        self._tell(recovery.owner, words, url, last.at, day=row.due_on, **named)

    def _tell(self, reader: int, words: str, url: str, at: datetime.datetime, **values: Value) -> None:
        send_notices(to=[self._people[reader]], words=words, url=url, acting_user=None, **values)
        Notice.objects.filter(dealership=self.dealership, person=reader, url=url, words=words).update(created_at=at)
