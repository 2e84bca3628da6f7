"""What a store still lacks before everybody can rate: read for the setup page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.models import Dealership, Department, Position, Role, User
from supplychain.models import Link

#: So many names are listed; the rest is counted.
SHOWN = 8


@dataclass(frozen=True)
class Entry:
    """One department, person or link that lacks something, and where that is mended."""

    name: str
    url: str


@dataclass(frozen=True)
class Gap:
    """Something missing: what, why it matters, and where."""

    title: str
    why: str
    entries: list[Entry]

    @property
    def shown(self) -> list[Entry]:
        """The first few."""
        return self.entries[:SHOWN]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(len(self.entries) - SHOWN, 0)


@dataclass(frozen=True)
class Readiness:
    """How far a store is set up."""

    departments: int
    people: int
    links: int
    gaps: list[Gap]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been set up yet."""
        return not self.departments and not self.links


def readiness_of(dealership: Dealership) -> Readiness:
    """Read a store's departments, people, positions and links once each, and say what is missing."""
    today = dealership.today()
    departments = list(Department.objects.filter(dealership=dealership).active())
    people = list(User.objects.filter(dealership=dealership, is_active=True))
    positions = list(Position.objects.filter(dealership=dealership, person__is_active=True).held_on(today))
    links = list(Link.objects.filter(dealership=dealership).active_on(today).with_names())

    staffed = {position.department_id for position in positions}
    managed = {position.department_id for position in positions if position.role == Role.MANAGER}
    placed = {position.person_id for position in positions}
    linked = {end for link in links for end in (link.supplier_id, link.customer_id)}
    # A link is rated by the customer's people, or by the manager of the department directly above it (R15).
    can_rate = {d.pk for d in departments if d.pk in staffed or d.parent_id in managed}

    gaps = []
    if departments and not any(department.heads_store for department in departments):
        gaps.append(
            Gap(
                _("No general manager's office"),
                _("Nobody reads the whole store, and the top departments have no superior."),
                [Entry(_("Departments"), reverse("admin:dealership_department_changelist"))],
            )
        )
    gaps += [
        Gap(
            _("Departments without a manager"),
            _("Nobody leads them, and their people have no superior there."),
            [_department(department) for department in departments if department.pk not in managed],
        ),
        Gap(
            _("Links that nobody can rate"),
            _("On the customer's side there is neither a person nor a manager above."),
            [_link(link) for link in links if link.customer_id not in can_rate],
        ),
        Gap(
            _("Links of closed departments"),
            _("They are still in force: end them."),
            [_link(link) for link in links if not (link.supplier.is_active and link.customer.is_active)],
        ),
        Gap(
            _("Departments without a link"),
            _("They are neither supplier nor customer of anybody."),
            [_department(department) for department in departments if department.pk not in linked],
        ),
        Gap(
            _("People without a position"),
            _("They can sign in, but rate nothing."),
            [
                Entry(str(person), reverse("admin:dealership_user_change", args=[person.pk]))
                for person in people
                if person.pk not in placed and not person.is_store_admin
            ],
        ),
    ]
    return Readiness(len(departments), len(people), len(links), [gap for gap in gaps if gap.entries])


def _department(department: Department) -> Entry:
    return Entry(department.label, reverse("admin:dealership_department_change", args=[department.pk]))


def _link(link: Link) -> Entry:
    return Entry(str(link), reverse("link_detail", args=[link.pk]))
