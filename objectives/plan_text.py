"""The text of a company plan: frozen as JSON when it is adopted, and read and compared edition by edition (R23)."""

from __future__ import annotations

import datetime
import difflib
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from dealership.models import Department
from dealership.models.base import localized
from objectives.measure_lines import SAID, MeasureLine
from objectives.measure_words import measure_words
from objectives.models import Board, CompanyGoal, CompanyPlan, GoalMeasure, PlanEntry, PlanSignature

#: What a change makes of a line.
KEPT, ADDED, REMOVED, CHANGED = "kept", "added", "removed", "changed"


# --- Freezing ---------------------------------------------------------------------------------------


def names_of(department: Department | None) -> dict[str, Any] | None:
    """Return a department's names as they are today, so that each reader finds them in their language later."""
    if department is None:
        return None
    return {
        "id": department.pk,
        "name": department.name,
        "zh-hans": department.name_zh_hans,
        "en": department.name_en,
    }


def label_of(names: dict[str, Any] | None) -> str:
    """Return a kept name in the reader's language; empty for none.

    >>> label_of({"name": "Finance", "zh-hans": "", "en": ""}), label_of(None)
    ('Finance', '')
    """
    if not names:
        return ""
    return localized(names.get("name", ""), names.get("zh-hans", ""), names.get("en", ""))


def entries_of(plan: CompanyPlan) -> QuerySet[PlanEntry]:
    """Return the contributions to a plan with what is shown of them: board by board, department by department."""
    found: QuerySet[PlanEntry] = PlanEntry.objects.filter(plan=plan)
    return found.select_related("department", "towards", "author")


def goals_of(plan: CompanyPlan) -> QuerySet[CompanyGoal]:
    """Return the goals of a plan that were not given up, in their order, with their measures."""
    found: QuerySet[CompanyGoal] = CompanyGoal.objects.filter(plan=plan, given_up_at=None)
    return found.prefetch_related("measures")


def line_of_measure(measure: GoalMeasure) -> MeasureLine:
    """Return a measure of a goal as a line, to be typed over."""
    return MeasureLine(**{name: getattr(measure, name) for name in SAID})


def content_of(plan: CompanyPlan, signatures: Iterable[PlanSignature] = ()) -> dict[str, Any]:
    """Return the text of a plan as it stands, as it is kept in an edition."""
    return {
        "entries": [
            {
                "entry": entry.pk,
                "board": entry.board,
                "department": names_of(entry.department),
                "towards": names_of(entry.towards),
                "text": entry.text,
            }
            for entry in entries_of(plan)
        ],
        "goals": [
            {
                "goal": goal.pk,
                "title": goal.title,
                "why": goal.why,
                "measures": [
                    {
                        **{name: getattr(measure, name) for name in SAID},
                        "target": None if measure.target is None else str(measure.target),
                        "due_on": measure.due_on.isoformat(),
                    }
                    for measure in goal.measures.all()
                ],
            }
            for goal in goals_of(plan)
        ],
        "signatures": [
            {
                "department": names_of(signature.department),
                "person": str(signature.person),
                "signed_at": signature.signed_at.isoformat(),
            }
            for signature in signatures
        ],
    }


def stamp_of_entry(entry: PlanEntry) -> str:
    """Return a mark of what a contribution says, by which a form tells which text it was made on."""
    return _stamp([entry.department_id, entry.towards_id, entry.text])


def stamp_of_goal(goal: CompanyGoal) -> str:
    """Return a mark of what a goal says with its measures, by which a form tells which text it was made on."""
    measures = [[getattr(measure, name) for name in SAID] for measure in goal.measures.all()]
    return _stamp([goal.title, goal.why, goal.given_up_at is None, measures])


def _stamp(says: list[Any]) -> str:
    return hashlib.sha256(repr(says).encode()).hexdigest()[:16]


# --- Reading ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A contribution as an edition keeps it. `towards`: empty for the company, and on boards without it."""

    key: int
    department: str
    towards: str
    text: str


@dataclass(frozen=True)
class Goal:
    """A goal as an edition keeps it; each measure in words."""

    key: int
    title: str
    why: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Signed:
    """A signature as an edition keeps it."""

    department: str
    person: str
    signed_at: datetime.datetime | None


@dataclass(frozen=True)
class PlanText:
    """The text of a plan, to be read: lines by board, goals, signatures."""

    boards: dict[str, tuple[Line, ...]]
    goals: tuple[Goal, ...]
    signatures: tuple[Signed, ...]


def read(content: dict[str, Any]) -> PlanText:
    """Return kept content to be read, in the reader's language where it has names in it."""
    boards: dict[str, tuple[Line, ...]] = {}
    for board in Board.values:
        boards[board] = tuple(
            Line(entry["entry"], label_of(entry["department"]), label_of(entry["towards"]), entry["text"])
            for entry in content["entries"]
            if entry["board"] == board
        )
    goals = tuple(
        Goal(goal["goal"], goal["title"], goal["why"], tuple(_measure(line) for line in goal["measures"]))
        for goal in content["goals"]
    )
    signatures = tuple(
        Signed(label_of(one["department"]), one["person"], parse_datetime(one["signed_at"]))
        for one in content["signatures"]
    )
    return PlanText(boards, goals, signatures)


def _measure(kept: dict[str, Any]) -> str:
    target = None if kept["target"] is None else Decimal(kept["target"])
    return measure_words(GoalMeasure(**{**kept, "target": target, "due_on": parse_date(kept["due_on"])}))


# --- Comparing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: `kept`, `added` or `removed`."""

    change: str
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one line or goal: `kept`, `added`, `removed` or `changed`; `head` names whose it is."""

    change: str
    head: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Section:
    """A board or the goals, with what became of each line."""

    name: str
    changes: tuple[Change, ...]

    @property
    def moved(self) -> tuple[Change, ...]:
        """The lines that are not the same in both."""
        return tuple(change for change in self.changes if change.change != KEPT)

    @property
    def kept(self) -> int:
        """How many lines are the same in both."""
        return len(self.changes) - len(self.moved)


def compare(old: PlanText, new: PlanText) -> list[Section]:
    """Return what became of the text, board by board, and of the goals last."""
    sections = [
        Section(
            str(Board(board).label),
            _changes([(line.key, *_shown(line)) for line in old.boards[board]], _lines(new, board)),
        )
        for board in Board.values
    ]
    goals = _changes([_goal(goal) for goal in old.goals], [_goal(goal) for goal in new.goals])
    return [*sections, Section(str(_("company goals")), goals)]


def _lines(text: PlanText, board: str) -> list[tuple[int, str, str]]:
    return [(line.key, *_shown(line)) for line in text.boards[board]]


def _shown(line: Line) -> tuple[str, str]:
    """Return whose a line is and what it says."""
    if line.towards:
        return _("%(department)s of %(towards)s") % {"department": line.department, "towards": line.towards}, line.text
    return line.department, line.text


def _goal(goal: Goal) -> tuple[int, str, str]:
    return goal.key, "", "\n".join(part for part in (goal.title, goal.why, *goal.measures) if part)


def _changes(old: Sequence[tuple[int, str, str]], new: Sequence[tuple[int, str, str]]) -> tuple[Change, ...]:
    """Match lines by their key; what was removed stands where it was, behind what went before it."""
    before = {key: (head, text) for key, head, text in old}
    after = {key for key, _head, _text in new}
    found = []
    for key, head, text in new:
        if key not in before:
            found.append(Change(ADDED, head, (Piece(ADDED, text),)))
        elif before[key] == (head, text):
            found.append(Change(KEPT, head, (Piece(KEPT, text),)))
        else:
            found.append(Change(CHANGED, head, pieces_of(before[key][1], text)))
    gone = [Change(REMOVED, head, (Piece(REMOVED, text),)) for key, head, text in old if key not in after]
    return (*found, *gone)


def pieces_of(old: str, new: str) -> tuple[Piece, ...]:
    """Return two texts as one, cut where they differ: word by word, and sign by sign where Chinese is written.

    >>> [(piece.change, piece.text) for piece in pieces_of("two good fitters", "three good fitters")]
    [('removed', 'two'), ('added', 'three'), ('kept', ' good fitters')]
    """
    one, other = _words(old), _words(new)
    found: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(KEPT, "".join(one[a:b])))
            continue
        if a != b:
            found.append(Piece(REMOVED, "".join(one[a:b])))
        if c != d:
            found.append(Piece(ADDED, "".join(other[c:d])))
    return tuple(found)


def _words(text: str) -> list[str]:
    return re.findall(r"[一-鿿]|[^\W一-鿿]+|\s+|[^\w\s]", text)
