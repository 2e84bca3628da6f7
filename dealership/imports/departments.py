"""Importing departments: the tree of a store, by code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dealership.imports.table import DIFFERS, Column, Job, Kind, Row, short
from dealership.models import Department

#: The department that heads a store in the standard store; in an import it does so by the same code.
HEAD_CODE = "gm-office"

COLUMNS = (
    Column("code", gettext_lazy("Short English word; the other files name the department by it."), "service", True),
    Column("name", gettext_lazy("The name in the store's own language."), pgettext_lazy("example", "Service"), True),
    Column("parent", gettext_lazy("Code of the department above; it may stand further down the file."), "gm-office"),
)


class _Plan(NamedTuple):
    """A department as its row wants it; `parent` is None where the file has no such column."""

    row: Row
    code: str
    name: str
    parent: str | None


def bring_in(job: Job) -> None:
    """Create and update departments by code. A parent may come later in the file; loops are refused."""
    existing = {d.code: d for d in Department.objects.filter(dealership=job.dealership)}
    plans = _read(job, existing)
    parents = {code: d.parent.code if d.parent else "" for code, d in existing.items()}
    parents.update({plan.code: plan.parent for plan in plans.values() if plan.parent is not None})
    for plan in plans.values():
        if plan.parent and plan.parent not in existing and plan.parent not in plans:
            plan.row.refuse("parent", _("There is no department with the code “%(code)s”.") % {"code": plan.parent})
        elif plan.code in _above(plan.code, parents):
            plan.row.refuse("parent", _("A department cannot be part of itself or of its own teams."))
    if job.report.error_count:
        return
    rank = max((d.rank for d in existing.values()), default=0)
    ranks = {code: rank + 10 * place for place, code in enumerate((c for c in plans if c not in existing), start=1)}
    # Parents first, so that each has its key by the time a child names it.
    for plan in sorted(plans.values(), key=lambda plan: len(list(_above(plan.code, parents)))):
        _save(job, plan, existing, parents, min(ranks.get(plan.code, 0), 32_000))


def _read(job: Job, existing: Mapping[str, Department]) -> dict[str, _Plan]:
    plans: dict[str, _Plan] = {}
    for row in job.table:
        code = row.text("code")
        if code not in existing:
            row.code("code")
        plan = _Plan(row, code, row.text("name", most=100), row.text("parent") if row.has("parent") else None)
        first = plans.get(code)
        if first is None:
            plans[code] = plan
        elif first[1:] == plan[1:]:
            job.report.unchanged += 1
        else:
            row.refuse("code", DIFFERS % {"line": first.row.line, "what": "code"})
    return plans


def _above(code: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the codes above a department, nearest first; in a loop each once."""
    seen: set[str] = set()
    above = parents.get(code)
    while above and above not in seen:
        seen.add(above)
        yield above
        above = parents.get(above)


def _save(job: Job, plan: _Plan, existing: dict[str, Department], parents: Mapping[str, str | None], rank: int) -> None:
    above = parents.get(plan.code)
    parent = existing[above] if above else None
    department = existing.get(plan.code)
    if department is None:
        heads_store = plan.code == HEAD_CODE and not any(d.heads_store for d in existing.values())
        department = Department(
            dealership=job.dealership,
            code=plan.code,
            name=plan.name,
            parent=parent,
            heads_store=heads_store,
            rank=rank,
        )
        department.save(force_insert=True)
        existing[plan.code] = department
        job.report.created += 1
        return
    changed = []
    if department.name != plan.name:
        department.name = plan.name
        # The name in the store's own language was written over; one beside it would hide the new name.
        translation = "name_en" if job.dealership.language == "en" else "name_zh_hans"
        setattr(department, translation, "")
        changed += ["name", translation]
    if department.parent_id != (parent.pk if parent else None):
        department.parent = parent
        changed.append("parent")
    if changed:
        department.save(update_fields=changed)
        job.report.updated += 1
    else:
        job.report.unchanged += 1


def department_named(row: Row, column: str, departments: Mapping[str, Department]) -> Department | None:
    """Return the department whose code a cell holds, or refuse the cell."""
    code = row.text(column)
    department = departments.get(code)
    if department is None:
        row.refuse(column, _("There is no department with the code “%(code)s”.") % {"code": short(code)})
    return department


DEPARTMENTS = Kind("departments", gettext_lazy("departments"), COLUMNS, bring_in, web_rows=2000)
