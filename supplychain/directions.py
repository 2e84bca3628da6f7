"""Who is whose customer, flow by flow (R8), and the map of a whole store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.models import Department
from supplychain.models import Flow, Link
from supplychain.wording import listed


@dataclass(frozen=True)
class Direction:
    """What one department gives another in one flow."""

    flow: str
    supplier: Department
    customer: Department
    links: list[Link]

    @property
    def items(self) -> str:
        """The items in a sentence."""
        return listed(link.item.label for link in self.links)

    @property
    def sentence(self) -> str:
        """Who is whose customer, in words: the flow is always named (R8)."""
        return _("In the %(flow)s, %(supplier)s is the supplier and %(customer)s is the customer: %(items)s.") % {
            "flow": Flow(self.flow).label,
            "supplier": self.supplier.label,
            "customer": self.customer.label,
            "items": self.items,
        }

    @property
    def pair_url(self) -> str:
        """The page of these two departments."""
        return pair_url(self.supplier, self.customer)


@dataclass(frozen=True)
class FlowPart:
    """One flow between two departments, or of a whole store."""

    flow: str
    directions: list[Direction] = field(default_factory=list)

    @property
    def by_supplier(self) -> list[tuple[Department, list[Direction]]]:
        """The directions of each supplier together."""
        groups = groupby(self.directions, key=lambda direction: direction.supplier.pk)
        together = [list(group) for _pk, group in groups]
        return [(directions[0].supplier, directions) for directions in together]


def pair_url(one: Department, other: Department) -> str:
    """Return the address of the page of two departments."""
    return f"{reverse('pair')}?{urlencode({'a': one.code, 'b': other.code})}"


def directions_of(links: Iterable[Link]) -> list[Direction]:
    """Group links, read with their names and in the model's order, by flow, supplier and customer."""

    def key(link: Link) -> tuple[str, int, int]:
        return link.flow, link.supplier_id, link.customer_id

    found = []
    for (flow, _supplier, _customer), group in groupby(links, key=key):
        # Items in the order in which the store entered them: as people list them, not by their codes.
        together = sorted(group, key=lambda link: (link.item_id, link.pk))
        found.append(Direction(flow, together[0].supplier, together[0].customer, together))
    return found


def by_flow(links: Iterable[Link], *, flows: Iterable[str] = tuple(Flow.values)) -> list[FlowPart]:
    """Return one part for each of `flows`, in their order, with what runs in it; empty parts included."""
    directions = directions_of(links)
    return [FlowPart(flow, [d for d in directions if d.flow == flow]) for flow in flows]


def graph_of(parts: Iterable[FlowPart], departments: Iterable[Department]) -> dict[str, list[dict[str, Any]]]:
    """Return the data of the map: departments as nodes, one edge for each supplier, customer and flow."""
    directions = [direction for part in parts for direction in part.directions]
    weights: dict[int, int] = {}
    for direction in directions:
        for end in (direction.supplier, direction.customer):
            weights[end.pk] = weights.get(end.pk, 0) + len(direction.links)
    return {
        "nodes": [{"id": d.code, "name": d.label, "weight": weights[d.pk]} for d in departments if d.pk in weights],
        "links": [
            {
                "source": direction.supplier.code,
                "target": direction.customer.code,
                "flow": direction.flow,
                "items": [link.item.label for link in direction.links],
                "url": direction.pair_url,
            }
            for direction in directions
        ],
    }


def finding(parts: Iterable[FlowPart]) -> str:
    """Return what the map shows, in one sentence: who serves the most departments. Empty without links."""
    served: dict[int, set[int]] = {}
    names: dict[int, str] = {}
    for part in parts:
        for direction in part.directions:
            served.setdefault(direction.supplier.pk, set()).add(direction.customer.pk)
            names[direction.supplier.pk] = direction.supplier.label
    if not served:
        return ""
    most = max(len(customers) for customers in served.values())
    suppliers = [names[pk] for pk, customers in served.items() if len(customers) == most]
    return ngettext(
        "%(suppliers)s: supplier of %(count)d department, more than any other",
        "%(suppliers)s: supplier of %(count)d departments, more than any other",
        most,
    ) % {"suppliers": listed(suppliers), "count": most}
