"""What the page of a company plan shows one reader: where it stands first, then its text, then who signs it (R23)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership.access import Access
from dealership.models import Department
from objectives.actions_plan import missing_names, waits_words
from objectives.acts_needs import speaks_as_customer
from objectives.acts_plan import (
    Act,
    Chair,
    Part,
    chairs_of,
    contributes_for,
    missing,
    name_of,
    open_acts,
    parts_of,
    year_name,
    years_to_open,
)
from objectives.fiscal import FiscalYear
from objectives.forms_plan import EntryForm, ReopenForm
from objectives.measure_words import measure_words
from objectives.models import Board, CompanyGoal, CompanyPlan, Event, EventKind, Need, PlanEdition, PlanEntry, PlanState
from objectives.plan_story import StoryLine, line_of_event
from objectives.plan_text import entries_of, stamp_of_goal
from objectives.signing import Signers

EVENTS_PER_PAGE = 20

#: What each board asks.
QUESTIONS: dict[str, Promise] = {
    Board.STATE: gettext_lazy("What is so today: facts and figures, said by those who know them."),
    Board.STRENGTH: gettext_lazy("What do we do better than others?"),
    Board.WEAKNESS: gettext_lazy("What do we do worse, and what does it cost us?"),
    Board.OPPORTUNITY: gettext_lazy("What changes around us that we can use?"),
    Board.THREAT: gettext_lazy("What changes around us that can harm us?"),
    Board.EXPECTATION: gettext_lazy("What do you expect of the company and of the other departments this year?"),
}


@dataclass(frozen=True)
class EntryRow:
    """A contribution as the reader sees it. `needs`: what became of an expectation."""

    entry: PlanEntry
    may_change: bool
    may_need: bool
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class BoardView:
    """A board; `form` where the reader contributes, `is_open` where what was typed could not be saved."""

    board: str
    name: str
    question: str
    rows: tuple[EntryRow, ...]
    form: EntryForm | None

    @property
    def is_open(self) -> bool:
        """Whether the form stands unfolded."""
        return self.form is not None and self.form.is_bound


@dataclass(frozen=True)
class GoalRow:
    """A goal: its measures in words, how many objectives serve it, and the mark of what it says."""

    goal: CompanyGoal
    place: int
    measures: tuple[str, ...]
    served: int
    seen: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Year:
    """A year in the switch: one that has a plan leads there, another can be begun."""

    name: str
    year: int
    plan: CompanyPlan | None
    is_shown: bool


def years_of(access: Access, shown: CompanyPlan | None = None) -> list[Year]:
    """Return the store's plans by year, and the years the person can begin one for. Costs one query."""
    store = access.user.dealership
    if store is None:
        return []
    plans = {plan.year: plan for plan in CompanyPlan.objects.visible_to(access.user).order_by("year")}
    found = [
        Year(year_name(FiscalYear(year, store.fiscal_year_start)), year, plan, plan == shown)
        for year, plan in plans.items()
    ]
    if {Part.GENERAL_MANAGER, Part.ADMIN} & parts_of(access):
        found += [
            Year(year_name(year), year.year, None, False) for year in years_to_open(store) if year.year not in plans
        ]
    return sorted(found, key=lambda one: one.year)


class PlanPage:
    """A plan as one reader sees it. `plan` read with its store; `typed`: the form of a board that was refused."""

    def __init__(
        self,
        plan: CompanyPlan,
        access: Access,
        *,
        typed: EntryForm | None = None,
        reopen: ReopenForm | None = None,
        page: str | None = None,
    ) -> None:
        self.plan, self.access = plan, access
        self.reopen = reopen or ReopenForm()
        self._typed, self._page = typed, page

    # --- who, and what they may do ---

    @cached_property
    def _parts(self) -> frozenset[Part]:
        return parts_of(self.access)

    @cached_property
    def acts(self) -> frozenset[str]:
        """What the reader may do now, by the names of objectives.acts_plan.Act."""
        found = {str(act) for act in open_acts(self.plan.state, self._parts)}
        if not self.my_chairs:
            found.discard(Act.SIGN)
        if missing(self.chairs):
            found.discard(Act.ADOPT)
        return frozenset(found)

    @cached_property
    def chairs(self) -> list[Chair]:
        """The departments that sign, with their signatures."""
        signers = Signers(self.plan.dealership)
        signers.tree = self.access.tree
        return chairs_of(self.plan, signers)

    @cached_property
    def my_chairs(self) -> list[Chair]:
        """The departments the reader has to sign for yet."""
        return [chair for chair in self.chairs if chair.is_missing and chair.is_held_by(self.access.user)]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the question before the plan is put to signature sends along."""
        return [("version", str(self.plan.version))]

    @property
    def sign_words(self) -> str:
        """What the button to sign says."""
        names = _(", ").join(chair.department.label for chair in self.my_chairs)
        return _("Sign for %(departments)s") % {"departments": names}

    # --- where it stands ---

    @property
    def year(self) -> str:
        """How the year is called."""
        return name_of(self.plan)

    @cached_property
    def years(self) -> list[Year]:
        """The years to switch between."""
        return years_of(self.access, self.plan)

    @cached_property
    def editions(self) -> list[PlanEdition]:
        """The editions that were adopted, the latest first; without their text."""
        return list(PlanEdition.objects.filter(plan=self.plan).defer("content").order_by("-number"))

    @property
    def verdict(self) -> str:
        """Where the plan stands, in one sentence."""
        if self.plan.state == PlanState.ADOPTED:
            return self._adopted_words(self.plan.edition, self.plan.adopted_at)
        if self.plan.state == PlanState.SIGNING:
            count = len(missing(self.chairs))
            return waits_words(count) if count else _("Nobody's signature is missing any more")
        if not self.editions:
            return _("Being made")
        return _("Edition %(number)s is being made") % {"number": self.plan.edition}

    @property
    def waits_for(self) -> str:
        """Whose signatures are missing, by department and name."""
        return missing_names(missing(self.chairs)) if self.plan.state == PlanState.SIGNING else ""

    @property
    def in_force(self) -> str:
        """Which edition counts while the next is being made."""
        if self.plan.state == PlanState.ADOPTED or not self.editions:
            return ""
        last = self.editions[0]
        return _("Until it is adopted, this one counts: %(edition)s") % {
            "edition": self._adopted_words(last.number, last.adopted_at)
        }

    def _adopted_words(self, number: int, at: datetime.datetime | None) -> str:
        day = date_format(self.plan.dealership.local_day(at), "DATE_FORMAT") if at is not None else ""
        return _("Adopted on %(day)s, edition %(number)s") % {"day": day, "number": number}

    @property
    def tone(self) -> str:
        """The colour of the verdict."""
        return {PlanState.ADOPTED: "good", PlanState.SIGNING: "bad"}.get(PlanState(self.plan.state), "neutral")

    @cached_property
    def reason(self) -> str:
        """Why the edition that is being made was begun."""
        if self.plan.state == PlanState.ADOPTED or self.plan.edition == 1:
            return ""
        events = Event.objects.filter(plan=self.plan, kind=EventKind.REOPEN).order_by("-version")
        return events.values_list("text", flat=True).first() or ""

    # --- the text ---

    @cached_property
    def _entries(self) -> list[PlanEntry]:
        return list(entries_of(self.plan).prefetch_related("needs"))

    @cached_property
    def contributors(self) -> list[Department]:
        """The departments the reader contributes for."""
        return contributes_for(self.access) if Act.CONTRIBUTE in self.acts else []

    @cached_property
    def boards(self) -> list[BoardView]:
        """The boards, each with what was contributed and the form to contribute."""
        by_board: dict[str, list[EntryRow]] = defaultdict(list)
        mine = {department.pk for department in self.contributors}
        for entry in self._entries:
            entry.plan = self.plan
            row = EntryRow(entry, entry.department_id in mine, self._may_need(entry), tuple(entry.needs.all()))
            by_board[entry.board].append(row)
        return [
            BoardView(str(board), str(board.label), str(QUESTIONS[board]), tuple(by_board[board]), self._form(board))
            for board in Board
        ]

    def _form(self, board: str) -> EntryForm | None:
        if self._typed is not None and self._typed.board == board:
            return self._typed
        if not self.contributors:
            return None
        return EntryForm(board=board, departments=self.contributors, others=self._others)

    @cached_property
    def _others(self) -> list[Department]:
        return others_of(self.access)

    def _may_need(self, entry: PlanEntry) -> bool:
        """Whether the reader can make an expectation a need: its own side, towards a department."""
        return entry.towards_id is not None and speaks_as_customer(self.access, entry.department, entry.towards_id)

    @cached_property
    def coverage(self) -> tuple[list[Department], list[Department]]:
        """The departments that sign: those that contributed, by themselves or by a team, and those that have not."""
        tree, signing = self.access.tree, {chair.department.pk for chair in self.chairs}
        heard = set()
        for place in {entry.department_id for entry in self._entries}:
            heard.update([pk for pk in (place, *tree.above(place)) if pk in signing][:1])
        there = [chair.department for chair in self.chairs if chair.department.pk in heard]
        return there, [chair.department for chair in self.chairs if chair.department.pk not in heard]

    @cached_property
    def _goals(self) -> list[CompanyGoal]:
        served = Count("objectives", filter=~Q(objectives__state__in=("draft", "dropped")))
        rows = CompanyGoal.objects.filter(plan=self.plan).annotate(served=served)
        return list(rows.prefetch_related("measures"))

    @cached_property
    def goals(self) -> list[GoalRow]:
        """The goals of the plan, in their order."""
        present = [goal for goal in self._goals if goal.given_up_at is None]
        return [self._goal_row(goal, place, len(present)) for place, goal in enumerate(present)]

    @cached_property
    def given_up(self) -> list[GoalRow]:
        """The goals that were given up."""
        gone = [goal for goal in self._goals if goal.given_up_at is not None]
        return [self._goal_row(goal, place, len(gone)) for place, goal in enumerate(gone)]

    def _goal_row(self, goal: CompanyGoal, place: int, count: int) -> GoalRow:
        measures = tuple(measure_words(measure) for measure in goal.measures.all())
        served = goal.served  # type: ignore[attr-defined]
        return GoalRow(goal, place, measures, served, stamp_of_goal(goal), place == 0, place == count - 1)

    # --- what happened ---

    @cached_property
    def events(self) -> Page[Event]:
        """A page of the plan's history, the latest first."""
        rows = Event.objects.filter(plan=self.plan).select_related("person").order_by("-at", "-pk")
        return Paginator(rows, EVENTS_PER_PAGE).get_page(self._page)

    @cached_property
    def story(self) -> list[StoryLine]:
        """That page in words."""
        return [line_of_event(event) for event in self.events.object_list]


def others_of(access: Access) -> list[Department]:
    """Return of whom something can be expected: every active department of the store."""
    return [department for department in access.tree.departments if department.is_active]
