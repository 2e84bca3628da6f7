"""A store that makes its plan of the year: five departments that sign, a team, and a chair that can be left vacant."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from dealership.models import Notice, User
from dealership.notices import in_words
from objectives import actions_plan as acts
from objectives import actions_plan_boards as boards
from objectives import actions_plan_goals as goals
from objectives.fiscal import FiscalYear
from objectives.measure_lines import MeasureLine
from objectives.models import CompanyPlan, Event, PlanEntry
from objectives.plan_text import stamp_of_entry, stamp_of_goal
from tests.conftest import fresh
from tests.factories import DealershipFactory, DepartmentFactory, PositionFactory, UserFactory

DAY = datetime.timedelta(days=1)

#: Who is who: role and department. Names are such that no page has them by chance.
PEOPLE = {
    "gm": ("manager", "gm-office", "Gao Zongguan"),
    "finance": ("manager", "finance", "Qian Caiwu"),
    "deputy": ("deputy", "finance", "Fu Shoujin"),
    "cashier": ("member", "finance", "Chu Najia"),
    "service": ("manager", "service", "Fang Wujing"),
    "reception": ("manager", "reception", "Jie Daike"),
    "hr": ("manager", "hr", "Ren Shijing"),
    "sales": ("manager", "sales", "Xiao Shouqi"),
}
#: Those who sign: the reception is a team, its department's manager signs for it.
SIGNERS = ("gm", "finance", "hr", "sales", "service")


@pytest.fixture
def english():
    """Words in English, also where no page asks for them."""
    with translation.override("en"):
        yield


class World:
    """Everybody of PEOPLE, an admin, somebody elsewhere; the plan of this fiscal year is opened on demand."""

    def __init__(self, **fields: object) -> None:
        self.store = DealershipFactory(**{"language": "en", **fields})
        self.departments = {"gm-office": self._department("gm-office", heads_store=True)}
        for code in ("finance", "hr", "sales", "service"):
            self.departments[code] = self._department(code, parent=self.departments["gm-office"])
        self.departments["reception"] = self._department("reception", parent=self.departments["service"])
        self.people: dict[str, User] = {
            name: PositionFactory(
                department=self.departments[code],
                role=role,
                person=UserFactory(dealership=self.store, full_name=full_name),
            ).person
            for name, (role, code, full_name) in PEOPLE.items()
        }
        self.people["admin"] = UserFactory(dealership=self.store, is_store_admin=True, full_name="Guan Liyuan")
        self.people["elsewhere"] = PositionFactory().person
        self.people["admin elsewhere"] = UserFactory(is_store_admin=True)
        self.people["operator"] = UserFactory(dealership=None, is_superuser=True)

    def _department(self, code, **fields):
        return DepartmentFactory(dealership=self.store, code=code, **fields)

    @property
    def year(self) -> FiscalYear:
        return FiscalYear.of(self.store.today(), self.store.fiscal_year_start)

    def person(self, name: str) -> User:
        """The person as the next request would read them."""
        return fresh(self.people[name])

    def leave(self, name: str) -> None:
        """Let somebody leave their chair vacant."""
        self.people[name].positions.update(end=self.store.today() - DAY)

    def seen(self, plan: CompanyPlan) -> CompanyPlan:
        """The plan as the next request would read it."""
        return CompanyPlan.objects.select_related("dealership").get(pk=plan.pk)

    # --- acts ---

    def open(self, by: str = "gm", year: int | None = None) -> CompanyPlan:
        return acts.open_plan(acting_user=self.person(by), year=year or self.year.year)

    def write(self, plan, by="finance", board="strength", code=None, text="We pay on time.", towards=None):
        return boards.contribute(
            acting_user=self.person(by),
            plan=plan,
            board=board,
            department=self.departments[code or PEOPLE[by][1]],
            text=text,
            towards=self.departments[towards] if towards else None,
        )

    def rewrite(self, entry: PlanEntry, text: str, by="finance", seen=None, towards=None) -> PlanEntry:
        entry = PlanEntry.objects.get(pk=entry.pk)
        return boards.change_entry(
            acting_user=self.person(by),
            entry=entry,
            seen=seen or stamp_of_entry(entry),
            text=text,
            towards=self.departments[towards] if towards else None,
        )

    def remove(self, entry: PlanEntry, by="finance", seen=None) -> None:
        boards.remove_entry(acting_user=self.person(by), entry=entry, seen=seen or stamp_of_entry(entry))

    def measure(self, what="qualified fitters on duty", **fields: object) -> MeasureLine:
        line = MeasureLine("number", what, "at_least", Decimal(3), "", self.store.today() + 30 * DAY)
        return line._replace(**fields)

    def goal(self, plan, by="gm", title="Every customer comes back", why="", measures=None):
        measures = [self.measure()] if measures is None else measures
        return goals.add_goal(acting_user=self.person(by), plan=plan, title=title, why=why, measures=measures)

    def regoal(self, goal, by="gm", seen=None, **fields):
        fields = {"title": goal.title, "why": goal.why, "measures": [self.measure()], **fields}
        seen = seen or stamp_of_goal(goal)
        return goals.change_goal(acting_user=self.person(by), goal=goal, seen=seen, **fields)

    def submit(self, plan, by="gm", version=None) -> CompanyPlan:
        plan = self.seen(plan)
        return acts.put_to_signature(acting_user=self.person(by), plan=plan, version=version or plan.version)

    def sign(self, plan, *names: str, revision=None) -> CompanyPlan:
        """Let people sign one after the other; everybody who signs unless named."""
        for name in names or SIGNERS:
            plan = self.seen(plan)
            plan = acts.sign_plan(acting_user=self.person(name), plan=plan, revision=revision or plan.revision)
        return plan

    def adopt(self, plan, by="gm", version=None) -> CompanyPlan:
        plan = self.seen(plan)
        return acts.adopt_plan(acting_user=self.person(by), plan=plan, version=version or plan.version)

    def reopen(self, plan, by="gm", version=None, reason="The market fell.") -> CompanyPlan:
        plan = self.seen(plan)
        version = version or plan.version
        return acts.reopen_plan(acting_user=self.person(by), plan=plan, version=version, reason=reason)

    # --- where it can stand ---

    def drafting(self) -> CompanyPlan:
        """A plan with a contribution of Finance and a goal."""
        plan = self.open()
        self.write(plan)
        self.goal(plan)
        return self.seen(plan)

    def signing(self) -> CompanyPlan:
        return self.submit(self.drafting())

    def adopted(self) -> CompanyPlan:
        return self.sign(self.signing())

    # --- what came of it ---

    def told(self, name: str) -> list[str]:
        """Return what a person's notices say in English, the oldest first."""
        with translation.override("en"):
            return [in_words(notice) for notice in Notice.objects.filter(person=self.people[name]).order_by("pk")]


def story(plan: CompanyPlan) -> list[str]:
    """Return the kinds of a plan's events, in the order they happened."""
    return list(Event.objects.filter(plan=plan).order_by("version").values_list("kind", flat=True))
