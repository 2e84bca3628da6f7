"""A small store with requests in it: Finance reimburses Service on Mondays, and has a superior."""

import datetime
import uuid

from dealership.models import Department
from supplychain import actions_requests as acts
from supplychain.models import Escalation, RequestEvent
from tests.conftest import fresh
from tests.factories import DealershipFactory, DepartmentFactory, LinkFactory, manager_of, member_of

ONE_DAY = datetime.timedelta(days=1)


class World:
    """People: gm heads the store; finance and its clerk serve; service and its mechanic ask; hr stands beside."""

    def __init__(self, **link_terms):
        self.store = DealershipFactory(holiday_calendar="", working_week="mon tue wed thu fri sat sun")
        office = self.department("gm-office", heads_store=True)
        departments = {code: self.department(code, parent=office) for code in ("finance", "service", "hr")}
        self.people = {
            "gm": manager_of(office),
            "finance": manager_of(departments["finance"]),
            "clerk": member_of(departments["finance"]),
            "service": manager_of(departments["service"]),
            "mechanic": member_of(departments["service"]),
            "hr": manager_of(departments["hr"]),
        }
        self.link = LinkFactory(
            dealership=self.store,
            supplier=departments["finance"],
            customer=departments["service"],
            **link_terms,
        )

    def department(self, code, **fields) -> Department:
        return DepartmentFactory(dealership=self.store, code=code, **fields)

    def person(self, name):
        """The person as the next request would read them."""
        return fresh(self.people[name])

    def day(self, ahead=0):
        return self.store.today() + ahead * ONE_DAY

    def next_weekday(self, weekday):
        """The next day of this weekday (0: Monday) that is not today."""
        return self.day((weekday - self.day().weekday() - 1) % 7 + 1)

    def ask(self, who="service", **fields):
        fields = {"what": "travel receipts", "wanted_on": self.day(7), "submission_key": uuid.uuid4(), **fields}
        return acts.ask(acting_user=self.person(who), link=self.link, **fields)

    def accepted(self, ahead=3, **fields):
        return acts.accept(acting_user=self.person("clerk"), request=self.ask(**fields), promised_on=self.day(ahead))

    def done(self, **fields):
        return acts.finish(acting_user=self.person("clerk"), request=self.accepted(**fields))


def story(request):
    """The kinds of a request's timeline, oldest first."""
    return list(RequestEvent.objects.filter(request=request).order_by("pk").values_list("kind", flat=True))


def outcomes(request):
    return list(Escalation.objects.filter(request=request).values_list("outcome", flat=True))


def told(person):
    """What a person's notices say, oldest first, in English."""
    from django.utils import translation

    from dealership.models import Notice
    from dealership.notices import in_words

    with translation.override("en"):
        return [in_words(notice) for notice in Notice.objects.filter(person=person).order_by("pk")]
