"""Counting requests: per link, by the day they were asked. What the counts mean: promises.py."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from dealership.models import Dealership
from dealership.wall_clock import day_begins
from supplychain.models import Escalation, RequestState
from supplychain.promises import PromiseCounts

Day = datetime.date

PROMISED = Q(promised_on__isnull=False)
LATE = Q(state=RequestState.DONE, late_days__gt=0)


def asked_between(dealership: Dealership, first: Day, last: Day) -> Q:
    """Return the requests asked on local days of the store, both included: between the moments its days begin.

    So the index on (link, asked_at) serves, and the database need not know the store's zone.
    """
    after = day_begins(last + datetime.timedelta(days=1), dealership.zone)
    return Q(asked_at__gte=day_begins(first, dealership.zone), asked_at__lt=after)


def count_by_link(requests: QuerySet[Any], *, today: Day) -> dict[int, PromiseCounts]:
    """Count requests per link, in one grouped query. `today`: the store's, by which a promise is overdue.

    Returns {link id: counts}; links without requests are left out.
    """
    taken_to_superior = Exists(Escalation.objects.filter(request=OuterRef("pk")))
    counted = {
        "asked": Count("pk"),
        "short_notice": Count("pk", filter=Q(outside_window=True) | Q(short_of_lead_time=True)),
        "notice_days": Sum("notice_days"),
        "answered": Count("pk", filter=PROMISED | Q(state=RequestState.DECLINED)),
        "expired": Count("pk", filter=Q(state=RequestState.EXPIRED)),
        "escalated": Count("pk", filter=taken_to_superior),
        "promised": Count("pk", filter=PROMISED),
        "kept": Count("pk", filter=Q(state=RequestState.DONE, late_days__lte=0)),
        "late": Count("pk", filter=LATE),
        "late_days": Coalesce(Sum("late_days", filter=LATE), 0),
        "overdue": Count("pk", filter=Q(state=RequestState.ACCEPTED, promised_on__lt=today)),
        "dropped": Count("pk", filter=PROMISED & Q(state=RequestState.DECLINED)),
        "first_time": Count("pk", filter=Q(state=RequestState.DONE, trips=1)),
    }
    # Names of their own: some counts are called like the columns they are made of.
    rows = requests.order_by().values("link_id").annotate(**{f"count_{name}": how for name, how in counted.items()})
    return {row["link_id"]: PromiseCounts(**{name: row[f"count_{name}"] for name in counted}) for row in rows}
