"""Reading links and interactions. Every read starts at `visible_to(user)`."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Self, TypeVar

from django.db import models
from django.db.models import Case, Q, When

from dealership.access import Access
from dealership.querysets import StoreQuerySet

M = TypeVar("M", bound=models.Model)


class LinkQuerySet(StoreQuerySet[M]):
    """Supply links."""

    def with_names(self) -> Self:
        """Read supplier, customer and item in the same query."""
        return self.select_related("supplier", "customer", "item")

    def active_on(self, day: datetime.date) -> Self:
        """Return links in force on the local day `day`; an empty start or end is open on that side."""
        return self.filter(Q(active_from=None) | Q(active_from__lte=day), Q(active_to=None) | Q(active_to__gte=day))

    def touching(self, department_ids: Collection[int]) -> Self:
        """Return links in which one of the departments is supplier or customer."""
        return self.filter(Q(supplier__in=department_ids) | Q(customer__in=department_ids))

    def between(self, one: int, other: int) -> Self:
        """Return links between two departments, in both directions (R8)."""
        return self.filter(Q(supplier=one, customer=other) | Q(supplier=other, customer=one))

    def search(self, text: str) -> Self:
        """Return links in whose item, supplier or customer every word of `text` occurs: code, or name in a language."""
        found = self
        for word in text.split():
            matches = Q()
            for side in ("item", "supplier", "customer"):
                for name in ("code", "name", "name_zh_hans", "name_en"):
                    matches |= Q(**{f"{side}__{name}__icontains": word})
            found = found.filter(matches)
        return found

    def by_supplier(self) -> Self:
        """Order by supplier first, so that a list can be grouped by who serves."""
        return self.order_by("supplier__rank", "supplier__code", "flow", "customer__rank", "item__code", "pk")

    def rateable_by(self, access: Access) -> Self:
        """Return links on which the person may rate today: on the customer's side, and not of the supplier (R15)."""
        today = access.user.dealership.today() if access.user.dealership else datetime.date.min
        return (
            self.filter(dealership=access.user.dealership_id, customer__in=access.rates_for)
            .exclude(supplier__in=access.own)
            .active_on(today)
        )


class InteractionQuerySet(StoreQuerySet[M]):
    """Interactions."""

    def with_link(self) -> Self:
        """Read link, supplier, customer and item in the same query."""
        return self.select_related("link__supplier", "link__customer", "link__item")

    def with_names(self) -> Self:
        """Read store and requester too."""
        return self.with_link().select_related("dealership", "requester")

    def served_to(self, department_ids: Collection[int]) -> Self:
        """Return interactions in which one of the departments was the customer."""
        return self.filter(link__customer__in=department_ids)

    def served_by(self, department_ids: Collection[int]) -> Self:
        """Return interactions in which one of the departments was the supplier."""
        return self.filter(link__supplier__in=department_ids)

    def touching(self, department_id: int) -> Self:
        """Return interactions in which the department was supplier or customer."""
        return self.filter(Q(link__supplier=department_id) | Q(link__customer=department_id))

    def customers_first(self, department_ids: Collection[int]) -> Self:
        """Order by whether one of the departments was the customer, then the newest first."""
        first = Case(When(link__customer__in=department_ids, then=0), default=1)
        return self.order_by(first, "-occurred_at", "-pk")

    def open(self) -> Self:
        """Return interactions that wait for their rating."""
        return self.filter(state="open")

    def rateable_by(self, access: Access) -> Self:
        """Return interactions whose customer side the person may speak for, and not of the supplier (R15)."""
        return self.filter(dealership=access.user.dealership_id, link__customer__in=access.rates_for).exclude(
            link__supplier__in=access.own
        )

    def readable_by(self, access: Access) -> Self:
        """Return interactions of departments the person acts for or leads; all of the store for who reads the store."""
        mine = self.visible_to(access.user)
        if access.reads_store:
            return mine
        departments = access.own | access.led
        return mine.filter(Q(link__supplier__in=departments) | Q(link__customer__in=departments))
