"""A small store with something to mend: Finance serves Service's reception, below one general manager."""

from __future__ import annotations

import datetime

from dealership.models import Notice, User
from dealership.notices import in_words
from surveys import actions_recovery as acts
from surveys.actions import rate_interaction
from surveys.models import Recovery, RecoveryEvent
from tests.conftest import fresh
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    ItemFactory,
    LinkFactory,
    PositionFactory,
    UserFactory,
)

DAY = datetime.timedelta(days=1)

#: Who is who: role and department. Names are such that no page has them by chance.
PEOPLE = {
    "gm": ("manager", "gm-office", "Gao Zongguan"),
    "finance": ("manager", "finance", "Qian Caiwu"),
    "deputy": ("deputy", "finance", "Fu Shoujin"),
    "cashier": ("member", "finance", "Chu Najia"),
    "service": ("manager", "service", "Fang Wujing"),
    "rater": ("member", "reception", "Ping Jiaren"),
    "colleague": ("member", "reception", "Tong Shixin"),
    "hr": ("manager", "hr", "Ren Shijing"),
}
CUSTOMERS = ("service", "rater", "colleague")


class World:
    """Every day is worked here, so that days can be counted; finance → reception, an item that is reimbursed."""

    def __init__(self, *, scale: str = "binary", **fields: object) -> None:
        fields = {"holiday_calendar": "", "working_week": "mon tue wed thu fri sat sun", **fields}
        self.store = DealershipFactory(**fields)
        self.departments = {"gm-office": self._department("gm-office", heads_store=True)}
        for code in ("finance", "service", "hr"):
            self.departments[code] = self._department(code, parent=self.departments["gm-office"])
        self.departments["reception"] = self._department("reception", parent=self.departments["service"])
        self.people: dict[str, User] = {
            name: PositionFactory(
                department=self.departments[code],
                role=role,
                person=UserFactory(dealership=self.store, full_name=full_name),
            ).person
            for name, (role, code, full_name) in PEOPLE.items()
        }
        self.people["admin"] = UserFactory(dealership=self.store, is_store_admin=True, full_name="Guan Liyuan")
        self.people["elsewhere"] = PositionFactory().person
        self.link = LinkFactory(
            dealership=self.store,
            supplier=self.departments["finance"],
            customer=self.departments["reception"],
            item=ItemFactory(dealership=self.store, code="reimbursement", name="Reimbursement"),
            scale=scale,
        )

    def _department(self, code, **fields):
        return DepartmentFactory(dealership=self.store, code=code, **fields)

    def person(self, name: str) -> User:
        """The person as the next request would read them."""
        return fresh(self.people[name])

    def leave(self, name: str) -> None:
        """Let somebody leave their chair vacant."""
        self.people[name].positions.update(end=self.day(-1))

    def day(self, ahead: int = 0) -> datetime.date:
        return self.store.today() + ahead * DAY

    def rate(self, score: int = 0, by: str = "rater"):
        return rate_interaction(
            acting_user=self.person(by), interaction=InteractionFactory(link=self.link), score=score
        )

    def opened(self, by: str = "rater") -> Recovery:
        return self.seen(Recovery.objects.get(interaction=self.rate(by=by).interaction))

    def planned(self, ahead: int = 2) -> Recovery:
        return self.answer(self.opened(), ahead=ahead)

    def seen(self, recovery: Recovery) -> Recovery:
        """The recovery as the next request would read it."""
        return Recovery.objects.with_names().get(pk=recovery.pk)

    def answer(self, recovery, by="finance", plan="We pay on Monday.", ahead=2, version=None) -> Recovery:
        return acts.answer_recovery(
            acting_user=self.person(by),
            recovery=self.seen(recovery),
            version=version or recovery.version,
            plan=plan,
            promised_on=self.day(ahead),
        )

    def mended(self, recovery, by="rater", version=None, text="") -> Recovery:
        version = version or recovery.version
        return acts.say_mended(acting_user=self.person(by), recovery=self.seen(recovery), version=version, text=text)

    def not_mended(self, recovery, by="rater", version=None, text="Still no money.") -> Recovery:
        version = version or recovery.version
        return acts.say_not_mended(
            acting_user=self.person(by), recovery=self.seen(recovery), version=version, text=text
        )

    def comment(self, recovery, by="rater", words="Which account?") -> RecoveryEvent:
        return acts.comment_on_recovery(acting_user=self.person(by), recovery=self.seen(recovery), words=words)

    def told(self, name: str) -> list[str]:
        """Return what a person's notices say, the oldest first."""
        return [in_words(notice) for notice in Notice.objects.filter(person=self.people[name]).order_by("pk")]


def story(recovery: Recovery) -> list[str]:
    """Return the kinds of a recovery's events, in the order they were kept."""
    return list(RecoveryEvent.objects.filter(recovery=recovery).order_by("pk").values_list("kind", flat=True))
