"""Reading survey rounds. Every read starts at `visible_to(user)`; an answer is visible to nobody but who gave it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from dealership.querysets import StoreQuerySet

if TYPE_CHECKING:
    from dealership.access import Access
    from dealership.models import User

M = TypeVar("M", bound=models.Model)


class RoundQuerySet(StoreQuerySet[M]):
    """Survey rounds."""

    def to_open(self, day: datetime.date) -> Self:
        """Return prepared rounds whose opening day has come."""
        return self.filter(state="draft", opens_on__lte=day)

    def taking_answers(self, day: datetime.date) -> Self:
        """Return open rounds whose last day has not passed; of one row: SurveyRound.takes_answers."""
        return self.filter(state="open", closes_on__gte=day)

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

    def waiting_for(self, access: Access, day: datetime.date) -> Self:
        """Return invitations not answered yet to rounds that take answers, with a question left for the person."""
        left = models.Count("answers", filter=~models.Q(answers__supplier__in=access.own))
        still_open = self.filter(answered_at=None, round__state="open", round__closes_on__gte=day)
        return still_open.annotate(left=left).filter(left__gt=0)


class RoundAnswerQuerySet(InvitationQuerySet[M]):
    """Answers: each person sees their own."""

    person_lookup = "invitation__person"

    def with_names(self) -> Self:
        """Read what the questionnaire shows in the same query."""
        return self.select_related("supplier", "customer")

    def askable(self, access: Access) -> Self:
        """Return what can still be asked of a person: nothing about a department they have moved to since (R30)."""
        return self.exclude(supplier__in=access.own)
