"""Reading ratings of management. A personnel matter: the person rated, who rates, and who stands above; nobody else."""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from dealership.access import Access, access_of
from dealership.models import User
from dealership.querysets import StoreQuerySet

M = TypeVar("M", bound=models.Model)


def departments_below(access: Access) -> set[int]:
    """Return the ids of the departments whose managers stand below the person: below one they manage.

    Below the general manager stands every department but their own. Deputies stand in for work, not for this.
    """
    tree = access.tree
    if access.is_general_manager:
        return {department.pk for department in tree.departments if not department.heads_store}
    return {pk for managed in access.managed for pk in tree.with_teams(managed) - {managed}}


class ManagementRatingQuerySet(StoreQuerySet[M]):
    """Ratings of management."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what the user gave; of what superiors gave, also what is about them or about those below them.

        What subordinates gave, nobody else reads: the operator neither, nor the store's admin (R20).
        """
        if not user.is_authenticated or user.dealership_id is None:
            return self.none()
        about = Q(manager=user) | Q(department__in=departments_below(access_of(user)))
        return self.filter(self._given_by(user) | Q(about, side="superior"), dealership=user.dealership_id)

    def confided_by(self, user: User) -> Self:
        """Return what the user gave and may read back (R20)."""
        return self.filter(self._given_by(user))

    @staticmethod
    def _given_by(user: User) -> Q:
        own = Q(given_by=user)
        if user.opened_by_others_at is not None:
            own &= Q(side="superior") | Q(rated_at__gte=user.opened_by_others_at)
        return own


class ManagementBlockQuerySet(StoreQuerySet[M]):
    """Published sums of what subordinates gave."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the blocks about the user and about those below them."""
        if not user.is_authenticated or user.dealership_id is None:
            return self.none()
        about = Q(manager=user) | Q(department__in=departments_below(access_of(user)))
        return self.filter(about, dealership=user.dealership_id)
