"""What fills the agenda of a dialogue by itself: where each side stands with the other (R25). Constant queries.

Each of the two is supplier in one direction and customer in the other: a half of the agenda each. Teams count with
their department. Of ratings only the counts of a link are shown, never one of them, and never who gave it (R20).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.access import Access, Tree
from dealership.models import Dealership, Department
from objectives.fiscal import FiscalYear
from objectives.judging import Standing, standings
from objectives.models import Board, Dialogue, DialoguePoint, Need, NeedState, Objective, ObjectiveState, PlanEntry
from objectives.querysets import UNDER_WAY
from supplychain.models import Link
from supplychain.wording import lead_time_in_words, windows_in_words
from surveys.counts import Counts, total
from surveys.figures import months_by_link
from surveys.models import Recovery
from surveys.periods import Period, add_months, period_of
from surveys.recovery_rights import is_overdue

#: How many months back ratings are looked at, this one included.
MONTHS_BACK = 3
#: Objectives due within so many days are due soon.
SOON = 30
#: How long what was judged stays on the agenda.
JUDGED_DAYS = 92


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective with its progress in words."""

    objective: Objective
    progress: str
    tone: str
    is_overdue: bool
    is_due_soon: bool


@dataclass(frozen=True)
class NeedLine:
    """An open need; `days`: how long it has waited for an answer, None once it is acknowledged."""

    need: Need
    days: int | None
    is_overdue: bool


@dataclass(frozen=True)
class LinkLine:
    """A link that was rated not good: how often, of how many ratings, in the last months."""

    link: Link
    not_good: int
    n: int


@dataclass(frozen=True)
class WayLine:
    """How a supplier serves over a link, as it was agreed."""

    link: Link
    lead_time: str
    windows: str


@dataclass(frozen=True)
class RecoveryLine:
    """A running recovery; `may_open`: whether the reader may open its page."""

    recovery: Recovery
    is_overdue: bool
    may_open: bool


@dataclass(frozen=True)
class Half:
    """One direction of the agenda: what `supplier` does for `customer`."""

    supplier: Department
    customer: Department
    objectives: list[ObjectiveLine]
    needs: list[NeedLine]
    expectations: list[PlanEntry]
    poor: list[LinkLine]
    recoveries: list[RecoveryLine]
    ways: list[WayLine]
    points: list[DialoguePoint]

    @property
    def is_empty(self) -> bool:
        """Whether nothing but ways of working is known in this direction."""
        return not (self.objectives or self.needs or self.expectations or self.poor or self.recoveries)


def agenda_of(dialogue: Dialogue, access: Access, today: datetime.date) -> list[Half]:
    """Return the two halves of a dialogue's agenda as of a day, what the host does for the guest first."""
    tree, store = access.tree, dialogue.dealership
    scopes = {
        dialogue.host_id: scope_of(tree, dialogue.host_id, dialogue.guest_id),
        dialogue.guest_id: scope_of(tree, dialogue.guest_id, dialogue.host_id),
    }
    both = scopes[dialogue.host_id] | scopes[dialogue.guest_id]
    links = list(
        Link.objects.filter(dealership=store, supplier__in=both, customer__in=both).active_on(today).with_names()
    )
    objectives = _objectives(store, both, access, today)
    needs = _needs(store, both, today)
    expectations = _expectations(store, both, today)
    poor = _poor(store, links, today)
    recoveries = _recoveries(store, both, access, today)
    points = list(DialoguePoint.objects.filter(dialogue=dialogue).select_related("author").order_by("pk"))
    halves = []
    for supplier, customer in ((dialogue.host, dialogue.guest), (dialogue.guest, dialogue.host)):
        serving, served = scopes[supplier.pk], scopes[customer.pk]
        halves.append(
            Half(
                supplier=supplier,
                customer=customer,
                objectives=[
                    line
                    for line in objectives
                    if line.objective.owner_id in serving
                    and any(one.department_id in served for one in line.objective.customers.all())
                ],
                needs=[line for line in needs if _runs(line.need, serving, served)],
                expectations=[
                    entry for entry in expectations if entry.department_id in served and entry.towards_id in serving
                ],
                poor=[line for line in poor if _runs(line.link, serving, served)],
                recoveries=[line for line in recoveries if _runs(line.recovery.link, serving, served)],
                ways=[_way(link) for link in links if _runs(link, serving, served)],
                points=[point for point in points if point.department_id == supplier.pk],
            )
        )
    return halves


def scope_of(tree: Tree, department_id: int, other_id: int) -> set[int]:
    """Return a department with its teams, without those of the other; who heads the store speaks for itself alone."""
    if tree.by_id[department_id].heads_store:
        return {department_id}
    teams = tree.with_teams(department_id)
    return teams - tree.with_teams(other_id) if other_id in teams else teams


def _runs(thing: Link | Need, serving: set[int], served: set[int]) -> bool:
    return thing.supplier_id in serving and thing.customer_id in served


def _objectives(store: Dealership, both: set[int], access: Access, today: datetime.date) -> list[ObjectiveLine]:
    since = today - datetime.timedelta(days=JUDGED_DAYS)
    found = Objective.objects.readable_by(access).filter(
        dealership=store, owner__in=both, customers__department__in=both
    )
    shown = found.exclude(state__in=[ObjectiveState.DRAFT, ObjectiveState.DROPPED])
    objectives = [
        objective
        for objective in shown.with_names().distinct().order_by("due_on", "pk")
        if objective.judged_at is None or store.local_day(objective.judged_at) >= since
    ]
    standing = standings(objectives, today)
    return [_objective_line(objective, standing[objective.pk], today) for objective in objectives]


def _objective_line(objective: Objective, standing: Standing, today: datetime.date) -> ObjectiveLine:
    under_way = objective.state in UNDER_WAY
    due = objective.due_on
    words, tone = str(objective.get_state_display()), "neutral"  # type: ignore[attr-defined]
    if objective.verdict:
        words = str(objective.get_verdict_display())  # type: ignore[attr-defined]
        tone = "good" if objective.verdict == "met" else "bad" if objective.verdict == "not_met" else "neutral"
    elif objective.state == ObjectiveState.PROPOSED:
        words = _("proposed, waits for signatures")
    elif under_way and standing.total:
        words = ngettext(
            "%(reached)d of %(total)d criterion reached",
            "%(reached)d of %(total)d criteria reached",
            standing.total,
        ) % {"reached": standing.reached, "total": standing.total}
    overdue = under_way and due is not None and due < today
    soon = under_way and due is not None and today <= due <= today + datetime.timedelta(days=SOON)
    return ObjectiveLine(objective, words, tone, overdue, soon)


def _needs(store: Dealership, both: set[int], today: datetime.date) -> list[NeedLine]:
    found = Need.objects.filter(dealership=store, supplier__in=both, customer__in=both).open()
    return [need_line(need, today) for need in found.with_names().order_by("raised_at", "pk")]


def need_line(need: Need, today: datetime.date) -> NeedLine:
    """Return a need with how long it has waited."""
    if need.state != NeedState.RAISED:
        return NeedLine(need, None, False)
    waited = (today - need.dealership.local_day(need.raised_at)).days
    return NeedLine(need, max(waited, 0), need.answer_by < today)


def _expectations(store: Dealership, both: set[int], today: datetime.date) -> list[PlanEntry]:
    year = FiscalYear.of(today, store.fiscal_year_start).year
    found = PlanEntry.objects.filter(
        dealership=store, plan__year=year, board=Board.EXPECTATION, department__in=both, towards__in=both
    )
    return list(found.select_related("department", "towards").order_by("pk"))


def _poor(store: Dealership, links: list[Link], today: datetime.date) -> list[LinkLine]:
    """Return the links rated not good in the last months, the most often first."""
    span = Period(add_months(today, 1 - MONTHS_BACK), period_of("month", today).end)
    months = months_by_link(store, [link.pk for link in links], span)
    lines = []
    for link in links:
        counts: Counts = total(months.get(link.pk, {}).values(), threshold=store.not_good_threshold)
        if counts.not_good:
            lines.append(LinkLine(link, counts.not_good, counts.n))
    return sorted(lines, key=lambda line: (-line.not_good, line.link.pk))


def _recoveries(store: Dealership, both: set[int], access: Access, today: datetime.date) -> list[RecoveryLine]:
    between = Recovery.objects.filter(dealership=store, link__supplier__in=both, link__customer__in=both).running()
    found: Iterable[Recovery] = between.with_names().order_by("due_on", "pk")
    readable = set(
        Recovery.objects.readable_by(access).filter(pk__in=between.values("pk")).values_list("pk", flat=True)
    )
    return [RecoveryLine(recovery, is_overdue(recovery, today), recovery.pk in readable) for recovery in found]


def _way(link: Link) -> WayLine:
    return WayLine(link, lead_time_in_words(link.lead_time_days), windows_in_words(link.windows))
