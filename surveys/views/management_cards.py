"""The card on which a manager's month is rated: what it shows, and to whom it is offered."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from dealership.access import Access
from surveys.actions_management import Judged, judged_by, least_raters_of
from surveys.management_months import last_day_to_rate, months_to_rate
from surveys.models import ManagementRating, ManagementSide
from surveys.scoring import outcome
from surveys.views.cards import TONES

Day = datetime.date


@dataclasses.dataclass(frozen=True)
class ManagementCard:
    """A manager's month as its rater sees it: to be rated, or rated and still open to change."""

    judged: Judged
    rating: ManagementRating | None = None
    #: Address to come back to after a plain POST; the page of all of them unless given.
    back: str = ""
    error: str = ""
    #: Words that were typed and could not be saved.
    typed: str = ""

    template = "surveys/_management_card.html"

    @property
    def id(self) -> str:
        """The element's id: the same before and after the tap."""
        judged = self.judged
        return f"management-{judged.side}-{judged.department.pk}-{judged.manager.pk}-{judged.month:%Y-%m}"

    @property
    def is_mine_to_lead(self) -> bool:
        """Whether the rater is the superior."""
        return self.judged.side == ManagementSide.SUPERIOR

    @property
    def due(self) -> Day:
        """The last day on which it can be rated and changed."""
        return last_day_to_rate(self.judged.side, self.judged.month)

    @property
    def is_open(self) -> bool:
        """Whether it can still be rated and changed."""
        judged = self.judged
        return judged.month in months_to_rate(judged.side, judged.department.dealership.today())

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form sends along: whom and which month, and where to come back to."""
        judged = self.judged
        whom = [
            ("side", str(judged.side)),
            ("department", judged.department.code),
            ("manager", str(judged.manager.pk)),
            ("month", judged.month.isoformat()),
        ]
        return [*whom, *([("next", self.back)] if self.back else [])]

    @property
    def least_raters(self) -> int:
        """Among how many raters a subordinate is: as promised when they rated, else by the store's choice of today."""
        if self.rating is not None:
            return self.rating.least_raters
        return least_raters_of(self.judged.department.dealership)

    @property
    def tone(self) -> str:
        """The tone of the saved score, under the store's threshold."""
        if self.rating is None:
            return ""
        threshold = self.judged.department.dealership.not_good_threshold
        return TONES[outcome("five", self.rating.score, threshold=threshold)]

    @property
    def words(self) -> str:
        """What stands in the field of words."""
        return self.typed or (self.rating.comment if self.rating else "")

    @property
    def words_selector(self) -> str:
        """Where the field of words is, which a saved card has: another face sends it along."""
        return f"#{self.id}-words" if self.rating else ""

    @property
    def take_back_url(self) -> str:
        """Where the rating is taken back."""
        assert self.rating is not None
        address = reverse("management_take_back", args=[self.rating.pk])
        return f"{address}?{urlencode({'next': self.back})}" if self.back else address


def cards_for(access: Access, months: Iterable[Day], *, back: str = "") -> list[ManagementCard]:
    """Return the cards of a person for months that may be rated today, each with what was given so far.

    A query for each month, and one for what was given.
    """
    user = access.user
    store = user.dealership
    if store is None:
        return []
    today = store.today()
    offered = [
        judged
        for month in months
        for judged in judged_by(user, month=month, tree=access.tree)
        if month in months_to_rate(judged.side, today)
    ]
    if not offered:
        return []
    given = ManagementRating.objects.confided_by(user).filter(month__in={one.month for one in offered})
    found = {(row.side, row.department_id, row.manager_id, row.month): row for row in given}
    cards = []
    for judged in offered:
        judged.department.dealership = store
        rating = found.get((judged.side, judged.department.pk, judged.manager.pk, judged.month))
        cards.append(ManagementCard(judged, rating, back))
    return cards
