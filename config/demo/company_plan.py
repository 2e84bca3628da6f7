"""The demo store's company plans: this year's adopted, next year's waiting for its last signatures (R23)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from config.demo.office import Office
from config.demo.promise_story import ENTRIES, GOALS, Entry, Goal
from config.demo.staff import Staff
from config.demo.store import ONE_DAY, Plan
from dealership.models import Dealership, Department
from objectives.fiscal import FiscalYear
from objectives.models import (
    CompanyGoal,
    CompanyPlan,
    Event,
    EventKind,
    GoalMeasure,
    PlanEdition,
    PlanEntry,
    PlanSignature,
    PlanState,
)
from objectives.plan_changes import place_of
from objectives.plan_text import content_of, names_of

#: Who has not signed next year's plan yet.
NOT_SIGNED = ("service", "finance")
OPENED_AGO, SUBMITTED_AGO = 12, 3  # working days before today, next year's plan


class CompanyPlans:
    """Writes both plans; `goals`: this year's, by their short names."""

    def __init__(self, dealership: Dealership, plan: Plan, office: Office, staff: Staff) -> None:
        self.dealership, self.plan, self.office, self.staff = dealership, plan, office, staff
        self._departments = {d.code: d for d in Department.objects.filter(dealership=dealership)}
        self._head = next(department for department in self._departments.values() if department.heads_store)
        self.goals: dict[str, CompanyGoal] = {}

    def write(self) -> None:
        """Write the plan of this fiscal year, and the next year's."""
        year = FiscalYear.of(self.plan.today, self.dealership.fiscal_year_start)
        begins = min(year.first_day, self.plan.today - 60 * ONE_DAY)
        adopted = self._write(year.year, self.office.moment(begins, 9), PlanState.ADOPTED)
        self.goals = {goal.name: row for goal, row in zip(GOALS, adopted, strict=True)}
        self._write(
            year.year + 1, self.office.moment(self.office.back(self.plan.today, OPENED_AGO), 9), PlanState.SIGNING
        )

    def _write(self, year: int, opened_at: datetime.datetime, state: PlanState) -> list[CompanyGoal]:
        head = self.staff.manager_of(self._head.pk)
        plan = CompanyPlan(
            dealership=self.dealership,
            year=year,
            state=state,
            opened_by_id=head,
            opened_at=opened_at,
            revision=1 + len(ENTRIES) + len(GOALS),
        )
        day = self.office.day_of(opened_at)
        submitted_at = self.office.moment(self.office.ahead(day, OPENED_AGO - SUBMITTED_AGO), 10)
        signing = [
            department for department in self._signing() if state is PlanState.ADOPTED or not self._is_late(department)
        ]
        plan.version = 2 + len(ENTRIES) + len(GOALS) + len(signing)
        if state is PlanState.ADOPTED:
            plan.version += 1
            plan.adopted_at = submitted_at + 2 * ONE_DAY
        plan.save(force_insert=True)
        events = [self._event(plan, EventKind.OPEN, opened_at, head)]
        for number, entry in enumerate(ENTRIES, start=1):
            row = self._entry(plan, entry, opened_at + number * datetime.timedelta(minutes=25))
            data = {"what": "entry_add", **place_of(row.board, row.department, row.towards)}
            events.append(self._event(plan, EventKind.CHANGE, row.written_at, row.author_id, text=row.text, data=data))
        goals = [self._goal(plan, goal, rank) for rank, goal in enumerate(GOALS, start=1)]
        for goal in goals:
            at, data = submitted_at - datetime.timedelta(hours=1), {"what": "goal_add", "goal": goal.pk}
            events.append(self._event(plan, EventKind.CHANGE, at, head, text=goal.title, data=data))
        events.append(self._event(plan, EventKind.SUBMIT, submitted_at, head))
        signatures = []
        for number, department in enumerate(signing, start=1):
            person = self.staff.manager_of(department.pk)
            at = submitted_at + number * datetime.timedelta(minutes=17)
            signatures.append(
                PlanSignature(
                    dealership=self.dealership,
                    plan=plan,
                    edition=1,
                    revision=plan.revision,
                    department=department,
                    person_id=person,
                    signed_at=at,
                )
            )
            data = {"revision": plan.revision, "departments": [names_of(department)]}
            events.append(self._event(plan, EventKind.SIGN, at, person, data=data))
        PlanSignature.objects.bulk_create(signatures)
        if plan.adopted_at is not None:
            last = signatures[-1].person_id
            events.append(self._event(plan, EventKind.ADOPT, plan.adopted_at, last, data={"edition": 1}))
            signed = PlanSignature.objects.filter(plan=plan).select_related("department", "person")
            PlanEdition.objects.create(
                dealership=self.dealership,
                plan=plan,
                number=1,
                content=content_of(plan, signed),
                adopted_at=plan.adopted_at,
            )
        for version, event in enumerate(events, start=1):
            event.version = version
        Event.objects.bulk_create(events)
        return goals

    def _signing(self) -> list[Department]:
        """The departments whose managers sign: the head of the store, and those directly below it."""
        return [d for d in self._departments.values() if d.heads_store or d.parent_id == self._head.pk]

    def _is_late(self, department: Department) -> bool:
        return department.code in NOT_SIGNED

    def _event(self, plan: CompanyPlan, kind: EventKind, at: datetime.datetime, person: int, **more: Any) -> Event:
        return Event(dealership=self.dealership, plan=plan, kind=kind, at=at, person_id=person, **more)

    def _entry(self, plan: CompanyPlan, entry: Entry, at: datetime.datetime) -> PlanEntry:
        department = self._departments[entry.department]
        row: PlanEntry = PlanEntry.objects.create(
            dealership=self.dealership,
            plan=plan,
            board=entry.board,
            department=department,
            towards=self._departments[entry.towards] if entry.towards else None,
            text=entry.text.in_(self.plan.language),
            author_id=self.staff.manager_of(department.pk),
            written_at=at,
        )
        return row

    def _goal(self, plan: CompanyPlan, goal: Goal, rank: int) -> CompanyGoal:
        language = self.plan.language
        row: CompanyGoal = CompanyGoal.objects.create(
            dealership=self.dealership,
            plan=plan,
            rank=rank,
            title=goal.title.in_(language),
            why=goal.why.in_(language),
        )
        GoalMeasure.objects.create(
            dealership=self.dealership,
            goal=row,
            kind=goal.measure.kind,
            what=goal.measure.what.in_(language),
            comparison=goal.measure.comparison,
            target=Decimal(goal.measure.target) if goal.measure.target else None,
            unit=goal.measure.unit.in_(language),
            due_on=FiscalYear(plan.year, self.dealership.fiscal_year_start).last_day,
        )
        return row
