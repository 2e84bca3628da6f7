"""Reading recoveries. Every read starts at `visible_to(user)`."""

from __future__ import annotations

import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from dealership.access import Access
from dealership.querysets import StoreQuerySet

M = TypeVar("M", bound=models.Model)

RUNNING = ("open", "planned", "escalated")


def _customers(access: Access) -> Q:
    """Return the recoveries for whose customer the person speaks (supplychain/rights.py says the rule for a link)."""
    return Q(link__customer__in=access.rates_for) & ~Q(link__supplier__in=access.own)


def overdue_on(day: datetime.date) -> Q:
    """Return the running recoveries whose next word or deed was due before a day."""
    return Q(state__in=("open", "escalated"), due_on__lt=day) | Q(state="planned", promised_on__lt=day)


class RecoveryQuerySet(StoreQuerySet[M]):
    """Recoveries."""

    def with_names(self) -> Self:
        """Read what a list of recoveries shows in the same query."""
        return self.select_related(
            "dealership", "interaction", "link__supplier", "link__customer", "link__item", "owner"
        )

    def running(self) -> Self:
        """Return recoveries in which somebody still has to do something."""
        return self.filter(state__in=RUNNING)

    def to_answer(self, access: Access) -> Self:
        """Return recoveries that wait for the person's answer: theirs, and new ones of departments they are of.

        Who leads from above may answer more than waits for them; what went to the superior waits for the superior.
        """
        waits = Q(state="escalated", owner=access.user) | Q(state="open")
        ours = Q(owner=access.user) | Q(link__supplier__in=access.own & access.led) | Q(owner=None)
        return self.as_supplier(access).filter(waits & ours)

    def to_confirm(self, access: Access) -> Self:
        """Return recoveries of which the person may say whether they are mended, once there is a plan."""
        return self.as_customer(access).filter(state="planned")

    def touching(self, department_id: int) -> Self:
        """Return recoveries in which a department is supplier or customer."""
        return self.filter(Q(link__supplier=department_id) | Q(link__customer=department_id))

    def as_customer(self, access: Access) -> Self:
        """Return recoveries in which the person speaks for the customer (recovery_rights.py says the rule for one)."""
        mine_to_mend = Q(owner=access.user, link__supplier__in=access.led)
        return self.filter(_customers(access), ~mine_to_mend, dealership=access.user.dealership_id)

    def as_supplier(self, access: Access) -> Self:
        """Return recoveries the person may answer: of suppliers they lead, and those that are theirs to mend."""
        mine, led = Q(owner=access.user), Q(link__supplier__in=access.led)
        return self.filter((mine & led) | ((mine | led) & ~_customers(access)), dealership=access.user.dealership_id)

    def readable_by(self, access: Access) -> Self:
        """Return recoveries of ratings the person may read (surveys/rights.py), and those that are theirs to mend."""
        mine = self.visible_to(access.user)
        if access.reads_store:
            return mine
        departments = access.led | access.rates_for
        return mine.filter(Q(link__customer__in=departments) | Q(link__supplier__in=access.led) | Q(owner=access.user))
