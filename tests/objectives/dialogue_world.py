"""A small store that talks: HR serves Service, Service serves HR, below one general manager; every day is worked."""

from __future__ import annotations

import datetime
import uuid

from django.utils import translation

from dealership.models import Department, Notice
from dealership.notices import in_words
from objectives import actions_dialogues as talks
from objectives import actions_needs as acts
from objectives.models import Dialogue, Event, Need, Objective, ObjectiveCustomer
from tests.conftest import fresh
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    ItemFactory,
    LinkFactory,
    PositionFactory,
    UserFactory,
)

DAY = datetime.timedelta(days=1)

#: Who is who: role and department. Names are such that no page has them by chance.
PEOPLE = {
    "gm": ("manager", "gm-office", "Gao Zongguan"),
    "hr": ("manager", "hr", "Ren Shijing"),
    "deputy": ("deputy", "hr", "Fu Renshi"),
    "recruiter": ("member", "hr", "Zhao Pinren"),
    "service": ("manager", "service", "Fang Wujing"),
    "mechanic": ("member", "service", "Ji Xiuche"),
    "reception": ("manager", "reception", "Jie Daiyuan"),
    "finance": ("manager", "finance", "Qian Caiwu"),
}


class World:
    """The store, its departments by code, its people by name, and a link in each direction."""

    def __init__(self, **fields):
        self.store = DealershipFactory(
            **{"holiday_calendar": "", "working_week": "mon tue wed thu fri sat sun", **fields}
        )
        office = self._department("gm-office", heads_store=True)
        self.departments = {"gm-office": office}
        for code in ("hr", "service", "finance"):
            self.departments[code] = self._department(code, parent=office)
        self.departments["reception"] = self._department("reception", parent=self.departments["service"])
        self.people = {
            name: PositionFactory(
                department=self.departments[code],
                role=role,
                person=UserFactory(dealership=self.store, full_name=full_name),
            ).person
            for name, (role, code, full_name) in PEOPLE.items()
        }
        self.people["admin"] = UserFactory(dealership=self.store, is_store_admin=True, full_name="Guan Liyuan")
        self.people["elsewhere"] = PositionFactory().person
        self.link = self._link("hr", "service", "recruiting")
        self.back = self._link("service", "hr", "staff figures", flow="information")

    def _department(self, code, **fields) -> Department:
        return DepartmentFactory(dealership=self.store, code=code, name=code.replace("-", " ").title(), **fields)

    def _link(self, supplier, customer, item, **fields):
        return LinkFactory(
            dealership=self.store,
            supplier=self.departments[supplier],
            customer=self.departments[customer],
            item=ItemFactory(dealership=self.store, name=item),
            **fields,
        )

    def person(self, name):
        """The person as the next request would read them."""
        return fresh(self.people[name])

    def day(self, ahead=0):
        return self.store.today() + ahead * DAY

    # --- needs ---

    def need(self, who="service", **fields) -> Need:
        given = {
            "customer": self.departments["service"],
            "supplier": self.departments["hr"],
            "flow": "service",
            "what": "receptionists recruited in the planned time",
            "quantity": 2,
            "wanted_on": self.day(60),
            "submission_key": uuid.uuid4(),
        }
        need = acts.raise_need(acting_user=self.person(who), **{**given, **fields})
        return self.again(need)

    def again(self, thing):
        """The need or the dialogue as the next request would read it."""
        return type(thing).objects.with_names().get(pk=thing.pk)

    def objective(self, owner="hr", customer="service", **fields) -> Objective:
        """An objective of one department for another, written without its actions."""
        given = {"title": "Two receptionists by March", "due_on": self.day(60), "year": self.day().year}
        objective = Objective.objects.create(
            dealership=self.store,
            owner=self.departments[owner],
            source_department=self.departments[customer],
            created_by=self.people["hr"],
            **{**given, **fields},
        )
        ObjectiveCustomer.objects.create(
            dealership=self.store, objective=objective, department=self.departments[customer]
        )
        return objective

    # --- dialogues ---

    def talk(self, who="hr", ahead=20, **fields) -> Dialogue:
        given = {
            "host": self.departments["hr"],
            "guest": self.departments["service"],
            "rhythm": "quarterly",
            "starts_on": self.day(ahead),
        }
        return self.again(talks.call_dialogue(acting_user=self.person(who), **{**given, **fields}))

    def held(self, who="hr", minutes="We talked.", **fields) -> Dialogue:
        return self.write(self.talk(**fields), who, minutes)

    def write(self, dialogue, who="hr", minutes="We talked.", **fields) -> Dialogue:
        given = {"held_on": self.day(), "minutes": minutes, **fields}
        return self.again(talks.write_minutes(acting_user=self.person(who), dialogue=dialogue, **given))

    def sign(self, dialogue, who, revision=None) -> Dialogue:
        dialogue = self.again(dialogue)
        seen = dialogue.revision if revision is None else revision
        return self.again(talks.sign_minutes(acting_user=self.person(who), dialogue=dialogue, revision=seen))

    def signed(self, **fields) -> Dialogue:
        return self.sign(self.sign(self.held(**fields), "hr"), "service")


def story(**thing):
    """The kinds of a thing's timeline, oldest first."""
    return list(Event.objects.filter(**thing).order_by("pk").values_list("kind", flat=True))


def told(person):
    """What a person's notices say, oldest first, in English."""
    with translation.override("en"):
        return [in_words(notice) for notice in Notice.objects.filter(person=person).order_by("pk")]
