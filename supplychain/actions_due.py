"""What time does to requests: unanswered ones expire, and who has not rated a finished one is reminded once."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from dealership.models import Dealership
from dealership.notices import send_notices
from supplychain.models import (
    Escalation,
    EscalationOutcome,
    Interaction,
    InteractionState,
    RequestState,
    SupplyRequest,
)
from supplychain.models import RequestEventKind as Kind
from supplychain.transitions import notify, tell

BATCH = 200  # requests moved in one transaction
#: So many days before the time to rate is over, who asked is reminded.
REMIND_DAYS = 3


def expire_requests(*, dealership: Dealership) -> int:
    """Expire a store's requests that nobody answered in time, and tell who asked; returns how many. Safe to repeat.

    In time: within the store's days to answer after the day it was wanted for. One that the superior has stays.
    """
    last_day = dealership.today() - datetime.timedelta(days=dealership.answer_days)
    pending = Escalation.objects.filter(request=OuterRef("pk"), outcome=EscalationOutcome.PENDING)
    due = SupplyRequest.objects.filter(dealership=dealership, state=RequestState.ASKED, wanted_on__lt=last_day)
    due = due.exclude(Exists(pending)).with_names().order_by("pk")
    expired = after = 0
    while batch := list(due.filter(pk__gt=after)[:BATCH]):
        with transaction.atomic():
            expired += sum(_expire(request) for request in batch)
        after = batch[-1].pk
    return expired


def _expire(request: SupplyRequest) -> bool:
    mine = SupplyRequest.objects.filter(pk=request.pk, version=request.version, state=RequestState.ASKED)
    if not mine.update(state=RequestState.EXPIRED, version=request.version + 1):
        return False  # answered in this moment
    tell(request, Kind.EXPIRE, None, version=request.version + 1)
    words = gettext_noop("%(supplier)s did not answer your request “%(what)s”: it has expired.")
    notify(request, words, None, to=[request.asked_by])
    return True


def remind_to_rate(*, dealership: Dealership) -> int:
    """Remind, once, who asked for what was done and is not rated yet; returns how many. Safe to repeat.

    REMIND_DAYS before its time is over: then it expires, and stays in the response rate.
    """
    first_due = dealership.today() - datetime.timedelta(days=max(dealership.rating_days - REMIND_DAYS, 0))
    waiting = Interaction.objects.filter(
        dealership=dealership, state=InteractionState.OPEN, request__reminded_at=None, day__lte=first_due
    ).exclude(request=None)
    reminded = after = 0
    rows = waiting.select_related("request__asked_by", "link__supplier", "dealership").order_by("pk")
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        with transaction.atomic():
            reminded += sum(_remind(interaction) for interaction in batch)
        after = batch[-1].pk
    return reminded


def _remind(interaction: Interaction) -> bool:
    request = interaction.request
    assert request is not None
    mine = SupplyRequest.objects.filter(pk=request.pk, reminded_at=None)
    if not mine.update(reminded_at=timezone.now()):
        return False
    send_notices(
        to=[request.asked_by],
        words=gettext_noop("How was “%(what)s” of %(supplier)s? It can be rated until %(day)s."),
        url=reverse("interaction_detail", args=[interaction.pk]),
        what=request.summary,
        supplier=interaction.link.supplier,
        day=interaction.expires_on,
    )
    return True
