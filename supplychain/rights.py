"""On which side of a link a person acts, if on any: each person on one side at the most."""

from __future__ import annotations

from enum import StrEnum

from dealership.access import Access
from supplychain.models import Link


class Side(StrEnum):
    """The two sides of a link."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"


def is_customer(access: Access, link: Link) -> bool:
    """Return whether the person speaks for the link's customer and is not of its supplier (R15).

    They ask, take back, and rate. The same rule over rows: `rateable_by` and `as_customer` of the querysets.
    """
    return access.speaks_for(link.customer) and link.supplier_id not in access.own


def is_supplier(access: Access, link: Link) -> bool:
    """Return whether the person acts for the link's supplier: belongs to it, or leads it from above.

    Who leads both ends speaks for the customer, and so not for the supplier: nobody serves and judges at once.
    """
    if link.supplier_id in access.own:
        return True
    return link.supplier_id in access.led and not is_customer(access, link)


def side_of(access: Access, link: Link) -> Side | None:
    """Return the side on which the person acts on this link; None for everybody else."""
    if is_customer(access, link):
        return Side.CUSTOMER
    return Side.SUPPLIER if is_supplier(access, link) else None


def is_customer_today(access: Access, link: Link) -> bool:
    """Return whether the person acts for the customer of a link in force today: may ask, and rate unlogged work."""
    return is_customer(access, link) and link.is_active_on(link.dealership.today())
