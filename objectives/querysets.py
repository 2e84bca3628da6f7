"""Reading plans, needs, dialogues and objectives. Every read starts at `visible_to(user)`."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Any, NoReturn, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealership.access import Access
from dealership.querysets import StoreQuerySet

M = TypeVar("M", bound=models.Model)

#: States in which an objective is a promise that is being kept.
UNDER_WAY = ("agreed", "running")
#: States in which a need still waits for something.
OPEN_NEED = ("raised", "acknowledged")


def _refuse() -> NoReturn:
    raise ValidationError(_("What was signed or adopted is kept as it is."), code="frozen")


class KeptQuerySet(StoreQuerySet[M]):
    """Rows that are written once and kept: signatures, adopted editions, events."""

    def update(self, **kwargs: Any) -> int:
        """Refuse: ValidationError with code `frozen`."""
        _refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: ValidationError with code `frozen`."""
        _refuse()

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Refuse: ValidationError with code `frozen`."""
        _refuse()


class CriterionQuerySet(StoreQuerySet[M]):
    """Criteria; those of terms that are no draft are frozen (R27)."""

    def update(self, **kwargs: Any) -> int:
        """Update. Raises ValidationError (code `frozen`) if one of the rows, or where they would go, is frozen."""
        self._refuse_frozen()
        if "terms" in kwargs or "terms_id" in kwargs:
            _refuse()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete. Raises ValidationError (code `frozen`) if one of the rows is frozen."""
        self._refuse_frozen()
        return super().delete()

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Refuse: criteria are written one by one."""
        _refuse()

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Create. Raises ValidationError (code `frozen`) if terms they belong to are no draft."""
        rows = list(objs)
        terms = self.model._meta.get_field("terms").related_model
        keys = {row.terms_id for row in rows}  # type: ignore[attr-defined]
        if terms._default_manager.filter(pk__in=keys).exclude(state="draft").exists():  # type: ignore[union-attr]
            _refuse()
        return super().bulk_create(rows, *args, **kwargs)

    def _refuse_frozen(self) -> None:
        if self.exclude(terms__state="draft").exists():
            _refuse()


class NeedQuerySet(StoreQuerySet[M]):
    """Needs. Everybody in the store reads them: none is lost silently."""

    def with_names(self) -> Self:
        """Read what a list of needs shows in the same query."""
        return self.select_related("dealership", "customer", "supplier", "raised_by", "owner")

    def open(self) -> Self:
        """Return needs of which something is still to come."""
        return self.filter(state__in=OPEN_NEED)

    def unanswered(self) -> Self:
        """Return needs that wait for an answer."""
        return self.filter(state="raised")

    def overdue_on(self, day: datetime.date) -> Self:
        """Return needs without an answer after the last day for one."""
        return self.unanswered().filter(answer_by__lt=day)

    def touching(self, department_id: int) -> Self:
        """Return needs in which a department is customer or supplier."""
        return self.filter(Q(customer=department_id) | Q(supplier=department_id))

    def between(self, one: int, other: int) -> Self:
        """Return needs between two departments, in either direction."""
        return self.filter(Q(customer=one, supplier=other) | Q(customer=other, supplier=one))


class DialogueQuerySet(StoreQuerySet[M]):
    """Dialogues."""

    def with_names(self) -> Self:
        """Read what a list of dialogues shows in the same query."""
        return self.select_related("dealership", "series", "host", "guest")

    def readable_by(self, access: Access) -> Self:
        """Return dialogues whose agenda and minutes the person may read: the two departments', and the store's readers.

        Of a department: its people, and who leads it from above.
        """
        mine = self.visible_to(access.user)
        if access.reads_store:
            return mine
        departments = access.own | access.led
        return mine.filter(Q(host__in=departments) | Q(guest__in=departments))

    def touching(self, department_ids: Collection[int]) -> Self:
        """Return dialogues in which one of these departments takes part."""
        return self.filter(Q(host__in=department_ids) | Q(guest__in=department_ids))


class ObjectiveQuerySet(StoreQuerySet[M]):
    """Objectives."""

    def with_names(self) -> Self:
        """Read what a list of objectives shows in the same query; their customers in one more."""
        return self.select_related(
            "dealership", "owner", "owner_person", "source_department", "goal", "need"
        ).prefetch_related("customers__department")

    def readable_by(self, access: Access) -> Self:
        """Return objectives the person may read: each side knows the other's (R25), so all of the store's.

        A draft is its department's own until it is proposed: its people, who leads it, and who reads the store.
        """
        mine = self.visible_to(access.user)
        if access.reads_store:
            return mine
        return mine.filter(~Q(state="draft") | Q(owner__in=access.own | access.led))

    def under_way(self) -> Self:
        """Return objectives that were agreed and are not judged yet."""
        return self.filter(state__in=UNDER_WAY)

    def promised(self) -> Self:
        """Return objectives that both sides agreed, judged or not."""
        return self.filter(state__in=(*UNDER_WAY, "judged", "closed"))

    def for_customer(self, department_id: int) -> Self:
        """Return objectives that name a department as their internal customer."""
        return self.filter(customers__department=department_id)

    def between(self, one: int, other: int) -> Self:
        """Return objectives that one of two departments has for the other."""
        return self.filter(
            Q(owner=one, customers__department=other) | Q(owner=other, customers__department=one)
        ).distinct()

    def overdue_on(self, day: datetime.date) -> Self:
        """Return objectives whose due day has passed and that nobody has had judged."""
        return self.under_way().filter(due_on__lt=day)

    def due_soon(self, day: datetime.date, days: int = 30) -> Self:
        """Return objectives under way that are due from a day on within so many days."""
        return self.under_way().filter(due_on__gte=day, due_on__lte=day + datetime.timedelta(days=days))
