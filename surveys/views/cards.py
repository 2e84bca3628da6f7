"""The card one rates with: what it shows, and at which address its buttons act."""

from __future__ import annotations

import dataclasses
import uuid
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from supplychain.models import Interaction, InteractionState, Link
from surveys.actions import is_not_good, needs_reason
from surveys.models import Rating, Recovery
from surveys.models.ratings import UNDO_WINDOW
from surveys.reasons import REASONS

#: outcome of a score -> tone of its face (static/css/tokens.css)
TONES = {"good": "good", "neutral": "neutral", "not_good": "bad"}


@dataclasses.dataclass(frozen=True)
class Card:
    """A link (nobody logged anything yet), an open interaction, or what became of one."""

    link: Link
    interaction: Interaction | None = None
    rating: Rating | None = None
    error: str = ""
    #: Address to come back to after a plain POST; home unless given.
    back: str = ""
    #: Names this copy of the form: sent twice, it saves once.
    key: uuid.UUID = dataclasses.field(default_factory=uuid.uuid4)

    def with_error(self, error: str) -> Card:
        """Return the same card with what went wrong."""
        return dataclasses.replace(self, error=error)

    @property
    def of_link(self) -> bool:
        """Whether the card stands, or stood before the tap, for a link and not for a logged interaction."""
        return self.interaction is None or (self.rating is not None and self.rating.made_interaction)

    @property
    def id(self) -> str:
        """The element's id: the same before and after the tap, so that the answer finds its place."""
        if self.of_link or self.interaction is None:
            return f"link-{self.link.pk}"
        return f"interaction-{self.interaction.pk}"

    @property
    def state(self) -> str:
        """ "ask", "saved", "dismissed", or "closed" for what cannot be rated any more."""
        if self.rating is not None:
            return "saved"
        if self.interaction is None or self.interaction.state == InteractionState.OPEN:
            return "ask"
        return "dismissed" if self.interaction.state == InteractionState.DISMISSED else "closed"

    @property
    def template(self) -> str:
        """The template of what stands below the card's head."""
        return f"surveys/_card_{self.state}.html"

    @property
    def label(self) -> str:
        """What is rated, in one line, for screen readers."""
        return f"{self.link.item}, {self.link.supplier} → {self.link.customer}"

    @property
    def action(self) -> str:
        """Where the faces POST to."""
        if self.interaction is None:
            return reverse("rate_link", args=[self.link.pk])
        return reverse("interaction_rate", args=[self.interaction.pk])

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the card's forms send along."""
        return (("next", self.back),) if self.back else ()

    @property
    def undo_url(self) -> str:
        """Where the rating is taken back; the address names the card to show again, also to a second copy."""
        assert self.rating is not None
        assert self.interaction is not None
        of = {"link": self.link.pk} if self.of_link else {"interaction": self.interaction.pk}
        query = {**of, "next": self.back} if self.back else of
        return f"{reverse('rating_undo', args=[self.rating.pk])}?{urlencode(query)}"

    @property
    def can_undo(self) -> bool:
        """Whether the minute to take the rating back still runs."""
        return self.rating is not None and timezone.now() <= self.rating.rated_at + UNDO_WINDOW

    @property
    def asks_reason(self) -> bool:
        """Whether the rating is "not good" and says not yet why (R21)."""
        return self.rating is not None and needs_reason(self.rating)

    @property
    def may_tell_supplier(self) -> bool:
        """Whether a confidential "not good" can still be told to the supplier, to have it mended (R20, R21)."""
        rating = self.rating
        return (
            rating is not None
            and rating.is_confidential
            and is_not_good(rating)
            and rating.block_id is None
            and rating.can_be_changed(timezone.now())
        )

    @cached_property
    def recovery(self) -> Recovery | None:
        """What a "not good" opened (R21); None for any other rating, and for one that was brought in."""
        if self.rating is None or not is_not_good(self.rating):
            return None
        found: Recovery | None = Recovery.objects.filter(interaction=self.rating.interaction_id).first()
        return found

    @property
    def reasons(self) -> list[tuple[str, Promise]]:
        """The reasons the flow offers."""
        return list(REASONS[self.link.flow].items())

    @property
    def tone(self) -> str:
        """The tone of the rating's face under the store's threshold."""
        return tone_of(self.rating) if self.rating else ""


def tone_of(rating: Rating) -> str:
    """Return "good", "neutral" or "bad"."""
    return TONES[rating.outcome]
