"""What can be done with a need, by whom, and when: the whole state machine in one table (R24-R26)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dealership.access import Access
from dealership.models import Department
from objectives.models import EventKind as Kind
from objectives.models import Need
from objectives.models import NeedState as State
from objectives.querysets import OPEN_NEED
from objectives.signing import Signers


class Part(StrEnum):
    """What part a person has in a need; one may have several."""

    CUSTOMER = "customer"
    #: Belongs to the supplier, or leads it.
    SUPPLIER = "supplier"
    #: Decides for the supplier: leads it, or stands in where nobody does.
    LEADER = "leader"


@dataclass(frozen=True)
class Act:
    """One act: whose (empty: nobody's, it follows from something else), in which states, and which it leads to."""

    kind: Kind
    parts: tuple[Part, ...]
    before: tuple[State, ...]
    after: State


_OPEN = tuple(State(state) for state in OPEN_NEED)

#: RAISE begins a need. REOPEN follows when the objective it became is dropped: it is open again, and not lost.
ACTS = {
    act.kind: act
    for act in (
        Act(Kind.ACKNOWLEDGE, (Part.SUPPLIER, Part.LEADER), (State.RAISED,), State.ACKNOWLEDGED),
        Act(Kind.DECLINE, (Part.LEADER,), _OPEN, State.DECLINED),
        Act(Kind.BECOME, (Part.LEADER,), _OPEN, State.OBJECTIVE),
        Act(Kind.WITHDRAW, (Part.CUSTOMER,), _OPEN, State.WITHDRAWN),
        Act(Kind.REOPEN, (), (State.OBJECTIVE,), State.ACKNOWLEDGED),
    )
}


def speaks_as_customer(access: Access, customer: Department, supplier_id: int) -> bool:
    """Return whether the person raises needs for a customer towards a supplier: speaks for it, is not of the supplier.

    The same rule as for requests and ratings over a supply link: nobody asks and answers at once.
    """
    return access.speaks_for(customer) and supplier_id not in access.own


def parts_in(access: Access, need: Need, signers: Signers | None = None) -> frozenset[Part]:
    """Return which parts a person has in a need.

    Who leads both departments from above speaks for the customer, and decides for the supplier only where nobody else
    does. `signers`: kept by the caller where many needs are asked about.
    """
    parts = set()
    supplier = need.supplier_id
    customer_side = speaks_as_customer(access, need.customer, supplier)
    if customer_side:
        parts.add(Part.CUSTOMER)
    if supplier in access.own:
        parts.add(Part.SUPPLIER)
    if supplier in access.led and (
        not customer_side or (signers or Signers(need.dealership)).may_sign(access.user, supplier)
    ):
        parts |= {Part.SUPPLIER, Part.LEADER}
    return frozenset(parts)


def open_acts(state: str, parts: frozenset[Part]) -> frozenset[Kind]:
    """Return what somebody with these parts may do with a need in a state."""
    return frozenset(act.kind for act in ACTS.values() if parts & set(act.parts) and State(state) in act.before)
