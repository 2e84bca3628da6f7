"""An objective as one reader sees it: where it stands in words, who signs, what they may do, what happened."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dealership.access import Access
from dealership.models import Department
from objectives.judging import Standing
from objectives.measure_words import measure_words
from objectives.models import Event, EventKind, Objective, ObjectiveState, Source, Terms
from objectives.parts import Signing


def names_of(departments: list[Department]) -> str:
    """Return departments in one line."""
    return pgettext("between names", ", ").join(department.label for department in departments)


def source_words(objective: Objective) -> str:
    """Return where an objective came from (R28)."""
    if objective.source == Source.CUSTOMER and objective.source_department is not None:
        return _("From an internal customer: %(department)s") % {"department": objective.source_department.label}
    if objective.source == Source.SUPERIOR:
        return _("From the superior")
    return _("An own idea")


def in_words(terms: Terms) -> list[str]:
    """Return the criteria of a version in words."""
    return [measure_words(criterion) for criterion in terms.criteria.all()]


@dataclass(frozen=True)
class ObjectiveCard:
    """An objective in a list. `standing`: where it stands by its facts, once it was agreed."""

    objective: Objective
    standing: Standing | None
    today: datetime.date

    @property
    def customers(self) -> list[Department]:
        """Its internal customers."""
        return [customer.department for customer in self.objective.customers.all()]

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed without a verdict."""
        objective = self.objective
        under_way = objective.state in (ObjectiveState.AGREED, ObjectiveState.RUNNING)
        return under_way and objective.due_on is not None and objective.due_on < self.today

    @property
    def tone(self) -> str:
        """The tone of what its line says."""
        tones = {"met": "good", "partly": "neutral", "not_met": "bad"}
        return tones.get(self.objective.verdict, "bad" if self.is_overdue else "")

    @property
    def words(self) -> str:
        """Where it stands: the verdict first, then the figure."""
        objective, standing = self.objective, self.standing
        if objective.verdict:
            words = capfirst(objective.get_verdict_display())
        elif self.is_overdue:
            words = _("Overdue")
        else:
            words = capfirst(objective.get_state_display())
        if standing is not None and standing.total:
            counted = ngettext(
                "%(met)d of %(total)d criterion met", "%(met)d of %(total)d criteria met", standing.total
            ) % {"met": standing.met, "total": standing.total}
            return pgettext("verdict, then figure", "%(verdict)s · %(figure)s") % {"verdict": words, "figure": counted}
        return words


@dataclass(frozen=True)
class EventLine:
    """A line of the timeline."""

    event: Event
    department: Department | None = None

    @property
    def what(self) -> str:
        """What happened; empty for words alone."""
        kind, data = EventKind(self.event.kind), self.event.data
        if kind is EventKind.COMMENT:
            return ""
        if kind is EventKind.SIGN and self.department is not None:
            return _("signed for %(department)s") % {"department": self.department.label}
        if kind is EventKind.OPEN:
            return _("drafted")
        if kind is EventKind.CHANGE:
            return _("changed the draft")
        if kind in (EventKind.PROPOSE, EventKind.AGREE) and data.get("terms", 1) != 1:
            words = _("proposed version %(number)s of the criteria")
            if kind is EventKind.AGREE:
                words = _("version %(number)s of the criteria agreed by both sides")
            return words % {"number": data["terms"]}
        return str(kind.label)


@dataclass(frozen=True)
class ObjectivePage:
    """The page of one objective. `refused`, `typed`, `error`: an act that was sent and could not be done."""

    signing: Signing
    access: Access
    refused: str = ""
    typed: str = ""
    error: str = ""
    events: list[Event] = field(default_factory=list)

    @property
    def objective(self) -> Objective:
        """The objective."""
        return self.signing.objective

    @cached_property
    def today(self) -> datetime.date:
        """The store's day."""
        return self.objective.dealership.today()

    @cached_property
    def acts(self) -> frozenset[str]:
        """What the reader may do now."""
        return frozenset(str(kind) for kind in self.signing.acts_of(self.access))

    @property
    def customers(self) -> list[Department]:
        """Its internal customers."""
        return self.signing.sides[1:]

    @cached_property
    def mine(self) -> list[Department]:
        """The sides for which the reader may sign the proposed terms."""
        return self.signing.asked(self.access.user) if "sign" in self.acts else []

    @property
    def headline(self) -> str:
        """Where it stands, in one sentence."""
        objective = self.objective
        day = date_format(objective.due_on, "DATE_FORMAT") if objective.due_on is not None else ""
        missing = names_of(self.signing.missing)
        if objective.state == ObjectiveState.DRAFT:
            return _("A draft: not proposed yet.")
        if objective.state == ObjectiveState.PROPOSED:
            return _("Proposed: waits for the signature of %(departments)s.") % {"departments": missing}
        if objective.state in (ObjectiveState.AGREED, ObjectiveState.RUNNING) and objective.due_on is not None:
            if objective.due_on < self.today:
                return _("Overdue since %(day)s: to be judged.") % {"day": day}
            if objective.state == ObjectiveState.AGREED and objective.starts_on is not None:
                start = date_format(objective.starts_on, "DATE_FORMAT")
                return _("Agreed by both sides. Work starts on %(start)s; due on %(day)s.") % {
                    "start": start,
                    "day": day,
                }
            return _("Agreed by both sides, running. Due on %(day)s.") % {"day": day}
        if objective.state == ObjectiveState.DROPPED:
            return _("Dropped.")
        return _("Judged: %(verdict)s.") % {"verdict": objective.get_verdict_display()}

    @property
    def tone(self) -> str:
        """The tone of the headline."""
        return ObjectiveCard(self.objective, None, self.today).tone

    @property
    def change_words(self) -> str:
        """What waits for signatures while other terms are in force; empty where nothing does."""
        if self.signing.proposed is None or self.signing.in_force is None:
            return ""
        words = _("Other criteria wait for the signature of %(departments)s. Until then those in force hold.")
        return words % {"departments": names_of(self.signing.missing)}

    @property
    def source(self) -> str:
        """Where it came from."""
        return source_words(self.objective)

    @property
    def was_agreed(self) -> bool:
        """Whether there are terms in force, and so facts to be held against them."""
        return self.signing.in_force is not None

    @property
    def criteria(self) -> list[str]:
        """The criteria a reader is shown first, in words."""
        return in_words(self.signing.current)

    @property
    def proposed_criteria(self) -> list[str]:
        """The criteria that wait for signatures, in words."""
        return in_words(self.signing.proposed) if self.signing.proposed is not None else []

    @property
    def versions(self) -> list[Terms]:
        """All versions of the terms, the latest first; while there is but one, the page needs no list of them."""
        return list(reversed(self.signing.terms))

    @property
    def lines(self) -> list[EventLine]:
        """What happened, oldest first."""
        by_key = {department.pk: department for department in self.signing.sides}
        return [EventLine(event, by_key.get(event.data.get("department", 0))) for event in self.events]
