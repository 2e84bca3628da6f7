"""On which side of an objective a person acts, if on any: each person on one side at the most."""

from __future__ import annotations

from enum import StrEnum

from dealership.access import Access
from objectives.models import Objective, ObjectiveCustomer


class Side(StrEnum):
    """The two sides of an objective."""

    OWNER = "owner"
    CUSTOMER = "customer"


def side_of(access: Access, objective: Objective) -> Side | None:
    """Return the side on which the person acts; None for everybody else.

    Who belongs to the owner department acts for it; who belongs to a customer, or leads one, for the customers. Who
    leads both from above speaks for the customers, as over a link: nobody promises and judges at once.
    """
    if access.user.dealership_id != objective.dealership_id:
        return None
    if objective.owner_id in access.own:
        return Side.OWNER
    customers = {customer.department_id for customer in objective.customers.all()}
    if customers & (access.own | access.led):
        return Side.CUSTOMER
    return Side.OWNER if objective.owner_id in access.led else None


def answers_for(access: Access, objective: Objective) -> list[ObjectiveCustomer]:
    """Return the customers of an objective that the person answers for: those they lead, unless they are its owner."""
    if side_of(access, objective) is not Side.CUSTOMER:
        return []
    return [customer for customer in objective.customers.all() if customer.department_id in access.led]


def reads_evidence(access: Access, objective: Objective) -> bool:
    """Return whether the person may open the evidence of an objective: both sides, and who reads the store."""
    if access.user.dealership_id != objective.dealership_id:
        return False
    return access.reads_store or side_of(access, objective) is not None
