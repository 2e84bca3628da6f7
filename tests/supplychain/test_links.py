"""Links: fixed direction (R7), nothing doubled, windows (R11), history that stays (R10)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from supplychain.actions import end_link, log_interaction, revise_link
from supplychain.models import Link
from supplychain.windows import Window, format_windows, parse_windows
from supplychain.wording import windows_in_words
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    ItemFactory,
    LinkFactory,
    manager_of,
)
from tests.supplychain.pages import code_of, store_admin

pytestmark = pytest.mark.django_db


def twin_of(link, **fields):
    same = {name: getattr(link, name) for name in ("dealership", "flow", "supplier", "customer", "item")}
    return Link(**{**same, **fields})


def test_r7_supplier_is_customer_is_refused_in_words():
    link = LinkFactory()
    with pytest.raises(ValidationError) as error:
        twin_of(link, customer=link.supplier).full_clean()
    assert "customer" in error.value.error_dict
    assert code_of(error) == "same_department"


def test_r7_supplier_is_customer_is_refused_by_the_database():
    link = LinkFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin_of(link, customer=link.supplier).save()


def test_a_doubled_link_is_refused_in_words():
    with pytest.raises(ValidationError) as error:
        twin_of(LinkFactory()).full_clean()
    assert "doubled" in [one.code for errors in error.value.error_dict.values() for one in errors]


def test_a_doubled_link_is_refused_by_the_database():
    link = LinkFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin_of(link).save()


def test_r8_the_other_direction_and_another_flow_are_other_links():
    link = LinkFactory()
    twin_of(link, supplier=link.customer, customer=link.supplier).full_clean()
    twin_of(link, flow="information").full_clean()


def test_r10_a_link_may_follow_an_ended_one_but_not_overlap_it():
    link = LinkFactory(active_to=datetime.date(2026, 6, 30))
    twin_of(link, active_from=datetime.date(2026, 7, 1)).full_clean()
    with pytest.raises(ValidationError) as error:
        twin_of(link, active_from=datetime.date(2026, 6, 30)).full_clean()
    assert code_of(error) == "doubled"


@pytest.mark.parametrize("name", ["supplier", "customer", "item"])
def test_a_link_refuses_another_stores_rows(name):
    link = LinkFactory()
    stranger = ItemFactory() if name == "item" else DepartmentFactory()
    setattr(link, name, stranger)
    with pytest.raises(ValidationError) as error:
        link.full_clean()
    assert name in error.value.error_dict


@pytest.mark.parametrize(
    ("name", "value"), [("flow", "material"), ("scale", "five"), ("supplier", None), ("customer", None), ("item", None)]
)
def test_r10_terms_are_fixed_once_something_was_recorded_under_them(name, value):
    link = InteractionFactory().link
    if value is None:
        make = ItemFactory if name == "item" else DepartmentFactory
        value = make(dealership=link.dealership)
    setattr(link, name, value)
    with pytest.raises(ValidationError) as error:
        link.full_clean()
    assert code_of(error) == "terms_fixed"


def test_terms_of_an_unused_link_may_change():
    link = LinkFactory()
    link.scale = "five"
    link.full_clean()


def test_r10_ending_keeps_the_history():
    interaction = InteractionFactory()
    link = end_link(acting_user=store_admin(interaction.dealership), link=interaction.link)
    assert link.active_to == link.dealership.today()
    assert list(Link.objects.get(pk=link.pk).interactions.all()) == [interaction]


def test_r10_nothing_is_recorded_after_the_last_day():
    link = LinkFactory()
    today = link.dealership.today()
    end_link(acting_user=store_admin(link.dealership), link=link, last_day=today - datetime.timedelta(days=1))
    moment = datetime.datetime.combine(today, datetime.time(0), tzinfo=link.dealership.zone)
    with pytest.raises(ValidationError) as error:
        log_interaction(acting_user=manager_of(link.customer), link=link, occurred_at=moment)
    assert code_of(error) == "link_inactive"


def test_a_link_ends_once():
    link = LinkFactory()
    admin = store_admin(link.dealership)
    end_link(acting_user=admin, link=link)
    with pytest.raises(ValidationError) as error:
        end_link(acting_user=admin, link=link)
    assert code_of(error) == "ended"


def test_a_link_cannot_end_before_it_starts():
    link = LinkFactory(active_from=datetime.date(2026, 7, 1))
    with pytest.raises(ValidationError):
        end_link(acting_user=store_admin(link.dealership), link=link, last_day=datetime.date(2026, 6, 1))
    assert Link.objects.get(pk=link.pk).active_to is None


def test_only_the_stores_admin_ends_and_revises():
    link = LinkFactory()
    for stranger in (manager_of(link.supplier), manager_of(link.customer), store_admin()):
        with pytest.raises(PermissionDenied):
            end_link(acting_user=stranger, link=link)
        with pytest.raises(PermissionDenied):
            revise_link(acting_user=stranger, link=link, scale="five")


def test_r10_new_terms_start_a_new_link_and_leave_the_old_one_readable():
    interaction = InteractionFactory()
    link = interaction.link
    new = revise_link(acting_user=store_admin(link.dealership), link=link, scale="five", windows="wed; mon 9:00-12:00")
    old = Link.objects.get(pk=link.pk)
    today = link.dealership.today()
    assert (old.scale, old.active_to) == ("binary", today)
    assert (new.scale, new.windows, new.active_from) == (
        "five",
        "mon 09:00-12:00; wed",
        today + datetime.timedelta(days=1),
    )
    assert (new.flow, new.supplier_id, new.customer_id, new.item_id) == (
        old.flow,
        old.supplier_id,
        old.customer_id,
        old.item_id,
    )
    assert interaction.link_id == old.pk


def test_refused_new_terms_leave_the_link_in_force():
    link = LinkFactory()
    with pytest.raises(ValidationError):
        revise_link(acting_user=store_admin(link.dealership), link=link, windows="someday")
    assert Link.objects.get(pk=link.pk).active_to is None


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("", ""),
        ("mon", "mon"),
        ("WED 14:00-17:00; mon", "mon; wed 14:00-17:00"),
        ("fri|thu 9:00 - 12:30", "thu 09:00-12:30; fri"),
        ("mon; mon", "mon"),
        (" ; tue ; ", "tue"),
    ],
)
def test_r11_windows_are_read_and_written(text, normal):
    assert format_windows(parse_windows(text)) == normal
    assert parse_windows(normal) == parse_windows(text)


@pytest.mark.parametrize(
    "text", ["someday", "mon 9", "mon 25:00-26:00", "mon 12:00-09:00", "mon 09:00-09:00", "mon,tue"]
)
def test_r11_what_is_no_window_is_named(text):
    with pytest.raises(ValueError, match=text.split(";")[0][:3]):
        parse_windows(text)
    link = LinkFactory()
    link.windows = text
    with pytest.raises(ValidationError) as error:
        link.full_clean()
    assert "windows" in error.value.error_dict


def test_r11_windows_in_the_readers_words():
    from django.utils import translation

    with translation.override("en"):
        assert windows_in_words("mon 09:00-12:00; wed") == "Monday 09:00–12:00; Wednesday"
    with translation.override("zh-hans"):
        assert windows_in_words("mon") == "星期一"


def test_windows_are_weekdays_from_monday():
    assert parse_windows("sun")[0] == Window(6, datetime.time(0), datetime.time(0))


def test_a_link_is_in_force_on_its_first_and_last_day():
    store = DealershipFactory()
    first, last = datetime.date(2026, 3, 1), datetime.date(2026, 3, 31)
    link = LinkFactory(dealership=store, active_from=first, active_to=last)
    day = datetime.timedelta(days=1)
    expected = {first - day: False, first: True, last: True, last + day: False}
    for today, in_force in expected.items():
        assert link.is_active_on(today) is in_force
        assert Link.objects.active_on(today).filter(pk=link.pk).exists() is in_force
