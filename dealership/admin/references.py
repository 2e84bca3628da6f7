"""What refers to a row: rows with history are ended or made inactive, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models
from django.utils.text import capfirst


def protecting_relations(model: type[models.Model]) -> Iterator[Any]:
    """Yield the foreign keys of other models that forbid deleting a row of `model`."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and getattr(relation, "on_delete", None) is models.PROTECT:
            yield relation.field  # type: ignore[union-attr]


def what_refers_to(row: models.Model) -> list[str]:
    """Return the names of the kinds of rows that refer to `row` and forbid its deletion, e.g. ["Positions"]."""
    found: list[str] = []
    for field in protecting_relations(type(row)):
        if field.model._base_manager.filter(**{field.name: row.pk}).exists():
            name = str(capfirst(field.model._meta.verbose_name_plural))
            if name not in found:
                found.append(name)
    return found


def ids_in_use(model: type[models.Model], ids: Collection[int], *, besides: type[models.Model]) -> set[int]:
    """Return which of the rows `ids` of `model` are referred to by rows of any model but `besides`."""
    used: set[int] = set()
    for field in protecting_relations(model):
        if field.model is not besides:
            rows = field.model._base_manager.filter(**{f"{field.name}__in": ids})
            used |= set(rows.order_by().values_list(field.attname, flat=True).distinct())
    return used
