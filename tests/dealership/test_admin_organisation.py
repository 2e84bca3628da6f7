"""The administration pages of stores and departments; what may be deleted."""

import re

import pytest

from dealership.models import DealerGroup, Dealership, Department
from tests.dealership.admin_pages import (
    DEPARTMENT_INLINES,
    SCOPED,
    full_store,
    inlines,
    operator,
    store_data,
    url,
)
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    ItemFactory,
    LinkFactory,
)
from tests.supplychain.pages import browser, messages_of, text_of

pytestmark = pytest.mark.django_db


# --- stores and groups ---


def test_only_operators_create_and_delete_stores_and_see_groups():
    user, rows = full_store()
    client = browser(user)
    assert client.get(url("dealership_dealership_add")).status_code == 403
    assert client.get(url("dealership_dealership_delete", rows["dealership_dealership"].pk)).status_code == 403
    assert client.get(url("dealership_dealergroup_changelist")).status_code == 403
    boss = browser(operator())
    group = DealerGroup.objects.create(name="Group", slug="group")
    assert boss.get(url("dealership_dealergroup_change", group.pk)).status_code == 200
    data = store_data(name="North", slug="north", time_zone="Asia/Shanghai", group=group.pk)
    response = boss.post(url("dealership_dealership_add"), data)
    assert response.status_code == 302
    assert Dealership.objects.get(slug="north").group == group


def test_a_store_admin_keeps_the_policies_but_not_zone_name_of_commands_or_group():
    user, _rows = full_store()
    store = user.dealership
    data = store_data(name="Renamed", not_good_threshold="3", rating_days="7")
    data |= {"slug": "other", "time_zone": "America/New_York", "group": ""}
    response = browser(user).post(url("dealership_dealership_change", store.pk), data)
    assert response.status_code == 302
    before, after = store, Dealership.objects.get(pk=store.pk)
    assert (after.name, after.not_good_threshold, after.rating_days) == ("Renamed", 3, 7)
    assert (after.slug, after.time_zone, after.group) == (before.slug, before.time_zone, before.group)


def test_zone_is_fixed_for_operators_too():
    store = DealershipFactory()
    data = store_data(name="Renamed")
    browser(operator()).post(url("dealership_dealership_change", store.pk), {**data, "time_zone": "America/New_York"})
    store.refresh_from_db()
    assert (store.name, store.time_zone) == ("Renamed", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("not_good_threshold", "4"),
        ("rating_days", "0"),
        ("answer_days", "0"),
        ("recovery_days", "31"),
        ("least_raters", "2"),
    ],
)
def test_a_policy_that_cannot_be_is_said_beside_the_field(field, value):
    user, _rows = full_store()
    data = store_data(**{field: value})
    response = browser(user).post(url("dealership_dealership_change", user.dealership_id), data)
    assert field in response.context["adminform"].errors


# --- departments ---


def department_data(**changed):
    return {"name": "New", "code": "new", "rank": "100", "is_active": "on", **inlines(*DEPARTMENT_INLINES), **changed}


def test_the_list_of_departments_is_the_tree():
    user, _rows = full_store()
    DepartmentFactory(dealership=user.dealership, name="First", code="first", rank=1)
    text = text_of(browser(user).get(url("dealership_department_changelist")))
    found = re.findall(r'tree-depth-(\d)">([^<]+)<', text)
    assert found == [("0", "First"), ("0", "Own supplier"), ("1", "Own customer")]


def test_a_department_is_added_with_its_people_and_links():
    user, rows = full_store()
    data = department_data()
    data |= {"positions-TOTAL_FORMS": "1", "positions-0-person": user.pk, "positions-0-role": "deputy"}
    data |= {
        "links_as_supplier-TOTAL_FORMS": "1",
        "links_as_supplier-0-flow": "material",
        "links_as_supplier-0-customer": rows["dealership_department"].pk,
        "links_as_supplier-0-item": rows["supplychain_item"].pk,
        "links_as_supplier-0-scale": "five",
        "links_as_supplier-0-basis": "agreement",
    }
    response = browser(user).post(url("dealership_department_add"), data)
    assert response.status_code == 302, response.context["errors"]
    department = Department.objects.get(code="new")
    assert department.positions.get().dealership == user.dealership
    assert department.links_as_supplier.get().dealership == user.dealership


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"code": "head"}, "The store has a department with this code already."),
        ({"code": "two words"}, "valid"),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_wrong_with_a_department_is_said_in_words(changed, words):
    user, _rows = full_store()
    response = browser(user).post(url("dealership_department_add"), department_data(**changed))
    assert response.status_code == 200
    assert words in str(response.context["adminform"].errors)


def test_a_second_general_managers_office_is_refused_in_words():
    user, _rows = full_store()
    DepartmentFactory(dealership=user.dealership, heads_store=True)
    response = browser(user).post(url("dealership_department_add"), department_data(heads_store="on"))
    assert "The store has a general manager" in str(response.context["adminform"].errors)


def test_a_loop_in_the_tree_is_refused_beside_the_field():
    user, rows = full_store()
    head = rows["dealership_department"]
    data = department_data(name=head.name, code=head.code, parent=Department.objects.get(name="Own customer").pk)
    response = browser(user).post(url("dealership_department_change", head.pk), data)
    assert "parent" in response.context["adminform"].errors


# --- deleting ---


@pytest.mark.parametrize(
    "page", ["dealership_department", "dealership_user", "supplychain_item", "supplychain_link", "dealership_position"]
)
def test_what_has_history_is_not_deleted_and_the_admin_is_told_what_to_do(page):
    user, rows = full_store()
    interaction = InteractionFactory(link=rows["supplychain_link"], requester=rows["dealership_user"])
    response = browser(user).post(url(f"{page}_delete", rows[page].pk), {"post": "yes"}, follow=True)
    assert response.redirect_chain[-1][0] == url(f"{page}_change", rows[page].pk)
    assert "instead" in messages_of(response)[0]
    assert type(rows[page]).objects.filter(pk=rows[page].pk).exists()
    assert interaction.link_id


def test_what_has_no_history_is_deleted():
    user, _rows = full_store()
    item = ItemFactory(dealership=user.dealership)
    link = LinkFactory(dealership=user.dealership)
    client = browser(user)
    assert client.get(url("supplychain_link_delete", link.pk)).status_code == 200
    for page, row in (("supplychain_link", link), ("supplychain_item", item)):
        client.post(url(f"{page}_delete", row.pk), {"post": "yes"})
        assert not type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("page", SCOPED)
def test_nothing_is_deleted_in_bulk(page):
    user, rows = full_store()
    data = {"action": "delete_selected", "_selected_action": [rows[page].pk], "post": "yes"}
    browser(user).post(url(f"{page}_changelist"), data)
    assert type(rows[page])._base_manager.filter(pk=rows[page].pk).exists()
