"""Changes to structure, people and policies are logged with who made them; each store reads its own log."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from dealership.models import User
from tests.dealership.admin_pages import (
    DEPARTMENT_INLINES,
    full_store,
    inlines,
    link_data,
    person_data,
    store_data,
    url,
)
from tests.factories import DepartmentFactory
from tests.supplychain.pages import browser, store_admin, text_of

pytestmark = pytest.mark.django_db


def entries(user, action=LogEntry.Action.UPDATE):
    return LogEntry.objects.filter(actor=user, action=action)


def test_a_new_department_is_logged_with_who_made_it():
    user, _rows = full_store()
    data = {"name": "New", "code": "new", "rank": "1", "is_active": "on", **inlines(*DEPARTMENT_INLINES)}
    browser(user).post(url("dealership_department_add"), data)
    entry = entries(user, LogEntry.Action.CREATE).get()
    assert (entry.object_repr, entry.additional_data) == ("New", {"dealership": user.dealership_id})


def test_a_changed_position_is_logged():
    user, rows = full_store()
    position = rows["dealership_position"]
    data = {"person": position.person_id, "department": position.department_id, "role": "deputy"}
    browser(user).post(url("dealership_position_change", position.pk), data)
    assert entries(user).get().changes_dict == {"role": ["manager", "deputy"]}


def test_an_ended_link_is_logged():
    user, rows = full_store()
    browser(user).post(reverse("link_end", args=[rows["supplychain_link"].pk]), {"last_day": "2026-10-31"})
    assert entries(user).get().changes_dict == {"active_to": ["None", "2026-10-31"]}


def test_a_changed_policy_is_logged():
    user, _rows = full_store()
    store = user.dealership
    data = store_data(name=store.name, not_good_threshold="3")
    browser(user).post(url("dealership_dealership_change", store.pk), data)
    assert entries(user).get().changes_dict == {"not_good_threshold": ["2", "3"]}


def test_a_changed_person_is_logged_without_address_or_password():
    user, rows = full_store()
    person = rows["dealership_user"]
    client = browser(user)
    data = person_data(username=person.username, full_name=person.full_name, email="somebody@example.com")
    client.post(url("dealership_user_change", person.pk), data)
    client.post(
        url("auth_user_password_change", person.pk), {"password1": "correct horse", "password2": "correct horse"}
    )
    logged = str([entry.changes_dict for entry in entries(user)])
    assert "email" in logged
    assert "somebody" not in logged
    assert "password" not in logged


def test_the_standard_store_is_logged_with_who_made_it():
    admin = store_admin()
    browser(admin).post(reverse("standard_store"))
    assert entries(admin, LogEntry.Action.CREATE).filter(content_type__model="department").count() == 14


def test_the_log_reads_in_words():
    user, rows = full_store()
    link = rows["supplychain_link"]
    other = DepartmentFactory(dealership=user.dealership, name="Third")
    client = browser(user)
    data = link_data(rows, customer=other.pk, scale="five", active_to="2026-12-31")
    client.post(url("supplychain_link_change", link.pk), data)
    entry = entries(user).get()
    assert "Own admin" in text_of(client.get(url("auditlog_logentry_changelist")))
    page = text_of(client.get(url("auditlog_logentry_change", entry.pk)))
    for words in ("Own customer", "Third", "good / not good", "one to five", "31 Dec 2026", "Customer (downstream)"):
        assert words in page


def test_the_log_of_a_new_row_says_what_was_entered():
    user, rows = full_store()
    entry = LogEntry.objects.get_for_object(rows["supplychain_link"]).get()
    page = text_of(browser(user).get(url("auditlog_logentry_change", entry.pk)))
    for words in ("Own supplier", "Own item", "good / not good"):
        assert words in page


def test_the_log_is_read_only():
    user, rows = full_store()
    client = browser(user)
    pk = rows["auditlog_logentry"].pk
    assert client.get(url("auditlog_logentry_add")).status_code == 403
    assert client.post(url("auditlog_logentry_change", pk), {"action": "2"}).status_code == 403
    assert client.post(url("auditlog_logentry_delete", pk), {"post": "yes"}).status_code == 403
    assert LogEntry.objects.get(pk=pk).action == LogEntry.Action.CREATE


def test_history_leads_to_the_log_of_the_row():
    user, rows = full_store()
    response = browser(user).get(url("supplychain_link_history", rows["supplychain_link"].pk), follow=True)
    shown = response.context["cl"].queryset
    assert [entry.object_id for entry in shown] == [rows["supplychain_link"].pk]


def test_a_stores_log_holds_nothing_of_another_store():
    user, _rows = full_store("Own")
    full_store("Foreign")
    shown = browser(user).get(url("auditlog_logentry_changelist")).context["cl"].queryset
    assert {entry.additional_data["dealership"] for entry in shown} == {user.dealership_id}


def test_an_operators_deeds_in_a_store_stand_in_its_log():
    user, rows = full_store()
    boss = User.objects.create_superuser("root", "pass", full_name="Root")
    browser(boss).post(reverse("link_end", args=[rows["supplychain_link"].pk]), {"last_day": "2026-10-31"})
    assert "Root" in text_of(browser(user).get(url("auditlog_logentry_changelist")))


@pytest.mark.parametrize("query", ["content_type=nonsense", "action=x", "object_id=x", "timestamp__year=x", "q=%00"])
def test_a_nonsensical_filter_of_the_log_is_no_fault(query):
    user, _rows = full_store()
    response = browser(user).get(f"{url('auditlog_logentry_changelist')}?{query}", follow=True)
    assert response.status_code in (200, 400)
