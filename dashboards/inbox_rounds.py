"""What of survey rounds waits for a person: the questionnaire of an open one, until it is sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from dealership.access import Access
from surveys.models import RoundInvitation


@dataclass(frozen=True)
class RoundCard:
    """A round that waits for the person's answers."""

    pk: int
    name: str
    due: datetime.date
    is_draft: bool

    template = "surveys/_round_card.html"

    @property
    def id(self) -> str:
        """The element's id."""
        return f"round-{self.pk}"

    @property
    def url(self) -> str:
        """Where one answers."""
        return reverse("round_answer", args=[self.pk])


def waiting_rounds(access: Access) -> Iterator[RoundCard]:
    """Yield the open rounds that wait for the person's answers; a store has one or two. One query."""
    mine, store = RoundInvitation.objects.visible_to(access.user), access.user.dealership
    if store is None:
        return
    waiting = mine.waiting_for(access, store.today()).select_related("round")
    for invitation in waiting.order_by("round__closes_on", "pk"):
        asked = invitation.round
        yield RoundCard(asked.pk, asked.label, asked.closes_on, invitation.saved_at is not None)
