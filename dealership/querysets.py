"""Reading the organisation. Every read starts at `visible_to(user)`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.auth.models import AnonymousUser, BaseUserManager
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from dealership.models import User

M = TypeVar("M", bound=models.Model)


class StoreQuerySet(models.QuerySet[M]):
    """Rows that belong to a dealership."""

    #: Lookup that leads from the row to its dealership.
    store_lookup = "dealership"
    #: Lookup that leads from the row to the dealer group its dealership is part of.
    group_lookup = "dealership__group"
    #: Whether people of a dealer group read these rows of the group's stores: figures, never a rating or who gave it.
    open_to_group = False

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows the user may read.

        Those of their own store; for a person of a dealer group, where the rows are open to it, those of all its
        stores; all rows for a superuser without a store; none for anybody else.
        """
        if not user.is_authenticated:
            return self.none()
        if user.dealership_id is not None:
            return self.filter(**{self.store_lookup: user.dealership_id})
        if user.group_id is not None:
            return self.filter(**{self.group_lookup: user.group_id}) if self.open_to_group else self.none()
        return self if user.is_superuser else self.none()


class DealershipQuerySet(StoreQuerySet[M]):
    """Stores themselves."""

    store_lookup = "pk"
    group_lookup = "group"
    open_to_group = True


class DepartmentQuerySet(StoreQuerySet[M]):
    """Departments of the tree."""

    def active(self) -> Self:
        """Return departments that still exist; closed ones keep their history but are offered nowhere."""
        return self.filter(is_active=True)


class PositionQuerySet(StoreQuerySet[M]):
    """Positions people hold."""

    def held_on(self, day: datetime.date) -> Self:
        """Return positions held on the local day `day`; an empty start or end is open on that side."""
        return self.filter(Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gte=day))


class NoticeQuerySet(StoreQuerySet[M]):
    """Notices."""

    def unread_of(self, user: User) -> Self:
        """Return what a person has not read yet, the newest first."""
        return self.filter(person=user, read_at=None)


class UserManager(BaseUserManager["User"].from_queryset(StoreQuerySet)):  # type: ignore[misc]
    """People; each is read together with their store, which every page needs."""

    def get_queryset(self) -> Any:
        """Return all people with their stores."""
        return super().get_queryset().select_related("dealership")

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create a person. Without a password the account can be used only after a password reset."""
        user: User = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create an operator who runs the installation: sees every store, belongs to none."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)
