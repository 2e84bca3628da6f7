"""The card one answers a call for needs with, and the line of a need that may become a request."""

from __future__ import annotations

import dataclasses
import datetime
from functools import cached_property
from typing import ClassVar

from django.urls import reverse

from dealership.access import Access
from supplychain.forms_calls import AnswerForm
from supplychain.models import CallForNeeds, CallInvitation, Link, StatedNeed
from supplychain.rights import is_customer, side_of

SOON = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class NeedRow:
    """A need of an answer, as a line with its button or with what became of it; `link`: the link of the invitation."""

    need: StatedNeed
    link: Link
    access: Access
    error: str = ""

    template: ClassVar[str] = "supplychain/_need.html"

    @property
    def id(self) -> str:
        """The element's id: the same before and after the tap, so that the answer finds its place."""
        return f"need-{self.need.pk}"

    @property
    def has_passed(self) -> bool:
        """Whether the day it was needed on is over."""
        return self.need.wanted_on < self.access.user.dealership.today()  # type: ignore[union-attr]

    @property
    def may_request(self) -> bool:
        """Whether the person may make it a request now."""
        waits = self.need.request_id is None and not self.has_passed
        return waits and side_of(self.access, self.link) is not None


@dataclasses.dataclass(frozen=True)
class CallCard:
    """A call to one customer, to be answered in place, with what was answered after.

    `invitation`: read with_names(), and with its needs and their requests where it is answered. `back`: address to come
    back to after a plain POST; the call's page unless given. `form`: what was typed and could not be saved.
    """

    invitation: CallInvitation
    access: Access
    back: str = ""
    error: str = ""
    form: AnswerForm | None = None

    template: ClassVar[str] = "supplychain/_call_card.html"

    @property
    def call(self) -> CallForNeeds:
        """The call."""
        return self.invitation.call

    @property
    def id(self) -> str:
        """The element's id: the same before and after the answer, so that the answer finds its place."""
        return f"call-{self.invitation.pk}"

    @cached_property
    def today(self) -> datetime.date:
        """The store's day."""
        return self.invitation.dealership.today()

    @property
    def due(self) -> datetime.date:
        """The last day to answer."""
        return self.call.deadline

    @property
    def is_open(self) -> bool:
        """Whether the call takes answers."""
        return self.call.takes_answers_on(self.today)

    @property
    def is_urgent(self) -> bool:
        """Whether no answer has been given, and today or tomorrow is the last day for one."""
        return self.state == "ask" and self.due <= self.today + SOON

    @property
    def is_overdue(self) -> bool:
        """Whether the time to answer passed without an answer."""
        return self.invitation.answered_at is None and self.due < self.today

    @property
    def state(self) -> str:
        """ "ask", "answered", or "closed" for what can be answered no more (or not by this person)."""
        if self.invitation.answered_at is not None:
            return "answered"
        return "ask" if self.is_open and self._may_answer else "closed"

    @property
    def _may_answer(self) -> bool:
        return is_customer(self.access, self.invitation.link)

    @property
    def may_change(self) -> bool:
        """Whether the answer can be changed: while the call is open, and no need of it has become a request."""
        fixed = any(need.request_id is not None for need in self.invitation.needs.all())
        return self.is_open and self._may_answer and not fixed

    @property
    def needs(self) -> list[NeedRow]:
        """The needs answered."""
        return [NeedRow(need, self.invitation.link, self.access) for need in self.invitation.needs.all()]

    @cached_property
    def answer(self) -> AnswerForm:
        """The form: as it was typed, or with the present answer."""
        present = self.invitation.needs.all() if self.state == "answered" else ()
        return self.form or AnswerForm(id=self.id, today=self.today, needs=present)

    @property
    def action(self) -> str:
        """Where the form POSTs to."""
        return reverse("call_answer", args=[self.invitation.pk])

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the card's form sends along."""
        version = ("version", str(self.invitation.version))
        return (version, ("next", self.back)) if self.back else (version,)
