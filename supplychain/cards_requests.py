"""The card of a request: where it stands, and what the reader may do about it, in place."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dealership.access import Access
from supplychain.actions_escalations import decides
from supplychain.acts import open_acts
from supplychain.models import (
    Escalation,
    EscalationOutcome,
    Interaction,
    InteractionState,
    RequestState,
    SupplyRequest,
)
from supplychain.models import RequestEventKind as Kind
from supplychain.rights import Side, side_of
from supplychain.wording import day_in_words, in_a_row
from supplychain.wording_requests import headline, since_when, stage

#: The acts that stand behind a line to be opened, in this order.
QUIET_ACTS = (
    Kind.ACCEPT,
    Kind.PROMISE,
    Kind.ESCALATE,
    Kind.TRIP,
    Kind.DECLINE,
    Kind.REOPEN,
    Kind.WITHDRAW,
    Kind.COMMENT,
)


@dataclasses.dataclass(frozen=True)
class ActField:
    """A form behind a line: what it says, what it asks for, and where it is sent."""

    name: str
    url: str
    label: str
    button: str
    hint: str = ""
    #: The label of the field for words; empty: it asks for none.
    words: str = ""
    needs_words: bool = False
    #: The field for a day: its name, its label, the day it starts with.
    day_name: str = ""
    day_label: str = ""
    day: datetime.date | None = None


@dataclasses.dataclass(frozen=True)
class RequestCard:
    """A request, read with its names (`with_names`), as one person meets it.

    `pending`: the exception that waits for the superior; `interaction`: what a done request became. Read both for many
    requests with `cards_of`.
    """

    request: SupplyRequest
    access: Access
    pending: Escalation | None = None
    interaction: Interaction | None = None
    error: str = ""
    #: Address to come back to after a plain POST; the request's page unless given.
    back: str = ""
    #: Whether its forms replace the card by htmx; on the request's own page they are plain ones.
    in_place: bool = True
    #: What was typed into a form that was refused, with the act's name under "act".
    typed: Mapping[str, str] = dataclasses.field(default_factory=dict)

    template = "supplychain/_request_card.html"

    @property
    def id(self) -> str:
        """The element's id, the same in every state, so that an answer finds its place."""
        return f"request-{self.request.pk}"

    @property
    def label(self) -> str:
        """What it is about, in one line, for screen readers."""
        return f"{self.request.summary}, {self.request.link.supplier.label} → {self.request.link.customer.label}"

    @cached_property
    def today(self) -> datetime.date:
        """The store's calendar day."""
        return self.request.dealership.today()

    @cached_property
    def side(self) -> Side | None:
        """The side of the link on which the reader acts."""
        return side_of(self.access, self.request.link)

    @property
    def is_supplier(self) -> bool:
        """Whether the reader acts for the supplier."""
        return self.side == Side.SUPPLIER

    @property
    def is_rated(self) -> bool:
        """Whether what it became waits for no rating any more."""
        return self.interaction is not None and self.interaction.state != InteractionState.OPEN

    @cached_property
    def can_decide(self) -> bool:
        """Whether the exception waits for this reader's decision."""
        return self.pending is not None and decides(self.access.user, self.pending)

    @cached_property
    def acts(self) -> frozenset[str]:
        """The names of the acts open to the reader; the superior's decision is `can_decide`."""
        kinds = open_acts(self.request.state, self.side, pending=self.pending is not None, rated=self.is_rated)
        return kinds | {Kind.COMMENT} if self.can_decide else kinds

    @cached_property
    def primary(self) -> str:
        """The one act that is the reader's now: decide, accept, finish or rate; empty if none is."""
        if self.can_decide:
            return "decide"
        if self.pending is not None:
            return ""
        if Kind.ACCEPT in self.acts:
            return "accept"
        if Kind.FINISH in self.acts:
            return "finish"
        waits = self.interaction is not None and self.interaction.state == InteractionState.OPEN
        return "rate" if waits and self.side == Side.CUSTOMER else ""

    @property
    def headline(self) -> str:
        """Where it stands, in one sentence."""
        return headline(
            self.request, today=self.today, side=self.side, pending=self.pending, interaction=self.interaction
        )

    @property
    def stage(self) -> str:
        """Where it stands in a word or two."""
        return stage(self.request, self.interaction)

    @property
    def tone(self) -> str:
        """How the sentence is toned: "bad" for what is overdue, "good" for what is done; else empty."""
        if self.is_overdue:
            return "bad"
        return "good" if self.request.state == RequestState.DONE else ""

    @property
    def is_overdue(self) -> bool:
        """Whether the promise is broken, or nobody answered by the day it was wanted for."""
        return self.request.is_overdue_on(self.today)

    @property
    def due(self) -> datetime.date | None:
        """The day by which the reader has to act; None where nothing waits for them."""
        if self.primary == "rate":
            return self.interaction.expires_on if self.interaction is not None else None
        if self.primary in ("decide", "accept", "finish"):
            return self.request.promised_on or self.request.wanted_on
        return None

    @property
    def since(self) -> str:
        """Since when the superior has it."""
        return since_when(self.request, self.pending.raised_at) if self.pending is not None else ""

    @property
    def first_day(self) -> datetime.date:
        """The day an acceptance starts with: the wanted one, never one that has passed."""
        return max(self.request.wanted_on, self.today)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the card's forms send along: the version the reader saw, and the way back."""
        version = ("version", str(self.request.version))
        return (version, ("next", self.back)) if self.back else (version,)

    @property
    def quiet_acts(self) -> list[ActField]:
        """The acts behind a line each; comments stand in the timeline of the request's own page."""
        shown = [kind for kind in QUIET_ACTS if kind in self.acts and kind != self.primary]
        return [self._field(kind) for kind in shown if self.in_place or kind is not Kind.COMMENT]

    def url_of(self, act: str) -> str:
        """Return where an act is sent to."""
        return reverse(f"request_{act}", args=[self.request.pk])

    def _field(self, kind: Kind) -> ActField:
        supplier = {"supplier": self.request.link.supplier.label}
        optional = _("A word on it (optional)")
        parts: dict[Kind, dict[str, object]] = {
            Kind.ACCEPT: {
                "label": _("Accept"),
                "button": _("Accept"),
                "day_name": "promised_on",
                "day_label": _("Promise it for"),
                "day": self.first_day,
            },
            Kind.PROMISE: {
                "label": _("Another day"),
                "button": _("Tell the new day"),
                "hint": self._judged,
                "day_name": "expected_on",
                "day_label": _("Now expected for"),
                "day": max(self.request.expected_on or self.request.promised_on or self.today, self.today),
                "words": optional,
            },
            Kind.ESCALATE: {
                "label": _("Take it to my superior"),
                "button": _("Take it to my superior"),
                "hint": _("An exception is yours to solve: the customer is told who has it, and need not come again."),
                "words": _("What is special about it?"),
                "needs_words": True,
            },
            Kind.TRIP: self._trip(),
            Kind.DECLINE: {
                "label": _("Decline"),
                "button": _("Decline it"),
                "words": _("Why? The customer reads it."),
                "needs_words": True,
            },
            Kind.REOPEN: {
                "label": _("It is not done yet"),
                "button": _("Give it back"),
                "hint": _("%(supplier)s gets it back, under its first promise. It is rated when it is done.")
                % supplier,
                "words": _("What is missing?"),
            },
            Kind.WITHDRAW: {
                "label": _("Take it back"),
                "button": _("Yes, take it back"),
                "hint": _("Do you not need it any more? %(supplier)s is told. It cannot be undone.") % supplier,
                "words": optional,
            },
            Kind.COMMENT: {
                "label": pgettext("verb", "Comment"),
                "button": _("Send"),
                "words": _("Your words to both sides"),
                "needs_words": True,
            },
        }
        return ActField(name=kind.value, url=self.url_of(kind.value), **parts[kind])  # type: ignore[arg-type]

    @property
    def _judged(self) -> str:
        if self.request.promised_on is None:
            return ""
        day = day_in_words(self.request.promised_on)
        return _("The customer is told. Judged is still the first promise, %(day)s.") % {"day": day}

    def _trip(self) -> dict[str, object]:
        if self.side == Side.CUSTOMER:
            return {
                "label": _("I had to come again"),
                "button": _("Count another trip"),
                "hint": _("Trips are counted: what is right at the first time needs one."),
                "words": _("What for? (optional)"),
            }
        hints = [_("Is it meant? It counts as a second trip of the customer.")]
        if Kind.ESCALATE in self.acts:
            hints.append(
                _("If something is unusual about it, take it to your superior instead: then nobody comes twice.")
            )
        return {
            "label": _("Ask the customer to come again"),
            "button": _("Yes, ask them to come again"),
            "hint": in_a_row(hints),
            "words": _("What for? (optional)"),
        }


def cards_of(requests: Iterable[SupplyRequest], access: Access, *, back: str = "") -> list[RequestCard]:
    """Return the cards of requests that were read with their names, in their order. Two queries for all of them."""
    rows = list(requests)
    keys = [request.pk for request in rows]
    waiting = Escalation.objects.filter(request__in=keys, outcome=EscalationOutcome.PENDING)
    pending = {escalation.request_id: escalation for escalation in waiting.select_related("superior", "raised_by")}
    became = Interaction.objects.filter(request__in=keys).exclude(state=InteractionState.DISMISSED)
    interactions = {interaction.request_id: interaction for interaction in became}
    cards = []
    for request in rows:
        # What is read of them is the store's and the link's: known already, not asked for again.
        request.link.dealership = request.dealership
        interaction = interactions.get(request.pk)
        if interaction is not None:
            interaction.dealership, interaction.link = request.dealership, request.link
        cards.append(RequestCard(request, access, pending.get(request.pk), interaction, back=back))
    return cards


def card_of(request: SupplyRequest, access: Access, *, back: str = "") -> RequestCard:
    """Return the card of one request that was read with its names."""
    return cards_of([request], access, back=back)[0]
