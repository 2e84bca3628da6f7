"""What can be done with a company plan, by whom, and when: the whole state machine in one table (R23)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from dealership.access import Access, Tree
from dealership.models import Dealership, Department, User
from objectives.fiscal import FiscalYear
from objectives.models import CompanyPlan, PlanSignature
from objectives.models import EventKind as Kind
from objectives.models import PlanState as State
from objectives.signing import Signers


class Part(StrEnum):
    """What part a person has in the plan; one may have several."""

    #: Manages the department that heads the store.
    GENERAL_MANAGER = "general_manager"
    ADMIN = "admin"
    #: Leads an active department, as its manager or deputy.
    LEADER = "leader"
    #: Manages a department that signs.
    SIGNER = "signer"


class Act(StrEnum):
    """What can be done with a plan."""

    OPEN = "open"
    CONTRIBUTE = "contribute"
    SET_GOALS = "set_goals"
    SUBMIT = "submit"
    SIGN = "sign"
    ADOPT = "adopt"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Rule:
    """One act: whose, in which states (none: there is no plan yet), which it leads to (None: it stays), its event."""

    act: Act
    parts: tuple[Part, ...]
    before: tuple[State, ...]
    after: State | None
    kind: Kind


#: The states in which the text can be changed. A change while it is being signed asks for every signature anew.
CHANGEABLE = (State.DRAFTING, State.SIGNING)

#: ADOPT follows from the last signature; the general manager does it where whoever was missing has left office.
RULES = {
    rule.act: rule
    for rule in (
        Rule(Act.OPEN, (Part.GENERAL_MANAGER, Part.ADMIN), (), State.DRAFTING, Kind.OPEN),
        Rule(Act.CONTRIBUTE, (Part.LEADER,), CHANGEABLE, None, Kind.CHANGE),
        Rule(Act.SET_GOALS, (Part.GENERAL_MANAGER, Part.ADMIN), CHANGEABLE, None, Kind.CHANGE),
        Rule(Act.SUBMIT, (Part.GENERAL_MANAGER,), (State.DRAFTING,), State.SIGNING, Kind.SUBMIT),
        Rule(Act.SIGN, (Part.SIGNER,), (State.SIGNING,), None, Kind.SIGN),
        Rule(Act.ADOPT, (Part.GENERAL_MANAGER,), (State.SIGNING,), State.ADOPTED, Kind.ADOPT),
        Rule(Act.REOPEN, (Part.GENERAL_MANAGER,), (State.ADOPTED,), State.DRAFTING, Kind.REOPEN),
    )
}


# --- Who --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chair:
    """A department that signs: who manages it (nobody: a vacant chair), and its signature under the present text."""

    department: Department
    managers: tuple[User, ...]
    signature: PlanSignature | None = None

    @property
    def is_vacant(self) -> bool:
        """Whether nobody manages the department: then nobody can be waited for."""
        return not self.managers

    @property
    def is_missing(self) -> bool:
        """Whether the plan waits for this signature."""
        return self.signature is None and not self.is_vacant

    def is_held_by(self, user: User) -> bool:
        """Return whether a person signs here."""
        return any(manager.pk == user.pk for manager in self.managers)


def signing_departments(tree: Tree) -> list[Department]:
    """Return the departments whose managers sign: the head, those directly below it, and those that stand alone.

    A team inside a department is represented by that department's manager. A closed department is passed over, so that
    what was below it counts as directly below what was above.
    """
    head = tree.head.pk if tree.head is not None else None
    found = []
    for department in tree.departments:
        above = [pk for pk in tree.above(department.pk) if tree.by_id[pk].is_active]
        if department.is_active and (department.pk == head or not above or above[0] == head):
            found.append(department)
    return found


def chairs_of(plan: CompanyPlan, signers: Signers | None = None) -> list[Chair]:
    """Return the departments that sign a plan, in display order, with the signatures under its present text.

    Costs three queries. `signers`: kept by the caller where the store's leaders are read already.
    """
    signers = signers or Signers(plan.dealership)
    signed = PlanSignature.objects.filter(plan=plan, revision=plan.revision).select_related("person")
    by_department = {signature.department_id: signature for signature in signed}
    return [
        Chair(department, tuple(signers.managers_of(department.pk)), by_department.get(department.pk))
        for department in signing_departments(signers.tree)
    ]


def parts_of(access: Access) -> frozenset[Part]:
    """Return which parts a person has in the plans of their store."""
    parts = set()
    if access.is_general_manager:
        parts.add(Part.GENERAL_MANAGER)
    if access.is_store_admin and access.user.dealership_id is not None:
        parts.add(Part.ADMIN)
    if contributes_for(access):
        parts.add(Part.LEADER)
    if any(department.pk in access.managed for department in signing_departments(access.tree)):
        parts.add(Part.SIGNER)
    return frozenset(parts)


def contributes_for(access: Access) -> list[Department]:
    """Return the active departments a person contributes for: those they lead; their own first, which is offered."""
    led = [department for department in access.departments(access.led) if department.is_active]
    return sorted(led, key=lambda department: department.pk not in access.own)


def open_acts(state: str, parts: Collection[Part]) -> frozenset[Act]:
    """Return what somebody with these parts may do with a plan in a state."""
    return frozenset(
        rule.act for rule in RULES.values() if State(state) in rule.before and any(part in parts for part in rule.parts)
    )


def missing(chairs: Iterable[Chair]) -> list[Chair]:
    """Return the chairs whose signatures the plan waits for."""
    return [chair for chair in chairs if chair.is_missing]


# --- When -------------------------------------------------------------------------------------------


def years_to_open(store: Dealership, today: datetime.date | None = None) -> list[FiscalYear]:
    """Return the fiscal years a plan can be opened for: this one; in its last three months the next one too."""
    today = today or store.today()
    this = FiscalYear.of(today, store.fiscal_year_start)
    following = FiscalYear(this.year + 1, this.start_month)
    return [this, following] if today >= this.quarter(4)[0] else [this]


def year_name(year: FiscalYear) -> str:
    """Return how a fiscal year is called: after one calendar year, or after the two it lies in.

    >>> year_name(FiscalYear(2026)), year_name(FiscalYear(2026, start_month=4))
    ('2026', '2026/27')
    """
    return str(year.year) if year.start_month == 1 else f"{year.year}/{(year.year + 1) % 100:02}"


def name_of(plan: CompanyPlan) -> str:
    """Return how the year of a plan is called."""
    return year_name(FiscalYear(plan.year, plan.dealership.fiscal_year_start))
