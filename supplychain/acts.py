"""What can be done with a request, by whom, and when: the whole state machine in one table.

Not done here: whether an exception is pending (then its superior has it, see `open_acts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from supplychain.models import RequestEventKind as Kind
from supplychain.models import RequestState as State
from supplychain.rights import Side


@dataclass(frozen=True)
class Act:
    """One act: who may do it (None: either side), in which states, and which state it leads to (None: it stays)."""

    kind: Kind
    side: Side | None
    before: tuple[State, ...]
    after: State | None = None


WAITING = (State.ASKED, State.ACCEPTED)

#: The superior's decision is nobody's side: it is the act of the person the exception was taken to.
DECIDE = Act(Kind.DECIDE, None, WAITING)

ACTS = {
    act.kind: act
    for act in (
        Act(Kind.ACCEPT, Side.SUPPLIER, (State.ASKED,), State.ACCEPTED),
        Act(Kind.DECLINE, Side.SUPPLIER, WAITING, State.DECLINED),
        Act(Kind.PROMISE, Side.SUPPLIER, (State.ACCEPTED,)),
        Act(Kind.FINISH, Side.SUPPLIER, (State.ACCEPTED,), State.DONE),
        Act(Kind.ESCALATE, Side.SUPPLIER, WAITING),
        Act(Kind.WITHDRAW, Side.CUSTOMER, WAITING, State.WITHDRAWN),
        Act(Kind.REOPEN, Side.CUSTOMER, (State.DONE,), State.ACCEPTED),
        Act(Kind.TRIP, None, (*WAITING, State.DONE)),
        DECIDE,
        Act(Kind.COMMENT, None, tuple(State)),
    )
}

#: While the superior has the exception, the supplier neither finishes nor declines nor takes up another one.
NOT_WHILE_PENDING = frozenset({Kind.FINISH, Kind.DECLINE, Kind.ESCALATE})


def open_acts(state: str, side: Side | None, *, pending: bool, rated: bool) -> frozenset[Kind]:
    """Return what somebody on a side may do with a request now; the superior's decision is not among it.

    `pending`: whether an exception waits for the superior; `rated`: whether its interaction waits for no rating any
    more: then it is closed, and only words can be added.
    """
    if side is None:
        return frozenset()
    kinds: Iterable[Kind] = (
        act.kind
        for act in ACTS.values()
        if act is not DECIDE and act.side in (None, side) and State(state) in act.before
    )
    if pending:
        kinds = [kind for kind in kinds if kind not in NOT_WHILE_PENDING]
    if rated:
        kinds = [kind for kind in kinds if kind is Kind.COMMENT]
    return frozenset(kinds)
