"""The administration pages: a store's admin meets their own store only."""

import json

import pytest
from django.contrib import admin
from django.urls import reverse

from dealership.models import Department
from supplychain.models import Link
from tests.dealership.admin_pages import (
    DEPARTMENT_INLINES,
    SCOPED,
    full_store,
    inlines,
    operator,
    url,
)
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    ItemFactory,
    UserFactory,
    manager_of,
)
from tests.supplychain.pages import browser, store_admin, text_of

pytestmark = pytest.mark.django_db


# --- who gets in ---


def test_only_store_admins_and_operators_get_in():
    department = DepartmentFactory(heads_store=True)
    assert browser(manager_of(department)).get(url("index"), follow=True).status_code == 403
    assert browser(UserFactory(dealership=None)).get(url("index"), follow=True).status_code == 403
    assert browser(store_admin()).get(url("index")).status_code == 200
    assert browser(operator()).get(url("index")).status_code == 200
    response = browser().get(url("index"), follow=True)
    assert response.request["PATH_INFO"] == reverse("account_login")


def test_a_store_admin_without_a_store_sees_nothing():
    client = browser(UserFactory(dealership=None, is_store_admin=True))
    assert "dealership_department" not in text_of(client.get(url("index")))
    assert client.get(url("dealership_department_changelist")).status_code == 403


def test_ratings_and_rollups_have_no_admin_pages():
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert registered == {*SCOPED, "dealership_dealergroup"}


# --- one store sees itself only ---


@pytest.mark.parametrize("page", SCOPED)
def test_lists_and_their_filters_name_no_other_store(page):
    user, rows = full_store("Own")
    full_store("Foreign")
    text = text_of(browser(user).get(url(f"{page}_changelist")))
    assert "Foreign" not in text
    assert str(rows[page].pk)


@pytest.mark.parametrize("page", SCOPED)
def test_another_stores_row_is_not_found_on_any_page(page):
    _foreign_admin, rows = full_store("Foreign")
    client = browser(full_store("Own")[0])
    pk = rows[page].pk
    for action in ("change", "delete", "history"):
        response = client.get(url(f"{page}_{action}", pk))
        assert response.status_code in (404, 403), action
        assert "Foreign" not in text_of(response)
        assert client.post(url(f"{page}_{action}", pk), {"post": "yes"}).status_code in (403, 404, 405)
    assert client.get(url(f"{page}_change", pk), {"_to_field": "id"}).status_code in (400, 404)
    assert client.get(url(f"{page}_change", "nonsense")).status_code == 404
    assert type(rows[page])._base_manager.filter(pk=pk).exists()


@pytest.mark.parametrize("page", SCOPED)
def test_own_rows_are_found(page):
    user, rows = full_store("Own")
    assert browser(user).get(url(f"{page}_change", rows[page].pk)).status_code == 200


@pytest.mark.parametrize("name", ["password", "move"])
def test_another_stores_person_has_no_password_or_move_page(name):
    _foreign_admin, rows = full_store("Foreign")
    client = browser(full_store("Own")[0])
    page = "auth_user_password_change" if name == "password" else "dealership_user_move"
    assert client.get(url(page, rows["dealership_user"].pk)).status_code == 404
    assert client.post(url(page, rows["dealership_user"].pk), {"password1": "x"}).status_code == 404


def test_autocomplete_finds_people_of_the_own_store_only():
    user, _rows = full_store("Own")
    full_store("Foreign")
    asked = {"app_label": "dealership", "model_name": "position", "field_name": "person", "term": ""}
    found = json.loads(browser(user).get(url("autocomplete"), asked).content)["results"]
    names = [row["text"] for row in found]
    assert "Own person" in names
    assert not any("Foreign" in name for name in names)


def test_choices_offer_the_own_store_only():
    user, _rows = full_store("Own")
    full_store("Foreign")
    client = browser(user)
    for page in ("dealership_department_add", "dealership_position_add", "dealership_user_add", "supplychain_link_add"):
        text = text_of(client.get(url(page)))
        assert "Foreign" not in text
    assert "Own supplier" in text


@pytest.mark.parametrize("field", ["supplier", "customer", "item"])
def test_a_posted_row_of_another_store_is_refused_beside_the_field(field):
    user, own = full_store("Own")
    _foreign_admin, foreign = full_store("Foreign")
    data = {
        "flow": "service",
        "supplier": own["dealership_department"].pk,
        "customer": Department.objects.get(name="Own customer").pk,
        "item": ItemFactory(dealership=user.dealership).pk,
        "scale": "binary",
        "basis": "agreement",
    }
    data[field] = foreign["supplychain_item" if field == "item" else "dealership_department"].pk
    response = browser(user).post(url("supplychain_link_add"), data)
    assert response.status_code == 200
    assert field in response.context["adminform"].errors
    assert Link.objects.count() == 2


def test_a_posted_dealership_is_ignored():
    user, _rows = full_store("Own")
    foreign = DealershipFactory()
    data = {"name": "New", "code": "new", "rank": "1", "is_active": "on", "dealership": foreign.pk}
    response = browser(user).post(url("dealership_department_add"), {**data, **inlines(*DEPARTMENT_INLINES)})
    assert response.status_code == 302
    assert Department.objects.get(code="new").dealership == user.dealership


def test_filters_by_another_stores_rows_find_nothing_of_it():
    user, own = full_store("Own")
    _foreign_admin, foreign = full_store("Foreign")
    client = browser(user)
    pk = foreign["dealership_department"].pk
    response = client.get(url("supplychain_link_changelist"), {"supplier__id__exact": pk})
    assert set(response.context["cl"].queryset) <= {own["supplychain_link"]}
    response = client.get(url("supplychain_link_changelist"), {"supplier__dealership__name__startswith": "F"})
    assert response.status_code == 400


def test_operators_see_every_store_and_which():
    full_store("Own"), full_store("Foreign")
    client = browser(operator())
    for page in SCOPED:
        assert client.get(url(f"{page}_changelist")).status_code == 200
    text = text_of(client.get(url("dealership_department_changelist")))
    assert "Own store" in text
    assert "Foreign store" in text


def test_an_operators_choices_keep_to_the_store_of_the_row():
    _own_admin, own = full_store("Own")
    full_store("Foreign")
    text = text_of(browser(operator()).get(url("dealership_department_change", own["dealership_department"].pk)))
    assert "Own customer" in text
    assert "Foreign" not in text
