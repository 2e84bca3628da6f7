"""Who acts on a recovery, who reads it, and whom its lines name (R20).

The supplier's side reads of the customer's side the department, never a person: whoever said "not good", or that it is
not mended, is not to be known by it. The customer's side reads who of the supplier said what.
"""

from __future__ import annotations

import datetime

from dealership.access import Access
from dealership.models import User
from supplychain.rights import Side, is_customer
from surveys.models import Recovery, RecoveryEvent
from surveys.rights import Who, reads_ratings_on


def side_in(access: Access, recovery: Recovery) -> Side | None:
    """Return the side on which the person acts in a recovery: its owner and who leads the supplier for the supplier.

    Nobody serves and judges at once: who speaks for the customer does not answer, unless the recovery has come up to
    them as the supplier's superior; from then they answer, and others say whether it is mended. The same rule over
    rows: `as_customer` and `as_supplier` of the querysets.
    """
    link = recovery.link
    owns, leads = recovery.owner_id == access.user.pk, link.supplier_id in access.led
    if is_customer(access, link):
        return Side.SUPPLIER if owns and leads else Side.CUSTOMER
    return Side.SUPPLIER if owns or leads else None


def reads_recovery(access: Access, recovery: Recovery) -> bool:
    """Return whether the person may read a recovery: who may read its rating, and who has to mend it."""
    return recovery.owner_id == access.user.pk or reads_ratings_on(access, recovery.link)


def knows_customers_people(access: Access, recovery: Recovery) -> bool:
    """Return whether a recovery names the customer's people to a reader: only to those of the customer's own side.

    Those are who speaks for the customer, and who leads it without leading the supplier. Everybody else who may read
    it, such as the store's admin, reads the department's name.
    """
    side = side_in(access, recovery)
    if side is None:
        link = recovery.link
        return link.customer_id in access.led and link.supplier_id not in access.own
    return side == Side.CUSTOMER


def shown_person(access: Access, recovery: Recovery, side: str, person: User | None) -> Who:
    """Return how somebody who acted on a side is shown to a reader. Every page, title and message asks here (R20)."""
    link = recovery.link
    if side == RecoveryEvent.Side.CUSTOMER and not knows_customers_people(access, recovery):
        return Who(link.customer.label, is_person=False)
    if person is None:
        return Who((link.supplier if side == RecoveryEvent.Side.SUPPLIER else link.customer).label, is_person=False)
    return Who(str(person), is_person=True)


def is_overdue(recovery: Recovery, today: datetime.date) -> bool:
    """Return whether the day of the next word or deed has passed; over rows: `overdue_on` of the querysets."""
    return recovery.is_running and recovery.next_due < today
