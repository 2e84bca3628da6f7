"""How many answered an open survey round: numbers, never who, and never of fewer people than a figure needs (R20)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dealership.access import Access
from dealership.models import Department
from surveys.confidentiality import Cell, partition
from surveys.models import RoundAnswer, RoundInvitation, SurveyRound
from surveys.qualities import QUALITIES
from surveys.rounds import is_low


@dataclass(frozen=True)
class Response:
    """How many of the people asked answered; `departments`: whose people, empty for all of the store."""

    departments: tuple[Department, ...]
    invited: int
    answered: int

    @property
    def rate(self) -> float | None:
        """The share of those asked; None where nobody was."""
        return self.answered / self.invited if self.invited else None

    @property
    def is_low(self) -> bool:
        """Whether so few answered that it has to be said."""
        return is_low(self.answered, self.invited)


@dataclass(frozen=True)
class TooFew:
    """A supplier about whom, in some flows, fewer people are asked than a figure needs."""

    supplier: Department
    flows: tuple[str, ...]


@dataclass(frozen=True)
class Responses:
    """The response of an open round: of the store, by departments of enough people, and who cannot get a figure."""

    store: Response
    by_department: tuple[Response, ...]
    #: Where fewer people are asked than a figure needs.
    too_few: tuple[TooFew, ...]


def responses_of(survey_round: SurveyRound, access: Access) -> Responses:
    """Read how many answered an open round. Departments with fewer people are told together. Two queries."""
    rows = RoundInvitation.objects.filter(round=survey_round).values_list("person", "department", "answered_at")
    asked: dict[int, set[int]] = defaultdict(set)
    answered: dict[int, set[int]] = defaultdict(set)
    for person, department, moment in rows:
        asked[department].add(person)
        if moment is not None:
            answered[department].add(person)
    least = survey_round.least_raters
    cells = [Cell((department,), frozenset(people), least, department) for department, people in asked.items()]
    blocks = [{int(str(cell.key)) for cell in block} for block in partition(cells)]
    by_department = [
        Response(
            tuple(access.departments(ids)), sum(len(asked[pk]) for pk in ids), sum(len(answered[pk]) for pk in ids)
        )
        for ids in blocks
    ]
    about: dict[tuple[int, str], int] = defaultdict(int)
    for supplier, flow in RoundAnswer.objects.filter(invitation__round=survey_round).values_list("supplier", "flow"):
        about[supplier, flow] += 1  # one answer a person
    few = {pair for pair, people in about.items() if people < least}
    return Responses(
        Response((), sum(map(len, asked.values())), sum(map(len, answered.values()))),
        tuple(sorted(by_department, key=lambda each: each.departments[0].rank if each.departments else 0)),
        tuple(
            TooFew(department, tuple(flow for flow in QUALITIES if (department.pk, flow) in few))
            for department in access.departments(supplier for supplier, _flow in few)
        ),
    )
