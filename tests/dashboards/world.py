"""A small store to look at: Service with two teams, Finance, Parts, and what flows between them."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

from django.utils import timezone

from supplychain.models import append_mark
from surveys.models import Rating
from surveys.rollups import absorb, shard_of
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    ItemFactory,
    LinkFactory,
    UserFactory,
    manager_of,
    member_of,
)

TERMS = {
    "reimbursement": ("service", "finance", "service", "binary"),
    "output-value": ("information", "service", "finance", "binary"),
    "repair-reports": ("information", "workshop", "finance", "five"),
    "parts-supply": ("material", "parts", "workshop", "binary"),
    "parts-issue": ("material", "counter", "workshop", "binary"),
    "invoices": ("information", "parts", "finance", "five"),
}


def make_world(*, zone: str = "Asia/Shanghai", **fields: object) -> SimpleNamespace:
    """Make the store; links are called by their items, departments by their codes, people by their department's."""
    store = DealershipFactory(time_zone=zone, **fields)
    world = SimpleNamespace(store=store)
    world.office = DepartmentFactory(dealership=store, code="gm-office", name="Office", heads_store=True, rank=1)
    names = {"service": "Service", "finance": "Finance", "parts": "Parts"}
    for rank, (code, name) in enumerate(names.items(), 2):
        department = DepartmentFactory(dealership=store, code=code, name=name, parent=world.office, rank=rank)
        setattr(world, code, department)
    for rank, (code, name) in enumerate({"workshop": "Workshop", "counter": "Counter"}.items(), 7):
        setattr(world, code, DepartmentFactory(dealership=store, code=code, name=name, parent=world.service, rank=rank))
    world.links = {
        code: LinkFactory(
            dealership=store,
            flow=flow,
            supplier=getattr(world, supplier),
            customer=getattr(world, customer),
            scale=scale,
            item=ItemFactory(dealership=store, code=code, name=code.replace("-", " ").capitalize()),
        )
        for code, (flow, supplier, customer, scale) in TERMS.items()
    }
    world.gm = manager_of(world.office)
    world.head = manager_of(world.service)
    world.foreman = manager_of(world.workshop)
    world.mechanic = member_of(world.workshop)
    world.clerk = member_of(world.service)
    world.accountant = manager_of(world.finance)
    world.storeman = manager_of(world.parts)
    world.admin = UserFactory(dealership=store, is_store_admin=True)
    world.newcomer = UserFactory(dealership=store)
    return world


def days_ago(days: int) -> datetime.datetime:
    """Return the moment so many days ago."""
    return timezone.now() - datetime.timedelta(days=days)


def rate(world: SimpleNamespace, item: str, *scores: int | None, at: datetime.datetime | None = None, **fields: object):
    """Record interactions on a link and rate them; None leaves one open. Returns the last rating or interaction."""
    link = world.links[item]
    short_notice = bool(fields.get("short_notice"))
    made = None
    for score in scores:
        moment = at or days_ago(0)
        state = "open" if score is None else "rated"
        made = interaction = InteractionFactory(link=link, occurred_at=moment, state=state, short_notice=short_notice)
        if score is not None:
            made = Rating.objects.create(
                dealership=world.store,
                interaction=interaction,
                link=link,
                day=interaction.day,
                scale=link.scale,
                score=score,
                rater=world.accountant,
                **fields,
            )
        append_mark(dealership_id=world.store.pk, link_id=link.pk, day=interaction.day)
    return made


def roll_up(world: SimpleNamespace) -> None:
    """Do what the scheduled job does."""
    absorb(shard_of(world.store.pk))
