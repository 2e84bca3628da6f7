"""Who has which part in an objective: whose signature is missing, who may give it, who proposed, who is above."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dealership.access import Access
from dealership.hierarchy import manager_for, superior_in_line
from dealership.models import Department, User
from objectives.acts_objectives import Part, open_acts
from objectives.models import EventKind, Objective, ObjectiveState, Terms, TermsState
from objectives.signing import Signers


def superior_for(objective: Objective) -> User | None:
    """Return who stands above the manager of the owner department; None above the general manager."""
    owner, today = objective.owner, objective.dealership.today()
    manager = manager_for(owner, today)
    return superior_in_line(manager, owner, today) if manager is not None else None


@dataclass(frozen=True)
class Signing:
    """An objective's terms and who signs them. `terms`: its versions in order, with signatures and their departments.

    `signers`: kept by the caller where it asks about more than one.
    """

    objective: Objective
    terms: tuple[Terms, ...]
    signers: Signers

    @classmethod
    def of(cls, objective: Objective, signers: Signers | None = None) -> Signing:
        """Read an objective's terms, with their signatures and criteria. Three queries."""
        found = Terms.objects.filter(objective=objective).select_related("written_by")
        terms = found.prefetch_related("signatures__department", "signatures__person", "criteria").order_by("number")
        return cls(objective, tuple(terms), signers or Signers(objective.dealership))

    def _in_state(self, *states: TermsState) -> Terms | None:
        return next((terms for terms in self.terms if terms.state in states), None)

    @cached_property
    def in_force(self) -> Terms | None:
        """The terms both sides signed last."""
        return self._in_state(TermsState.IN_FORCE)

    @cached_property
    def proposed(self) -> Terms | None:
        """The terms that wait for signatures; none where the objective takes no signatures any more."""
        if self.objective.state not in (ObjectiveState.PROPOSED, ObjectiveState.AGREED, ObjectiveState.RUNNING):
            return None
        return self._in_state(TermsState.PROPOSED)

    @cached_property
    def draft(self) -> Terms | None:
        """The terms that are being written."""
        return self._in_state(TermsState.DRAFT)

    @property
    def next_number(self) -> int:
        """The number of the next version of the terms."""
        return max((terms.number for terms in self.terms), default=0) + 1

    @property
    def current(self) -> Terms:
        """The terms a reader is shown first: in force, or else proposed or draft, or else the last there were."""
        return self.in_force or self._in_state(TermsState.PROPOSED, TermsState.DRAFT) or self.terms[-1]

    @cached_property
    def sides(self) -> list[Department]:
        """The departments that sign: the owner, then the customers."""
        return [self.objective.owner, *(customer.department for customer in self.objective.customers.all())]

    @cached_property
    def missing(self) -> list[Department]:
        """The departments whose signature is missing under the proposed terms."""
        if self.proposed is None:
            return []
        signed = {signature.department_id for signature in self.proposed.signatures.all()}
        return [department for department in self.sides if department.pk not in signed]

    @cached_property
    def _signed_by(self) -> set[int]:
        if self.proposed is None:
            return set()
        return {signature.person_id for signature in self.proposed.signatures.all()}

    def asked_of(self, department: Department) -> list[User]:
        """Return who may sign the proposed terms for a department: nobody who signed them for another."""
        return self.signers.of(department.pk, other_than=self._signed_by)

    def asked(self, user: User) -> list[Department]:
        """Return the departments for which a person may sign the proposed terms; the one they manage first."""
        found = [d for d in self.missing if any(person.pk == user.pk for person in self.asked_of(d))]
        return sorted(found, key=lambda d: user not in self.signers.managers_of(d.pk))

    def signs_for(self, user: User) -> list[Department]:
        """Return the sides a person signs for, whatever is proposed; the one they manage first."""
        found = [department for department in self.sides if self.signers.may_sign(user, department.pk)]
        return sorted(found, key=lambda d: user not in self.signers.managers_of(d.pk))

    @cached_property
    def proposed_for(self) -> Department | None:
        """The department that proposed the terms: its signature is the first."""
        first = next(iter(self.proposed.signatures.all()), None) if self.proposed is not None else None
        return first.department if first is not None else None

    def parts_of(self, access: Access) -> frozenset[Part]:
        """Return which parts a person has."""
        objective, user = self.objective, access.user
        if user.dealership_id != objective.dealership_id:
            return frozenset()
        parts = set()
        near = access.own | access.led
        if objective.owner_id in near:
            parts.add(Part.OWNER)
        if near & {department.pk for department in self.sides}:
            parts.add(Part.SIDE)
        if self.signers.may_sign(user, objective.owner_id):
            parts.add(Part.OWNER_SIGNER)
        if self.signs_for(user):
            parts |= {Part.SIGNER, Part.SIDE}
        if self.asked(user):
            parts |= {Part.ASKED, Part.SIDE}
        by = self.proposed_for
        if by is not None and self.proposed is not None:
            wrote = self.proposed.written_by_id == user.pk and by in self.signs_for(user)
            if wrote or self.signers.may_sign(user, by.pk):
                parts.add(Part.PROPOSER)
        if objective.state in (ObjectiveState.AGREED, ObjectiveState.RUNNING) and access.led:
            superior = superior_for(objective)
            if superior is not None and superior.pk == user.pk:
                parts.add(Part.SUPERIOR)
        return frozenset(parts)

    def is_open(self, kind: EventKind) -> bool:
        """Return whether an act is open to anybody now."""
        return kind in open_acts(self.objective.state, frozenset(Part), proposed=self.proposed is not None)

    def may_ever(self, access: Access, kind: EventKind) -> bool:
        """Return whether an act is one of those that a person does at some stage, or could have done before."""
        parts = self.parts_of(access)
        if kind in (EventKind.CHANGE, EventKind.START, EventKind.DROP):
            return Part.OWNER in parts or (kind == EventKind.DROP and Part.OWNER_SIGNER in parts)
        return (Part.SIDE if kind == EventKind.COMMENT else Part.SIGNER) in parts

    def acts_of(self, access: Access) -> frozenset[EventKind]:
        """Return what a person may do now."""
        return open_acts(self.objective.state, self.parts_of(access), proposed=self.proposed is not None)
