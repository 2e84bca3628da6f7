"""A recovery of the demo, played act by act: the rows that surveys/actions_recovery.py would have written."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from config.demo.office import Office
from config.demo.records import Complaint
from config.demo.staff import Staff
from surveys.models import Recovery, RecoveryEvent, RecoveryState
from surveys.models import RecoveryEventKind as Kind
from surveys.models.recoveries import RUNNING
from surveys.recovery_acts import ACTS

Side = RecoveryEvent.Side


class RecoveryTimeline:
    """How one "not good" is mended. Each act checks that it is open in the state there is, and not before the last one.

    `row` and `events` are not saved yet: `write_recoveries` does that.
    """

    def __init__(self, office: Office, staff: Staff, complaint: Complaint) -> None:
        self.office, self.staff = office, staff
        self.link = complaint.happening.link
        self.rater = complaint.rating.rater_id
        since = complaint.since
        manager = staff.manager_of(self.link.supplier_id)
        self.owner = manager if manager != self.rater else staff.superior_of(manager, self.link.supplier_id)
        self.row = Recovery(
            dealership_id=complaint.rating.dealership_id,
            interaction_id=complaint.rating.interaction_id,
            link_id=complaint.rating.link_id,
            day=complaint.rating.day,
            owner_id=self.owner,
            opened_at=since,
            due_on=self._due_on(since),
        )
        self.events: list[RecoveryEvent] = []
        self.ends_at = since
        self._tell(Kind.OPEN, since, Side.CUSTOMER, self.rater, "", self._handed())

    def answer(self, at: datetime.datetime, plan: str, promised_on: datetime.date) -> None:
        """Let its owner say what will be done, and by which day."""
        assert self.office.day_of(at) <= promised_on
        self.row.plan, self.row.promised_on = plan, promised_on
        self._act(Kind.ANSWER, at, Side.SUPPLIER, self.owner, plan, {"promised_on": promised_on.isoformat()})

    def mended(self, at: datetime.datetime, text: str) -> None:
        """Let the customer say that it is mended."""
        self._act(Kind.MENDED, at, Side.CUSTOMER, self._customer_on(at), text)

    def not_mended(self, at: datetime.datetime, text: str) -> None:
        """Let the customer say that it is not: the superior has it then."""
        speaker = self._customer_on(at)
        self.owner = self.row.owner_id = self.staff.superior_of(self.owner, self.link.supplier_id)
        self.row.due_on = self._due_on(at)
        self.row.setbacks += 1
        self._act(Kind.NOT_MENDED, at, Side.CUSTOMER, speaker, text, self._handed())

    def drop(self, at: datetime.datetime) -> None:
        """Drop it: the rater has changed the rating."""
        self._act(Kind.DROP, at, Side.CUSTOMER, self.rater)

    @property
    def lapses_at(self) -> datetime.datetime:
        """When the hourly job closes it, if the customer says nothing."""
        assert self.row.promised_on is not None
        days = self.link.dealership.rating_days + 1
        return self.office.moment(self.row.promised_on + datetime.timedelta(days=days), 0.1)

    def lapse(self) -> None:
        """Close it without a word of the customer."""
        self._act(Kind.LAPSE, self.lapses_at, Side.SYSTEM, None)

    def _customer_on(self, at: datetime.datetime) -> int:
        """Return who speaks for the customer: the rater, unless they moved on or have it to mend by now."""
        day, customer = self.office.day_of(at), self.link.customer_id
        if self.rater != self.owner and self.staff.history.speaks_for(self.rater, customer, day):
            return self.rater
        return self.staff.manager_of(customer)

    def _due_on(self, at: datetime.datetime) -> datetime.date:
        return self.office.ahead(self.office.day_of(at), self.link.dealership.recovery_days)

    def _handed(self) -> dict[str, Any]:
        return {"owner": self.staff.names[self.owner], "due_on": self.row.due_on.isoformat()}

    def _act(
        self,
        kind: Kind,
        at: datetime.datetime,
        side: Side,
        person: int | None,
        text: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        act = ACTS[kind]
        assert self.row.state in act.before, (self.row.state, kind)
        if act.after is not None:
            self.row.state = act.after
        self.row.closed_at = None if self.row.state in RUNNING else at
        self.row.version += 1
        self._tell(kind, at, side, person, text, data or {})

    def _tell(
        self, kind: Kind, at: datetime.datetime, side: Side, person: int | None, text: str, data: dict[str, Any]
    ) -> None:
        assert at >= self.ends_at, (kind, at, self.ends_at)
        self.ends_at = at
        self.events.append(
            RecoveryEvent(
                dealership_id=self.row.dealership_id,
                version=self.row.version,
                kind=kind,
                side=side,
                at=at,
                person_id=person,
                text=text,
                data=data,
            )
        )

    @property
    def is_running(self) -> bool:
        """Whether somebody still has to do something."""
        return RecoveryState(self.row.state) in RUNNING


def write_recoveries(timelines: Sequence[RecoveryTimeline]) -> None:
    """Insert recoveries with their lines; the rows have their keys then."""
    Recovery.objects.bulk_create([timeline.row for timeline in timelines])
    for timeline in timelines:
        for event in timeline.events:
            event.recovery_id = timeline.row.pk
    RecoveryEvent.objects.bulk_create([event for timeline in timelines for event in timeline.events])
