"""R11: a store's admin sets its week, the country whose holidays it keeps, and its special days."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import timezone

from dealership.models import Dealership, SpecialDay
from tests.dealership.admin_pages import full_store, operator, special_days, store_data, url
from tests.factories import DealershipFactory
from tests.supplychain.pages import browser, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return full_store()[0]


def save(user, **changed):
    return browser(user).post(url("dealership_dealership_change", user.dealership_id), store_data(**changed))


def page_of(user):
    return text_of(browser(user).get(url("dealership_dealership_change", user.dealership_id)))


def in_days(n):
    return timezone.localdate() + datetime.timedelta(days=n)


def known(day):
    return {"id": day.pk, "dealership": day.dealership_id, "day": day.day.isoformat(), "name": day.name}


# --- the week ---


def test_r11_the_week_is_kept_monday_first(admin):
    assert save(admin, working_week=["sat", "mon", "wed"]).status_code == 302
    assert Dealership.objects.get(pk=admin.dealership_id).working_week == "mon wed sat"


def test_r11_the_boxes_of_the_stores_week_are_ticked(admin):
    save(admin, working_week=["sat", "sun"])
    page = page_of(admin)
    ticked = [day for day in ("mon", "fri", "sat", "sun") if f'value="{day}"' in page and _is_ticked(page, day)]
    assert ticked == ["sat", "sun"]


def _is_ticked(page, day):
    box = page[page.index(f'name="working_week" value="{day}"') :]
    return "checked" in box[: box.index(">")]


@pytest.mark.parametrize("week", [[], ["someday"], ["mon", "mon tue"]])
def test_a_week_without_a_day_is_refused_beside_the_field(admin, week):
    response = save(admin, working_week=week)
    assert "working_week" in response.context["adminform"].errors
    assert Dealership.objects.get(pk=admin.dealership_id).working_week == "mon tue wed thu fri"


def test_the_same_week_is_no_change_for_the_log(admin):
    save(admin)
    LogEntry.objects.all().delete()
    save(admin)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("working_week", "someday", "day"),
        ("working_week", " , ", "no_day"),
        ("holiday_calendar", "XX", "country"),
        ("holiday_calendar", "cn", "country"),
    ],
)
def test_a_row_with_a_calendar_that_cannot_be_is_refused(field, value, code):
    store = DealershipFactory()
    setattr(store, field, value)
    with pytest.raises(ValidationError) as error:
        store.full_clean()
    assert [found.code for found in error.value.error_dict[field]] == [code]


def test_a_row_with_a_week_in_any_order_is_put_in_order():
    store = DealershipFactory(working_week="Fri, mon")
    store.full_clean()
    assert store.working_week == "mon fri"


# --- the country ---


def test_r11_the_country_is_chosen_by_name_china_first(admin):
    page = page_of(admin)
    choices = page[page.index('name="holiday_calendar"') :]
    assert choices.index(">no country") < choices.index(">China<") < choices.index(">Afghanistan<")
    assert save(admin, holiday_calendar="DE").status_code == 302
    assert Dealership.objects.get(pk=admin.dealership_id).holiday_calendar == "DE"


def test_r11_a_store_may_keep_no_countrys_holidays(admin):
    assert save(admin, holiday_calendar="").status_code == 302
    assert Dealership.objects.get(pk=admin.dealership_id).holiday_calendar == ""


def test_an_unknown_country_is_refused_beside_the_field(admin):
    assert "holiday_calendar" in save(admin, holiday_calendar="XX").context["adminform"].errors


def test_the_known_holidays_and_make_up_days_are_listed(admin):
    year = admin.dealership.today().year
    assert f"1 Jan {year} · New Year" in page_of(admin)
    assert f"1 Jan {year + 1} · New Year" in page_of(admin)
    save(admin, holiday_calendar="")
    assert "New Year" not in page_of(admin)


def test_r20_the_store_chooses_who_learns_how_somebody_rated(admin):
    assert save(admin, confidentiality="2", least_raters="7").status_code == 302
    store = Dealership.objects.get(pk=admin.dealership_id)
    assert (store.confidentiality, store.least_raters) == (2, 7)
    assert save(admin, confidentiality="2", least_raters="2").status_code == 200


def test_the_days_to_answer_and_the_notices_by_mail_are_set(admin):
    assert save(admin, answer_days="7", recovery_days="5", mails_notices="on").status_code == 302
    store = Dealership.objects.get(pk=admin.dealership_id)
    assert (store.answer_days, store.recovery_days, store.mails_notices) == (7, 5, True)


# --- special days ---


def test_r11_special_days_are_added_below_the_store_and_logged(admin):
    rows = special_days({"day": in_days(3), "name": "Stocktaking"}, {"day": in_days(5), "is_working": "on"})
    assert save(admin, **rows).status_code == 302
    found = SpecialDay.objects.filter(dealership=admin.dealership_id).values_list("day", "is_working", "name")
    assert list(found) == [(in_days(3), False, "Stocktaking"), (in_days(5), True, "")]
    logged = LogEntry.objects.get_for_model(SpecialDay)
    assert {entry.additional_data["dealership"] for entry in logged} == {admin.dealership_id}
    assert {entry.actor for entry in logged} == {admin}


def test_r11_a_special_day_is_changed_and_deleted_and_that_is_logged(admin):
    days = [SpecialDay.objects.create(dealership=admin.dealership, day=in_days(n), name=f"Day {n}") for n in (1, 2)]
    changed = special_days(known=[known(days[0]) | {"name": "Stocktaking"}, known(days[1]) | {"DELETE": "on"}])
    assert save(admin, **changed).status_code == 302
    assert SpecialDay.objects.get(dealership=admin.dealership_id).name == "Stocktaking"
    actions = {entry.action for entry in LogEntry.objects.get_for_model(SpecialDay).filter(actor=admin)}
    assert actions == {LogEntry.Action.UPDATE, LogEntry.Action.DELETE}


def test_the_same_day_twice_is_refused_in_words(admin):
    SpecialDay.objects.create(dealership=admin.dealership, day=in_days(1))
    day = SpecialDay.objects.get()
    again = special_days({"day": in_days(1)}, known=[known(day)])
    doubled = special_days({"day": in_days(2)}, {"day": in_days(2)})
    for rows in (again, doubled):
        response = save(admin, **rows)
        assert response.status_code == 200
    assert SpecialDay.objects.count() == 1


@pytest.mark.parametrize("day", ["", "nonsense", "2026-02-30"])
def test_a_special_day_without_a_day_is_refused_beside_the_field(admin, day):
    response = save(admin, **special_days({"day": day, "name": "Stocktaking"}))
    assert response.status_code == 200
    assert not SpecialDay.objects.exists()


def test_special_days_of_years_ago_are_not_asked_for_again(admin):
    old = datetime.date(timezone.localdate().year - 2, 12, 31)
    SpecialDay.objects.create(dealership=admin.dealership, day=old, name="Long past")
    SpecialDay.objects.create(dealership=admin.dealership, day=in_days(1), name="To come")
    page = page_of(admin)
    assert "To come" in page
    assert "Long past" not in page


def test_another_stores_special_day_can_neither_be_seen_nor_changed(admin):
    foreign = SpecialDay.objects.create(dealership=DealershipFactory(), day=in_days(1), name="Foreign")
    assert "Foreign" not in page_of(admin)
    save(admin, **special_days(known=[known(foreign) | {"name": "Mine"}]))
    save(admin, **special_days(known=[known(foreign) | {"DELETE": "on"}]))
    foreign.refresh_from_db()
    assert (foreign.name, foreign.dealership_id) != ("Mine", admin.dealership_id)
    assert foreign.name == "Foreign"


def test_an_operator_keeps_the_special_days_of_every_store(admin):
    SpecialDay.objects.create(dealership=DealershipFactory(), day=in_days(1), name="Elsewhere")
    address = url("dealership_dealership_change", admin.dealership_id)
    boss = browser(operator())
    assert "Elsewhere" not in text_of(boss.get(address))
    assert boss.post(address, store_data(**special_days({"day": in_days(3)}))).status_code == 302
    assert SpecialDay.objects.filter(dealership=admin.dealership_id, day=in_days(3)).exists()
