"""What can be done with a recovery, by whom, and when: the whole state machine in one table (R21)."""

from __future__ import annotations

from dataclasses import dataclass

from supplychain.rights import Side
from surveys.models.recoveries import RUNNING
from surveys.models.recoveries import RecoveryEventKind as Kind
from surveys.models.recoveries import RecoveryState as State


@dataclass(frozen=True)
class Act:
    """One act: whose (empty: nobody's, it follows from something else), in which states, and which one it leads to.

    `after`: None where the state stays as it is.
    """

    kind: Kind
    sides: tuple[Side, ...]
    before: tuple[State, ...]
    after: State | None


#: OPEN also begins a recovery. OPEN and DROP follow from the rating, LAPSE from the time that passed.
ACTS = {
    act.kind: act
    for act in (
        Act(Kind.OPEN, (), (State.DROPPED,), State.OPEN),
        Act(Kind.ANSWER, (Side.SUPPLIER,), RUNNING, State.PLANNED),
        Act(Kind.MENDED, (Side.CUSTOMER,), RUNNING, State.MENDED),
        Act(Kind.NOT_MENDED, (Side.CUSTOMER,), (State.PLANNED,), State.ESCALATED),
        Act(Kind.DROP, (), (*RUNNING, State.MENDED, State.UNSAID), State.DROPPED),
        Act(Kind.LAPSE, (), (State.PLANNED,), State.UNSAID),
        Act(Kind.COMMENT, (Side.CUSTOMER, Side.SUPPLIER), tuple(State), None),
    )
}


def open_acts(state: str, side: Side | None) -> frozenset[Kind]:
    """Return what somebody on a side may do with a recovery in a state; nothing for people of neither side."""
    return frozenset(act.kind for act in ACTS.values() if side in act.sides and State(state) in act.before)
