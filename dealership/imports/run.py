"""One import from start to end: all rows or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.imports.files import COMMAND_LIMITS, ImportRefused, Limits, RawRow, read_rows
from dealership.imports.table import Job, Kind, Report, Table
from dealership.models import Dealership


def run_import(
    *,
    kind: Kind,
    file: BinaryIO,
    name: str,
    dealership: Dealership,
    dry_run: bool = False,
    limits: Limits = COMMAND_LIMITS,
) -> Report:
    """Bring a file's rows into a store, and report what became of them.

    `file` is a seekable binary file, `name` its name (the ending decides the format). Nothing is written on a dry
    run, or when any row is refused. Raises ImportRefused when the file as a whole cannot be read.
    """
    with closing(read_rows(file, name, limits)) as rows:
        return _bring_in(kind, rows, dealership, dry_run=dry_run, limits=limits)


def _bring_in(kind: Kind, rows: Iterator[RawRow], dealership: Dealership, *, dry_run: bool, limits: Limits) -> Report:
    report = Report(dry_run=dry_run)
    table = Table(kind, rows, report, limits)
    try:
        with transaction.atomic():
            # Two imports into one store would each find the other's rows missing: the second waits here.
            store = Dealership.objects.select_for_update(no_key=True).get(pk=dealership.pk)
            kind.bring_in(Job(store, table, report, timezone.now()))
            if report.rows == 0:
                raise ImportRefused(_("The file has a header but no rows."))
            if not report.written:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise ImportRefused(
            _("Somebody changed the same data in this moment. Nothing was written: please try again.")
        ) from error
    report.errors.sort(key=lambda error: error.line)  # some are found only once all rows are known
    return report
