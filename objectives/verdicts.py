"""Verdicts: worked out from facts and criteria, and from nothing else (R22). Pure: imports no Django.

docs/objectives.md has the worked table that the tests read.

1. Only facts dated on or before a criterion's due day count; which are left out (struck, taken back) the caller knows.
2. A number, an amount, a percentage is a level: the fact with the latest day says what was so; of one day, the fact
   recorded last. It is decided once a fact is dated on the due day, or the due day has passed.
3. A date is kept once a fact is dated on or before it (`by`), or on the very day (`on`).
4. A proven fact is met once the latest fact says that it is so, with evidence. Words alone prove nothing.
5. Without such a fact a criterion is open up to its due day, and not met from the day after.
6. An objective is met if all its criteria are, not met if none is, and partly met otherwise; open while one is open.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """What the facts say of one criterion."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"


class Verdict(StrEnum):
    """What the facts say of an objective."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


@dataclass(frozen=True)
class Yardstick:
    """A criterion as it is judged: `kind` date, number, amount, percentage or fact; `target` for the middle three."""

    kind: str
    comparison: str
    due_on: datetime.date
    target: Decimal | None = None


@dataclass(frozen=True)
class Finding:
    """A fact as it is judged. `order`: grows in the order of recording; `proven`: evidence lies with it."""

    happened_on: datetime.date
    value: Decimal | None = None
    holds: bool | None = None
    proven: bool = False
    order: int = 0


@dataclass(frozen=True)
class Reading:
    """What the facts say of a criterion: the outcome, the fact that decides it (if any), and whether it is reached now.

    `reached`: the latest counting fact is at the target; where the outcome is open, it has to stay so to the due day.
    """

    outcome: Outcome
    decisive: Finding | None = None
    reached: bool = False


def read_criterion(yardstick: Yardstick, findings: Iterable[Finding], today: datetime.date) -> Reading:
    """Hold facts against one criterion, as of a day.

    >>> due = datetime.date(2026, 3, 2)
    >>> fitters = Yardstick("number", "at_least", due, Decimal(3))
    >>> read_criterion(fitters, [Finding(due, Decimal(3))], due).outcome.value
    'met'
    >>> read_criterion(fitters, [Finding(due, Decimal(2))], due).outcome.value
    'not_met'
    >>> late = datetime.date(2026, 3, 3)
    >>> read_criterion(fitters, [Finding(late, Decimal(3))], late).outcome.value
    'not_met'
    """
    horizon = min(yardstick.due_on, today)
    in_time = [finding for finding in findings if finding.happened_on <= horizon]
    if yardstick.kind == "date" and yardstick.comparison == "on":
        in_time = [finding for finding in in_time if finding.happened_on == yardstick.due_on]
    is_event = yardstick.kind == "date"
    pick = min if is_event else max
    latest = pick(in_time, key=lambda finding: (finding.happened_on, finding.order), default=None)
    if latest is None:
        return Reading(Outcome.OPEN if today <= yardstick.due_on else Outcome.NOT_MET)
    reached = _reaches(yardstick, latest)
    once_is_enough = yardstick.kind in ("date", "fact")
    decided = latest.happened_on == yardstick.due_on or today > yardstick.due_on or (reached and once_is_enough)
    if not decided:
        return Reading(Outcome.OPEN, latest, reached)
    return Reading(Outcome.MET if reached else Outcome.NOT_MET, latest, reached)


def verdict_of(readings: Iterable[Reading]) -> Verdict | None:
    """Return the verdict of an objective; None while a criterion is open, or where there is none.

    >>> verdict_of([Reading(Outcome.MET), Reading(Outcome.NOT_MET)]).value
    'partly'
    """
    outcomes = [reading.outcome for reading in readings]
    if not outcomes or Outcome.OPEN in outcomes:
        return None
    if all(outcome is Outcome.MET for outcome in outcomes):
        return Verdict.MET
    return Verdict.PARTLY if Outcome.MET in outcomes else Verdict.NOT_MET


def _reaches(yardstick: Yardstick, finding: Finding) -> bool:
    """Return whether one fact, in time, reaches the target."""
    if yardstick.kind == "date":
        return True
    if yardstick.kind == "fact":
        return bool(finding.holds) and finding.proven
    if finding.value is None or yardstick.target is None:
        return False
    if yardstick.comparison == "at_least":
        return finding.value >= yardstick.target
    if yardstick.comparison == "at_most":
        return finding.value <= yardstick.target
    return finding.value == yardstick.target
