"""What an objective's page shows of its facts: each criterion with its facts, the verdict, and who is satisfied."""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict
from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dealership.access import Access
from objectives.actions_facts import OPEN_TO
from objectives.actions_judging import may_judge
from objectives.judging import Judged, Standing, judged
from objectives.measure_words import figure_words, measure_words, share_words
from objectives.models import (
    Criterion,
    Evidence,
    Fact,
    FactState,
    MeasureKind,
    Objective,
    ObjectiveCustomer,
    ObjectiveState,
    TermsState,
)
from objectives.models import EventKind as Kind
from objectives.querysets import UNDER_WAY
from objectives.sides import Side, answers_for, reads_evidence, side_of
from objectives.verdicts import Outcome, Verdict

#: Verdict or outcome -> (tone, icon): a sign never stands without its word.
SIGNS = {
    "met": ("good", "bi-check-circle-fill"),
    "partly": ("neutral", "bi-circle-half"),
    "not_met": ("bad", "bi-x-circle-fill"),
    "open": ("", "bi-hourglass-split"),
}


@dataclasses.dataclass(frozen=True)
class FactCard:
    """A fact as one reader sees it, with what they may do about it.

    `typed`: what was sent and refused, with the act's name under "act"; `error`: what was wrong with it.
    """

    fact: Fact
    criterion: Criterion | None
    objective: Objective
    access: Access
    typed: dict[str, Any] = dataclasses.field(default_factory=dict)
    error: str = ""

    @property
    def summary(self) -> str:
        """What was so, when: "3 on 2 March 2026"."""
        day = date_format(self.fact.happened_on, "DATE_FORMAT")
        if self.fact.value is not None:
            unit = self.criterion.unit if self.criterion is not None else ""
            kind = self.criterion.kind if self.criterion is not None else ""
            number = share_words(self.fact.value) if kind == MeasureKind.PERCENTAGE else figure_words(self.fact.value)
            return _("%(value)s on %(day)s") % {"value": f"{number} {unit}".strip(), "day": day}
        if self.fact.holds is not None:
            words = _("It is so, on %(day)s") if self.fact.holds else _("It is not so, on %(day)s")
            return words % {"day": day}
        return _("Happened on %(day)s") % {"day": day}

    @property
    def state_words(self) -> str:
        """Where it stands, and by whom."""
        return capfirst(str(FactState(self.fact.state).label))

    @property
    def counts(self) -> bool:
        """Whether the verdict reads it."""
        return self.fact.state not in (FactState.STRUCK, FactState.WITHDRAWN)

    @property
    def is_late(self) -> bool:
        """Whether the day lies after the criterion's due day, so that it cannot meet it any more."""
        return self.criterion is not None and self.fact.happened_on > self.criterion.due_on

    @cached_property
    def side(self) -> Side | None:
        """The reader's side."""
        return side_of(self.access, self.objective)

    @cached_property
    def acts(self) -> frozenset[str]:
        """What the reader may do now: "confirm", "dispute", "state", "decide", "retract"."""
        if self.objective.state not in UNDER_WAY:
            return frozenset()
        mine: set[Kind] = set()
        if self.side is Side.OWNER:
            mine |= {Kind.STATE, Kind.RETRACT}
        if answers_for(self.access, self.objective):
            mine |= {Kind.CONFIRM, Kind.DISPUTE}
        if self.fact.superior_id == self.access.user.pk and self.fact.state in OPEN_TO[Kind.DECIDE]:
            mine = {Kind.DECIDE}  # who decides takes no side
        return frozenset(str(kind) for kind in mine if self.fact.state in OPEN_TO[kind])

    @property
    def evidence(self) -> list[Evidence]:
        """The files; their content is not read here."""
        return list(self.fact.evidence.all())

    @cached_property
    def opens_evidence(self) -> bool:
        """Whether the reader may open them."""
        return reads_evidence(self.access, self.objective) or self.fact.superior_id == self.access.user.pk

    def refused(self, *, act: str, typed: dict[str, Any], error: str) -> FactCard:
        """Return the same card with what was typed and what was wrong with it."""
        return dataclasses.replace(self, typed={**typed, "act": act}, error=error)


@dataclasses.dataclass(frozen=True)
class Row:
    """A criterion with its reading and all its facts, the latest day first."""

    judged: Judged
    cards: list[FactCard]

    @property
    def criterion(self) -> Criterion:
        """The criterion."""
        return self.judged.criterion

    @property
    def criterion_words(self) -> str:
        """The criterion in words."""
        return measure_words(self.criterion)

    @property
    def tone(self) -> str:
        """The tone of its outcome."""
        return SIGNS[self.judged.reading.outcome][0]

    @property
    def icon(self) -> str:
        """The icon of its outcome."""
        return SIGNS[self.judged.reading.outcome][1]

    @property
    def words(self) -> str:
        """Its outcome in a word or two."""
        reading = self.judged.reading
        if reading.outcome is Outcome.MET:
            return _("Met")
        if reading.outcome is Outcome.NOT_MET:
            return _("Not met")
        return _("Reached so far") if reading.reached else _("Open")

    @property
    def why(self) -> str:
        """Why it reads so, in one sentence."""
        reading, due = self.judged.reading, date_format(self.criterion.due_on, "DATE_FORMAT")
        if reading.outcome is Outcome.OPEN:
            if reading.reached:
                return _("It counts how it stands on %(due)s.") % {"due": due}
            return _("Time until %(due)s.") % {"due": due}
        if reading.decisive is None:
            return _("Nothing was recorded for %(due)s or before.") % {"due": due}
        day = date_format(reading.decisive.happened_on, "DATE_FORMAT")
        return _("Decided by the fact of %(day)s; due %(due)s.") % {"day": day, "due": due}


@dataclasses.dataclass(frozen=True)
class FactsPanel:
    """What the page of an objective that was agreed shows of its facts, as one reader sees it."""

    objective: Objective
    access: Access
    rows: list[Row]

    @property
    def standing(self) -> Standing:
        """Where it stands by its facts."""
        return Standing(tuple(row.judged for row in self.rows))

    @cached_property
    def verdict(self) -> str:
        """The verdict: the one kept when it was judged, or what the facts give now; "open" while one is open."""
        return self.objective.verdict or str(self.standing.verdict or "open")

    @property
    def tone(self) -> str:
        """The tone of the verdict."""
        return SIGNS[self.verdict][0]

    @property
    def icon(self) -> str:
        """The icon of the verdict."""
        return SIGNS[self.verdict][1]

    @property
    def headline(self) -> str:
        """The verdict in words."""
        return verdict_words(self.verdict)

    @property
    def reason(self) -> str:
        """How many criteria are met, of how many."""
        standing = self.standing
        words = _("%(met)d of %(total)d criteria met.") % {"met": standing.met, "total": standing.total}
        if standing.disputed and not self.is_judged:
            words += " " + _("A fact is disputed: the superior decides it first.")
        return words

    @property
    def is_judged(self) -> bool:
        """Whether the verdict is kept."""
        return self.objective.state in (ObjectiveState.JUDGED, ObjectiveState.CLOSED)

    @cached_property
    def may_record(self) -> bool:
        """Whether the reader records facts."""
        return self.objective.state in UNDER_WAY and side_of(self.access, self.objective) is Side.OWNER

    @cached_property
    def may_judge(self) -> bool:
        """Whether the reader can have it judged now."""
        ready = self.standing.verdict is not None and not self.standing.disputed
        return ready and self.objective.state in UNDER_WAY and may_judge(self.access.user, self.objective)

    @cached_property
    def asked(self) -> list[ObjectiveCustomer]:
        """The customers for which the reader says whether they are satisfied, while it is judged and not closed."""
        if self.objective.state != ObjectiveState.JUDGED:
            return []
        return answers_for(self.access, self.objective)

    @property
    def customers(self) -> list[ObjectiveCustomer]:
        """All customers, with what they said."""
        return list(self.objective.customers.all())

    @property
    def met_but_not_satisfied(self) -> bool:
        """Whether the criteria were met and a customer is not satisfied: then they were the wrong criteria."""
        return self.verdict == Verdict.MET and any(customer.satisfied is False for customer in self.customers)


def panel_for(objective: Objective, access: Access) -> FactsPanel:
    """Return the panel of an objective for a reader. Four queries, however many facts.

    Read the objective `with_names()`.
    """
    today: datetime.date = objective.dealership.today()
    in_force = Criterion.objects.filter(terms__objective=objective, terms__state=TermsState.IN_FORCE)
    facts: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts_of(objective):
        facts[fact.criterion].append(fact)
    rows = []
    for criterion in in_force.order_by("number"):
        mine = facts[criterion.number]
        cards = [FactCard(fact, criterion, objective, access) for fact in reversed(mine)]
        rows.append(Row(judged(criterion, mine, today), cards))
    return FactsPanel(objective, access, rows)


def facts_of(objective: Objective) -> list[Fact]:
    """Return all facts of an objective, the earliest day first, each with `has_proof` and its files' names."""
    files = Prefetch("evidence", Evidence.objects.defer("content"))
    found = Fact.objects.filter(objective=objective)
    facts = list(found.select_related("recorded_by", "answered_by", "answered_for", "superior").prefetch_related(files))
    for fact in facts:
        fact.has_proof = bool(fact.evidence.all())  # type: ignore[attr-defined]
    return facts


def verdict_words(verdict: str) -> str:
    """Return a verdict in words: "met", "partly", "not_met", or "open"."""
    return {
        "met": _("Met"),
        "partly": _("Partly met"),
        "not_met": _("Not met"),
        "open": _("Open"),
    }[verdict]
