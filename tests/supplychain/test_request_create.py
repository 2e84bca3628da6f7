"""Asking: what is off is said before anything is sent (R11), nothing typed is lost, and what is sent twice is one."""

import datetime
import uuid

import pytest
from django.urls import reverse

from supplychain.models import SupplyRequest
from tests.factories import LinkFactory
from tests.supplychain.pages import browser, text_of
from tests.supplychain.request_world import World
from tests.surveys.pages import browser as reading

pytestmark = pytest.mark.django_db

CREATE = reverse("request_create")


@pytest.fixture
def world():
    """Finance reimburses Service on Mondays."""
    return World(windows="mon", basis="regulation")


@pytest.fixture
def service(world):
    return browser(world.person("service"))


@pytest.fixture
def tuesday(world):
    """A Tuesday that is still to come; the Monday after it is the next window."""
    return world.next_weekday(1)


def form(world, day, **fields):
    return {
        "link": world.link.pk,
        "what": "travel receipts",
        "wanted_on": day.isoformat(),
        "key": str(uuid.uuid4()),
        **fields,
    }


def token(world, day, time=""):
    return f"{world.link.pk} {day} {time}".strip()


def monday_after(day):
    return day + datetime.timedelta(days=(0 - day.weekday()) % 7)


# --- told before it is sent ---


@pytest.mark.parametrize(
    ("language", "agreed", "move", "send"),
    [
        ("en", "Agreed with Finance: Monday.", "Move to Monday, ", "Send as short notice"),
        ("zh-hans", "星期一", "改到", "作为临时要求发送"),
    ],
)
def test_r11_who_asks_outside_the_window_is_told_before_it_is_sent(world, tuesday, language, agreed, move, send):
    client = reading(world.person("service"), language)
    response = client.post(CREATE, form(world, tuesday, quantity="3", wanted_time="09:30"))
    page = text_of(response)
    assert response.status_code == 422
    assert not SupplyRequest.objects.exists()
    for words in (agreed, move, send):
        assert words in page
    # Nothing typed is lost.
    for value in ("travel receipts", tuesday.isoformat(), 'value="3"', "09:30"):
        assert value in page


def test_r11_one_tap_moves_it_to_the_window_and_sends_it(world, service, tuesday):
    monday = monday_after(tuesday)
    response = service.post(CREATE, form(world, tuesday, wanted_time="09:30", move_to=monday.isoformat()), follow=True)
    asked = SupplyRequest.objects.get()
    assert (asked.wanted_on, asked.short_notice) == (monday, False)
    assert "Sent to Finance for Monday, " in text_of(response)


def test_r11_sent_as_short_notice_it_carries_the_mark_for_both_sides(world, service, tuesday):
    response = service.post(CREATE, form(world, tuesday, accept=token(world, tuesday)), follow=True)
    asked = SupplyRequest.objects.get()
    assert (asked.wanted_on, asked.outside_window) == (tuesday, True)
    assert "marked as short notice" in text_of(response)
    address = reverse("request_detail", args=[asked.pk])
    for who in ("service", "finance"):
        page = text_of(browser(world.person(who)).get(address))
        assert "short notice" in page
        assert "Wanted outside the agreed window: Monday." in page


def test_r11_short_notice_is_accepted_for_what_was_told_and_nothing_else(world, service, tuesday):
    other = tuesday + datetime.timedelta(days=1)
    assert service.post(CREATE, form(world, other, accept=token(world, tuesday))).status_code == 422
    assert service.post(CREATE, form(world, tuesday, accept="yes")).status_code == 422
    assert not SupplyRequest.objects.exists()


def test_r11_it_moves_to_the_day_that_was_offered_and_to_no_other(world, service, tuesday):
    other = tuesday + datetime.timedelta(days=2)
    assert service.post(CREATE, form(world, tuesday, move_to=other.isoformat())).status_code == 422
    assert service.post(CREATE, form(world, tuesday, move_to="nonsense")).status_code == 422
    assert not SupplyRequest.objects.exists()


def test_r11_short_of_the_lead_time_says_the_earliest_day(world, service):
    world.link.windows, world.link.lead_time_days = "", 5
    world.link.save(update_fields=["windows", "lead_time_days"])
    page = text_of(service.post(CREATE, form(world, world.day(2))))
    assert "5 working days ahead" in page
    assert "Send as short notice" in page
    assert not SupplyRequest.objects.exists()


def test_what_keeps_to_the_window_is_sent_at_once(world, service, tuesday):
    response = service.post(CREATE, form(world, monday_after(tuesday)))
    asked = SupplyRequest.objects.get()
    assert response["Location"] == reverse("request_detail", args=[asked.pk])
    assert not asked.short_notice


# --- before anything is typed ---


def test_the_next_slot_is_proposed_and_the_terms_are_shown(world, service):
    response = service.get(CREATE, {"link": world.link.pk})
    page = text_of(response)
    outlook = response.context["outlook"]
    assert outlook.wanted_on.weekday() == 0
    assert outlook.wanted_on.isoformat() in page
    for words in ("Regulation", "Monday", "None agreed"):
        assert words in page
    assert "Send as short notice" not in page


def test_on_a_change_of_the_day_htmx_gets_what_is_off(world, service, tuesday):
    headers = {"HX-Request": "true", "HX-Target": "request-send"}
    query = {"link": world.link.pk, "wanted_on": tuesday.isoformat()}
    page = text_of(service.get(CREATE, query, headers=headers))
    assert page.lstrip().startswith('<div id="request-send">')
    assert "Move to Monday, " in page


def test_on_a_change_of_the_link_the_proposed_day_changes_and_a_typed_one_stays(world, service, tuesday):
    any_day = LinkFactory(dealership=world.store, supplier=world.link.supplier, customer=world.link.customer)
    headers = {"HX-Request": "true", "HX-Target": "request-when"}
    monday = monday_after(tuesday).isoformat()
    proposed = {"link": any_day.pk, "wanted_on": monday, "suggested": monday}
    assert service.get(CREATE, proposed, headers=headers).context["outlook"].wanted_on == world.day()
    typed = {**proposed, "suggested": tuesday.isoformat()}
    assert service.get(CREATE, typed, headers=headers).context["outlook"].wanted_on.isoformat() == monday


def test_links_are_grouped_by_who_serves_and_name_the_flow(world, service):
    page = text_of(service.get(CREATE))
    assert '<optgroup label="Finance">' in page
    assert "(service flow)" in page


def test_only_links_of_one_s_own_customer_side_in_force_are_offered(world, service):
    ended = LinkFactory(
        dealership=world.store, supplier=world.link.supplier, customer=world.link.customer, active_to=world.day(-1)
    )
    serving = LinkFactory(dealership=world.store, supplier=world.link.customer, customer=world.link.supplier)
    for link in (ended, serving, LinkFactory()):
        response = service.post(CREATE, form(world, world.day(3), link=link.pk))
        assert response.status_code == 422
        assert "Choose one of the links on offer." in text_of(response)
    assert not SupplyRequest.objects.exists()


def test_who_has_nobody_to_ask_is_told_so(world):
    hr = text_of(browser(world.person("hr")).get(CREATE))
    assert "There is nobody to ask yet" in hr


# --- sent twice, sent wrong ---


def test_a_form_sent_twice_makes_one_request(world, service, tuesday):
    sent = form(world, monday_after(tuesday))
    first, second = service.post(CREATE, sent), service.post(CREATE, sent)
    assert first["Location"] == second["Location"]
    assert SupplyRequest.objects.count() == 1


def test_a_key_used_for_something_else_says_so_and_gets_a_new_one(world, service, tuesday):
    sent = form(world, monday_after(tuesday))
    service.post(CREATE, sent)
    other = LinkFactory(dealership=world.store, supplier=world.link.supplier, customer=world.link.customer)
    response = service.post(CREATE, {**sent, "link": other.pk})
    assert response.status_code == 422
    assert sent["key"] not in text_of(response)


def test_a_day_that_has_passed_can_be_moved_but_not_sent(world, service):
    day = world.day(-1)
    page = text_of(service.post(CREATE, form(world, day, accept=token(world, day))))
    assert "This day has passed." in page
    assert "Move to Monday, " in page
    assert "Send as short notice" not in page
    assert not SupplyRequest.objects.exists()


def test_a_day_years_ahead_is_refused_beside_its_field(world, service):
    far = datetime.date(9999, 12, 31)
    response = service.post(CREATE, form(world, far, accept=token(world, far)))
    assert response.status_code == 422
    assert "This day lies too far ahead." in text_of(response)


@pytest.mark.parametrize(
    ("field", "value"),
    [("what", "x" * 201), ("what", "a\x00b"), ("what", " "), ("quantity", "0"), ("quantity", "9" * 30), ("key", "x")],
)
def test_what_cannot_be_is_refused_and_kept(world, service, tuesday, field, value):
    response = service.post(CREATE, {**form(world, monday_after(tuesday)), field: value})
    assert response.status_code == 422
    assert monday_after(tuesday).isoformat() in text_of(response)
    assert not SupplyRequest.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "soon"])
@pytest.mark.parametrize("target", ["request-send", "request-when"])
def test_any_day_can_be_looked_at(world, service, day, target):
    query = {"link": world.link.pk, "wanted_on": day, "wanted_time": "25:61", "suggested": "x"}
    assert service.get(CREATE, query, headers={"HX-Request": "true", "HX-Target": target}).status_code == 200


@pytest.mark.parametrize("n", [1, 12])
def test_the_form_costs_the_same_whatever_the_number_of_links(world, service, n, django_assert_max_num_queries):
    for _ in range(n):
        LinkFactory(dealership=world.store, supplier=world.link.supplier, customer=world.link.customer)
    with django_assert_max_num_queries(9):
        service.get(CREATE, {"link": world.link.pk})
