"""From a file to rows of text: .csv (UTF-8 with or without BOM, GB18030) and .xlsx, read as a stream.

Whatever the bytes are, the outcome is rows or an ImportRefused that says in words what is wrong with the file.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import warnings
import zipfile
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import openpyxl
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: A row as read: the line it stands on, and its cells.
RawRow = tuple[int, list[str]]

MAX_COLUMNS = 64  # more than any kind has, and few enough to list the unknown ones
MAX_RECORD = 1_000_000  # characters of one row
ROW_GAPS = 1_000_000  # empty rows an .xlsx may have: a row's number is the file's own claim
_CHUNK = 1 << 20


class ImportRefused(Exception):
    """The file as a whole cannot be imported; the message says why, in the reader's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))


@dataclass(frozen=True)
class Limits:
    """How large a file may get: bytes of the file, of an .xlsx once unpacked, and rows; where to go with more."""

    size: int
    unpacked: int
    rows: int
    advice: str | Promise = ""

    def too_large(self, size: int) -> ImportRefused:
        """Return the refusal of a file larger than `size` bytes."""
        words = _("The file is too large: %(limit)d MB at most.") % {"limit": size // 1_000_000}
        return ImportRefused(f"{words} {self.advice}".strip())

    def too_many_rows(self) -> ImportRefused:
        """Return the refusal of a file of more rows than allowed."""
        words = _("The file has too many rows: %(limit)s at most.") % {"limit": intcomma(self.rows)}
        return ImportRefused(f"{words} {self.advice}".strip())


COMMAND_LIMITS = Limits(size=500_000_000, unpacked=1_000_000_000, rows=1_000_000)
WEB_LIMITS = Limits(
    size=5_000_000,
    unpacked=60_000_000,
    rows=20_000,
    advice=gettext_lazy("Larger files are imported on the server: manage.py import_data."),
)


def read_rows(file: BinaryIO, name: str, limits: Limits) -> Generator[RawRow, None, None]:
    """Yield the file's rows, header first, blank ones left out.

    `file` is seekable; `name` decides the format by its ending. Raises ImportRefused, at once or on the way.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise ImportRefused(_("The file's name must end in .csv or .xlsx."))
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise ImportRefused(_("The file is empty."))
    if size > limits.size:
        raise limits.too_large(limits.size)
    with closing(_csv_rows(file) if ending == ".csv" else _xlsx_rows(file, limits)) as rows:
        for line, cells in rows:
            if any(cells):
                yield line, cells


# --- CSV --------------------------------------------------------------------------------------------


def _csv_rows(file: BinaryIO) -> Generator[RawRow, None, None]:
    encoding = _encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        lines = _Lines(text)
        # strict: a quotation mark that is never closed is an error, and does not swallow the rest of the file.
        reader = csv.reader(lines, delimiter=_delimiter_of(text), strict=True)
        while True:
            first_line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise ImportRefused(_csv_fault(first_line, error)) from None
            lines.record_done()
            yield first_line, [cell.strip() for cell in cells]
    finally:
        text.detach()  # the caller's file stays open


def _encoding_of(file: BinaryIO) -> str:
    """Return the encoding in which the whole file can be read."""
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ImportRefused(_("The file is UTF-16 text. Save it as “CSV UTF-8”."))
    if start == b"PK\x03\x04":
        raise ImportRefused(_("This is an Excel workbook with the wrong name: let it end in .xlsx."))
    for encoding in ("utf-8-sig", "gb18030"):
        if _can_decode(file, encoding):
            return encoding
    raise ImportRefused(_("The file is no text in UTF-8 or GB18030. Save it as “CSV UTF-8”."))


def _can_decode(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                raise ImportRefused(_("The file holds binary data: it is no CSV text."))
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter_of(text: io.TextIOWrapper) -> str:
    """Return what separates the header's cells: comma, or the semicolon or tab some spreadsheets write."""
    header = text.readline(MAX_RECORD)
    text.seek(0)
    return max(",;\t", key=header.count)


class _Lines:
    """The lines of a text, for csv.reader; refuses a row that would not end."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._size = 0
        self._line = 0

    def record_done(self) -> None:
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_RECORD + 1)
        if not line:
            raise StopIteration
        self._line += 1
        self._size += len(line)
        if self._size > MAX_RECORD:
            raise ImportRefused(_("Line %(line)d: this row is too long.") % {"line": self._line})
        return line


def _csv_fault(line: int, error: csv.Error) -> str:
    if "field larger" in str(error):
        return _("Line %(line)d: a cell is too long.") % {"line": line}
    return _("Line %(line)d: the quotation marks do not match.") % {"line": line}


# --- XLSX -------------------------------------------------------------------------------------------


def _xlsx_rows(file: BinaryIO, limits: Limits) -> Generator[RawRow, None, None]:
    _check_package(file, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that no import reads
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file claims about its size is not trusted
        rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    except Exception as error:  # a foreign parser on foreign bytes: whatever it raises, the file is at fault
        raise ImportRefused(_not_xlsx()) from error
    try:
        for line in range(1, limits.rows + ROW_GAPS):
            try:
                values = next(rows)
            except StopIteration:
                return
            except Exception as error:  # as above: a sheet may turn out broken half-way
                raise ImportRefused(_not_xlsx()) from error
            yield line, [_as_text(value) for value in values]
        raise limits.too_many_rows()
    finally:
        book.close()


def _not_xlsx() -> str:
    return _("The file is no readable Excel workbook (.xlsx). Open it in Excel and save it again as .xlsx or CSV.")


def _check_package(file: BinaryIO, limits: Limits) -> None:
    """Refuse what is no workbook, unpacks to too much, or declares entities (both are known attacks)."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise ImportRefused(_not_xlsx())
            if sum(part.file_size for part in parts) > limits.unpacked:
                raise limits.too_large(limits.unpacked)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as xml:
                        if b"<!DOCTYPE" in xml.read(4096).replace(b"\0", b""):
                            raise ImportRefused(_not_xlsx())
    except ImportRefused:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds, NotImplementedError and zlib.error among them
        raise ImportRefused(_not_xlsx()) from error
    file.seek(0)


def _as_text(value: object) -> str:
    """Return a cell as the text it would have in a CSV: times as ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        # Excel keeps days as floating-point numbers: what is a hair beside a second is that second.
        return (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
