"""How a store's objectives of a year stand: from company goals down, by where work comes from, over time (R23-R28)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.access import Access
from dealership.models import Department
from objectives.facts_panel import SIGNS, verdict_words
from objectives.fiscal import FiscalYear
from objectives.judging import Standing, standings
from objectives.models import CompanyGoal, CompanyPlan, Objective, ObjectiveCustomer, ObjectiveState, Source
from objectives.querysets import UNDER_WAY

#: States that a page of progress leaves out: nobody has promised anything yet, or no more.
LEFT_OUT = (ObjectiveState.DRAFT, ObjectiveState.DROPPED)


@dataclass(frozen=True)
class Line:
    """An objective with where it stands."""

    objective: Objective
    standing: Standing
    today: datetime.date

    @property
    def is_judged(self) -> bool:
        """Whether its verdict is kept."""
        return bool(self.objective.verdict)

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed and nobody had it judged."""
        due = self.objective.due_on
        return self.objective.state in UNDER_WAY and due is not None and due < self.today

    @property
    def verdict(self) -> str:
        """The kept verdict, or "open"."""
        return self.objective.verdict or "open"

    @property
    def tone(self) -> str:
        """The tone of the verdict; what is overdue looks bad."""
        return "bad" if self.is_overdue else SIGNS[self.verdict][0]

    @property
    def icon(self) -> str:
        """The icon of the verdict."""
        return "bi-exclamation-circle" if self.is_overdue else SIGNS[self.verdict][1]

    @property
    def words(self) -> str:
        """Where it stands, in a few words."""
        if self.is_judged:
            return verdict_words(self.objective.verdict)
        if self.objective.state == ObjectiveState.PROPOSED:
            return _("Waits for signatures")
        if self.is_overdue and self.objective.due_on is not None:
            return _("Overdue since %(day)s") % {"day": date_format(self.objective.due_on, "DATE_FORMAT")}
        values = {"reached": self.standing.reached, "total": self.standing.total}
        return _("%(reached)d of %(total)d criteria reached") % values

    @property
    def customers(self) -> list[ObjectiveCustomer]:
        """Its internal customers."""
        return list(self.objective.customers.all())

    @property
    def unsatisfied(self) -> list[Department]:
        """The customers that are not satisfied with it."""
        return [customer.department for customer in self.customers if customer.satisfied is False]

    @property
    def begins(self) -> datetime.date:
        """The first day of its bar in the timeline."""
        local = self.objective.dealership.local_day(self.objective.created_at)
        return self.objective.starts_on or min(local, self.ends)

    @property
    def ends(self) -> datetime.date:
        """The last day of its bar: when it is due; one that says no day yet ends where it begins."""
        return self.objective.due_on or self.objective.dealership.local_day(self.objective.created_at)


@dataclass(frozen=True)
class GoalBranch:
    """A company goal with the objectives that serve it."""

    goal: CompanyGoal
    lines: list[Line]


@dataclass(frozen=True)
class Origin:
    """Where a department's objectives come from (R28)."""

    department: Department
    superior: int
    own: int
    #: Each customer, with how many came from it; the most first.
    customers: list[tuple[Department, int]]

    @property
    def from_customers(self) -> int:
        """How many came from internal customers."""
        return sum(count for _department, count in self.customers)

    @property
    def total(self) -> int:
        """How many there are."""
        return self.superior + self.own + self.from_customers

    @property
    def only_from_above(self) -> bool:
        """Whether all its work comes from the superior."""
        return self.superior > 0 and self.superior == self.total


class ProgressPage:
    """The objectives of one fiscal year that a person may read. Seven queries, however many there are."""

    def __init__(self, access: Access, year: int) -> None:
        store = access.user.dealership
        assert store is not None
        self.access = access
        self.store = store
        self.today = store.today()
        self.year = FiscalYear(year, store.fiscal_year_start)

    @cached_property
    def lines(self) -> list[Line]:
        """All of the year that were proposed or agreed, by due day."""
        found = Objective.objects.readable_by(self.access).filter(year=self.year.year).exclude(state__in=LEFT_OUT)
        objectives = list(found.with_names().order_by("due_on", "owner__rank", "pk"))
        standing = standings(objectives, self.today)
        return [Line(objective, standing[objective.pk], self.today) for objective in objectives]

    @cached_property
    def plan(self) -> CompanyPlan | None:
        """The company plan of the year."""
        found: CompanyPlan | None = CompanyPlan.objects.visible_to(self.access.user).filter(year=self.year.year).first()
        return found

    @cached_property
    def branches(self) -> list[GoalBranch]:
        """Each company goal with the objectives that serve it, in the plan's order."""
        if self.plan is None:
            return []
        goals = CompanyGoal.objects.filter(plan=self.plan, given_up_at=None).prefetch_related("measures")
        serving: dict[int | None, list[Line]] = defaultdict(list)
        for line in self.lines:
            serving[line.objective.goal_id].append(line)
        return [GoalBranch(goal, serving[goal.pk]) for goal in goals]

    @cached_property
    def unserved(self) -> list[CompanyGoal]:
        """Goals that no objective serves."""
        return [branch.goal for branch in self.branches if not branch.lines]

    @cached_property
    def rootless(self) -> list[Line]:
        """Objectives that serve no goal of the year's plan."""
        goals = {branch.goal.pk for branch in self.branches}
        return [line for line in self.lines if line.objective.goal_id not in goals]

    @cached_property
    def overdue(self) -> list[Line]:
        """What should have been judged by now."""
        return [line for line in self.lines if line.is_overdue]

    @cached_property
    def due_soon(self) -> list[Line]:
        """What is due within thirty days."""
        until = self.today + datetime.timedelta(days=30)
        return [
            line
            for line in self.lines
            if line.objective.state in UNDER_WAY
            and self.today <= (line.objective.due_on or self.year.last_day) <= until
        ]

    @cached_property
    def met_but_not_satisfied(self) -> list[Line]:
        """Met by the facts, and a customer is not satisfied: the criteria were the wrong ones."""
        return [line for line in self.lines if line.objective.verdict == "met" and line.unsatisfied]

    def count(self, verdict: str) -> int:
        """Return how many were judged with a verdict."""
        return sum(line.objective.verdict == verdict for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """How many are met, partly met, not met, under way, and wait for signatures."""
        states = [line.objective.state for line in self.lines]
        return {
            "met": self.count("met"),
            "partly": self.count("partly"),
            "not_met": self.count("not_met"),
            "running": sum(state in UNDER_WAY for state in states),
            "proposed": states.count(ObjectiveState.PROPOSED),
        }

    @property
    def headline(self) -> str:
        """The year in one sentence."""
        judged = sum(self.count(verdict) for verdict in ("met", "partly", "not_met"))
        if not judged:
            words = ngettext(
                "%(count)d objective, none judged yet", "%(count)d objectives, none judged yet", len(self.lines)
            )
            return words % {"count": len(self.lines)}
        words = ngettext(
            "%(met)d of %(judged)d judged objective met", "%(met)d of %(judged)d judged objectives met", judged
        )
        return words % {"met": self.count("met"), "judged": judged}

    @cached_property
    def origins(self) -> list[Origin]:
        """Where each department's objectives come from; departments without any are left out."""
        counted: dict[int, dict[tuple[str, int | None], int]] = defaultdict(lambda: defaultdict(int))
        for line in self.lines:
            objective = line.objective
            counted[objective.owner_id][objective.source, objective.source_department_id] += 1
        tree = self.access.tree
        found = []
        for department in tree.departments:
            if department.pk in counted:
                found.append(self._origin(department, counted[department.pk]))
        return found

    def _origin(self, department: Department, counted: dict[tuple[str, int | None], int]) -> Origin:
        by_id = self.access.tree.by_id
        customers = [
            (by_id[key], count)
            for (source, key), count in counted.items()
            if source == Source.CUSTOMER and key is not None
        ]
        customers.sort(key=lambda pair: (-pair[1], pair[0].rank, pair[0].code))
        return Origin(
            department, counted.get((Source.SUPERIOR, None), 0), counted.get((Source.OWN, None), 0), customers
        )

    @cached_property
    def only_from_above(self) -> list[Department]:
        """Departments whose work comes only from the superior."""
        return [origin.department for origin in self.origins if origin.only_from_above]

    @property
    def timeline(self) -> dict[str, Any]:
        """The data of the chart: a bar for each objective from its first day to its due day (static/js/charts.js)."""
        return {
            "first": min([self.year.first_day, *(line.begins for line in self.lines)]).isoformat(),
            "last": max([self.year.last_day, *(line.ends for line in self.lines)]).isoformat(),
            "today": self.today.isoformat(),
            "rows": [self._bar(line) for line in self.lines],
        }

    def _bar(self, line: Line) -> dict[str, Any]:
        return {
            "label": line.objective.title,
            "department": line.objective.owner.label,
            "start": line.begins.isoformat(),
            "end": line.ends.isoformat(),
            "due": date_format(line.ends, "DATE_FORMAT"),
            "tone": line.tone,
            "words": line.words,
            "url": reverse("objective_detail", args=[line.objective.pk]),
        }


def years_of(access: Access) -> list[int]:
    """Return the fiscal years that have objectives or a plan, and the current one, the latest first."""
    store = access.user.dealership
    assert store is not None
    with_objectives: Iterable[int] = Objective.objects.visible_to(access.user).values_list("year", flat=True).distinct()
    with_plan: Iterable[int] = CompanyPlan.objects.visible_to(access.user).values_list("year", flat=True)
    current = FiscalYear.of(store.today(), store.fiscal_year_start).year
    return sorted({current, *with_objectives.order_by(), *with_plan}, reverse=True)  # type: ignore[attr-defined]
