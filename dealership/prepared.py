"""Queries whose SQL is worked out once, for the few that run with every request or every rating.

Working a query's SQL out takes Django two to four times as long as running it and reading its row (measured:
docs/performance.md). Where that shows, a query is prepared: built once, with marks in place of its values.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet
from django.http import Http404

M = TypeVar("M", bound=Model)

LARGEST = 2**63 - 1  # a database's bigint
MARK = -(10**12)  # marks are counted down from here: no key of a row


class Prepared(Generic[M]):
    """A queryset of whole numbers, such as `Prepared(lambda pk: User.objects.filter(pk=pk))`; call it with theirs.

    `build` must give the same query for every value. Raises ValueError at its first use if one of its parameters is
    not a parameter of the SQL.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build

    def __call__(self, *values: int) -> list[M]:
        """Run the query; returns its rows, with what it selects along, as `list(build(*values))` would."""
        if any(abs(value) > LARGEST for value in values):
            return []  # as Django does: the address may hold any number
        compiler, sql, marked = self._compiled
        params = tuple(values[MARK - param] if _is_mark(param) else param for param in marked)
        run = copy.copy(compiler)
        run.connection = connections[compiler.using]  # each thread has its own
        run.as_sql = lambda *_args, **_kwargs: (sql, params)
        query = copy.copy(compiler.query)
        query.get_compiler = lambda *_args, **_kwargs: run
        return list(QuerySet(model=query.model, query=query, using=compiler.using))

    def get_or_404(self, *values: int) -> M:
        """Return the one row. Raises Http404 if there is none."""
        rows = self(*values)
        if not rows:
            raise Http404
        return rows[0]

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        """The compiler, the SQL, and its parameters with marks among them."""
        names = list(inspect.signature(self._build).parameters)
        queryset = self._build(*(MARK - place for place in range(len(names))))
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        missing = [name for place, name in enumerate(names) if MARK - place not in params]
        if missing:
            raise ValueError(f"no parameter of the SQL: {', '.join(missing)}")
        return compiler, sql, tuple(params)


def _is_mark(param: Any) -> bool:
    return isinstance(param, int) and param <= MARK
