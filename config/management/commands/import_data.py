"""`manage.py import_data KIND FILE --dealership SLUG [--dry-run]`: bring data in from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.terminal import in_terminal_language
from dealership.imports import ImportRefused, Report, run_import
from dealership.models import Dealership
from surveys.imports import KINDS


class Command(BaseCommand):
    """All rows or none; every bad row is named by line, column and reason."""

    help = (
        "Imports a .csv (UTF-8 or GB18030) or .xlsx file into a store: all rows or none. "
        "Sent twice, a file changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(KINDS), help="what the rows are")
        parser.add_argument("file", type=Path, help="the file; its first row names the columns, in any order")
        parser.add_argument("--dealership", required=True, metavar="SLUG", help="the store's short name")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        with in_terminal_language():
            self._import(options["kind"], options["file"], options["dealership"], options["dry_run"])

    def _import(self, kind: str, path: Path, slug: str, dry_run: bool) -> None:
        dealership = Dealership.objects.filter(slug=slug).first()
        if dealership is None:
            raise CommandError(_("There is no dealership with the short name “%(slug)s”.") % {"slug": slug})
        try:
            with path.open("rb") as file:
                report = run_import(kind=KINDS[kind], file=file, name=path.name, dealership=dealership, dry_run=dry_run)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = getattr(error, "strerror", None) or error
            raise CommandError(
                _("The file %(file)s cannot be read: %(reason)s.") % {"file": path, "reason": reason}
            ) from error
        except ImportRefused as refused:
            raise CommandError(f"{path}: {refused}") from refused
        self._tell(kind, path, report)

    def _tell(self, kind: str, path: Path, report: Report) -> None:
        """Print what became of the rows. Raises CommandError (exit 1) if any was refused."""
        if report.error_count:
            for error in report.errors:
                self.stderr.write(str(error))
            if report.errors_not_listed:
                self.stderr.write(_("… and %(n)d more.") % {"n": report.errors_not_listed})
            raise CommandError(
                f"{path}: "
                + ngettext(
                    "%(n)d error. Nothing was written.", "%(n)d errors. Nothing was written.", report.error_count
                )
                % {"n": report.error_count}
            )
        counts = _("%(created)d created, %(updated)d updated, %(unchanged)d unchanged") % {
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
        }
        self.stdout.write(f"{kind}: {counts}.")
        if report.dry_run:
            self.stdout.write(_("Dry run: nothing was written."))
