"""The import page: for store admins; checks first, writes after; refuses in words."""

import csv
import io

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dealership.models import Department
from supplychain.models import Interaction
from surveys.imports import KINDS
from surveys.models import Rating
from tests.config.importing import ON_LINK, RATING_HEADER, small_store
from tests.factories import DealershipFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/setup/import/"
DEPARTMENTS = "code,name\nfinance,财务部\ncrm,客户关系部\n"


@pytest.fixture
def admin(client, settings, tmp_path):
    # A cache of its own: other test processes empty the common one.
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path / "cache")}}
    store = small_store(language="zh-hans")
    user = UserFactory(dealership=store, is_store_admin=True)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def send(client, kind, content, name="rows.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(URL, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def written(client, answer):
    return client.post(URL, {"token": answer.context["token"]}, follow=True)


def test_check_then_write(client, admin):
    answer = send(client, "departments", DEPARTMENTS)
    page = answer.content.decode()
    assert (answer.context["report"].created, answer.context["report"].updated) == (1, 1)
    assert "Nothing has been written yet" in page
    assert not Department.objects.filter(code="crm").exists()
    answer = written(client, answer)
    assert "rows.csv is imported: 1 created, 1 updated, 0 unchanged." in answer.content.decode()
    assert Department.objects.get(code="finance").name == "财务部"
    assert LogEntry.objects.get(object_repr="客户关系部").actor == admin


def test_checking_leaves_no_trace_in_the_audit_log(client, admin):
    before = LogEntry.objects.count()
    send(client, "departments", DEPARTMENTS)
    assert LogEntry.objects.count() == before


def test_ratings_by_the_page(client, admin):
    content = f"{RATING_HEADER}\na,{ON_LINK},2026-03-02T09:30,ser,1,,,\n"
    answer = send(client, "ratings", content)
    assert Rating.objects.count() == 0
    written(client, answer)
    assert Rating.objects.get().external_id == "a"
    answer = send(client, "ratings", content)
    assert "there is nothing to write" in answer.content.decode()


def test_a_check_is_written_once(client, admin):
    answer = send(client, "departments", DEPARTMENTS)
    written(client, answer)
    again = written(client, answer)
    assert "This check is used up or too old." in again.content.decode()
    assert Department.objects.filter(code="crm").count() == 1


def test_a_check_is_only_its_senders(client, admin):
    answer = send(client, "departments", DEPARTMENTS)
    for store in (admin.dealership, DealershipFactory()):
        client.force_login(UserFactory(dealership=store, is_store_admin=True))
        assert "This check is used up or too old." in written(client, answer).content.decode()
    assert not Department.objects.filter(code="crm").exists()


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000, "空 \n"])
def test_a_made_up_check(client, admin, token):
    answer = client.post(URL, {"token": token}, follow=True)
    assert answer.status_code == 200
    assert "This check is used up or too old." in answer.content.decode()


def test_bad_rows_stand_in_a_table_and_nothing_can_be_written(client, admin):
    answer = send(client, "departments", "code,name,parent\na b,A,\nc,,\nd,D,nowhere\n")
    page = answer.content.decode()
    assert "3 cells or rows are not right" in page
    found = [(error.line, error.column) for error in answer.context["errors"]]
    assert found == [(2, "code"), (3, "name"), (4, "parent")]
    assert answer.context["token"] == ""
    assert 'name="token"' not in page


def test_the_store_changed_between_check_and_writing(client, admin):
    answer = send(client, "departments", "code,name,parent\ncrm,CRM,finance\n")
    Department.objects.filter(code="finance").update(code="money")
    page = client.post(URL, {"token": answer.context["token"]}).content.decode()
    assert "There is no department with the code “finance”." in page
    assert not Department.objects.filter(code="crm").exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("rows.csv", b"", "The file is empty."),
        ("rows.pdf", b"%PDF", "must end in .csv or .xlsx"),
        ("rows.csv", b"\x00\x01", "binary data"),
        ("rows.xlsx", b"\x00\x01", "no readable Excel workbook"),
        ("rows.csv", b"code,colour\n", "Unknown columns: colour."),
        ("rows.csv", b"code,name\n" + b"x,y\n" * 2001, "2,000 at most. Larger files are imported on the server"),
        ("rows.csv", b"x" * 5_000_001, "The file is too large: 5 MB at most. Larger files are imported on the server"),
    ],
)
def test_files_that_are_no_table_are_refused_by_the_field(client, admin, name, content, message):
    answer = send(client, "departments", content, name)
    assert answer.status_code == 200
    assert message in answer.context["form"].errors["file"][0]


def test_missing_file_and_unknown_kind(client, admin):
    answer = client.post(URL, {"kind": "moods"})
    assert set(answer.context["form"].errors) == {"kind", "file"}


def test_messages_are_in_the_readers_language(client, admin):
    client.cookies["django_language"] = "zh-hans"
    answer = send(client, "departments", "code,name\n,A\n")
    assert answer.wsgi_request.LANGUAGE_CODE == "zh-hans"


@pytest.mark.parametrize("kind", KINDS)
def test_templates_fit_their_kind(client, admin, kind):
    page = client.get(URL).content.decode()
    assert f"?template={kind}" in page
    answer = client.get(URL, {"template": kind})
    assert answer["Content-Disposition"] == f'attachment; filename="{kind}.csv"'
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == [column.name for column in KINDS[kind].columns]
    assert len(rows) == 2
    report = send(client, kind, answer.content).context["report"]  # the columns are right, whatever the names
    assert {error.column for error in report.errors} <= {
        "parent",
        "department",
        "supplier",
        "customer",
        "item",
        "requester",
        "rater",
    }


def test_unknown_template(client, admin):
    assert client.get(URL, {"template": "moods"}).status_code == 404


def test_only_store_admins(client):
    store = small_store()
    member, operator = UserFactory(dealership=store), UserFactory(dealership=None, is_superuser=True)
    for user in (member, operator):
        client.force_login(user)
        assert client.get(reverse("data_import")).status_code == 403
        assert client.get(URL, {"template": "people"}).status_code == 403
        assert send(client, "departments", DEPARTMENTS).status_code == 403
        assert client.post(URL, {"token": "x"}).status_code == 403
    assert client.put(URL).status_code in (403, 405)
    assert not Interaction.objects.exists()
