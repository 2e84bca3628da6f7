"""Reading requests and calls for needs. Every read starts at `visible_to(user)`."""

from __future__ import annotations

import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Case, Count, F, FilteredRelation, Q, When
from django.db.models.functions import Coalesce

from dealership.access import Access
from dealership.querysets import StoreQuerySet

M = TypeVar("M", bound=models.Model)

WAITING = ("asked", "accepted")

#: Where a request stands as a list is filtered by it; a done one by its interaction (`became`, see `with_became`).
STAGES = {
    "asked": Q(state="asked"),
    "accepted": Q(state="accepted"),
    "to_rate": Q(state="done", became__state="open"),
    "rated": Q(state="done", became__state="rated"),
    "unrated": Q(state="done", became__state="expired"),
    "declined": Q(state="declined"),
    "withdrawn": Q(state="withdrawn"),
    "expired": Q(state="expired"),
}

_DUE = Coalesce("expected_on", "promised_on", "wanted_on")


def _overdue(day: datetime.date) -> Q:
    """Return what is overdue on a day; of one request: `is_overdue_on` of models/requests.py."""
    return Q(state="accepted", promised_on__lt=day) | Q(state="asked", wanted_on__lt=day)


def _customer_side(access: Access, link: str = "link") -> Q:
    """Return the rows whose link's customer the person speaks for (rights.py says the rule for one link)."""
    return Q(**{f"{link}__customer__in": access.rates_for}) & ~Q(**{f"{link}__supplier__in": access.own})


def _supplier_side(access: Access, link: str = "link") -> Q:
    """Return the rows whose link's supplier the person belongs to or leads, without being of the customer's side."""
    led = Q(**{f"{link}__supplier__in": access.led}) & ~Q(**{f"{link}__customer__in": access.rates_for})
    return Q(**{f"{link}__supplier__in": access.own}) | led


class RequestQuerySet(StoreQuerySet[M]):
    """Requests."""

    def with_names(self) -> Self:
        """Read what a list of requests shows in the same query."""
        return self.select_related(
            "dealership", "link__supplier", "link__customer", "link__item", "asked_by", "held_by"
        )

    def waiting(self) -> Self:
        """Return requests the supplier still has something to do about."""
        return self.filter(state__in=WAITING)

    def overdue_on(self, day: datetime.date) -> Self:
        """Return requests whose promise is broken, or that nobody answered by the day they were wanted for."""
        return self.filter(_overdue(day))

    def with_became(self) -> Self:
        """Join what a done request became, one row at the most: not what it was when it turned out not to be done."""
        states = ("open", "rated", "expired")
        return self.annotate(became=FilteredRelation("interactions", condition=Q(interactions__state__in=states)))

    def in_stage(self, stage: str) -> Self:
        """Return requests that stand where `stage`, a key of STAGES, says."""
        return self.with_became().filter(STAGES[stage])

    def still_open(self) -> Self:
        """Return requests somebody still has something to do about: the supplier, or the customer a rating to give."""
        return self.with_became().filter(Q(state__in=WAITING) | STAGES["to_rate"])

    def touching(self, department_id: int) -> Self:
        """Return requests in which the department is supplier or customer."""
        return self.filter(Q(link__supplier=department_id) | Q(link__customer=department_id))

    def at_short_notice(self, short: bool) -> Self:
        """Return requests asked outside the window or short of the lead time; without `short` the others."""
        marked = Q(outside_window=True) | Q(short_of_lead_time=True)
        return self.filter(marked if short else ~marked)

    def due_on(self, day: datetime.date) -> Self:
        """Return requests due on a day: expected, promised or else wanted for it."""
        return self.alias(due=_DUE).filter(due=day)

    def by_day(self, today: datetime.date) -> Self:
        """Order as a day's work is planned: what waits for its rating, then what is overdue, then day by day.

        Annotates `day`, on which it is due: expected, promised or else wanted; and its `rank`, 0 to 2.
        """
        rows = self.annotate(day=_DUE, rank=Case(When(state="done", then=0), When(_overdue(today), then=1), default=2))
        return rows.order_by("rank", "day", F("wanted_time").asc(nulls_last=True), "pk")

    def totals(self, today: datetime.date) -> dict[str, int]:
        """Count, in one query, what waits for the supplier, what is overdue, and what waits for a rating."""
        counted: dict[str, int] = self.with_became().aggregate(
            asked=Count("pk", filter=Q(state="asked"), distinct=True),
            accepted=Count("pk", filter=Q(state="accepted"), distinct=True),
            overdue=Count("pk", filter=_overdue(today), distinct=True),
            to_rate=Count("pk", filter=STAGES["to_rate"], distinct=True),
        )
        return counted

    def as_customer(self, access: Access) -> Self:
        """Return requests on whose customer's side the person may act (R15)."""
        return self.filter(_customer_side(access), dealership=access.user.dealership_id)

    def as_supplier(self, access: Access) -> Self:
        """Return requests on whose supplier's side the person may act."""
        return self.filter(_supplier_side(access), dealership=access.user.dealership_id)

    def readable_by(self, access: Access) -> Self:
        """Return requests of departments the person acts for or leads, and those taken to them as a superior; all of
        the store for who reads the store."""
        mine = self.visible_to(access.user)
        if access.reads_store:
            return mine
        departments = access.own | access.led | access.rates_for
        asked_to_decide = Q(escalations__superior=access.user)
        return mine.filter(
            Q(link__supplier__in=departments) | Q(link__customer__in=departments) | asked_to_decide
        ).distinct()


class CallQuerySet(StoreQuerySet[M]):
    """Calls for needs."""

    def with_names(self) -> Self:
        """Read what a list of calls shows in the same query."""
        return self.select_related("dealership", "supplier", "item", "opened_by")

    def open_on(self, day: datetime.date) -> Self:
        """Return calls that take answers on a local day."""
        return self.filter(closed_at=None, deadline__gte=day)

    def as_supplier(self, access: Access) -> Self:
        """Return calls of departments the person belongs to or leads."""
        return self.filter(dealership=access.user.dealership_id, supplier__in=access.own | access.led)

    def readable_by(self, access: Access) -> Self:
        """Return calls the person's departments opened or are asked by; all of the store for who reads the store."""
        mine = self.visible_to(access.user)
        if access.reads_store:
            return mine
        departments = access.own | access.led | access.rates_for
        return mine.filter(Q(supplier__in=departments) | Q(invitations__link__customer__in=departments)).distinct()


class InvitationQuerySet(StoreQuerySet[M]):
    """Customers asked by a call."""

    def with_names(self) -> Self:
        """Read what a list of invitations shows in the same query."""
        return self.select_related(
            "dealership",
            "call__supplier",
            "call__item",
            "call__opened_by",
            "link__customer",
            "link__supplier",
            "link__item",
            "answered_by",
        )

    def unanswered(self) -> Self:
        """Return invitations nobody has answered."""
        return self.filter(answered_at=None)

    def as_customer(self, access: Access) -> Self:
        """Return invitations the person may answer."""
        return self.filter(_customer_side(access), dealership=access.user.dealership_id)
