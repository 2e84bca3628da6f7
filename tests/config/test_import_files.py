"""import_data and the files it is given: encodings, workbooks, and everything that is no table."""

import datetime
import io
import random
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from django.conf import settings

from config.terminal import terminal_language
from dealership.models import Department
from supplychain.models import Interaction
from surveys.models.ratings import rating_of
from tests.config.importing import INTERACTION_HEADER, ON_LINK, Files, refused, run, small_store, utc
from tests.factories import DealershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path):
    DealershipFactory(slug="s")
    return Files(tmp_path)


def names():
    return sorted(Department.objects.values_list("code", "name"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_csv(files, encoding):
    out = run("departments", files.csv("code,name", "finance,财务部", encoding=encoding))
    assert names() == [("finance", "财务部")]
    assert out == "departments: 1 created, 0 updated, 0 unchanged.\n"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_that_spreadsheets_write(files, delimiter):
    run("departments", files.csv(f"code{delimiter}name", f"finance{delimiter}Finance, Tax"))
    assert names() == [("finance", "Finance, Tax")]


def test_columns_in_any_order_blank_lines_and_spaces(files):
    run("departments", files.csv("", " Name , parent,CODE,,", ",,,", " Finance ,, finance", "", ",,,", "\r"))
    assert names() == [("finance", "Finance")]


def test_line_numbers_count_the_lines_of_the_file(files):
    path = files.csv("code,name", '"a","two', 'lines"', "", "b,", "c,C,gm")
    lines = refused("departments", path)
    assert lines[0] == "line 5, column name: This is required."
    assert lines[1] == "line 6: This row has more cells than the header has columns."
    assert lines[2].endswith("2 errors. Nothing was written.")
    assert names() == []


def test_unknown_and_missing_columns_are_named(files):
    assert "Unknown columns: nmae, colour." in refused("departments", files.csv("code,nmae,colour", "a,A,red"))[0]
    assert "Required columns are missing: name." in refused("departments", files.csv("code", "a"))[0]
    assert "Columns stand twice in the header: code." in refused("departments", files.csv("code,name,code", "a,A,b"))[0]


def test_a_cell_in_a_column_without_a_name(files):
    assert refused("departments", files.csv("code,,name", "a,x,A"))[0] == (
        "line 2: A cell stands in a column without a name."
    )


def test_bad_rows_are_listed_up_to_a_cap(files):
    lines = refused("departments", files.csv("code,name", *(f"no good {n},x" for n in range(1500))))
    assert len(lines) == 1000 + 1 + 1
    assert lines[0].startswith("line 2, column code: ")
    assert lines[1000] == "… and 500 more."
    assert lines[1001].endswith("1500 errors. Nothing was written.")


def test_xlsx(files):
    run("departments", files.xlsx(["code", "name", "parent"], ["finance", "财务部", None], [None, None], [42, 4.0]))
    assert names() == [("42", "4"), ("finance", "财务部")]


def test_xlsx_with_real_times_and_numbers(tmp_path):
    store = small_store()
    path = Files(tmp_path).xlsx(
        ["external_id", "flow", "supplier", "customer", "item", "occurred_at", "rater", "score"],
        [1001.0, *ON_LINK.split(","), datetime.datetime(2026, 3, 2, 9, 29, 59, 999_700), "ser", 1.0],
        [1002, *ON_LINK.split(","), datetime.date(2026, 3, 3), "ser", 0],
    )
    run("ratings", path)
    found = Interaction.objects.filter(dealership=store).order_by("external_id")
    assert [(i.external_id, i.occurred_at, rating_of(i).score) for i in found] == [
        ("1001", utc("2026-03-02T01:30"), 1),
        ("1002", utc("2026-03-02T16:00"), 0),
    ]


def test_xlsx_formulas_count_as_the_value_they_were_saved_with(files):
    path = files.xlsx(["code", "name"], ["finance", '="Fin"&"ance"'])
    lines = refused("departments", path)  # openpyxl saves no values
    assert lines[0] == "line 2, column name: This is required."
    book = zipfile.ZipFile(path)
    parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    saved = sheet.replace('<c r="B2"', '<c r="B2" t="str"').replace("<v />", "<v>Finance</v>")
    parts["xl/worksheets/sheet1.xml"] = saved.encode()
    with zipfile.ZipFile(path, "w") as changed:
        for name, content in parts.items():
            changed.writestr(name, content)
    run("departments", path)
    assert names() == [("finance", "Finance")]


def workbook(**parts: bytes) -> bytes:
    """Return a workbook's bytes with some parts replaced."""
    book = openpyxl.Workbook()
    book.active.append(["code", "name"])
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = parts.get("sheet", content)
            if name.endswith("workbook.xml"):
                content = parts.get("workbook", content)
            target.writestr(name, content)
    return changed.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)
CELL = '<c r="%s" t="inlineStr"><is><t>x</t></is></c>'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)

NOT_TABLES = {
    "empty": (b"", "rows.csv", "The file is empty."),
    "only blank lines": (b"\n\n,,\n", "rows.csv", "The file is empty."),
    "header only": (b"code,name\n", "rows.csv", "has a header but no rows"),
    "binary": (random.Random(1).randbytes(4000), "rows.csv", "binary data"),
    "binary without zeros": (b"\xff\xfd\x81\x20" * 50, "rows.csv", "no text in UTF-8 or GB18030"),
    "nul": (b"code,name\na,A\0B\n", "rows.csv", "binary data"),
    "utf-16": ("code,name\na,A".encode("utf-16"), "rows.csv", "UTF-16"),
    "endless row": (b"code,name\n" + b"a," * 1_000_000, "rows.csv", "this row is too long"),
    "endless row over many lines": (b'code,name\n"a\n' + b'","\n' * 400_000, "rows.csv", "too long"),
    "huge cell": (b"code,name\na," + b"A" * 200_000, "rows.csv", "Line 2: a cell is too long"),
    "open quotation mark": (b'code,name\na,A\n"b,B\nc,C\n', "rows.csv", "Line 3: the quotation marks do not match"),
    "other ending": (b"code,name\na,A\n", "rows.txt", "must end in .csv or .xlsx"),
    "no ending": (b"code,name\na,A\n", "rows", "must end in .csv or .xlsx"),
    "workbook called csv": (workbook(), "rows.csv", "let it end in .xlsx"),
    "text called xlsx": (b"code,name\na,A\n", "rows.xlsx", "no readable Excel workbook"),
    "zip called xlsx": (b"PK\x05\x06" + b"\0" * 18, "rows.xlsx", "no readable Excel workbook"),
    "half a workbook": (workbook()[:900], "rows.xlsx", "no readable Excel workbook"),
    "empty workbook": (workbook(sheet=(SHEET % "").encode()), "rows.xlsx", "The file is empty."),
    "broken sheet": (workbook(sheet=b"<worksheet><sheetData><row>"), "rows.xlsx", "no readable Excel workbook"),
    "entities": (workbook(sheet=BOMB.encode()), "rows.xlsx", "no readable Excel workbook"),
    "row number of a bomb": (
        workbook(
            sheet=(SHEET % f'<row r="1">{CELL % "A1"}</row><row r="9000000000">{CELL % "A9000000000"}</row>').encode()
        ),
        "rows.xlsx",
        "Unknown columns",
    ),
}


@pytest.mark.parametrize("case", NOT_TABLES, ids=lambda case: case.replace(" ", "-"))
def test_what_is_no_table_gets_one_clear_message(files, case):
    content, name, message = NOT_TABLES[case]
    lines = refused("departments", files.raw(content, name))
    assert len(lines) == 1
    assert message in lines[0]


def test_a_column_far_to_the_right_costs_nothing(files):
    cells = CELL % "A1" + CELL % "ZZZ1"
    path = files.raw(workbook(sheet=(SHEET % f'<row r="1">{cells}</row>').encode()), "rows.xlsx")
    assert "Unknown columns: x." in refused("departments", path)[0]


def test_rows_without_end_in_a_workbook(files, monkeypatch):
    monkeypatch.setattr("dealership.imports.files.ROW_GAPS", 1000)
    names_of_columns = (CELL % "A1").replace(">x<", ">code<") + (CELL % "B1").replace(">x<", ">name<")
    header = f'<row r="1">{names_of_columns}</row>'
    last = f'<row r="9000000000">{CELL % "A9000000000"}</row>'
    path = files.raw(workbook(sheet=(SHEET % (header + last)).encode()), "rows.xlsx")
    assert "too many rows" in refused("departments", path)[0]


def test_a_workbook_that_unpacks_to_too_much(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(1001):
                part.write(b" " * 1_000_000)
    assert (
        "The file is too large: 1000 MB at most."
        in refused("departments", files.raw(packed.getvalue(), "rows.xlsx"))[0]
    )


@pytest.mark.parametrize("path", ["missing.csv", ".", "\0.csv"])
def test_no_file_there(files, path):
    assert "cannot be read" in refused("departments", path if "\0" in path else files.folder / path)[-1]


def test_unknown_store(files):
    assert refused("departments", files.csv("code,name", "a,A"), slug="nowhere") == [
        "There is no dealership with the short name “nowhere”."
    ]


def test_dry_run_writes_nothing_and_says_so(files):
    out = run("departments", files.csv("code,name", "a,A"), dry_run=True)
    assert out.splitlines() == [
        "departments: 1 created, 0 updated, 0 unchanged.",
        "Dry run: nothing was written.",
    ]
    assert names() == []


def test_control_characters_are_refused(files):
    assert refused("departments", files.csv("code,name", "a,A\x07"))[0] == (
        "line 2: This row holds characters that are no text."
    )


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANGUAGE": "en", "LANG": "zh_CN"}, "en"),
    ],
)
def test_the_command_speaks_the_terminals_language(monkeypatch, variables, language):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language


def test_the_process_ends_with_1_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "import_data", "moods", str(tmp_path / "x.csv"), "--dealership", "s"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_a_moment_is_read_in_the_stores_zone(tmp_path):
    small_store()
    path = Files(tmp_path).csv(
        INTERACTION_HEADER,
        f"a,{ON_LINK},2026-03-02T09:30,,",
        f"b,{ON_LINK},2026-03-02T09:30+01:00,,",
        f"c,{ON_LINK},2026-03-02T09:30:15Z,,",
        f"d,{ON_LINK},2026/3/2 9:30,,",
        f"e,{ON_LINK},2026-03-02,,",
    )
    run("interactions", path)
    moments = dict(Interaction.objects.values_list("external_id", "occurred_at"))
    assert moments == {
        "a": utc("2026-03-02T01:30"),
        "b": utc("2026-03-02T08:30"),
        "c": utc("2026-03-02T09:30:15"),
        "d": utc("2026-03-02T01:30"),
        "e": utc("2026-03-01T16:00"),
    }
    days = dict(Interaction.objects.values_list("external_id", "day"))
    assert days["e"] == datetime.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("zone", "skipped", "doubled", "first"),
    [
        ("America/New_York", "2026-03-08T02:30", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2025-10-05T02:15", "2026-04-05T01:45", "2026-04-04T14:45"),
    ],
)
def test_dst_a_skipped_time_is_refused_and_of_a_doubled_one_the_first_is_taken(tmp_path, zone, skipped, doubled, first):
    small_store(time_zone=zone)
    files = Files(tmp_path)
    lines = refused("interactions", files.csv(INTERACTION_HEADER, f"a,{ON_LINK},{skipped},,"))
    assert f"did not exist in {zone}: the clocks were put forward." in lines[0]
    run("interactions", files.csv(INTERACTION_HEADER, f"a,{ON_LINK},{doubled},,"))
    assert Interaction.objects.get().occurred_at == utc(first)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30T10:00",
        "45000",
        "0001-01-01",
        "9999-12-31T23:59",
        "2026-03-02T25:00",
        "１",
    ],
)
def test_what_is_no_moment(tmp_path, text):
    small_store()
    lines = refused("interactions", Files(tmp_path).csv(INTERACTION_HEADER, f"a,{ON_LINK},{text},,"))
    assert lines[0].startswith("line 2, column occurred_at: “")
