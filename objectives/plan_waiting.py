"""Which company plans wait for a person's signature: for the inbox (R23)."""

from __future__ import annotations

from dataclasses import dataclass

from dealership.access import Access
from dealership.models import Department
from objectives.acts_plan import name_of, signing_departments
from objectives.models import CompanyPlan, PlanSignature, PlanState


@dataclass(frozen=True)
class PlanToSign:
    """A plan and the departments the person has to sign it for."""

    plan: CompanyPlan
    departments: tuple[Department, ...]

    @property
    def year(self) -> str:
        """How its year is called."""
        return name_of(self.plan)


def plans_to_sign(access: Access) -> list[PlanToSign]:
    """Return the plans that wait for a person's signature, the earliest year first.

    Costs no query for who manages no department that signs; else one, and a second where a plan is being signed.
    """
    mine = [department for department in signing_departments(access.tree) if department.pk in access.managed]
    if not mine:
        return []
    signing = CompanyPlan.objects.visible_to(access.user).filter(state=PlanState.SIGNING)
    plans = list(signing.select_related("dealership").order_by("year"))
    if not plans:
        return []
    rows = PlanSignature.objects.filter(plan__in=plans, department__in=mine)
    signed = set(rows.values_list("plan", "revision", "department"))
    found = []
    for plan in plans:
        open_for = [department for department in mine if (plan.pk, plan.revision, department.pk) not in signed]
        if open_for:
            found.append(PlanToSign(plan, tuple(open_for)))
    return found
