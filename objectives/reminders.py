"""What follows from the time that passes: reminders of needs and dialogues, each once; safe to repeat."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from dealership.calendars import calendar_of
from dealership.hierarchy import superior_in_line
from dealership.models import Dealership, User
from objectives.actions_dialogues import tell_both_sides
from objectives.actions_needs import tell_of
from objectives.models import Dialogue, DialogueState, Need
from objectives.planning import REMIND_AHEAD
from objectives.signing import Signers
from supplychain.actions_calls import REMIND_FROM_HOUR


def remind_of_needs(*, dealership: Dealership) -> int:
    """Remind who decides for a supplier of needs without an answer in time, and later tell their superior.

    The superior is told once as many working days again have passed. Returns how many notices' needs there were.
    """
    now = timezone.now().astimezone(dealership.zone)
    if now.hour < REMIND_FROM_HOUR:
        return 0
    today = now.date()
    overdue = Need.objects.filter(dealership=dealership, superior_told_at=None).overdue_on(today)
    needs = list(overdue.with_names().order_by("pk"))
    if not needs:
        return 0
    calendar = calendar_of(dealership, around=today)
    signers = Signers(dealership, today)
    told = 0
    for need in needs:
        told += _remind_supplier(need, signers)
        if calendar.between(need.answer_by, today) > dealership.answer_days:
            told += _tell_superior(need, signers)
    return told


@transaction.atomic
def _remind_supplier(need: Need, signers: Signers) -> bool:
    # The guarded update decides between two runs at the same moment, and a leader who answers meanwhile.
    mine = Need.objects.unanswered().filter(pk=need.pk, reminded_at=None)
    if not mine.update(reminded_at=timezone.now()):
        return False
    words = gettext_noop("%(customer)s has waited for an answer of %(supplier)s since %(day)s: %(what)s.")
    tell_of(need, words, None, to=signers.of(need.supplier_id), day=need.dealership.local_day(need.raised_at))
    return True


@transaction.atomic
def _tell_superior(need: Need, signers: Signers) -> bool:
    mine = Need.objects.unanswered().filter(pk=need.pk, superior_told_at=None)
    if not mine.update(superior_told_at=timezone.now()):
        return False
    words = gettext_noop("%(supplier)s has not answered a need of %(customer)s, due on %(day)s: %(what)s.")
    tell_of(need, words, None, to=_superiors(need, signers), day=need.answer_by)
    return True


def _superiors(need: Need, signers: Signers) -> list[User]:
    """Return who stands above those who decide for the supplier; nobody above the general manager."""
    leaders = signers.of(need.supplier_id)
    if not leaders:
        return []
    superior = superior_in_line(leaders[0], need.supplier, signers.on)
    return [superior] if superior is not None and superior not in leaders else []


def remind_of_dialogues(*, dealership: Dealership) -> int:
    """Remind both sides of dialogues three working days ahead or less. Returns how many dialogues there were."""
    now = timezone.now().astimezone(dealership.zone)
    if now.hour < REMIND_FROM_HOUR:
        return 0
    today = now.date()
    waiting = Dialogue.objects.filter(
        dealership=dealership, state=DialogueState.PLANNED, reminded_at=None, planned_on__gte=today
    )
    dialogues = list(waiting.with_names().order_by("pk"))
    if not dialogues:
        return 0
    calendar = calendar_of(dealership, around=today)
    reminded = 0
    for dialogue in dialogues:
        if calendar.between(today, dialogue.planned_on) > REMIND_AHEAD:
            continue
        with transaction.atomic():
            if waiting.filter(pk=dialogue.pk, version=dialogue.version).update(reminded_at=timezone.now()):
                words = gettext_noop("%(host)s and %(guest)s talk on %(day)s. The agenda is filled: look at it before.")
                tell_both_sides(dialogue, words, None, day=dialogue.planned_on)
                reminded += 1
    return reminded
