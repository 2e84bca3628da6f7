"""How managers are judged by their superiors and subordinates: who may, when, and what others learn of it."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from dealership.hierarchy import superior_of
from dealership.models import Position
from dealership.superiors import Superiors
from surveys.actions_management import judged_by, publish_blocks, rate_management, take_back
from surveys.models import ManagementBlock, ManagementRating
from surveys.tasks import publish_management
from tests.conftest import fresh
from tests.factories import DepartmentFactory, PositionFactory, member_of
from tests.surveys.management_world import JANUARY, give, make_management

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_management()


def month_of(world):
    return world.store.today().replace(day=1)


def rate(world, person, manager, department, *, side="superior", score=5, **fields):
    return rate_management(
        acting_user=fresh(person),
        department=department,
        manager=manager,
        month=fields.pop("month", month_of(world)),
        side=side,
        score=score,
        **fields,
    )


def seen_by(person, model=ManagementRating):
    return model.objects.visible_to(fresh(person)).count()


# --- R3: who is whose superior ------------------------------------------------------------------------


def test_r3_a_whole_store_at_once_says_what_the_rule_says_of_each(world):
    """Vacant chairs, a team under an empty one, deputies, and who manages two departments."""
    empty = DepartmentFactory(dealership=world.store, code="empty", parent=world.service)
    team = DepartmentFactory(dealership=world.store, code="team", parent=empty)
    apart = DepartmentFactory(dealership=world.store, code="apart", parent=None)
    PositionFactory(department=team, person=world.accountant)
    PositionFactory(department=team, role="deputy", person=world.mechanic)
    for department in (empty, apart):
        member_of(department)
    today = world.store.today()
    line = Superiors(world.store, today)
    for position in Position.objects.filter(dealership=world.store):
        above = line.above(position)
        assert (above.person if above else None) == superior_of(position, today), position


def test_r3_a_person_rates_the_managers_below_and_their_own_superiors(world):
    def judged(person):
        return [(one.side, one.manager) for one in judged_by(fresh(person), month=month_of(world))]

    assert judged(world.gm) == [("superior", world.head), ("superior", world.accountant)]
    assert judged(world.head) == [("superior", world.foreman), ("subordinate", world.gm)]
    assert judged(world.mechanic) == [("subordinate", world.foreman)]
    assert judged(world.deputy) == [("subordinate", world.head)]
    assert judged(world.admin) == []


# --- R29, R30: who may rate ---------------------------------------------------------------------------


def test_r29_the_superior_rates_and_changes_the_month(world):
    rate(world, world.gm, world.head, world.service, score=5, comment="Well led.")
    rate(world, world.gm, world.head, world.service, score=2)
    rating = ManagementRating.objects.get()
    assert (rating.score, rating.comment, rating.given_by, rating.month) == (2, "Well led.", world.gm, month_of(world))
    rate(world, world.gm, world.head, world.service, score=2, comment="")
    assert ManagementRating.objects.get().comment == ""


@pytest.mark.parametrize("side", ["superior", "subordinate"])
def test_r30_nobody_rates_themself(world, side):
    with pytest.raises(PermissionDenied):
        rate(world, world.head, world.head, world.service, side=side)
    with pytest.raises(IntegrityError), transaction.atomic():
        give(world, world.head, JANUARY)
    assert not ManagementRating.objects.exists()


def test_r30_who_manages_both_departments_rates_themself_in_neither(world):
    """The chair above is one's own: it is passed over, and the general manager is the superior."""
    PositionFactory(department=world.workshop, person=world.head)
    Position.objects.filter(person=world.foreman).delete()
    judged = judged_by(fresh(world.head), month=month_of(world))
    assert world.head not in [one.manager for one in judged]


@pytest.mark.parametrize("who", ["accountant", "foreman", "deputy", "admin"])
def test_r29_only_the_superior_rates_as_superior(world, who):
    with pytest.raises(PermissionDenied):
        rate(world, getattr(world, who), world.head, world.service)


def test_r3_only_subordinates_rate_as_subordinates(world):
    rate(world, world.foreman, world.head, world.service, side="subordinate")
    for person in (world.mechanic, world.gm, world.accountant):
        with pytest.raises(PermissionDenied):
            rate(world, person, world.head, world.service, side="subordinate")


@pytest.mark.parametrize(("day", "possible"), [(10, True), (11, False)])
def test_r29_the_month_before_can_be_rated_until_the_tenth(world, day, possible):
    this = world.store.today().replace(day=1)
    before = (this - datetime.timedelta(days=1)).replace(day=1)
    with time_machine.travel(datetime.datetime.combine(this.replace(day=day), datetime.time(4), datetime.UTC)):
        if possible:
            rating = rate(world, world.gm, world.head, world.service, month=before)
            take_back(acting_user=world.gm, rating=rating)
            assert not ManagementRating.objects.exists()
        else:
            with pytest.raises(ValidationError):
                rate(world, world.gm, world.head, world.service, month=before)
        with pytest.raises(ValidationError):
            rate(world, world.foreman, world.head, world.service, side="subordinate", month=before)


def test_only_who_gave_it_takes_it_back(world):
    rating = rate(world, world.gm, world.head, world.service)
    with pytest.raises(PermissionDenied):
        take_back(acting_user=world.head, rating=rating)
    take_back(acting_user=world.gm, rating=rating)
    take_back(acting_user=world.gm, rating=rating)


# --- Who reads ----------------------------------------------------------------------------------------


def test_r29_what_the_superior_says_reads_who_is_rated_and_who_stands_above(world):
    rate(world, world.head, world.foreman, world.workshop)
    readers = [world.foreman, world.head, world.gm]
    others = [world.accountant, world.deputy, world.mechanic, world.admin, *world.clerks]
    assert [seen_by(person) for person in readers] == [1, 1, 1]
    assert [seen_by(person) for person in others] == [0] * len(others)


def test_r20_what_a_subordinate_says_reads_nobody_else(world):
    """Whatever the store's mode: not the manager, not those above, not the admin."""
    rate(world, world.foreman, world.head, world.service, side="subordinate", score=1)
    assert seen_by(world.foreman) == 1
    others = [world.head, world.gm, world.accountant, world.deputy, world.admin, *world.clerks]
    assert [seen_by(person) for person in others] == [0] * len(others)


# --- R20: published together, or not at all -----------------------------------------------------------


def day(text):
    return datetime.date.fromisoformat(text)


def publish(world, on):
    return publish_blocks(dealership=world.store, today=day(on))


def test_r20_a_month_is_published_whole_once_and_without_names(world):
    for number, person in enumerate(world.below[:5]):
        give(world, person, JANUARY, score=5 - number, comment=["", "c", "a", "", "b"][number])
    assert publish(world, "2026-02-01") == 0, "a day has to pass"
    assert publish(world, "2026-02-02") == 1
    assert publish(world, "2026-02-02") == 0
    block = ManagementBlock.objects.get()
    assert (block.start, block.end, block.raters) == (JANUARY, day("2026-01-31"), 5)
    assert block.counts(2).score_counts == {"1": 1, "2": 1, "3": 1, "4": 1, "5": 1}
    assert block.comments == ["a", "b", "c"]
    assert not ManagementRating.objects.exists(), "nobody can be named any more"
    readers = [world.head, world.gm]
    others = [world.foreman, world.deputy, world.accountant, world.admin]
    assert [seen_by(person, ManagementBlock) for person in readers] == [1, 1]
    assert [seen_by(person, ManagementBlock) for person in others] == [0] * 4


def test_r20_fewer_wait_for_the_quarter_then_for_the_year_then_are_forgotten(world):
    february, march, may = day("2026-02-01"), day("2026-03-01"), day("2026-05-01")
    for person in world.below[:4]:
        give(world, person, february)
    give(world, world.below[4], march)
    give(world, world.below[0], may)
    assert publish(world, "2026-04-01") == 0
    assert publish(world, "2026-04-02") == 1
    block = ManagementBlock.objects.get()
    assert (block.start, block.end, block.raters) == (february, day("2026-03-31"), 5)
    assert ManagementRating.objects.get().month == may, "held back"
    assert publish(world, "2027-01-01") == 0
    assert ManagementRating.objects.count() == 1
    assert publish(world, "2027-01-02") == 0
    assert not ManagementRating.objects.exists()


def test_r20_who_was_promised_more_company_gets_it(world):
    """A store that asks for fewer raters later publishes nothing sooner of what was given before."""
    for person in world.below[:5]:
        give(world, person, JANUARY, least_raters=6)
    assert publish(world, "2026-02-02") == 0
    give(world, world.below[5], JANUARY)
    assert publish(world, "2026-02-02") == 1


def test_r20_one_person_every_month_is_still_one_person(world):
    for month in range(1, 13):
        give(world, world.foreman, datetime.date(2026, month, 1))
    assert publish(world, "2027-01-02") == 0


def test_r20_the_scheduled_job_publishes_what_is_due_once(world, settings):
    assert publish_management.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    month = (month_of(world) - datetime.timedelta(days=40)).replace(day=1)
    for person in world.below[:5]:
        give(world, person, month)
    publish_management.apply()
    publish_management.apply()
    assert ManagementBlock.objects.get().raters == 5
