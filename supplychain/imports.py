"""Importing links and interactions, and finding the link a row of a file names."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dealership.imports import Column, Job, Kind, Row
from dealership.imports.departments import department_named
from dealership.imports.table import DIFFERS, short
from dealership.models import Dealership, Department, User
from supplychain.actions import mark_days
from supplychain.models import Basis, Flow, Interaction, Item, Link, Scale

BATCH = 1000  # rows looked up and written at once

FLOW = Column("flow", gettext_lazy("information, service or material."), "service", True)
SUPPLIER = Column("supplier", gettext_lazy("Code of the department that gives (upstream)."), "finance", True)
CUSTOMER = Column("customer", gettext_lazy("Code of the department that receives (downstream)."), "service", True)
ITEM = Column("item", gettext_lazy("Code of what flows."), "reimbursement", True)
EXTERNAL_ID = Column(
    "external_id",
    gettext_lazy("The row's own number where it comes from. Sent again, it changes nothing."),
    "A-1001",
    True,
)
OCCURRED_AT = Column(
    "occurred_at",
    gettext_lazy("ISO 8601, such as 2026-11-23T09:30 (the store's time) or 2026-11-23T01:30Z."),
    "2026-11-02T09:30",
    True,
)

LINK_COLUMNS = (
    FLOW,
    SUPPLIER,
    CUSTOMER,
    ITEM,
    Column(
        "item_name",
        gettext_lazy("The item's name in the store's own language."),
        pgettext_lazy("example", "Reimbursement"),
        True,
    ),
    Column("scale", gettext_lazy("binary (good / not good) or five (one to five)."), "binary", True),
    Column("basis", gettext_lazy("agreement, regulation or instruction. Empty: agreement."), "regulation"),
    Column("lead_time_days", gettext_lazy("How many working days ahead the customer asks. Empty: none agreed."), "3"),
    Column("windows", gettext_lazy("Weekly, such as “mon 09:00-12:00; wed”. Empty: any time."), "mon 09:00-12:00"),
)

INTERACTION_COLUMNS = (
    EXTERNAL_ID,
    FLOW,
    SUPPLIER,
    CUSTOMER,
    ITEM,
    OCCURRED_AT,
    Column("requester", gettext_lazy("User name of who asked for it."), "zhang.wei"),
    Column("note", gettext_lazy("A few words on what it was."), pgettext_lazy("example", "travel expenses")),
)


# --- Links ------------------------------------------------------------------------------------------

LinkKey = tuple[str, str, str, str]  # flow, supplier, customer and item codes


@dataclass
class _Structure:
    """What a store has already, by code, and what this file said so far."""

    departments: dict[str, Department]
    items: dict[str, Item]
    links: dict[LinkKey, Link]
    first_rows: dict[LinkKey, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    item_names: dict[str, tuple[int, str]] = field(default_factory=dict)


def bring_in_links(job: Job) -> None:
    """Create and update links by flow, supplier, customer and item; an item's code creates the item.

    A column the file leaves out stays as it is. Terms under which interactions were recorded are refused (R10).
    """
    store = job.dealership
    today = store.today()
    links = Link.objects.filter(dealership=store).with_names().order_by("pk")
    structure = _Structure(
        departments={d.code: d for d in Department.objects.filter(dealership=store)},
        items={item.code: item for item in Item.objects.filter(dealership=store)},
        links={_key(link): link for link in links if link.active_to is None or link.active_to >= today},
    )
    for row in job.table:
        _bring_in_link(job, row, structure)


def _key(link: Link) -> LinkKey:
    return (link.flow, link.supplier.code, link.customer.code, link.item.code)


def _bring_in_link(job: Job, row: Row, structure: _Structure) -> None:
    flow = row.choice("flow", tuple(Flow.values))
    supplier = department_named(row, "supplier", structure.departments)
    customer = department_named(row, "customer", structure.departments)
    for column, department in (("supplier", supplier), ("customer", customer)):
        if department is not None and not department.is_active:
            row.refuse(column, _("This department is closed."))
    if supplier is not None and supplier is customer:
        row.refuse("customer", _("Supplier and customer must be different departments."))
    terms: dict[str, object] = {"scale": row.choice("scale", tuple(Scale.values))}
    if row.has("basis"):
        terms["basis"] = row.choice("basis", tuple(Basis.values), default=Basis.AGREEMENT)
    if row.has("lead_time_days"):
        terms["lead_time_days"] = row.whole_number("lead_time_days", most=366)
    if row.has("windows"):
        terms["windows"] = row.text("windows", most=200)
    key = (flow, row.text("supplier"), row.text("customer"), row.text("item"))
    said = (row.text("item_name"), *(str(value) for value in terms.values()))
    first = structure.first_rows.setdefault(key, (row.line, said))
    if first[1] != said:
        row.refuse("item", DIFFERS % {"line": first[0], "what": "flow, supplier, customer, item"})
    if not row.ok or supplier is None or customer is None:
        return
    if first[0] != row.line:
        job.report.unchanged += 1
        return
    item, changed = _bring_in_item(job, row, structure)
    if item is None:
        return
    link = structure.links.get(key)
    if link is None:
        link = Link(dealership=job.dealership, flow=flow, supplier=supplier, customer=customer, item=item, **terms)
        link.active_from = _start_after_earlier_ones(link)
        if _is_valid(row, link):
            link.save(force_insert=True)
            structure.links[key] = link
            job.report.created += 1
        return
    before = {name: getattr(link, name) for name in terms}
    for name, value in terms.items():
        setattr(link, name, value)
    if not _is_valid(row, link):
        return
    changes = [name for name, value in before.items() if getattr(link, name) != value]
    if changes:
        link.save(update_fields=changes)
    if changes or changed:
        job.report.updated += 1
    else:
        job.report.unchanged += 1


def _bring_in_item(job: Job, row: Row, structure: _Structure) -> tuple[Item | None, bool]:
    """Return the row's item, made or renamed if need be, and whether it was renamed; None if the row was refused."""
    code, name = row.text("item"), row.text("item_name", most=100)
    first = structure.item_names.setdefault(code, (row.line, name))
    if first[1] != name:
        row.refuse("item_name", DIFFERS % {"line": first[0], "what": "item"})
    if not row.ok:
        return None, False
    item = structure.items.get(code)
    if item is not None:
        # A name the item has in either language is no new name.
        if name in (item.name, item.name_zh_hans, item.name_en):
            return item, False
        translation = "name_en" if job.dealership.language == "en" else "name_zh_hans"
        item.name = name
        setattr(item, translation, "")
        item.save(update_fields=["name", translation])
        return item, True
    row.code("item")
    if not row.ok:
        return None, False
    item = Item(dealership=job.dealership, code=code, name=name)
    item.save(force_insert=True)
    structure.items[code] = item
    return item, False


def _start_after_earlier_ones(link: Link) -> datetime.date | None:
    """Return when a link may begin: at any time, or today if the same link existed before and ended."""
    earlier = Link.objects.filter(
        dealership=link.dealership_id, flow=link.flow, supplier=link.supplier, customer=link.customer, item=link.item
    )
    return link.dealership.today() if earlier.exists() else None


def _is_valid(row: Row, link: Link) -> bool:
    try:
        link.full_clean(exclude=["dealership"])
    except ValidationError as error:
        row.refuse_invalid(error, "item")
        return False
    return True


# --- Naming a link ----------------------------------------------------------------------------------


class KnownLink(NamedTuple):
    """A link as imports need it."""

    pk: int
    flow: str
    supplier_id: int
    customer_id: int
    scale: str
    active_from: datetime.date
    active_to: datetime.date


class LinkBook:
    """A store's links and people by the names files give them. Three queries."""

    def __init__(self, dealership: Dealership) -> None:
        self._departments = {d.code: d for d in Department.objects.filter(dealership=dealership)}
        self._items = set(Item.objects.filter(dealership=dealership).values_list("code", flat=True))
        self._links: dict[LinkKey, list[KnownLink]] = defaultdict(list)
        for link in Link.objects.filter(dealership=dealership).with_names().order_by("pk"):
            known = KnownLink(
                link.pk,
                link.flow,
                link.supplier_id,
                link.customer_id,
                link.scale,
                link.active_from or datetime.date.min,
                link.active_to or datetime.date.max,
            )
            self._links[_key(link)].append(known)
        self._people = dict(User.objects.filter(dealership=dealership).values_list("username", "pk"))

    def link(self, row: Row, day: datetime.date | None) -> KnownLink | None:
        """Return the link a row names, the one in force on `day`; refuse the cells that are wrong.

        With `day` None (its cell was refused already) only the names are checked.
        """
        key = (row.choice("flow", tuple(Flow.values)), row.text("supplier"), row.text("customer"), row.text("item"))
        links = self._links.get(key)
        if links is None:
            self._refuse(row, key)
            return None
        if day is None:
            return None
        for link in links:
            if link.active_from <= day <= link.active_to:
                return link
        row.refuse("occurred_at", _("The supply link was not in force on this day."))
        return None

    def _refuse(self, row: Row, key: LinkKey) -> None:
        department_named(row, "supplier", self._departments)
        department_named(row, "customer", self._departments)
        if key[3] not in self._items:
            row.refuse("item", _("There is no item with the code “%(code)s”.") % {"code": short(key[3])})
        if key[1] == key[2]:
            row.refuse("customer", _("Supplier and customer must be different departments."))
        elif row.ok:
            row.refuse("item", _("There is no supply link with this flow, supplier, customer and item."))

    def person(self, row: Row, column: str) -> int | None:
        """Return the person of the store whose user name a cell holds, or refuse the cell; None if it is empty."""
        username = row.text(column)
        if not username:
            return None
        found = self._people.get(username) or self._people.get(User.normalize_username(username))
        if found is None:
            row.refuse(column, _("The store has nobody with the user name “%(name)s”.") % {"name": short(username)})
        return found


class SeenIds:
    """The external ids of the rows so far, so that a second row with one of them is noticed."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int]] = {}

    def is_new(self, row: Row, external_id: str, content: tuple[object, ...], job: Job) -> bool:
        """Return whether the id is new. If not, the row is unchanged (same content) or refused."""
        # A hash instead of the content keeps a million rows in little memory.
        fingerprint = hash(content)
        first = self._seen.setdefault(external_id, (row.line, fingerprint))
        if first[0] == row.line:
            return True
        if first[1] == fingerprint:
            job.report.unchanged += 1
        else:
            row.refuse("external_id", DIFFERS % {"line": first[0], "what": "external_id"})
        return False


# --- Interactions -----------------------------------------------------------------------------------


class _Plan(NamedTuple):
    """An interaction as its row wants it."""

    row: Row
    external_id: str
    link_id: int
    occurred_at: datetime.datetime
    day: datetime.date
    requester_id: int | None
    note: str


def bring_in_interactions(job: Job) -> None:
    """Create the interactions the store lacks; they wait for their ratings. Known external ids stay as they are."""
    book, seen = LinkBook(job.dealership), SeenIds()
    marked: set[tuple[int, datetime.date]] = set()
    for batch in job.batches(BATCH):
        plans = []
        for row in batch:
            plan = _read_interaction(job, row, book)
            if plan is not None and seen.is_new(row, plan.external_id, plan[2:], job):
                plans.append(plan)
        new = _without_known(job, plans)
        job.report.created += len(new)
        marked.update((plan.link_id, plan.day) for plan in new)
        if job.may_write:
            Interaction.objects.bulk_create([_interaction(job.dealership, plan) for plan in new])
    if job.may_write:
        mark_days([(job.dealership.pk, link_id, day) for link_id, day in sorted(marked)])


def _read_interaction(job: Job, row: Row, book: LinkBook) -> _Plan | None:
    external_id, note = row.text("external_id", most=100), row.text("note", most=300)
    occurred_at = row.moment("occurred_at", job.dealership, job.now)
    day = job.dealership.local_day(occurred_at) if occurred_at else None
    link = book.link(row, day)
    requester_id = book.person(row, "requester")
    if not row.ok or link is None or occurred_at is None or day is None:
        return None
    return _Plan(row, external_id, link.pk, occurred_at, day, requester_id, note)


def _without_known(job: Job, plans: Sequence[_Plan]) -> list[_Plan]:
    """Return the plans whose external id is new; refuse those that say something else than the store knows."""
    known = {
        values[0]: values[1:]
        for values in Interaction.objects.filter(
            dealership=job.dealership, external_id__in=[plan.external_id for plan in plans]
        ).values_list("external_id", "link_id", "occurred_at", "requester_id", "note", "rating__made_interaction")
    }
    new = []
    for plan in plans:
        found = known.get(plan.external_id)
        if found is None:
            new.append(plan)
            continue
        link_id, occurred_at, requester_id, note, made_by_rating = found
        same = (link_id, occurred_at) == (plan.link_id, plan.occurred_at)
        # One that a rating brought along knows no note and no requester: their lack says nothing.
        if same and (made_by_rating or (requester_id, note) == (plan.requester_id, plan.note)):
            job.report.unchanged += 1
        else:
            plan.row.refuse("external_id", _("The store has an interaction with this external_id and other values."))
    return new


def _interaction(dealership: Dealership, plan: _Plan) -> Interaction:
    return Interaction(
        dealership_id=dealership.pk,
        link_id=plan.link_id,
        occurred_at=plan.occurred_at,
        day=plan.day,
        requester_id=plan.requester_id,
        note=plan.note,
        external_id=plan.external_id,
    )


LINKS = Kind("links", gettext_lazy("supply links"), LINK_COLUMNS, bring_in_links, web_rows=2000)
INTERACTIONS = Kind("interactions", gettext_lazy("interactions"), INTERACTION_COLUMNS, bring_in_interactions)
