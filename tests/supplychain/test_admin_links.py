"""The administration pages of links and items (R7, R10)."""

import pytest

from dealership.models import Department
from supplychain.models import Item, Link
from tests.dealership.admin_pages import SCOPED, full_store, link_data, url
from tests.factories import (
    InteractionFactory,
    LinkFactory,
    PositionFactory,
)
from tests.supplychain.pages import browser, messages_of, text_of

pytestmark = pytest.mark.django_db


def test_a_doubled_link_and_one_with_itself_are_refused_in_words():
    user, rows = full_store()
    client = browser(user)
    doubled = client.post(url("supplychain_link_add"), link_data(rows))
    assert "This link exists already" in str(doubled.context["adminform"].errors)
    itself = client.post(url("supplychain_link_add"), link_data(rows, customer=rows["supplychain_link"].supplier_id))
    assert "Supplier and customer must be different departments." in str(itself.context["adminform"].errors)
    windows = client.post(url("supplychain_link_add"), link_data(rows, flow="material", windows="someday"))
    assert "windows" in windows.context["adminform"].errors
    assert Link.objects.count() == 1


def test_r10_terms_are_fixed_once_something_was_recorded():
    user, rows = full_store()
    link = rows["supplychain_link"]
    InteractionFactory(link=link)
    client = browser(user)
    assert "so they are fixed" in text_of(client.get(url("supplychain_link_change", link.pk)))
    data = link_data(rows, flow="material", scale="five", windows="mon", active_to="2026-12-31")
    assert client.post(url("supplychain_link_change", link.pk), data).status_code == 302
    after = Link.objects.get(pk=link.pk)
    assert (after.flow, after.scale, after.windows, str(after.active_to)) == ("service", "binary", "", "2026-12-31")


def test_r10_a_link_that_ends_before_it_starts_is_refused_in_words():
    user, rows = full_store()
    link = rows["supplychain_link"]
    InteractionFactory(link=link)
    Link.objects.filter(pk=link.pk).update(active_from="2026-01-01")
    response = browser(user).post(url("supplychain_link_change", link.pk), {"active_to": "2025-01-01"})
    assert response.status_code == 200
    assert "A link cannot end before it starts." in str(response.context["adminform"].errors)


def test_r10_links_are_ended_together_after_a_question():
    user, rows = full_store()
    link = rows["supplychain_link"]
    ended = LinkFactory(dealership=user.dealership, active_to="2026-01-31")
    foreign = LinkFactory()
    client = browser(user)
    data = {"action": "end_links", "_selected_action": [link.pk, ended.pk, foreign.pk]}
    page = text_of(client.post(url("supplychain_link_changelist"), data))
    assert str(link) in page
    assert str(foreign) not in page
    assert Link.objects.get(pk=link.pk).active_to is None
    data |= {"confirmed": "1", "last_day": "2026-10-31"}
    response = client.post(url("supplychain_link_changelist"), data, follow=True)
    assert str(Link.objects.get(pk=link.pk).active_to) == "2026-10-31"
    assert str(Link.objects.get(pk=ended.pk).active_to) == "2026-01-31"
    assert Link.objects.get(pk=foreign.pk).active_to is None
    assert sorted(messages_of(response)) == sorted([f"{ended}: This link has ended already.", "1 link ended."])


def test_ending_links_without_a_day_asks_again():
    user, rows = full_store()
    data = {"action": "end_links", "_selected_action": [rows["supplychain_link"].pk], "confirmed": "1", "last_day": "x"}
    response = browser(user).post(url("supplychain_link_changelist"), data)
    assert "last_day" in response.context["form"].errors


@pytest.mark.parametrize("state", ["yes", "ended", "coming", "nonsense"])
def test_links_are_filtered_by_whether_they_are_in_force(state):
    user, rows = full_store()
    LinkFactory(dealership=user.dealership, active_to="2020-01-31")
    LinkFactory(dealership=user.dealership, active_from="2120-01-31")
    response = browser(user).get(url("supplychain_link_changelist"), {"in_force": state})
    assert response.context["cl"].result_count == (3 if state == "nonsense" else 1)
    assert (rows["supplychain_link"] in response.context["cl"].queryset) is (state in ("yes", "nonsense"))


@pytest.mark.parametrize("state", ["present", "past", "coming", "nonsense"])
def test_positions_are_filtered_by_time(state):
    user, _rows = full_store()
    department = Department.objects.get(name="Own customer")
    PositionFactory(department=department, end="2020-01-31")
    PositionFactory(department=department, start="2120-01-31")
    response = browser(user).get(url("dealership_position_changelist"), {"time": state})
    assert response.context["cl"].result_count == (3 if state == "nonsense" else 1)


@pytest.mark.parametrize("page", SCOPED)
def test_search_finds_own_rows(page):
    user, _rows = full_store()
    response = browser(user).get(url(f"{page}_changelist"), {"q": "Own"})
    assert response.context["cl"].result_count >= 1


def test_items_are_named_once_in_a_store():
    user, rows = full_store()
    response = browser(user).post(url("supplychain_item_add"), {"name": "x", "code": rows["supplychain_item"].code})
    assert "The store has an item with this code already." in str(response.context["adminform"].errors)
    assert Item.objects.count() == 1
