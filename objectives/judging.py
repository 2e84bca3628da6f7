"""Where objectives stand: their criteria in force read against the facts that count. Two queries for any number."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef

from objectives.models import COUNTING, Criterion, Evidence, Fact, FactState, Objective, TermsState
from objectives.verdicts import Finding, Outcome, Reading, Verdict, Yardstick, read_criterion, verdict_of


@dataclass(frozen=True)
class Judged:
    """A criterion with what the facts say of it. `facts`: all that count, the earliest day first."""

    criterion: Criterion
    reading: Reading
    facts: tuple[Fact, ...]

    @property
    def decisive(self) -> Fact | None:
        """The fact that decides, or is the latest so far."""
        if self.reading.decisive is None:
            return None
        return next(fact for fact in self.facts if fact.pk == self.reading.decisive.order)


@dataclass(frozen=True)
class Standing:
    """Where one objective stands by its facts."""

    criteria: tuple[Judged, ...]

    @cached_property
    def verdict(self) -> Verdict | None:
        """The verdict the facts give now; None while a criterion is open."""
        return verdict_of(judged.reading for judged in self.criteria)

    @cached_property
    def disputed(self) -> bool:
        """Whether a fact that counts is disputed, and waits for the superior: then nothing is judged yet."""
        return any(fact.state == FactState.DISPUTED for judged in self.criteria for fact in judged.facts)

    def count(self, outcome: Outcome) -> int:
        """Return how many criteria have an outcome."""
        return sum(judged.reading.outcome is outcome for judged in self.criteria)

    @property
    def met(self) -> int:
        """How many criteria are met."""
        return self.count(Outcome.MET)

    @property
    def reached(self) -> int:
        """How many criteria are met, or reached as of now."""
        return sum(judged.reading.reached for judged in self.criteria)

    @property
    def total(self) -> int:
        """How many criteria there are."""
        return len(self.criteria)


def yardstick_of(criterion: Criterion) -> Yardstick:
    """Return a criterion as it is judged."""
    return Yardstick(
        kind=criterion.kind, comparison=criterion.comparison, due_on=criterion.due_on, target=criterion.target
    )


def finding_of(fact: Fact) -> Finding:
    """Return a fact as it is judged; read it with `with_proof`. Its key grows in the order of recording."""
    return Finding(
        happened_on=fact.happened_on,
        value=fact.value,
        holds=fact.holds,
        proven=fact.has_proof,  # type: ignore[attr-defined]
        order=fact.pk,
    )


def standings(objectives: Sequence[Objective], today: datetime.date) -> dict[int, Standing]:
    """Return where objectives stand as of a local day, by their keys; those without terms in force have no criteria."""
    keys = [objective.pk for objective in objectives]
    criteria: dict[int, list[Criterion]] = defaultdict(list)
    in_force = Criterion.objects.filter(terms__objective__in=keys, terms__state=TermsState.IN_FORCE)
    for criterion in in_force.select_related("terms").order_by("number"):
        criteria[criterion.terms.objective_id].append(criterion)
    facts: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in with_proof(objectives):
        facts[fact.objective_id, fact.criterion].append(fact)
    return {key: Standing(tuple(judged(c, facts[key, c.number], today) for c in criteria[key])) for key in keys}


def standing_of(objective: Objective, today: datetime.date) -> Standing:
    """Return where one objective stands as of a local day."""
    return standings([objective], today)[objective.pk]


def with_proof(objectives: Iterable[Objective]) -> list[Fact]:
    """Return the facts of objectives that count, each with `has_proof`: whether a file lies with it."""
    proof = Exists(Evidence.objects.filter(fact=OuterRef("pk")))
    counting = Fact.objects.filter(objective__in=list(objectives), state__in=COUNTING)
    return list(counting.annotate(has_proof=proof).select_related("recorded_by").order_by("happened_on", "pk"))


def judged(criterion: Criterion, facts: Iterable[Fact], today: datetime.date) -> Judged:
    """Return one criterion read against those of its facts that count, the earliest day first; each `with_proof`."""
    counting = tuple(fact for fact in facts if fact.state in COUNTING)
    return Judged(criterion, read_criterion(yardstick_of(criterion), map(finding_of, counting), today), counting)
