"""Who may read a single rating: its score, reasons, comment and history, and who gave it (R20).

Who may rate: supplychain/rights.py. What of confidential ratings is told together: surveys/told.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from dealership.access import Access
from dealership.models import Disclosure
from supplychain.models import Link
from surveys.models import Rating


@dataclass(frozen=True)
class Who:
    """How somebody is shown: a person by their name, or a department."""

    name: str
    is_person: bool

    def __str__(self) -> str:
        return self.name


def reads_ratings_on(access: Access, link: Link) -> bool:
    """Return whether the person may read the single ratings on a link, but for confidential ones.

    The customer's people may, they speak for the rater; so may who leads either side, and who reads the store. The
    supplier's members learn only whether something has been rated.
    """
    return (
        access.speaks_for(link.customer)
        or access.reads_ratings_of(link.customer_id)
        or access.reads_ratings_of(link.supplier_id)
    )


def reads_rating(access: Access, rating: Rating) -> bool:
    """Return whether the person may read one rating: their own, and another's unless it is confidential.

    Their own confidential one no more once somebody else could sign in as them.
    """
    is_own = rating.rater_id == access.user.pk
    if rating.is_confidential:
        return is_own and access.user.may_read_back(rating.rated_at)
    return is_own or reads_ratings_on(access, rating.link)


def knows_raters_on(access: Access, link: Link) -> bool:
    """Return whether a reader is told who of the customer said something: only the customer's own side is."""
    leads_customer = link.customer_id in access.led and link.supplier_id not in access.led
    return access.speaks_for(link.customer) or leads_customer


def shown_rater(access: Access, rating: Rating) -> Who:
    """Return how the rater is shown to somebody who reads the rating: by name, or as their department."""
    if rating.disclosure == Disclosure.OPEN or knows_raters_on(access, rating.link):
        return Who(str(rating.rater), is_person=True)
    return Who(rating.link.customer.label, is_person=False)
