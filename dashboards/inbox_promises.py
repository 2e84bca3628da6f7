"""What of plans, needs, dialogues and objectives waits for a person: to sign, answer, confirm, decide, say."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext

from dealership.access import Access
from objectives.actions_dialogues import signs_for
from objectives.facts_panel import FactCard
from objectives.measure_words import measure_words
from objectives.models import (
    Criterion,
    Dialogue,
    Evidence,
    Fact,
    FactState,
    Need,
    Objective,
    ObjectiveCustomer,
    Terms,
    TermsState,
)
from objectives.parts import Signing
from objectives.plan_waiting import plans_to_sign
from objectives.querysets import UNDER_WAY
from objectives.sides import answers_for
from objectives.signing import Signers

#: Reads the first rows of a kind, and keeps the number of the others.
Read = Callable[[QuerySet[Any], str], Iterable[Any]]


@dataclass(frozen=True)
class PromiseCard:
    """One thing that waits. `what`: which part of templates/dashboards/_promise_card.html shows it."""

    what: str
    row: Any
    title: str
    url: str
    due: datetime.date
    back: str = ""
    #: What is to be read before one signs, line by line.
    lines: tuple[str, ...] = ()
    fact: FactCard | None = None
    #: Key of the reader, who takes care of a need with one tap.
    reader: int = 0

    template = "dashboards/_promise_card.html"

    @property
    def id(self) -> str:
        """The element's id."""
        return f"{self.what}-{self.row.pk}"

    @property
    def customer_names(self) -> str:
        """The customers of the objective it is about, by name."""
        objective: Objective = self.fact.objective if self.fact is not None else self.row
        names = [customer.department.label for customer in objective.customers.all()]
        return pgettext("between names", ", ").join(names)


class WaitingPromises:
    """What waits for one person. The number of queries does not grow with what waits.

    `mine`: keys of the departments whose work waits for this person; `read`: the list's own reader.
    """

    def __init__(self, access: Access, mine: set[int], today: datetime.date, read: Read, back: str = "") -> None:
        assert access.user.dealership is not None
        self.access, self.mine, self.today, self.back = access, mine, today, back
        self.store = access.user.dealership
        self._read = read

    @cached_property
    def _signers(self) -> Signers:
        return Signers(self.store, self.today)

    def cards(self) -> Iterator[tuple[str, PromiseCard]]:
        """Yield what waits, each with its kind: "sign", "need", "fact" or "objective"."""
        if self.access.led:
            yield from (("sign", card) for card in self._to_sign())
        yield from (("need", card) for card in self._needs())
        if self.access.led:
            yield from (("fact", card) for card in self._facts())
            yield from (("objective", card) for card in self._objectives())

    def _later(self, day: datetime.date) -> datetime.date:
        """Return the last of the store's days to answer from a day on."""
        return day + datetime.timedelta(days=self.store.answer_days)

    # --- To sign ----------------------------------------------------------------------------------

    def _to_sign(self) -> Iterator[PromiseCard]:
        yield from self._plans()
        yield from self._terms()
        yield from self._minutes()

    def _plans(self) -> Iterator[PromiseCard]:
        for waiting in plans_to_sign(self.access):
            url = reverse("plan_detail", args=[waiting.plan.pk])
            yield PromiseCard("plan", waiting.plan, waiting.year, url, self.today, self.back)

    def _terms(self) -> Iterator[PromiseCard]:
        sides = Q(owner__in=self.access.led) | Q(customers__department__in=self.access.led)
        proposed = Objective.objects.visible_to(self.access.user).filter(
            sides, terms__state=TermsState.PROPOSED, state__in=("proposed", *UNDER_WAY)
        )
        versions = Terms.objects.order_by("number").prefetch_related("criteria", "signatures__department")
        rows = proposed.with_names().prefetch_related(Prefetch("terms", versions)).order_by("pk").distinct()
        for objective in self._read(rows, "sign"):
            signing = Signing(objective, tuple(objective.terms.all()), self._signers)
            if signing.proposed is None or not signing.asked(self.access.user):
                continue
            lines = tuple(measure_words(criterion) for criterion in signing.proposed.criteria.all())
            day = self.store.local_day(signing.proposed.written_at)
            yield PromiseCard(
                "terms",
                objective,
                objective.title,
                reverse("objective_detail", args=[objective.pk]),
                self._later(day),
                self.back,
                lines,
            )

    def _minutes(self) -> Iterator[PromiseCard]:
        held = Dialogue.objects.visible_to(self.access.user).filter(state="held").touching(self.access.led)
        for dialogue in self._read(held.with_names().prefetch_related("signatures").order_by("held_on", "pk"), "sign"):
            given = [row for row in dialogue.signatures.all() if row.revision == dialogue.revision]
            signed = {row.department_id: row.person_id for row in given}
            if signs_for(self._signers, self.access.user, dialogue, signed) is not None:
                title = f"{dialogue.host.label} · {dialogue.guest.label}"
                yield PromiseCard(
                    "minutes",
                    dialogue,
                    title,
                    reverse("dialogue_detail", args=[dialogue.pk]),
                    self._later(dialogue.held_on),
                    self.back,
                )

    # --- To answer --------------------------------------------------------------------------------

    def _needs(self) -> Iterator[PromiseCard]:
        raised = Need.objects.visible_to(self.access.user).unanswered().filter(supplier__in=self.mine)
        for need in self._read(raised.with_names().order_by("answer_by", "pk"), "need"):
            yield PromiseCard(
                "need", need, need.summary, reverse("need_detail", args=[need.pk]), need.answer_by, self.back
            )

    def _facts(self) -> Iterator[PromiseCard]:
        """Facts to confirm for a customer of mine, and disputed ones that were taken to me."""
        ours = Q(state=FactState.RECORDED, objective__customers__department__in=self.mine & self.access.led)
        to_me = Q(state=FactState.DISPUTED, superior=self.access.user)
        facts = Fact.objects.visible_to(self.access.user).filter(ours | to_me, objective__state__in=UNDER_WAY)
        files = Prefetch("evidence", Evidence.objects.defer("content"))
        rows = facts.select_related(
            "objective__dealership", "objective__owner", "recorded_by", "answered_for", "superior"
        ).prefetch_related(files, "objective__customers__department")
        found = list(self._read(rows.order_by("recorded_at", "pk").distinct(), "fact"))
        criteria = self._criteria({fact.objective_id for fact in found})
        for fact in found:
            objective = fact.objective
            decides = fact.superior_id == self.access.user.pk
            if not decides and not answers_for(self.access, objective):
                continue
            card = FactCard(fact, criteria.get((objective.pk, fact.criterion)), objective, self.access)
            day = self.store.local_day(fact.recorded_at)
            yield PromiseCard(
                "fact",
                fact,
                objective.title,
                reverse("objective_detail", args=[objective.pk]),
                self.today if decides else self._later(day),
                self.back,
                fact=card,
            )

    def _criteria(self, objectives: set[int]) -> dict[tuple[int, int], Criterion]:
        if not objectives:
            return {}
        found = Criterion.objects.filter(terms__objective__in=objectives, terms__state=TermsState.IN_FORCE)
        return {(row.terms.objective_id, row.number): row for row in found.select_related("terms")}

    # --- To be judged, and to be said -------------------------------------------------------------

    def _objectives(self) -> Iterator[PromiseCard]:
        mine = self.mine & self.access.led
        late = Objective.objects.visible_to(self.access.user).overdue_on(self.today).filter(owner__in=mine)
        for objective in self._read(late.with_names().order_by("due_on", "pk"), "objective"):
            yield PromiseCard(
                "judge",
                objective,
                objective.title,
                reverse("objective_detail", args=[objective.pk]),
                objective.due_on,
                self.back,
            )
        asked = ObjectiveCustomer.objects.visible_to(self.access.user).filter(
            objective__state="judged", satisfied=None, department__in=mine
        )
        rows = asked.select_related("department", "objective__owner").order_by("objective__judged_at", "pk")
        for customer in self._read(rows.exclude(objective__owner__in=self.access.own), "objective"):
            objective = customer.objective
            assert objective.judged_at is not None
            due = self._later(self.store.local_day(objective.judged_at))
            yield PromiseCard(
                "satisfied", customer, objective.title, reverse("objective_detail", args=[objective.pk]), due, self.back
            )
