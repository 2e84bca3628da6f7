"""Evidence files: which are taken, what they are called, and how they are served.

A file is what its first bytes say, not what its sender calls it. It is served for saving only, never shown in place:
nothing in it runs in the reader's browser under our address.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Protocol

from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from objectives.models import Evidence, Fact

LARGEST = 5_000_000  # bytes of one file
MOST_FILES = 3  # files of one fact
LONGEST_NAME = 100

OFFICE = "application/vnd.openxmlformats-officedocument."
#: Name ending -> (content type, what the file begins with).
TYPES: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".webp": ("image/webp", b"RIFF"),
    ".xlsx": (OFFICE + "spreadsheetml.sheet", b"PK\x03\x04"),
    ".docx": (OFFICE + "wordprocessingml.document", b"PK\x03\x04"),
}
#: What the file chooser of a page offers.
ACCEPT = ",".join(TYPES)
#: Where the content of an Office file lies in its archive; macros lie elsewhere, and are refused.
CONTENT = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}

TOO_LARGE = _("This file is larger than 5 MB.")
EMPTY = _("This file is empty.")
WRONG_TYPE = _("Take a PDF, a picture (JPEG, PNG, WebP), a Word (.docx) or an Excel (.xlsx) file without macros.")
#: Control characters, and those that turn the direction of text: a name shall not look like another one.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Upload(Protocol):
    """What is needed of an uploaded file."""

    name: str | None
    size: int | None

    def read(self, size: int = -1) -> bytes:
        """Return bytes from where it stands."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept as evidence."""

    name: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash of the content, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def check_upload(upload: Upload) -> CheckedFile:
    """Return an uploaded file if it can be evidence.

    Raises ValidationError with code `size`, `empty` or `type`.
    """
    if upload.size is None or upload.size > LARGEST:
        raise ValidationError(TOO_LARGE, code="size")
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValidationError(TOO_LARGE, code="size")
    if not content:
        raise ValidationError(EMPTY, code="empty")
    name = plain_name(upload.name or "")
    ending = PurePath(name).suffix.lower()
    if ending not in TYPES or not _begins_right(ending, content):
        raise ValidationError(WRONG_TYPE, code="type")
    return CheckedFile(name, TYPES[ending][0], content)


def plain_name(name: str) -> str:
    """Return a file's name without folders and unseen characters, at most 100 characters with its ending.

    >>> plain_name("C:\\\\Users\\\\x\\\\on duty\\u202e.pdf")
    'on duty.pdf'
    """
    last = re.split(r"[\\/]", name)[-1]
    path = PurePath(UNSEEN.sub("", last).strip() or "file")
    ending = path.suffix[:10]
    return path.stem[: LONGEST_NAME - len(ending)] + ending


def keep(*, fact: Fact, files: list[CheckedFile], uploaded_by_id: int) -> None:
    """Keep files with a fact; call it in the transaction that records the fact."""
    for file in files:
        Evidence.objects.create(
            dealership_id=fact.dealership_id,
            fact=fact,
            name=file.name,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            content=file.content,
            uploaded_by_id=uploaded_by_id,
        )


def as_download(evidence: Evidence) -> FileResponse:
    """Return the answer that hands a file over: to be saved, not shown, and kept by no cache on the way."""
    body: IO[bytes] = io.BytesIO(bytes(evidence.content))
    response = FileResponse(body, as_attachment=True, filename=evidence.name, content_type=evidence.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _begins_right(ending: str, content: bytes) -> bool:
    """Return whether the bytes are what the name's ending says."""
    if not content.startswith(TYPES[ending][1]):
        return False
    if ending == ".webp":
        return content[8:12] == b"WEBP"
    return ending not in CONTENT or _is_office_file(content, CONTENT[ending])


def _is_office_file(content: bytes, place: str) -> bool:
    """Return whether an archive holds a document and no macros. Its table is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return place in names and not any(name.endswith("vbaproject.bin") for name in names)
