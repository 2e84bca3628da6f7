"""What comes out of a dialogue: needs and objectives, written down until both sides have signed (R26)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dealership.access import Access
from dealership.models import User
from objectives.guard import touch
from objectives.models import Dialogue, DialogueState, EventKind

#: States in which a dialogue takes minutes, needs and objectives.
TAKES_OUTCOMES = (DialogueState.PLANNED, DialogueState.HELD)
CLOSED = _("This dialogue takes nothing new any more: write it down in the next one, or by itself.")


def takes_part(access: Access, dialogue: Dialogue) -> bool:
    """Return whether the person is of one of the two departments of a dialogue, or leads one of them."""
    return bool({dialogue.host_id, dialogue.guest_id} & (access.own | access.led))


def note_outcome(*, acting_user: User, dialogue: Dialogue) -> None:
    """Say that a need or an objective was written down in a dialogue; call it in the transaction that makes it.

    Where the minutes wait for signatures, both sides are asked again: what they signed was less. Raises
    ValidationError (code `closed`) once both have signed, or if it is cancelled.
    """
    # The row is held, so that nobody signs or cancels between this look and the end of the transaction.
    current = Dialogue.objects.select_for_update(of=("self",)).get(pk=dialogue.pk)
    if current.state not in TAKES_OUTCOMES:
        raise ValidationError(CLOSED, code="closed")
    if current.state == DialogueState.HELD:
        touch(dialogue, EventKind.CHANGE, acting_user, before=[DialogueState.HELD], revision=F("revision") + 1)
