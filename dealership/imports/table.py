"""Rows held against the columns of a kind, and the report of what became of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership.imports.files import MAX_COLUMNS, ImportRefused, Limits, RawRow
from dealership.imports.moments import MomentRefused, parse_moment
from dealership.models import Dealership

Text = str | Promise

#: So many bad rows are listed; of the others only the number is told.
MAX_LISTED = 1000
_CODE = re.compile(r"[-a-zA-Z0-9_]+")  # as in Django's SlugField
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Column:
    """A column of a kind: its name in the header row, what it holds, and an example for the template."""

    name: str
    help: Text
    example: Text
    required: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of data: its columns and the function that brings the rows in."""

    name: str
    label: Text
    columns: tuple[Column, ...]
    bring_in: Callable[[Job], None]
    #: Rows the web page takes at once; the command takes any number.
    web_rows: int = 20_000


@dataclass(frozen=True)
class RowError:
    """Why a row was refused: its line, the column (empty: the row as a whole), the reason."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        if not self.column:
            return _("line %(line)d: %(reason)s") % {"line": self.line, "reason": self.reason}
        return _("line %(line)d, column %(column)s: %(reason)s") % {
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
        }


@dataclass
class Report:
    """What became of the rows. With errors, or on a dry run, nothing was written."""

    dry_run: bool
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    error_count: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def errors_not_listed(self) -> int:
        """Number of errors beyond the listed ones."""
        return self.error_count - len(self.errors)

    @property
    def written(self) -> bool:
        """Whether the rows are in the database."""
        return not self.dry_run and not self.error_count

    def refuse(self, line: int, column: str, reason: Text) -> None:
        """Note why a row cannot be taken."""
        self.error_count += 1
        if len(self.errors) < MAX_LISTED:
            self.errors.append(RowError(line, column, str(reason)))


class Row:
    """A row of the file. Reading a bad cell notes the error and clears `ok`; the reader goes on to the next cell."""

    __slots__ = ("_cells", "_report", "line", "ok")

    def __init__(self, line: int, cells: Mapping[str, str], report: Report) -> None:
        self.line = line
        self.ok = True
        self._cells = cells
        self._report = report

    def refuse(self, column: str, reason: Text) -> None:
        """Note an error of this row."""
        self.ok = False
        self._report.refuse(self.line, column, reason)

    def refuse_invalid(self, error: ValidationError, column: str, **columns: str) -> None:
        """Note a model's ValidationError: by its fields (`columns`: field → column), the rest at `column`."""
        messages = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, reasons in messages.items():
            place = columns.get(name, name) if name in columns or name in self._cells else column
            for reason in reasons:
                self.refuse(place, reason)

    def has(self, column: str) -> bool:
        """Return whether the file has this column."""
        return column in self._cells

    def text(self, column: str, *, most: int | None = None) -> str:
        """Return a cell; "" if it is empty or the file has no such column. `most`: characters allowed."""
        value = self._cells.get(column, "")
        if most is not None and len(value) > most:
            self.refuse(column, _("At most %(most)d characters (this has %(n)d).") % {"most": most, "n": len(value)})
            return ""
        return value

    def code(self, column: str) -> str:
        """Return a cell that must be able to name something new: letters, digits, hyphens and underscores."""
        value = self.text(column, most=50)
        if value and not _CODE.fullmatch(value):
            self.refuse(
                column,
                _("“%(value)s” cannot be a code: use letters without accents, digits, hyphens and underscores.")
                % {"value": short(value)},
            )
        return value

    def choice(self, column: str, choices: tuple[str, ...], default: str = "") -> str:
        """Return a cell that must be one of `choices` (upper case is fine), or `default` if it is empty."""
        value = self._cells.get(column, "").lower()
        if not value or value in choices:
            return value or default
        self.refuse(
            column,
            _("“%(value)s” is unknown here. Write one of: %(choices)s.")
            % {"value": short(value), "choices": ", ".join(choices)},
        )
        return default

    def whole_number(self, column: str, *, most: int) -> int | None:
        """Return a cell that must be a whole number from 0 to `most`; None if it is empty."""
        value = self._cells.get(column, "")
        if not value:
            return None
        match = re.fullmatch(r"(\d{1,9})(\.0+)?", value, re.ASCII)
        if match and int(match[1]) <= most:
            return int(match[1])
        self.refuse(
            column,
            _("“%(value)s” is no whole number from 0 to %(most)d.") % {"value": short(value), "most": most},
        )
        return None

    def moment(self, column: str, dealership: Dealership, now: datetime.datetime) -> datetime.datetime | None:
        """Return a cell that must be a moment that is not in the future; None if it is empty or refused."""
        value = self._cells.get(column, "")
        if not value:
            return None
        try:
            found = parse_moment(value, dealership.zone)
        except MomentRefused as refused:
            self.refuse(column, str(refused))
            return None
        if found > now:
            self.refuse(column, _("This lies in the future."))
            return None
        return found


class Table:
    """The rows of a file as rows of a kind. Making it reads and checks the header."""

    def __init__(self, kind: Kind, rows: Iterator[RawRow], report: Report, limits: Limits) -> None:
        self._rows = rows
        self._report = report
        self._limits = limits
        self._required = [column.name for column in kind.columns if column.required]
        header = next(rows, None)
        if header is None:
            raise ImportRefused(_("The file is empty."))
        self._header = _check_header(kind, header[1])

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows that are whole: no cell outside the header's columns, no required one empty."""
        report = self._report
        names = self._header
        width = len(names)
        for line, cells in self._rows:
            report.rows += 1
            if report.rows > self._limits.rows:
                raise self._limits.too_many_rows()
            row = Row(line, dict(zip(names, cells, strict=False)), report)
            if len(cells) > width and any(cells[width:]):
                row.refuse("", _("This row has more cells than the header has columns."))
            if "" in names and any(cell and not name for name, cell in zip(names, cells, strict=False)):
                row.refuse("", _("A cell stands in a column without a name."))
            if _CONTROL.search("".join(cells)):
                row.refuse("", _("This row holds characters that are no text."))
            for name in self._required:
                if not row.text(name):
                    row.refuse(name, _("This is required."))
            if row.ok:
                yield row


def _check_header(kind: Kind, cells: list[str]) -> list[str]:
    names = [cell.lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = [column.name for column in kind.columns]
    unknown = [short(name) for name in names if name and name not in known]
    if unknown:
        listed = ", ".join(unknown[:MAX_COLUMNS]) + (" …" if len(unknown) > MAX_COLUMNS else "")
        raise ImportRefused(
            _("Unknown columns: %(unknown)s. The columns of this kind are: %(known)s.")
            % {"unknown": listed, "known": ", ".join(known)}
        )
    missing = [column.name for column in kind.columns if column.required and column.name not in names]
    if missing:
        raise ImportRefused(_("Required columns are missing: %(missing)s.") % {"missing": ", ".join(missing)})
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise ImportRefused(_("Columns stand twice in the header: %(doubled)s.") % {"doubled": ", ".join(doubled)})
    return names


@dataclass
class Job:
    """One run of an import: the store, the rows, the report, and the moment it counts as now."""

    dealership: Dealership
    table: Table
    report: Report
    now: datetime.datetime

    @property
    def may_write(self) -> bool:
        """Whether writing still makes sense: no dry run, and no row refused so far."""
        return not self.report.dry_run and not self.report.error_count

    def batches(self, size: int) -> Iterator[list[Row]]:
        """Yield the rows in lists of `size`."""
        rows = iter(self.table)
        while batch := list(islice(rows, size)):
            yield batch


def short(value: str, most: int = 60) -> str:
    """Return a value as an error message quotes it: not longer than a line."""
    return value if len(value) <= most else value[: most - 1] + "…"


#: Said where the same key stands in two rows that do not agree.
DIFFERS = gettext_lazy("Line %(line)d has the same %(what)s with other values.")
