"""What tests of calls for needs share: a supplier with customers, and a clock that stands."""

import datetime
import uuid
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from dealership.models import Notice
from dealership.notices import in_words
from supplychain.actions_calls import NeedLine, answer_call, open_call
from tests.conftest import fresh
from tests.factories import DealershipFactory, DepartmentFactory, ItemFactory, LinkFactory, manager_of
from tests.supplychain.pages import standard_store


@contextmanager
def at(moment, zone="Asia/Shanghai"):
    """Let it be a moment: aware, or the text of what the clocks of a zone show."""
    if isinstance(moment, str):
        moment = datetime.datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment.astimezone(datetime.UTC))
        yield


class Scene:
    """A supplier that serves some customers with one item, each department with its manager."""

    def __init__(self, store=None, *, customers=2, managers=True, **terms):
        self.store = store or DealershipFactory()
        self.item = ItemFactory(dealership=self.store, name="Vehicles")
        self.supplier = DepartmentFactory(dealership=self.store, name="Administration")
        self.manager = manager_of(self.supplier)
        self.customers = [DepartmentFactory(dealership=self.store, rank=n) for n in range(customers)]
        self.managers = [manager_of(customer) for customer in self.customers] if managers else []
        same = {"dealership": self.store, "supplier": self.supplier, "item": self.item, **terms}
        self.links = [LinkFactory(customer=customer, **same) for customer in self.customers]
        self.key = uuid.uuid4()
        self.need = NeedLine("shuttles to the station", 3, self.store.today() + datetime.timedelta(days=10))

    def open(self, person=None, **fields):
        """Open a call of the supplier, by its manager unless told otherwise."""
        given = {
            "supplier": self.supplier,
            "flow": "service",
            "item": self.item,
            "question": "Which jobs do you have?",
            "deadline": self.store.today() + datetime.timedelta(days=5),
        }
        return open_call(acting_user=fresh(person or self.manager), **{**given, **fields})

    def answer(self, invitation, person, version=0, **answer):
        """Answer with the one need of the scene, unless told otherwise."""
        answer = answer or {"needs": [self.need]}
        return answer_call(acting_user=fresh(person), invitation=invitation, version=version, **answer)


def told(person):
    """Return what a person's notices say in English, the oldest first."""
    with translation.override("en"):
        return [in_words(notice) for notice in Notice.objects.filter(person=person).order_by("pk")]


def people_of_standard_store(*codes, language="en"):
    """Make a standard store; return it, its departments by code, and the managers of some of them."""
    store, departments = standard_store(language)
    return store, departments, {code: manager_of(departments[code]) for code in codes}
