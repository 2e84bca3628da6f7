"""Setting up a store: the standard departments and links in one go."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from dealership.actions import require_store_admin
from dealership.models import Dealership, Department, User
from supplychain.models import Item, Link
from supplychain.standard_store import DEPARTMENTS, ITEMS, LINKS


class Created(NamedTuple):
    """How many rows were made."""

    departments: int
    items: int
    links: int


def create_standard_store(*, acting_user: User, dealership: Dealership) -> Created:
    """Give a store the departments of R1 and the links of R4-R9; see apply_standard_store.

    Raises PermissionDenied unless the person is the store's admin or runs the installation.
    """
    require_store_admin(acting_user, dealership.pk)
    return apply_standard_store(dealership)


@transaction.atomic
def apply_standard_store(dealership: Dealership) -> Created:
    """Add what the store lacks of the template; what it has (same code) stays as it is. Safe to repeat."""
    # Two who press the button at once take turns; the second finds everything there.
    Dealership.objects.select_for_update().get(pk=dealership.pk)
    departments = {d.code: d for d in Department.objects.filter(dealership=dealership)}
    has_head = any(department.heads_store for department in departments.values())
    before = (len(departments), Item.objects.filter(dealership=dealership).count())
    for rank, plan in enumerate(DEPARTMENTS, start=1):
        if plan.code not in departments:
            departments[plan.code] = Department.objects.create(
                dealership=dealership,
                code=plan.code,
                parent=departments[plan.parent] if plan.parent else None,
                heads_store=plan.code == "gm-office" and not has_head,
                rank=rank * 10,
                **_names(dealership, plan.zh_hans, plan.en),
            )
    items = {item.code: item for item in Item.objects.filter(dealership=dealership)}
    for code, (zh_hans, en) in ITEMS.items():
        if code not in items:
            items[code] = Item.objects.create(dealership=dealership, code=code, **_names(dealership, zh_hans, en))
    existing = set(
        Link.objects.filter(dealership=dealership).values_list("flow", "supplier__code", "customer__code", "item__code")
    )
    made = 0
    for link in LINKS:
        for customer in link.customers:
            if customer == link.supplier or (link.flow, link.supplier, customer, link.item) in existing:
                continue
            Link.objects.create(
                dealership=dealership,
                flow=link.flow,
                supplier=departments[link.supplier],
                customer=departments[customer],
                item=items[link.item],
                scale=link.scale,
                basis=link.basis,
                lead_time_days=link.lead_time_days,
                windows=link.windows,
            )
            made += 1
    return Created(len(departments) - before[0], len(items) - before[1], made)


def _names(dealership: Dealership, zh_hans: str, en: str) -> dict[str, str]:
    """Return the store's own name and its translation into the other language of the pages."""
    if dealership.language == "en":
        return {"name": en, "name_zh_hans": zh_hans}
    return {"name": zh_hans, "name_en": en}
