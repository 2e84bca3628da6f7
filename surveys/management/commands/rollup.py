"""Bring rollups up to date now, rebuild them, or verify them against the ratings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dealership.models import Dealership
from surveys import rollups


class Command(BaseCommand):
    help = "Bring rollups up to date; --rebuild counts them anew, --verify lists every cell that differs (exit 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="count every store's rollups anew from the ratings")
        parser.add_argument("--verify", action="store_true", help="recount, list differing cells, exit 1 if any")

    def handle(self, *args: Any, **options: Any) -> None:
        stores = list(Dealership.objects.order_by("slug"))
        if options["rebuild"]:
            self.stdout.write(f"Rollups are rebuilt: {rollups.rebuild()} rows of {len(stores)} stores.")
        marks = rollups.absorb_all()
        self.stdout.write(f"Rollups are up to date: {marks} marks taken.")
        if options["verify"]:
            self._verify(stores)

    def _verify(self, stores: list[Dealership]) -> None:
        cells = 0
        for dealership in stores:
            for difference in rollups.verify(dealership):
                cells += 1
                self.stdout.write(f"{dealership.slug}: {difference}")
        if cells:
            raise CommandError(f"{cells} cells differ from the ratings. --rebuild repairs them.")
        self.stdout.write(f"Verified {len(stores)} stores: 0 cells differ.")
