"""What flows: items, links, requests, calls for needs, interactions, and the outbox of their changes."""

from supplychain.models.calls import CallForNeeds, CallInvitation, StatedNeed
from supplychain.models.interactions import Interaction, InteractionState
from supplychain.models.links import Basis, Flow, Item, Link, Scale
from supplychain.models.marks import Mark, append_mark
from supplychain.models.requests import (
    Escalation,
    EscalationOutcome,
    RequestEvent,
    RequestEventKind,
    RequestState,
    SupplyRequest,
)

__all__ = [
    "Basis",
    "CallForNeeds",
    "CallInvitation",
    "Escalation",
    "EscalationOutcome",
    "Flow",
    "Interaction",
    "InteractionState",
    "Item",
    "Link",
    "Mark",
    "RequestEvent",
    "RequestEventKind",
    "RequestState",
    "Scale",
    "StatedNeed",
    "SupplyRequest",
    "append_mark",
]
