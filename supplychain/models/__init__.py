"""What flows: items, links, interactions, and the outbox of their changes."""

from supplychain.models.interactions import Interaction, InteractionState
from supplychain.models.links import Basis, Flow, Item, Link, Scale
from supplychain.models.marks import Mark, append_mark

__all__ = ["Basis", "Flow", "Interaction", "InteractionState", "Item", "Link", "Mark", "Scale", "append_mark"]
