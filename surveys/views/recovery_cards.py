"""The card of a recovery: where it stands, and what the reader may do about it in place."""

from __future__ import annotations

import dataclasses
import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dealership.access import Access
from supplychain.rights import Side
from surveys.models import Recovery, RecoveryState
from surveys.recovery_acts import open_acts
from surveys.recovery_rights import is_overdue, side_in

if TYPE_CHECKING:
    from django.forms import Form


@dataclasses.dataclass(frozen=True)
class RecoveryCard:
    """A recovery as one reader sees it; `recovery` read `with_names()`.

    `back`: address to come back to after a plain POST, the recovery's own page unless given; `error`: what went wrong;
    `form`: the form that was refused, so that what was typed is kept.
    """

    recovery: Recovery
    access: Access
    back: str = ""
    error: str = ""
    form: Form | None = None

    template = "surveys/_recovery_card.html"

    @property
    def id(self) -> str:
        """The element's id, so that the answer of htmx finds its place."""
        return f"recovery-{self.recovery.pk}"

    @cached_property
    def side(self) -> Side | None:
        """The side on which the reader acts; None for who only reads."""
        return side_in(self.access, self.recovery)

    @cached_property
    def acts(self) -> frozenset[str]:
        """What the reader may do now: "answer", "mended", "not_mended", "comment"."""
        return frozenset(str(kind) for kind in open_acts(self.recovery.state, self.side))

    @property
    def is_asked(self) -> bool:
        """Whether the next word is the reader's."""
        state = self.recovery.state
        if self.side == Side.CUSTOMER:
            return state == RecoveryState.PLANNED
        return self.side == Side.SUPPLIER and state in (RecoveryState.OPEN, RecoveryState.ESCALATED)

    @property
    def due(self) -> datetime.date | None:
        """The day by which the next word or deed is due; None once it is closed."""
        return self.recovery.next_due if self.recovery.is_running else None

    @cached_property
    def is_overdue(self) -> bool:
        """Whether that day has passed."""
        return is_overdue(self.recovery, self.today)

    @cached_property
    def today(self) -> datetime.date:
        """The store's day: the earliest that can be promised."""
        return self.recovery.dealership.today()

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What the card's forms send along: the version that the reader sees, and the way back."""
        version = (("version", str(self.recovery.version)),)
        return (*version, ("next", self.back)) if self.back else version

    @cached_property
    def typed(self) -> dict[str, Any]:
        """What the fields hold: as it was typed and refused, or else the plan as it stands; a failed one does not."""
        promised = self.recovery.promised_on
        stands: dict[str, Any] = {}
        if promised is not None and self.recovery.state == RecoveryState.PLANNED:
            stands = {"plan": self.recovery.plan, "promised_on": promised.isoformat()}
        if self.form is None:
            return stands
        return {**stands, **{name: self.form.data.get(name, "") for name in self.form.fields}}

    @cached_property
    def errors(self) -> dict[str, str]:
        """What is wrong with each field."""
        if self.form is None:
            return {}
        return {name: str(found[0]) for name, found in self.form.errors.items()}

    def refused(self, *, error: str = "", form: Form | None = None) -> RecoveryCard:
        """Return the same card with what went wrong."""
        return dataclasses.replace(self, error=error, form=form)
