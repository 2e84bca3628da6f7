"""What can be done with an objective, by whom, and when: the whole state machine in one table.

Recording facts and judging: objectives/actions_facts.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from objectives.models import EventKind as Kind
from objectives.models import ObjectiveState as State


class Part(StrEnum):
    """What part a person has in an objective; one may have several."""

    #: Belongs to the owner department, or leads it.
    OWNER = "owner"
    #: Signs for the owner department.
    OWNER_SIGNER = "owner_signer"
    #: Signs for a department whose signature is missing under the terms that are proposed.
    ASKED = "asked"
    #: Signs for the owner or for a customer.
    SIGNER = "signer"
    #: Proposed the terms that wait for signatures, or signs for the department that did.
    PROPOSER = "proposer"
    #: Stands above who manages the owner department.
    SUPERIOR = "superior"
    #: Belongs to one of the departments, leads it, or signs for it.
    SIDE = "side"


@dataclass(frozen=True)
class Act:
    """One act: whose, in which states of the objective, and whether terms have to be proposed for it (None: either)."""

    kind: Kind
    parts: tuple[Part, ...]
    before: tuple[State, ...]
    proposed: bool | None = None


UNDER_WAY = (State.AGREED, State.RUNNING)

#: An act may stand here twice: for a first proposal, and for a change of what is agreed.
ACTS = (
    Act(Kind.CHANGE, (Part.OWNER,), (State.DRAFT,)),
    Act(Kind.PROPOSE, (Part.OWNER_SIGNER,), (State.DRAFT,)),
    Act(Kind.PROPOSE, (Part.SIGNER,), UNDER_WAY, proposed=False),
    Act(Kind.SIGN, (Part.ASKED,), (State.PROPOSED, *UNDER_WAY), proposed=True),
    Act(Kind.REFUSE, (Part.ASKED,), (State.PROPOSED, *UNDER_WAY), proposed=True),
    Act(Kind.TAKE_BACK, (Part.PROPOSER,), (State.PROPOSED, *UNDER_WAY), proposed=True),
    Act(Kind.START, (Part.OWNER,), (State.AGREED,)),
    Act(Kind.DROP, (Part.OWNER,), (State.DRAFT,)),
    Act(Kind.DROP, (Part.OWNER_SIGNER,), (State.PROPOSED,)),
    Act(Kind.DROP, (Part.SUPERIOR,), UNDER_WAY),
    Act(Kind.COMMENT, (Part.SIDE,), tuple(State)),
)


def open_acts(state: str, parts: frozenset[Part], *, proposed: bool) -> frozenset[Kind]:
    """Return what somebody with these parts may do now; `proposed`: whether terms wait for signatures."""
    return frozenset(
        act.kind
        for act in ACTS
        if State(state) in act.before and set(act.parts) & parts and act.proposed in (None, proposed)
    )


def states_before(kind: Kind) -> tuple[State, ...]:
    """Return the states in which an act is open to anybody."""
    return tuple(state for act in ACTS if act.kind == kind for state in act.before)
