"""Give a store the standard departments and links."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dealership.models import Dealership
from supplychain.actions_store import apply_standard_store


class Command(BaseCommand):
    help = "Add the standard departments and links to a store; with --name, create the store first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name of the store")
        parser.add_argument("--name", help="create the store under this name")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
        parser.add_argument("--time-zone", default="Asia/Shanghai")

    def handle(self, *args: Any, **options: Any) -> None:
        dealership = Dealership.objects.filter(slug=options["slug"]).first()
        if dealership is None:
            if not options["name"]:
                raise CommandError(f"There is no store “{options['slug']}”. Give --name to create it.")
            dealership = Dealership(
                slug=options["slug"], name=options["name"], language=options["language"], time_zone=options["time_zone"]
            )
            dealership.full_clean()
            dealership.save()
        created = apply_standard_store(dealership)
        self.stdout.write(
            f"{dealership.slug}: {created.departments} departments, {created.items} items, {created.links} links added."
        )
