"""The lines of the page of lenses: one rater, one link, one objective (R12, R18, R20, R22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from dashboards.requests import Rate
from dealership.models import Department
from objectives.models import Objective
from supplychain.models import Link
from surveys.counts import Figures
from surveys.distances import Distance
from surveys.lens_data import Lateness
from surveys.severity import RaterSeverity


class Who(NamedTuple):
    """Who rated, as a reader may know it: a person by user name, or a department by code."""

    is_person: bool
    code: str

    @property
    def key(self) -> str:
        """One word for both, as severity and flags take raters."""
        return f"{self.is_person:d}{self.code}"


class Hurried(NamedTuple):
    """Ratings of the twelve months some of which came at short notice; `flow`: empty for all together."""

    flow: str
    long: Figures
    url: str

    @property
    def without_url(self) -> str:
        """The ratings that did not; empty where nothing may be opened."""
        return f"{self.url}&notice=other" if self.url else ""


@dataclass(frozen=True)
class RaterLine:
    """One rater's distance from the other customers of a supplier, and with all suppliers; why they are pointed out."""

    name: str
    department: Department | None
    supplier: Department
    distance: Distance[str, Who]
    severity: RaterSeverity | None
    satisfied: Rate
    is_apart: bool
    is_harsh: bool
    #: Their ratings of the supplier.
    url: str

    @property
    def stands_out(self) -> bool:
        """Whether the rater is pointed out, for either reason."""
        return self.is_apart or self.is_harsh


@dataclass(frozen=True)
class Harshest:
    """The satisfied rate with everybody, and without the one rater who pulls it down most."""

    name: str
    all: Rate
    without: Rate
    own: Rate
    #: The ratings of all, and those of the one.
    all_url: str
    own_url: str


@dataclass(frozen=True)
class LinkShare:
    """A link with a share of it: not rated; or late but rated good, beside what came on time."""

    link: Link
    rated: Rate | None = None
    lateness: Lateness | None = None
    stands_out: bool = False
    #: The interactions behind the share that is rated; the ratings of what came late, and of what came on time.
    url: str = ""
    late_url: str = ""
    on_time_url: str = ""


@dataclass(frozen=True)
class Late:
    """Late but rated good: this supplier's, beside what it delivers on time, and what all others deliver late."""

    late: Rate
    on_time: Rate
    elsewhere: Rate
    stands_out: bool
    lines: list[LinkShare]
    late_url: str
    on_time_url: str


@dataclass(frozen=True)
class Answer:
    """What somebody gave soon after a "not good" was received, and at other times."""

    name: str
    distance: Distance[Any, Any]


@dataclass(frozen=True)
class Judged:
    """A judged objective whose customers were asked: `words` says how the facts and their satisfaction differ."""

    objective: Objective
    satisfied: list[Department]
    unsatisfied: list[Department]

    @property
    def met_not_satisfied(self) -> bool:
        """Whether it is met, and a customer is not satisfied."""
        return self.objective.verdict == "met" and bool(self.unsatisfied)

    @property
    def satisfied_not_met(self) -> bool:
        """Whether it is not wholly met, and a customer is satisfied all the same."""
        return self.objective.verdict != "met" and bool(self.satisfied)
