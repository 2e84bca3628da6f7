"""Test data: one line makes one row, in one store unless told otherwise."""

from __future__ import annotations

import datetime

import factory
from django.utils import timezone

from dealership.models import Dealership, Department, Position, User
from supplychain.models import Interaction, Item, Link, SupplyRequest


class DealershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dealership

    slug = factory.Sequence(lambda n: f"store-{n}")
    name = factory.Sequence(lambda n: f"Store {n}")
    time_zone = "Asia/Shanghai"


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department

    dealership = factory.SubFactory(DealershipFactory)
    code = factory.Sequence(lambda n: f"department-{n}")
    name = factory.LazyAttribute(lambda o: o.code.title())


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    dealership = factory.SubFactory(DealershipFactory)
    username = factory.Sequence(lambda n: f"person-{n}")
    full_name = factory.LazyAttribute(lambda o: o.username.title())
    password = factory.django.Password("pass")


class PositionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Position

    dealership = factory.SelfAttribute("department.dealership")
    department = factory.SubFactory(DepartmentFactory)
    person = factory.SubFactory(UserFactory, dealership=factory.SelfAttribute("..dealership"))
    role = "manager"


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item

    dealership = factory.SubFactory(DealershipFactory)
    code = factory.Sequence(lambda n: f"item-{n}")
    name = factory.LazyAttribute(lambda o: o.code.title())


class LinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Link

    dealership = factory.SubFactory(DealershipFactory)
    flow = "service"
    supplier = factory.SubFactory(DepartmentFactory, dealership=factory.SelfAttribute("..dealership"))
    customer = factory.SubFactory(DepartmentFactory, dealership=factory.SelfAttribute("..dealership"))
    item = factory.SubFactory(ItemFactory, dealership=factory.SelfAttribute("..dealership"))
    scale = "binary"


class InteractionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interaction

    link = factory.SubFactory(LinkFactory)
    dealership = factory.SelfAttribute("link.dealership")
    occurred_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
    day = factory.LazyAttribute(lambda o: o.dealership.local_day(o.occurred_at))


class SupplyRequestFactory(factory.django.DjangoModelFactory):
    """A request in the state it is made in, without events and notices; `accepted` and `done` bring what they need."""

    class Meta:
        model = SupplyRequest

    class Params:
        accepted = factory.Trait(
            state="accepted",
            promised_on=factory.SelfAttribute("wanted_on"),
        )
        done = factory.Trait(
            state="done",
            promised_on=factory.SelfAttribute("wanted_on"),
            finished_on=factory.SelfAttribute("promised_on"),
            late_days=0,
            interaction=factory.RelatedFactory(
                InteractionFactory,
                factory_related_name="request",
                link=factory.SelfAttribute("request.link"),
                requester=factory.SelfAttribute("request.asked_by"),
                short_notice=factory.SelfAttribute("request.short_notice"),
            ),
        )

    link = factory.SubFactory(LinkFactory)
    dealership = factory.SelfAttribute("link.dealership")
    what = "travel receipts"
    asked_by = factory.SubFactory(UserFactory, dealership=factory.SelfAttribute("..dealership"))
    asked_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
    wanted_on = factory.LazyAttribute(lambda o: o.dealership.local_day(o.asked_at) + datetime.timedelta(days=7))


def manager_of(department: Department, **fields: object) -> User:
    """Make a person who manages a department, since before the records."""
    return PositionFactory(department=department, role="manager", **fields).person


def member_of(department: Department, **fields: object) -> User:
    """Make a person who is a member of a department."""
    return PositionFactory(department=department, role="member", **fields).person
