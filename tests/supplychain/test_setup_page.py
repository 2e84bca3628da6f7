"""The setup page: what a store has, what it lacks, and the standard store in one click."""

import pytest
from django.urls import reverse

from dealership.models import Department, User
from supplychain.models import Link
from supplychain.readiness import readiness_of
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    LinkFactory,
    PositionFactory,
    UserFactory,
    manager_of,
    member_of,
)
from tests.supplychain.pages import browser, messages_of, standard_store, store_admin, text_of

pytestmark = pytest.mark.django_db


def gaps(store):
    return {gap.title: [entry.name for entry in gap.entries] for gap in readiness_of(store).gaps}


def test_only_store_admins_set_up():
    department = DepartmentFactory(heads_store=True)
    operator = User.objects.create_superuser("root", "pass", full_name="Root")
    for person in (manager_of(department), UserFactory(dealership=department.dealership), operator):
        assert browser(person).get(reverse("setup")).status_code == 403
        assert browser(person).post(reverse("standard_store")).status_code == 403
    assert browser().get(reverse("setup")).status_code == 302
    assert Link.objects.count() == 0


def test_an_empty_store_is_offered_the_standard_store():
    page = text_of(browser(store_admin()).get(reverse("setup")))
    assert "This store is still empty" in page
    assert reverse("standard_store") in page


def test_one_click_creates_the_standard_store_and_says_what_was_made():
    admin = store_admin()
    response = browser(admin).post(reverse("standard_store"), follow=True)
    assert Department.objects.filter(dealership=admin.dealership).count() == 14
    links = Link.objects.filter(dealership=admin.dealership).count()
    assert messages_of(response)[0].startswith("Added: 14 departments,")
    assert f"{links} supply links" in messages_of(response)[0]


def test_a_store_with_departments_is_asked_first():
    admin = store_admin()
    DepartmentFactory(dealership=admin.dealership, code="finance")
    client = browser(admin)
    response = client.post(reverse("standard_store"))
    assert "This store has 1 department already." in text_of(response)
    assert Department.objects.filter(dealership=admin.dealership).count() == 1
    client.post(reverse("standard_store"), {"confirmed": "1"})
    assert Department.objects.filter(dealership=admin.dealership).count() == 14


def test_repeating_changes_nothing_and_says_so():
    store, _departments = standard_store()
    response = browser(store_admin(store)).post(reverse("standard_store"), {"confirmed": "1"}, follow=True)
    assert messages_of(response)[0].startswith("Nothing was missing")


def test_the_standard_store_is_not_created_on_get():
    assert browser(store_admin()).get(reverse("standard_store")).status_code == 405


def test_departments_without_a_manager_are_named():
    managed = DepartmentFactory(name="Managed")
    manager_of(managed)
    member_of(DepartmentFactory(dealership=managed.dealership, name="Alone"))
    assert gaps(managed.dealership)["Departments without a manager"] == ["Alone"]


def test_r15_links_that_nobody_can_rate_are_named():
    link = LinkFactory()
    assert str(link) in gaps(link.dealership)["Links that nobody can rate"]
    member_of(link.customer)
    assert "Links that nobody can rate" not in gaps(link.dealership)


def test_r15_the_manager_above_can_rate():
    above = DepartmentFactory()
    manager_of(above)
    link = LinkFactory(dealership=above.dealership, customer__parent=above)
    assert "Links that nobody can rate" not in gaps(link.dealership)


def test_closed_accounts_count_as_nobody():
    link = LinkFactory()
    PositionFactory(department=link.customer, person__is_active=False)
    assert "Links that nobody can rate" in gaps(link.dealership)


def test_links_of_closed_departments_and_departments_without_links_are_named():
    link = LinkFactory(supplier__is_active=False)
    DepartmentFactory(dealership=link.dealership, name="Lonely")
    found = gaps(link.dealership)
    assert found["Links of closed departments"] == [str(link)]
    assert found["Departments without a link"] == ["Lonely"]


def test_people_without_a_position_are_named():
    department = DepartmentFactory()
    UserFactory(dealership=department.dealership, full_name="Idle")
    manager_of(department)
    assert gaps(department.dealership)["People without a position"] == ["Idle"]


def test_a_store_without_a_general_managers_office_is_told():
    assert "No general manager's office" in gaps(DepartmentFactory().dealership)
    assert "No general manager's office" not in gaps(DepartmentFactory(heads_store=True).dealership)


def test_the_page_speaks_of_its_own_store_only():
    DepartmentFactory(name="Foreign")
    own = DepartmentFactory(name="Own")
    page = text_of(browser(store_admin(own.dealership)).get(reverse("setup")))
    assert "Own" in page
    assert "Foreign" not in page


def test_r11_the_page_says_which_days_are_worked_and_leads_to_where_that_is_changed():
    store, _departments = standard_store()
    page = text_of(browser(store_admin(store)).get(reverse("setup")))
    assert "<dd>Monday to Friday</dd>" in page
    assert "<dd>China</dd>" in page
    assert reverse("admin:dealership_dealership_change", args=[store.pk]) in page


def test_r11_a_store_that_keeps_no_countrys_holidays_is_told_so():
    admin = store_admin(DealershipFactory(holiday_calendar="", working_week="mon wed"))
    page = text_of(browser(admin).get(reverse("setup")))
    assert "<dd>Monday, Wednesday</dd>" in page
    assert "<dd>no country</dd>" in page
    assert "Next day off" not in page


def test_the_setup_page_costs_the_same_however_large_the_store(django_assert_max_num_queries):
    store, _departments = standard_store()
    client = browser(store_admin(store))
    with django_assert_max_num_queries(11):
        client.get(reverse("setup"))
