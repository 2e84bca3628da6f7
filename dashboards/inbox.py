"""A person's inbox: everything that waits for them, in one list by urgency. What was told them stands beside it.

Whose it is: what concerns a department in which the person holds a position, or one below that nobody holds a position
in; and what waits for them in person: an exception to decide, a recovery they own, a signature. What others of their
house have to do is on the pages of requests, calls, recoveries and objectives.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dashboards.inbox_promises import WaitingPromises
from dashboards.inbox_rounds import waiting_rounds
from dealership.access import Access
from dealership.models import Notice, Position, Role
from supplychain.cards_calls import CallCard
from supplychain.cards_requests import cards_of
from supplychain.models import CallInvitation, EscalationOutcome, Interaction, SupplyRequest
from surveys.management_months import months_asked
from surveys.models import Recovery
from surveys.periods import month_start
from surveys.views.cards import Card
from surveys.views.management_cards import cards_for
from surveys.views.recovery_cards import RecoveryCard

#: So many of a kind are read, the most urgent ones; of more, the number alone.
MOST = 60
WEEK = datetime.timedelta(days=7)

#: The kinds of what waits, in the order of their filters.
KINDS = {
    "rate": _("To rate"),
    "decide": _("To decide"),
    "accept": _("To accept"),
    "finish": _("To finish"),
    "call": _("Calls to answer"),
    "recovery": _("Recoveries"),
    "sign": _("To sign"),
    "need": _("Needs to answer"),
    "fact": _("Facts to confirm"),
    "objective": _("Objectives"),
    "manage": _("Management"),
    "round": _("Survey rounds"),
}
OVERDUE = "overdue"


@dataclass(frozen=True)
class Entry:
    """One thing that waits: its kind, the day by which it is due, and the card it is done with."""

    kind: str
    due: datetime.date
    card: Any
    #: The template of the whole card.
    template: str


@dataclass(frozen=True)
class Filter:
    """A filter of the list with its count; `name` empty: everything."""

    name: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True)
class Stretch:
    """Entries that are due alike: "overdue", "today", "week" or "later"."""

    name: str
    entries: list[Entry]


class Inbox:
    """What waits for one person. Reads each kind once; the number of queries does not grow with what waits."""

    def __init__(self, access: Access, *, back: str = "") -> None:
        assert access.user.dealership is not None
        self.access = access
        self.store = access.user.dealership
        self.today = self.store.today()
        self._back = back
        #: kind -> how many there are beyond those that were read.
        self._beyond: dict[str, int] = {}

    @cached_property
    def mine(self) -> set[int]:
        """Ids of the departments whose work waits for this person."""
        below = self.access.led - self.access.own
        if not below:
            return self.access.own
        held = Position.objects.filter(dealership=self.store, department__in=below).held_on(self.today)
        return self.access.own | (below - set(held.values_list("department", flat=True)))

    @cached_property
    def entries(self) -> list[Entry]:
        """Everything that was read, the most urgent first."""
        found = [*self._to_rate(), *self._requests(), *self._calls(), *self._recoveries(), *self._promises()]
        found += self._management()
        found += [Entry("round", card.due, card, card.template) for card in waiting_rounds(self.access)]
        order = list(KINDS)
        return sorted(found, key=lambda entry: (entry.due, order.index(entry.kind)))

    # --- What waits, kind by kind -------------------------------------------------------------------

    def _to_rate(self) -> Iterator[Entry]:
        waiting = Interaction.objects.rateable_by(self.access).open().served_to(self.mine)
        rows = waiting.with_names().select_related("request").order_by("day", "pk")
        for interaction in self._read(rows, "rate"):
            card = Card(link=interaction.link, interaction=interaction)  # a plain form comes home anyway, and asks why
            yield Entry("rate", interaction.expires_on, card, "surveys/_card.html")

    def _requests(self) -> Iterator[Entry]:
        ours = SupplyRequest.objects.as_supplier(self.access).filter(link__supplier__in=self.mine)
        theirs = Q(escalations__outcome=EscalationOutcome.PENDING, escalations__superior=self.access.user)
        to_decide = SupplyRequest.objects.visible_to(self.access.user).filter(theirs)
        rows = [
            *self._read(to_decide.waiting().with_names().order_by("pk"), "decide"),
            *self._read(ours.filter(state="asked").with_names().order_by("wanted_on", "pk"), "accept"),
            *self._read(ours.filter(state="accepted").with_names().order_by("promised_on", "pk"), "finish"),
        ]
        seen: set[int] = set()
        for card in cards_of(rows, self.access, back=self._back):
            # The superior's decision comes first; what the superior has is nobody else's to do.
            if card.primary in ("decide", "accept", "finish") and card.request.pk not in seen:
                seen.add(card.request.pk)
                due = card.due or self.today
                yield Entry(
                    card.primary, min(due, self.today) if card.primary == "decide" else due, card, card.template
                )

    def _calls(self) -> Iterator[Entry]:
        asked = CallInvitation.objects.as_customer(self.access).filter(link__customer__in=self.mine).unanswered()
        still_open = asked.filter(call__closed_at=None, call__deadline__gte=self.today)
        rows = still_open.with_names().order_by("call__deadline", "pk")
        for invitation in self._read(rows, "call"):
            card = CallCard(invitation, self.access, back=self._back)
            yield Entry("call", card.due, card, card.template)

    def _recoveries(self) -> Iterator[Entry]:
        leads = {p.department_id for p in self.access.positions if p.role in (Role.MANAGER, Role.DEPUTY)} & self.mine
        running = Recovery.objects.visible_to(self.access.user).running()
        to_answer = Q(state__in=("open", "escalated")) & (
            Q(owner=self.access.user) | Q(state="open", link__supplier__in=leads)
        )
        to_confirm = Q(state="planned", link__customer__in=self.mine & self.access.rates_for)
        rows = running.filter(to_answer | to_confirm).with_names().order_by("due_on", "pk")
        for recovery in self._read(rows, "recovery"):
            card = RecoveryCard(recovery, self.access, back=self._back)
            if card.is_asked:
                yield Entry("recovery", recovery.next_due, card, card.template)

    def _promises(self) -> Iterator[Entry]:
        waiting = WaitingPromises(self.access, self.mine, self.today, self._read, self._back)
        for kind, card in waiting.cards():
            yield Entry(kind, card.due, card, card.template)

    def _management(self) -> Iterator[Entry]:
        asked = months_asked(self.today) if self.access.own else []
        if not self.access.managed:  # the month before is rated by superiors alone
            asked = [month for month in asked if month == month_start(self.today)]
        if asked:
            for card in cards_for(self.access, asked, back=self._back):
                if card.rating is None:
                    yield Entry("manage", card.due, card, card.template)

    def _read(self, rows: QuerySet[Any], kind: str) -> Iterable[Any]:
        """Return the first rows of a kind; the number of the others is kept for its count."""
        found = list(rows[: MOST + 1])
        if len(found) > MOST:
            self._beyond[kind] = self._beyond.get(kind, 0) + rows.count() - MOST
        return found[:MOST]

    # --- What the page shows of it ------------------------------------------------------------------

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many wait, by kind, and how many of all are overdue."""
        found = {kind: self._beyond.get(kind, 0) for kind in KINDS}
        for entry in self.entries:
            found[entry.kind] += 1
        return {**found, OVERDUE: sum(entry.due < self.today for entry in self.entries)}

    @property
    def count(self) -> int:
        """How many wait."""
        return sum(self.counts[kind] for kind in KINDS)

    def shown(self, name: str) -> list[Entry]:
        """Return the entries of a filter: a kind, "overdue", or all for anything else."""
        if name == OVERDUE:
            return [entry for entry in self.entries if entry.due < self.today]
        return [entry for entry in self.entries if name not in KINDS or entry.kind == name]

    def filters(self, current: str) -> list[Filter]:
        """Return the filters that have something, and the current one."""
        chosen = current if current in KINDS or current == OVERDUE else ""
        offered: list[tuple[str, Any]] = [("", _("All")), (OVERDUE, _("Overdue")), *KINDS.items()]
        counts = {"": self.count, **self.counts}
        return [
            Filter(name, str(label), counts[name], name == chosen)
            for name, label in offered
            if counts[name] or name in ("", chosen)
        ]

    def stretches(self, entries: Iterable[Entry]) -> list[Stretch]:
        """Return entries, in their order, cut by urgency; empty stretches are left out."""
        cut: dict[str, list[Entry]] = {"overdue": [], "today": [], "week": [], "later": []}
        for entry in entries:
            cut[self._stretch_of(entry.due)].append(entry)
        return [Stretch(name, found) for name, found in cut.items() if found]

    def _stretch_of(self, due: datetime.date) -> str:
        if due <= self.today:
            return "overdue" if due < self.today else "today"
        return "week" if due <= self.today + WEEK else "later"


def news_of(access: Access) -> QuerySet[Notice]:
    """Return what the person has not read yet, the newest first."""
    return Notice.objects.visible_to(access.user).unread_of(access.user)
