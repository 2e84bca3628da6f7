"""Reading survey rounds. Every read starts at `visible_to(user)`; an answer is visible to nobody but who gave it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from dealership.querysets import StoreQuerySet

if TYPE_CHECKING:
    from dealership.models import User

M = TypeVar("M", bound=models.Model)


class RoundQuerySet(StoreQuerySet[M]):
    """Survey rounds."""

    def to_open(self, day: datetime.date) -> Self:
        """Return prepared rounds whose opening day has come."""
        return self.filter(state="draft", opens_on__lte=day)

    def to_close(self, day: datetime.date) -> Self:
        """Return rounds whose last day has passed, and those that were closed and not published yet."""
        return self.filter(models.Q(state="open", closes_on__lt=day) | models.Q(state="closed"))


class InvitationQuerySet(StoreQuerySet[M]):
    """Invitations: each person sees their own. Numbers of them are counted by surveys/response.py."""

    #: Lookup that leads to the person who was asked.
    person_lookup = "person"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the person's own rows in their store; nobody else's, whoever asks."""
        if not user.is_authenticated or user.dealership_id is None:
            return self.none()
        return self.filter(**{self.store_lookup: user.dealership_id, self.person_lookup: user.pk})

    def waiting(self) -> Self:
        """Return invitations to open rounds that are not answered yet."""
        return self.filter(answered_at=None, round__state="open")


class RoundAnswerQuerySet(InvitationQuerySet[M]):
    """Answers: each person sees their own."""

    person_lookup = "invitation__person"

    def with_names(self) -> Self:
        """Read what the questionnaire shows in the same query."""
        return self.select_related("supplier", "customer")
