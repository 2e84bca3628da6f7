"""A store whose general manager has five managers below, one of them with a team's manager and five people."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

from surveys.models import ManagementRating
from tests.factories import DealershipFactory, DepartmentFactory, PositionFactory, UserFactory, manager_of, member_of

JANUARY = datetime.date(2026, 1, 1)


def make_management(**fields: object) -> SimpleNamespace:
    """Make the store: office, Service with a workshop, Finance; people by what they are."""
    store = DealershipFactory(**fields)
    office = DepartmentFactory(dealership=store, code="gm-office", heads_store=True, rank=1)
    service = DepartmentFactory(dealership=store, code="service", parent=office, rank=2)
    workshop = DepartmentFactory(dealership=store, code="workshop", parent=service, rank=3)
    finance = DepartmentFactory(dealership=store, code="finance", parent=office, rank=4)
    world = SimpleNamespace(store=store, office=office, service=service, workshop=workshop, finance=finance)
    world.gm = manager_of(office)
    world.head = manager_of(service)
    world.foreman = manager_of(workshop)
    world.accountant = manager_of(finance)
    world.deputy = PositionFactory(department=service, role="deputy").person
    world.clerks = [member_of(service) for _number in range(4)]
    world.mechanic = member_of(workshop)
    world.admin = UserFactory(dealership=store, is_store_admin=True)
    #: Whose superior the head of Service is.
    world.below = [world.foreman, world.deputy, *world.clerks]
    return world


def give(world: SimpleNamespace, person: object, month: datetime.date, score: int = 4, **fields: object):
    """Record what a subordinate said of the head of Service in a month."""
    return ManagementRating.objects.create(
        dealership=world.store,
        department=world.service,
        manager=world.head,
        month=month,
        given_by=person,
        side="subordinate",
        score=score,
        **fields,
    )
