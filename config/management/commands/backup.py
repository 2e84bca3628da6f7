"""`manage.py backup FILE`: everything the installation holds, in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from config.backups import archive, complaining_in_one_line
from config.terminal import in_terminal_language


class Command(BaseCommand):
    """Works while the site runs: the backup holds one moment of the database."""

    help = "Backs the database and the uploaded files up into one file, which only its owner may read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, or a folder: the file is then named for the moment")

    def handle(self, *args: Any, **options: Any) -> None:
        with in_terminal_language(), complaining_in_one_line():
            written = archive.write(options["file"])
            size = f"{written.stat().st_size / 1_000_000:.1f}"
            self.stdout.write(_("Backed up: %(file)s, %(size)s MB.") % {"file": written, "size": size})
