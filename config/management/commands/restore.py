"""`manage.py restore FILE [--replace]`: bring back what `backup` wrote."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from config.backups import archive, complaining_in_one_line
from config.terminal import in_terminal_language


class Command(BaseCommand):
    """All or nothing: a restore that fails leaves the database as it was."""

    help = "Restores a backup, checked first, into an empty database, or with --replace over what is there."
    # What a restore is for may be a database the checks would stumble over.
    requires_system_checks: Any = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what `backup` wrote")
        parser.add_argument("--replace", action="store_true", help="give up everything the database holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        with in_terminal_language(), complaining_in_one_line():
            restored = archive.read(options["file"], replace=options["replace"])
            when = f"{restored.made_at:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(_("Restored the backup of %(when)s.") % {"when": when})
            if restored.missing:
                self.stdout.write(
                    _("It lacks %(n)d migrations: run `manage.py migrate`.") % {"n": len(restored.missing)}
                )
            if restored.unknown:
                self.stderr.write(
                    _("It was made by version %(version)s, whose migrations this one does not have: install that.")
                    % {"version": restored.version}
                )
