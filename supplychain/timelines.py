"""The timeline of a request: what happened, who did it, and from what to what."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.models import User
from supplychain.acts import ACTS
from supplychain.models import Escalation, EscalationOutcome, RequestEvent, RequestState, SupplyRequest
from supplychain.models import RequestEventKind as Kind
from supplychain.wording import day_in_words

#: Acts nobody's table holds: what the first line and the clock lead to.
_AFTER = {Kind.ASK: RequestState.ASKED, Kind.EXPIRE: RequestState.EXPIRED}


@dataclass(frozen=True)
class Line:
    """One line: `what` in words, `text` as it was typed; `before` and `after` name the states it led from and to."""

    kind: str
    at: datetime.datetime
    person: User | None
    what: str
    text: str
    before: str = ""
    after: str = ""

    @property
    def is_comment(self) -> bool:
        """Whether it changed nothing."""
        return self.kind == Kind.COMMENT


def timeline(request: SupplyRequest, events: Iterable[RequestEvent], escalations: Iterable[Escalation]) -> list[Line]:
    """Return the lines of a request, oldest first. `events` with their persons, `escalations` with their superiors."""
    story = _Story(request, escalations)
    return [story.line(event) for event in events]


class _Story:
    """Plays the events through: each line knows what stood before it."""

    def __init__(self, request: SupplyRequest, escalations: Iterable[Escalation]) -> None:
        self.request = request
        self.superiors = {escalation.superior_id: str(escalation.superior) for escalation in escalations}
        self.state: RequestState | None = None
        self.expected: datetime.date | None = None
        self.trips = 1

    def line(self, event: RequestEvent) -> Line:
        kind = Kind(event.kind)
        what = self._what(kind, event.data)
        before, self.state = self.state, self._after(kind) or self.state
        moved = before is not None and before != self.state
        return Line(
            kind=event.kind,
            at=event.at,
            person=event.person,
            what=what,
            text=event.text,
            before=str(before.label) if moved and before is not None else "",
            after=str(self.state.label) if moved and self.state is not None else "",
        )

    def _after(self, kind: Kind) -> RequestState | None:
        return _AFTER.get(kind) or (ACTS[kind].after if kind in ACTS else None)

    def _what(self, kind: Kind, data: dict[str, Any]) -> str:
        if kind is Kind.ASK:
            return self._asked(data)
        if kind in (Kind.ACCEPT, Kind.PROMISE):
            return self._promised(kind, data)
        if kind is Kind.FINISH:
            return self._finished(data)
        if kind is Kind.ESCALATE:
            superior = self.superiors.get(data.get("superior", 0), "")
            return _("Taken to the superior, %(superior)s") % {"superior": superior}
        if kind is Kind.DECIDE:
            allowed = data.get("outcome") == EscalationOutcome.ALLOWED
            return _("Exception allowed") if allowed else _("Exception refused")
        if kind is Kind.TRIP:
            self.trips += 1
            return _("Another trip of the customer: %(count)d by now") % {"count": self.trips}
        plain = {
            Kind.DECLINE: _("Declined"),
            Kind.REOPEN: _("Not done yet"),
            Kind.WITHDRAW: _("Taken back"),
            Kind.EXPIRE: _("Expired without an answer"),
            Kind.COMMENT: _("Comment"),
        }
        return plain[kind]

    def _asked(self, data: dict[str, Any]) -> str:
        words = {"day": day_in_words(self.request.wanted_on)}
        if data.get("from_call"):
            return _("Asked for %(day)s, from an answer to a call for needs") % words
        if self.request.short_notice:
            return _("Asked for %(day)s, at short notice") % words
        return _("Asked for %(day)s") % words

    def _promised(self, kind: Kind, data: dict[str, Any]) -> str:
        before, day = self.expected, parse_date(str(data.get("promised_on") or data.get("expected_on") or ""))
        assert day is not None
        self.expected = day
        if kind is Kind.ACCEPT or before is None:
            return _("Promised for %(day)s") % {"day": day_in_words(day)}
        return _("Expected for %(day)s instead of %(before)s") % {
            "day": day_in_words(day),
            "before": day_in_words(before),
        }

    def _finished(self, data: dict[str, Any]) -> str:
        days = int(data.get("late_days") or 0)
        if days <= 0:
            return _("Done in time")
        return ngettext("Done %(days)d working day late", "Done %(days)d working days late", days) % {"days": days}
