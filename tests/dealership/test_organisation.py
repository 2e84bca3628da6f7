"""Departments (R1), positions and their history (R2), superiors (R3)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from dealership.actions import move_person
from dealership.hierarchy import manager_for, superior_in_line, superior_of
from dealership.models import Dealership, Department, Position, User
from dealership.outline import outline
from tests.factories import DealershipFactory, DepartmentFactory, PositionFactory, UserFactory, manager_of, member_of
from tests.supplychain.pages import code_of, standard_store, store_admin

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 6, 15)
DAY = datetime.timedelta(days=1)


# --- the tree (R1) ---


def test_r1_a_department_cannot_be_part_of_its_own_team():
    top = DepartmentFactory()
    team = DepartmentFactory(dealership=top.dealership, parent=top)
    top.parent = team
    with pytest.raises(ValidationError) as error:
        top.full_clean()
    assert code_of(error) == "loop"


def test_r1_a_parent_of_another_store_is_refused():
    department = DepartmentFactory()
    department.parent = DepartmentFactory()
    with pytest.raises(ValidationError) as error:
        department.full_clean()
    assert "parent" in error.value.error_dict


def test_r1_codes_are_unique_in_a_store_only():
    department = DepartmentFactory(code="sales")
    Department(dealership=DealershipFactory(), code="sales", name="Sales").full_clean()
    with pytest.raises(ValidationError, match="with this code already"), translation.override("en"):
        Department(dealership=department.dealership, code="sales", name="Sales").full_clean()


def test_r1_a_store_has_one_head():
    head = DepartmentFactory(heads_store=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        DepartmentFactory(dealership=head.dealership, heads_store=True)


def test_r1_the_outline_puts_teams_below_their_department():
    store, departments = standard_store()
    departments["service-claims"].rank = 1  # entered late, or ordered oddly: the tree holds
    departments["service-claims"].save()
    order = [(d.code, depth) for d, depth in outline(Department.objects.filter(dealership=store))]
    place = [code for code, _depth in order]
    assert order[0] == ("gm-office", 0)
    assert place[place.index("service") : place.index("service") + 2] == ["service", "service-claims"]
    assert dict(order)["service-claims"] == 2
    assert len(order) == 14


def test_the_outline_of_a_part_of_the_tree_keeps_every_department():
    _store, departments = standard_store()
    part = [departments["service-claims"], departments["service"], departments["service-workshop"]]
    assert [(d.code, depth) for d, depth in outline(part)] == [
        ("service", 0),
        ("service-claims", 1),
        ("service-workshop", 1),
    ]


@pytest.mark.parametrize(
    ("language", "names", "label"),
    [
        ("zh-hans", {"name": "Parts", "name_zh_hans": "零件部"}, "零件部"),
        ("en", {"name": "零件部", "name_en": "Parts"}, "Parts"),
        ("en", {"name": "零件部"}, "零件部"),
    ],
)
def test_names_read_in_the_readers_language_or_as_written(language, names, label):
    with translation.override(language):
        assert Department(**names).label == label


def test_a_time_zone_must_exist():
    store = Dealership(name="North", slug="north", time_zone="Asia/Beijing")
    with pytest.raises(ValidationError) as error:
        store.full_clean()
    assert list(error.value.error_dict) == ["time_zone"]


@pytest.mark.parametrize("threshold", [0, 4])
def test_r16_the_threshold_is_1_to_3(threshold):
    store = DealershipFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Dealership.objects.filter(pk=store.pk).update(not_good_threshold=threshold)


# --- positions (R2) ---


def test_r2_a_person_may_hold_several_positions():
    first = PositionFactory(role="manager")
    second = DepartmentFactory(dealership=first.dealership)
    PositionFactory(person=first.person, department=second, role="member")
    assert first.person.positions.count() == 2


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [
        (None, None, True),
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (None, TODAY, True),
        (None, TODAY - DAY, False),
        (TODAY, TODAY, True),
    ],
)
def test_r2_a_position_is_held_from_its_first_to_its_last_day(start, end, held):
    position = PositionFactory(start=start, end=end)
    assert Position.objects.held_on(TODAY).filter(pk=position.pk).exists() is held


def test_r2_positions_in_one_department_do_not_overlap():
    position = PositionFactory(start=None, end=TODAY)
    same = {"dealership": position.dealership, "person": position.person, "department": position.department}
    Position(**same, role="member", start=TODAY + DAY).full_clean()
    with pytest.raises(ValidationError) as error:
        Position(**same, role="member", start=TODAY).full_clean()
    assert code_of(error) == "overlap"


def test_r2_one_open_position_per_department_holds_in_the_database():
    position = PositionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PositionFactory(person=position.person, department=position.department, role="member")


def test_r2_a_position_cannot_end_before_it_starts():
    with pytest.raises(IntegrityError), transaction.atomic():
        PositionFactory(start=TODAY, end=TODAY - DAY)


@pytest.mark.parametrize("name", ["person", "department"])
def test_r2_a_position_belongs_to_one_store(name):
    position = PositionFactory()
    setattr(position, name, UserFactory() if name == "person" else DepartmentFactory())
    with pytest.raises(ValidationError) as error:
        position.full_clean()
    assert name in error.value.error_dict


# --- moving (R2) ---


def move(position, **changed):
    target = {"department": DepartmentFactory(dealership=position.dealership), "role": "member", "first_day": TODAY}
    return move_person(acting_user=store_admin(position.dealership), position=position, **{**target, **changed})


def test_r2_moving_ends_the_old_position_and_keeps_it():
    position = PositionFactory(role="manager")
    new = move(position)
    old = Position.objects.get(pk=position.pk)
    assert (old.role, old.end) == ("manager", TODAY - DAY)
    assert (new.person, new.role, new.start, new.end) == (old.person, "member", TODAY, None)


def test_r2_promotion_within_the_department():
    position = PositionFactory(role="member")
    new = move(position, department=position.department, role="manager")
    assert (new.department, new.role) == (position.department, "manager")


def test_r2_moving_to_the_same_position_is_refused():
    position = PositionFactory(role="member")
    with pytest.raises(ValidationError) as error:
        move(position, department=position.department, role="member")
    assert code_of(error) == "unchanged"


def test_r2_moving_before_the_present_position_began_is_refused():
    position = PositionFactory(start=TODAY)
    with pytest.raises(ValidationError) as error:
        move(position, first_day=TODAY)
    assert code_of(error) == "too_early"
    assert Position.objects.get().end is None


def test_r2_an_ended_position_is_not_moved():
    with pytest.raises(ValidationError) as error:
        move(PositionFactory(end=TODAY))
    assert code_of(error) == "ended"


def test_r2_moving_into_another_store_is_refused_and_changes_nothing():
    position = PositionFactory()
    with pytest.raises(ValidationError):
        move(position, department=DepartmentFactory())
    assert Position.objects.get(pk=position.pk).end is None


def test_only_the_stores_admin_moves_people():
    position = PositionFactory()
    for stranger in (position.person, store_admin()):
        with pytest.raises(PermissionDenied):
            move_person(
                acting_user=stranger,
                position=position,
                department=position.department,
                role="member",
                first_day=TODAY,
            )


# --- superiors (R3) ---


@pytest.fixture
def staffed():
    """Return the standard store's departments and the managers of three of them."""
    _store, departments = standard_store()
    managers = {code: manager_of(departments[code]) for code in ("gm-office", "service", "service-workshop")}
    return departments, managers


def superior(person: User) -> User | None:
    return superior_of(person.positions.get(), TODAY)


@pytest.mark.parametrize("role", ["member", "deputy"])
def test_r3_members_and_deputies_have_their_departments_manager(staffed, role):
    departments, managers = staffed
    person = PositionFactory(department=departments["service"], role=role).person
    assert superior(person) == managers["service"]


def test_r3_a_managers_superior_heads_the_department_above(staffed):
    _departments, managers = staffed
    assert superior(managers["service-workshop"]) == managers["service"]
    assert superior(managers["service"]) == managers["gm-office"]


def test_r3_two_managers_of_one_department_are_not_each_others_superior(staffed):
    departments, managers = staffed
    assert superior(manager_of(departments["service"])) == managers["gm-office"]


def test_r3_the_general_manager_has_none(staffed):
    _departments, managers = staffed
    assert superior(managers["gm-office"]) is None


def test_r3_a_vacant_chair_is_passed_over_upwards(staffed):
    departments, managers = staffed
    assert superior(member_of(departments["service-claims"])) == managers["service"]
    assert superior(member_of(departments["crm"])) == managers["gm-office"]
    managers["service"].positions.update(end=TODAY - DAY)
    assert superior(managers["service-workshop"]) == managers["gm-office"]


def test_r3_above_a_department_without_parent_stands_the_general_manager(staffed):
    departments, managers = staffed
    departments["crm"].parent = None
    departments["crm"].save()
    assert superior(manager_of(departments["crm"])) == managers["gm-office"]


def test_r3_each_of_several_positions_has_its_superior(staffed):
    departments, managers = staffed
    person = managers["service"]
    claims = PositionFactory(person=person, department=departments["service-claims"], role="member")
    # Nobody is their own superior: the chair above one's own is the next.
    assert superior_of(claims, TODAY) == managers["gm-office"]
    workshop = PositionFactory(person=person, department=departments["service-workshop"], role="member")
    assert superior_of(workshop, TODAY) == managers["service-workshop"]


def test_r3_the_superior_of_a_past_day_is_who_held_the_chair_then(staffed):
    departments, managers = staffed
    managers["service"].positions.update(end=TODAY - DAY)
    newcomer = PositionFactory(department=departments["service"], start=TODAY).person
    member = member_of(departments["service"]).positions.get()
    assert superior_of(member, TODAY - DAY) == managers["service"]
    assert superior_of(member, TODAY) == newcomer


def test_r3_a_department_without_manager_is_answered_for_from_above(staffed):
    departments, managers = staffed
    assert manager_for(departments["service"], TODAY) == managers["service"]
    assert manager_for(departments["service-claims"], TODAY) == managers["service"]
    assert manager_for(departments["crm"], TODAY) == managers["gm-office"]
    assert manager_for(departments["crm"], TODAY, other_than=managers["gm-office"].pk) is None
    departments["crm"].parent = None
    assert manager_for(departments["crm"], TODAY) == managers["gm-office"]


def test_r3_the_superior_in_a_departments_line_stands_above_all_that_the_person_leads_in_it(staffed):
    departments, managers = staffed
    workshop = departments["service-workshop"]
    assert superior_in_line(managers["service-workshop"], workshop, TODAY) == managers["service"]
    PositionFactory(person=managers["service"], department=workshop, role="member")
    assert superior_in_line(managers["service"], workshop, TODAY) == managers["gm-office"]
    assert superior_in_line(managers["gm-office"], workshop, TODAY) is None
    deputy = PositionFactory(department=departments["service"], role="deputy").person
    assert superior_in_line(deputy, workshop, TODAY) == managers["service"]
    assert superior_in_line(manager_of(departments["crm"]), workshop, TODAY) == managers["service-workshop"]
