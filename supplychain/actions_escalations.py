"""Exceptions taken to the superior (R13): the supplier takes it over, the customer makes no second trip."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.hierarchy import superior_in_line
from dealership.models import User
from supplychain.acts import ACTS
from supplychain.models import Escalation, EscalationOutcome, SupplyRequest
from supplychain.models import RequestEventKind as Kind
from supplychain.rights import Side, side_of
from supplychain.transitions import change, close_escalation, move, notify, require_words


@transaction.atomic
def escalate(*, acting_user: User, request: SupplyRequest, text: str, version: int | None = None) -> SupplyRequest:
    """Take an exception over and to one's own superior (R13): the customer waits, and makes no second trip.

    Raises as `move` does; ValidationError without words, and for who has no superior (code `no_superior`).
    """
    if side_of(access_of(acting_user), request.link) != Side.SUPPLIER:
        raise PermissionDenied  # before the words about superiors, which are the supplier's
    require_words(text, _("Say what is special about it, so that your superior can decide."))
    superior = superior_in_line(acting_user, request.link.supplier, request.dealership.today())
    if superior is None:
        raise ValidationError(_("There is nobody above you: decide it yourself."), code="no_superior")
    data = {"superior": superior.pk}
    if move(request, Kind.ESCALATE, acting_user, version, text=text, data=data, held_by=superior):
        Escalation.objects.create(
            dealership_id=request.dealership_id, request=request, what=text, raised_by=acting_user, superior=superior
        )
        words = gettext_noop("%(supplier)s took “%(what)s” to %(superior)s for a decision. You need not come again.")
        notify(request, words, acting_user, to=[request.asked_by], superior=superior)
    return request


def decides(user: User, escalation: Escalation) -> bool:
    """Return whether a person may decide an exception: whom it was taken to, or else the general manager."""
    named = escalation.superior_id == user.pk
    return named or (access_of(user).is_general_manager and escalation.raised_by_id != user.pk)


@transaction.atomic
def decide(
    *, acting_user: User, escalation: Escalation, allowed: bool, text: str = "", version: int | None = None
) -> SupplyRequest:
    """Decide an exception as the superior; the request goes back to who raised it.

    A refusal needs words. Raises PermissionDenied for anybody else, ValidationError as `move` does.
    """
    request = escalation.request
    if escalation.dealership_id != acting_user.dealership_id or not decides(acting_user, escalation):
        raise PermissionDenied
    if not allowed:
        require_words(text, _("Say why, so that it can be explained to the customer."))
    outcome = EscalationOutcome.ALLOWED if allowed else EscalationOutcome.REFUSED
    data = {"outcome": outcome.value}
    if change(request, ACTS[Kind.DECIDE], acting_user, version, text, data, {"held_by": escalation.raised_by}):
        if not close_escalation(request, outcome, text):
            raise ValidationError(_("This has been decided already."), code="not_now")
        words = gettext_noop("%(person)s allowed the exception of “%(what)s”. %(text)s")
        if not allowed:
            words = gettext_noop("%(person)s refused the exception of “%(what)s”: %(text)s")
        told = [escalation.raised_by, request.asked_by]
        notify(request, words, acting_user, to=told, person=acting_user, text=text)
    return request
