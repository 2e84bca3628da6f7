"""Who may rate on a link, and who may read a single rating: its score, reasons, comment and history."""

from __future__ import annotations

from dealership.access import Access
from supplychain.models import Link


def may_rate(access: Access, link: Link) -> bool:
    """Return whether the person speaks for the link's customer and is not of its supplier (R15).

    The same rule over rows: `rateable_by` in supplychain/querysets.py.
    """
    return access.speaks_for(link.customer) and link.supplier_id not in access.own


def may_rate_today(access: Access, link: Link) -> bool:
    """Return whether the person may rate on the link something that nobody logged: as above, while it is in force."""
    return may_rate(access, link) and link.is_active_on(link.dealership.today())


def reads_ratings_on(access: Access, link: Link) -> bool:
    """Return whether the person may read the single ratings on a link.

    The customer's people may, they speak for the rater; so may who leads either side, and who reads the store. The
    supplier's members learn only whether something has been rated.
    """
    return (
        access.speaks_for(link.customer)
        or access.reads_ratings_of(link.customer_id)
        or access.reads_ratings_of(link.supplier_id)
    )
