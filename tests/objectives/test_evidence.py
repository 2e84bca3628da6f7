"""Evidence: which files are taken, and how they are handed over."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from objectives.evidence import LARGEST, check_upload, plain_name
from objectives.models import Evidence
from tests.factories import manager_of
from tests.objectives.fact_world import PDF, Upload, World, proof

OFFICE = "application/vnd.openxmlformats-officedocument."


def archive(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("on duty.PDF", PDF, "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\nrest", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPrest", "image/webp"),
        ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml"), OFFICE + "spreadsheetml.sheet"),
        ("a.docx", archive("word/document.xml"), OFFICE + "wordprocessingml.document"),
    ],
)
def test_what_is_taken(name, content, content_type):
    checked = check_upload(Upload(name, content))
    assert (checked.name, checked.content_type, checked.content) == (name, content_type, content)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + b"x" * LARGEST, "size"),
        ("a.pdf", b"<html><script>alert(1)</script>", "type"),
        ("a.html", PDF, "type"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "type"),
        ("a.exe", b"MZ\x90\x00", "type"),
        ("a.pdf.exe", PDF, "type"),
        ("a", PDF, "type"),
        ("", PDF, "type"),
        ("a.png", b"\xff\xd8\xff\xe0rest", "type"),
        ("a.webp", b"RIFF\x00\x00\x00\x00AVI rest", "type"),
        ("a.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin"), "type"),
        ("a.xlsx", archive("word/document.xml"), "type"),
        ("a.docx", b"PK\x03\x04 no archive", "type"),
    ],
)
def test_what_is_refused(name, content, code):
    with pytest.raises(ValidationError) as caught:
        check_upload(Upload(name, content))
    assert caught.value.code == code


def test_the_size_is_measured_and_not_believed():
    upload = Upload("a.pdf", PDF + b"x" * LARGEST)
    upload.size = 10
    with pytest.raises(ValidationError) as caught:
        check_upload(upload)
    assert caught.value.code == "size"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ("证明.pdf", "证明.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("\x00", "file"),
    ],
)
def test_names_are_plain(name, kept):
    assert plain_name(name) == kept


# --- Handing over -----------------------------------------------------------------------------------


@pytest.fixture
def world(db):
    return World()


def file_of(world, name='证明 "1".pdf'):
    world.record(world.objective(), 3, files=[proof(name)])
    return Evidence.objects.get()


def answer_to(person, evidence):
    browser = Client()
    browser.force_login(person)
    return browser.get(reverse("evidence_file", args=[evidence.pk]))


def test_a_file_is_handed_over_to_be_saved_and_never_run(world):
    answer = answer_to(world.accessories, file_of(world))
    assert answer.getvalue() == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("who", "status"),
    [("hr", 200), ("clerk", 200), ("accessories", 200), ("fitter", 200), ("gm", 200), ("admin", 200), ("sales", 403)],
)
def test_who_opens_it(world, who, status):
    assert answer_to(getattr(world, who), file_of(world)).status_code == status


def test_another_store_does_not_learn_that_it_exists(world):
    evidence = file_of(world)
    assert answer_to(manager_of(World().departments["hr"]), evidence).status_code == 404
    assert Client().get(reverse("evidence_file", args=[evidence.pk])).status_code == 302
