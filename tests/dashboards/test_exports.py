"""Figures as files: who gets which rows, in which columns, and that no cell is ever run as a formula."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils.html import escape

from dashboards.exports import HEADER
from dealership.models import Dealership, Department
from surveys.figure_columns import harmless
from tests.dashboards.world import days_ago, make_world, rate, roll_up
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db

PAGE = reverse("export_figures")


@pytest.fixture
def world():
    world = make_world(language="en")
    rate(world, "output-value", 1, 1, 0)
    rate(world, "reimbursement", 1, 1)
    rate(world, "invoices", 5, 3)
    roll_up(world)
    return world


def rows_of(person, **query):
    answer = browser(person).get(PAGE, {"format": "csv", **query})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_store_reader_gets_every_link_with_codes_and_names(world):
    rows = {row["group"]: row for row in rows_of(world.gm)}
    assert len(rows) == 3
    row = rows["information:service>finance:output-value"]
    assert (row["n"], row["good"], row["not_good"], row["vetoed"]) == ("3", "2", "1", "true")
    assert (row["supplier_name"], row["customer_name"], row["item_name"]) == ("Service", "Finance", "Output value")
    assert tuple(row) == HEADER


@pytest.mark.parametrize("group_by", ["pair", "supplier", "customer", "item", "flow", "store"])
def test_a_store_reader_groups_as_the_command_does(world, group_by):
    assert sum(int(row["n"]) for row in rows_of(world.admin, group_by=group_by)) == 7


def test_who_leads_a_department_gets_its_links_alone(world):
    groups = {row["group"] for row in rows_of(world.storeman)}
    assert groups == {"information:parts>finance:invoices"}
    assert len(rows_of(world.accountant)) == 3


@pytest.mark.parametrize("group_by", ["supplier", "customer", "flow", "store", "item"])
def test_who_leads_a_department_gets_no_sums_over_links_of_others(world, group_by):
    answer = browser(world.storeman).get(PAGE, {"format": "csv", "group_by": group_by})
    assert answer.status_code == 422
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


@pytest.mark.parametrize("who", ["clerk", "mechanic", "newcomer"])
def test_members_get_no_file(world, who):
    assert browser(getattr(world, who)).get(PAGE, {"format": "csv"}).status_code == 403


def test_only_the_period_is_in_the_file(world):
    rate(world, "output-value", 0, at=days_ago(70))
    roll_up(world)
    assert sum(int(row["n"]) for row in rows_of(world.gm)) == 7


def test_r20_no_cell_is_run_as_a_formula(world):
    """Names are typed by people: what begins like a formula is text, in both kinds of file."""
    evil = '=HYPERLINK("http://example.org","x")'
    Department.objects.filter(pk=world.service.pk).update(name_en=evil)
    row = next(row for row in rows_of(world.gm) if row["supplier"] == "service")
    assert row["supplier_name"] == f"'{evil}"
    answer = browser(world.gm).get(PAGE, {"format": "xlsx"})
    assert answer["Content-Disposition"].endswith('.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert f"'{evil}" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year", "all"])
def test_r20_the_file_tells_no_more_of_confidential_ratings_than_the_pages(world, grain):
    month = world.store.today().replace(day=1)
    Dealership.objects.filter(pk=world.store.pk).update(sealed_since=month)
    rate(world, "repair-reports", 1, 5, disclosure=2, least_raters=5, sealed_month=month)
    roll_up(world)
    row = next(row for row in rows_of(world.gm, grain=grain) if row["item"] == "repair-reports")
    assert (row["n"], row["good"], row["not_good"], row["held_back"]) == ("0", "0", "0", "true")


BEFORE = ["", " ", "\t", "\r\n", '"', " '", "“", "\u3000", "\u00a0\x0b", "\ufeff"]


@pytest.mark.parametrize("sign", ["\t", "\r", "\n", *"=+-@＝＋－＠﹦﹢﹣﹫−"])
@pytest.mark.parametrize("before", BEFORE)
def test_each_sign_that_begins_a_formula_is_made_text_whatever_stands_before_it(sign, before):
    if sign.isspace() and before:
        sign = f"{sign}="
    assert harmless(f"{before}{sign}1").startswith("'")


def test_plain_text_stays_as_it_is():
    for text in ("", "Parts", "财务部", "“Parts”", "a=b", " - "[:1], "C++"):
        assert harmless(text) == text


def test_r20_in_a_workbook_what_begins_like_a_formula_is_a_string(world):
    for sign in "=+-@﹦−":
        Department.objects.filter(pk=world.service.pk).update(name_en=f' "{sign}1+1')
        answer = browser(world.gm).get(PAGE, {"format": "xlsx"})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["figures"]
        found = [cell for row in sheet for cell in row if cell.value == f"' \"{sign}1+1"]
        assert found
        assert {cell.data_type for cell in found} == {"s"}


@pytest.mark.parametrize(
    "query",
    [{"format": "exe"}, {"group_by": "rater"}, {"period": "\x00", "format": "csv"}, {"grain": "9" * 40}],
)
def test_what_cannot_be_exported_is_said_beside_the_field(world, query):
    answer = browser(world.gm).get(PAGE, query)
    assert answer.status_code == 422
    assert "<form" in answer.text


@pytest.mark.parametrize("period", ["2026-99", "x", "2999-01", "2026-1", "<b>"])
def test_a_wrong_period_is_said_beside_its_field_and_what_was_typed_is_kept(world, period):
    answer = browser(world.gm).get(PAGE, {"period": period, "group_by": "flow", "format": "csv"})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == ["period"]
    field = answer.text.split('id="div_id_period"')[1].split('id="div_id_group_by"')[0]
    assert f'value="{escape(period)}"' in field
    assert "Write a month (2026-11)" in field
    assert '<option value="flow" selected>' in answer.text


def test_the_page_asks_what_is_wanted(world):
    answer = browser(world.gm).get(PAGE)
    assert answer.status_code == 200
    assert "One row for each" in answer.text
    assert f'value="{world.store.today():%Y-%m}"' in answer.text
