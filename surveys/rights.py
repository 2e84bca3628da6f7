"""Who may read a single rating: its score, reasons, comment and history. Who may rate: supplychain/rights.py."""

from __future__ import annotations

from dealership.access import Access
from supplychain.models import Link


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
