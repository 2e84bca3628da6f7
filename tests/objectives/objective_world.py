"""A small store with objectives: HR promises Accessories and Service something, under a general manager."""

import datetime
import uuid
from decimal import Decimal

from django.utils import translation

from dealership.models import Department, Notice
from dealership.notices import in_words
from objectives import actions_objectives as acts
from objectives.actions_objectives import MeasureLine
from objectives.models import Criterion, Event, Terms
from tests.conftest import fresh
from tests.factories import DealershipFactory, DepartmentFactory, manager_of, member_of

ONE_DAY = datetime.timedelta(days=1)


class World:
    """People: gm heads the store; hr and its recruiter promise; accessories, service and its mechanic are promised to;
    crm stands beside."""

    def __init__(self, **store):
        self.store = DealershipFactory(holiday_calendar="", **store)
        office = self.department("gm-office", heads_store=True)
        self.departments = {
            code: self.department(code, parent=office) for code in ("hr", "accessories", "service", "crm")
        }
        self.departments["gm-office"] = office
        self.people = {
            "gm": manager_of(office),
            "hr": manager_of(self.departments["hr"]),
            "recruiter": member_of(self.departments["hr"]),
            "accessories": manager_of(self.departments["accessories"]),
            "fitter": member_of(self.departments["accessories"]),
            "service": manager_of(self.departments["service"]),
            "mechanic": member_of(self.departments["service"]),
            "crm": manager_of(self.departments["crm"]),
        }

    def __getitem__(self, code) -> Department:
        return self.departments[code]

    def department(self, code, **fields) -> Department:
        return DepartmentFactory(dealership=self.store, code=code, **fields)

    def person(self, name):
        """The person as the next request would read them."""
        return fresh(self.people[name])

    def day(self, ahead=0):
        return self.store.today() + ahead * ONE_DAY

    def line(self, **fields) -> MeasureLine:
        """3 qualified fitters on duty, in 60 days, unless said otherwise."""
        said = {
            "kind": "number",
            "what": "qualified fitters on duty",
            "comparison": "at_least",
            "target": Decimal(3),
            "unit": "",
            "due_on": self.day(60),
        }
        return MeasureLine(**{**said, **fields})

    def draft(self, who="hr", customers=("accessories",), **fields):
        fields = {
            "owner": self["hr"],
            "title": "3 qualified fitters on duty",
            "customers": [self[code] for code in customers],
            "source": "customer",
            "source_department": self[customers[0]],
            "criteria": [self.line()],
            "submission_key": uuid.uuid4(),
            **fields,
        }
        return acts.draft_objective(acting_user=self.person(who), **fields)

    def proposed(self, **fields):
        return acts.propose(acting_user=self.person("hr"), objective=self.draft(**fields))

    def sign(self, objective, who, **more):
        return acts.sign_terms(acting_user=self.person(who), objective=objective, **more)

    def agreed(self, **fields):
        objective = self.proposed(**fields)
        for customer in objective.customers.all():
            self.sign(objective, customer.department.code)
        return objective

    def change(self, objective, who="hr", reason="the training takes longer", **fields):
        fields = {"criteria": [self.line(due_on=self.day(90))], **fields}
        return acts.change_terms(acting_user=self.person(who), objective=objective, reason=reason, **fields)


def story(objective):
    """The kinds of an objective's timeline, oldest first."""
    return list(Event.objects.filter(objective=objective).order_by("pk").values_list("kind", flat=True))


def terms_of(objective):
    """The versions of an objective's terms: number and state."""
    return list(Terms.objects.filter(objective=objective).order_by("number").values_list("number", "state"))


def numbers_of(terms):
    """What each criterion of terms says, by its number."""
    return dict(Criterion.objects.filter(terms=terms).values_list("number", "what"))


def told(person):
    """What a person's notices say, oldest first, in English."""
    with translation.override("en"):
        return [in_words(notice) for notice in Notice.objects.filter(person=person).order_by("pk")]
