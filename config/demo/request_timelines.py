"""A request of the demo, played act by act: the rows that supplychain/actions_requests.py would have written."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from config.demo.office import Office
from supplychain.acts import ACTS
from supplychain.appointments import assess_link
from supplychain.models import (
    Escalation,
    EscalationOutcome,
    Link,
    RequestEvent,
    RequestState,
    SupplyRequest,
)
from supplychain.models import RequestEventKind as Kind


class RequestTimeline:
    """One request with its lines. Each act checks that it is open in the state there is, and not before the last one.

    `row`, `events` and `escalations` are not saved yet: `write_requests` does that.
    """

    def __init__(
        self,
        office: Office,
        link: Link,
        *,
        asker: int,
        asked_at: datetime.datetime,
        what: str,
        wanted_on: datetime.date,
        quantity: int | None = None,
        from_call: tuple[int, int] | None = None,
    ) -> None:
        """`from_call`: the call and who made the request of an answer to it; never short notice (R14)."""
        self.office, self.link = office, link
        asked_on = office.day_of(asked_at)
        found = assess_link(link, asked_at=asked_at, wanted_on=wanted_on, calendar=office.calendar(asked_on))
        self.row = SupplyRequest(
            dealership_id=link.dealership_id,
            link_id=link.pk,
            what=what,
            quantity=quantity,
            wanted_on=wanted_on,
            outside_window=found.outside_window and from_call is None,
            short_of_lead_time=found.short_of_lead_time and from_call is None,
            notice_days=found.notice_days,
            asked_by_id=asker,
            asked_at=asked_at,
        )
        self.events: list[RequestEvent] = []
        self.escalations: list[Escalation] = []
        self.ends_at = asked_at
        if from_call is None:
            self._tell(Kind.ASK, asked_at, asker, "", {})
        else:
            self._tell(Kind.ASK, asked_at, from_call[1], "", {"from_call": from_call[0]})

    # --- The supplier ---------------------------------------------------------------------------

    def accept(self, at: datetime.datetime, person: int, promised_on: datetime.date) -> None:
        """Promise it for a day."""
        assert self.office.day_of(at) <= promised_on
        self._act(Kind.ACCEPT, at, person, data={"promised_on": promised_on.isoformat()})
        self.row.promised_on, self.row.held_by_id = promised_on, person

    def promise_again(self, at: datetime.datetime, person: int, expected_on: datetime.date) -> None:
        """Say a new day."""
        assert self.office.day_of(at) <= expected_on
        self._act(Kind.PROMISE, at, person, data={"expected_on": expected_on.isoformat()})
        self.row.expected_on, self.row.held_by_id = expected_on, person

    def finish(self, at: datetime.datetime, person: int) -> None:
        """Say that it is done; its interaction is the caller's to write."""
        assert self.row.promised_on is not None
        day = self.office.day_of(at)
        late_days = self.office.days_between(self.row.promised_on, day)
        self._act(Kind.FINISH, at, person, data={"late_days": late_days})
        self.row.finished_on, self.row.late_days = day, late_days

    def decline(self, at: datetime.datetime, person: int, text: str) -> None:
        """Decline it with a reason."""
        self._act(Kind.DECLINE, at, person, text)

    def escalate(self, at: datetime.datetime, person: int, superior: int, text: str) -> None:
        """Take an exception to the superior (R13)."""
        self._act(Kind.ESCALATE, at, person, text, {"superior": superior})
        self.row.held_by_id = superior
        self.escalations.append(
            Escalation(
                dealership_id=self.row.dealership_id,
                what=text,
                raised_by_id=person,
                raised_at=at,
                superior_id=superior,
            )
        )

    def decide(self, at: datetime.datetime, text: str, *, allowed: bool) -> None:
        """Let the superior decide the exception; who raised it has the request again."""
        pending = self.escalations[-1]
        assert pending.outcome == EscalationOutcome.PENDING
        pending.outcome = EscalationOutcome.ALLOWED if allowed else EscalationOutcome.REFUSED
        pending.answer, pending.decided_at = text, at
        self._act(Kind.DECIDE, at, pending.superior_id, text, {"outcome": pending.outcome.value})
        self.row.held_by_id = pending.raised_by_id

    # --- The customer, either side, and the clock -----------------------------------------------

    def withdraw(self, at: datetime.datetime, text: str) -> None:
        """Let who asked take it back."""
        self._act(Kind.WITHDRAW, at, self.row.asked_by_id, text)

    def trip(self, at: datetime.datetime, person: int, text: str) -> None:
        """Count another trip of the customer (R13)."""
        self._act(Kind.TRIP, at, person, text)
        self.row.trips += 1

    def comment(self, at: datetime.datetime, person: int, text: str) -> None:
        """Add words, which make no version."""
        self._tell(Kind.COMMENT, at, person, text, {}, version=None)

    def expire(self) -> None:
        """Let it expire, as the first run of the hourly job after its time does."""
        days = self.link.dealership.answer_days + 1
        day = self.row.wanted_on + datetime.timedelta(days=days)
        assert self.row.state == RequestState.ASKED
        self.row.state, self.row.version = RequestState.EXPIRED, self.row.version + 1
        self._tell(Kind.EXPIRE, self.office.moment(day, 0.1), None, "", {})

    def _act(
        self, kind: Kind, at: datetime.datetime, person: int, text: str = "", data: dict[str, Any] | None = None
    ) -> None:
        act = ACTS[kind]
        assert self.row.state in act.before, (self.row.state, kind)
        self.row.state = act.after or self.row.state
        self.row.version += 1
        self._tell(kind, at, person, text, data or {})

    def _tell(
        self,
        kind: Kind,
        at: datetime.datetime,
        person: int | None,
        text: str,
        data: dict[str, Any],
        version: int | None = 0,
    ) -> None:
        assert at >= self.ends_at, (kind, at, self.ends_at)
        self.ends_at = at
        self.events.append(
            RequestEvent(
                dealership_id=self.row.dealership_id,
                version=self.row.version if version is not None else None,
                kind=kind,
                at=at,
                person_id=person,
                text=text,
                data=data,
            )
        )


def write_requests(timelines: Sequence[RequestTimeline]) -> None:
    """Insert requests with their lines and exceptions; the rows have their keys then."""
    SupplyRequest.objects.bulk_create([timeline.row for timeline in timelines])
    for timeline in timelines:
        for event in timeline.events:
            event.request_id = timeline.row.pk
        for raised in timeline.escalations:
            raised.request_id = timeline.row.pk
    RequestEvent.objects.bulk_create([event for timeline in timelines for event in timeline.events])
    Escalation.objects.bulk_create([raised for timeline in timelines for raised in timeline.escalations])
