"""`manage.py demo`: load demo stores."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable
from typing import Any

from auditlog.context import disable_auditlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.demo.accounts import FIRST_SLUG, GROUP_SLUG, GROUP_USERNAME, PASSWORD
from config.demo.people import SEATS
from config.demo.store import Plan, build_store, free_slugs, seat_group_manager, username_in
from config.demo.telling import Loaded, tell
from config.terminal import in_terminal_language
from dealership.models import Dealership, User
from surveys import rollups


def _between(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within bounds, for the parser."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}")
        return number

    return read


class Command(BaseCommand):
    """Stores as of the standard template, with people and months of work."""

    help = (
        "Loads demo stores: the standard store with about 30 people and months of requests, interactions and ratings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stores", type=_between(1, 1000), default=1, help="how many (default: 1)")
        parser.add_argument("--months", type=_between(1, 120), default=12, help="how far back (default: 12)")
        parser.add_argument(
            "--ratings-per-day", type=_between(1, 100_000), default=25, help="for each store (default: 25)"
        )
        parser.add_argument("--seed", type=int, default=1, help="another seed, other events (default: 1)")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="zh-hans")
        parser.add_argument("--append", action="store_true", help="even where the database holds stores already")
        parser.add_argument("--if-empty", action="store_true", help="load nothing where the database holds stores")

    def handle(self, *args: Any, **options: Any) -> None:
        self._quiet = options["verbosity"] == 0
        with in_terminal_language():
            self._load(options)

    def _load(self, options: dict[str, Any]) -> None:
        present = Dealership.objects.count()
        if present and options["if_empty"]:
            if Dealership.objects.filter(is_demo=True, slug=FIRST_SLUG).exists():
                self._tell_accounts([FIRST_SLUG])
            return
        if present and not options["append"]:
            raise CommandError(
                ngettext(
                    "The database holds %(n)d store already. With --append the demo is loaded beside it.",
                    "The database holds %(n)d stores already. With --append the demo is loaded beside them.",
                    present,
                )
                % {"n": present}
            )
        slugs = free_slugs(options["stores"])
        self._refuse_taken_names(slugs)
        chosen = {name: options[name] for name in ("months", "ratings_per_day", "seed", "language")}
        for number, slug in enumerate(slugs, start=1):
            loaded = load_store(slug, **chosen)
            self._say(
                _(
                    "Store %(number)d of %(total)d: %(slug)s, %(ratings)d ratings, %(requests)d requests, "
                    "%(recoveries)d recoveries, %(objectives)d objectives."
                )
                % {"number": number, "total": len(slugs), "slug": slug, **loaded._asdict()}
            )
        if _stores_of_group() > 1:
            with disable_auditlog():
                seat_group_manager(options["language"])
        rollups.absorb_all()
        self._tell_accounts(slugs)

    def _refuse_taken_names(self, slugs: list[str]) -> None:
        others = User.objects.exclude(username=GROUP_USERNAME, group__slug=GROUP_SLUG)  # the group keeps its manager
        of_group = [GROUP_USERNAME] if _stores_of_group() + len(slugs) > 1 else []
        for slug in slugs:
            wanted = [*of_group, *(username_in(slug, seat.username) for seat in SEATS)]
            taken = sorted(others.filter(username__in=wanted).values_list("username", flat=True))
            if taken:
                raise CommandError(
                    _("These user names are taken: %(names)s. The demo needs them; nothing was loaded.")
                    % {"names": ", ".join(taken)}
                )

    def _say(self, text: str) -> None:
        if not self._quiet:
            self.stdout.write(text)

    def _tell_accounts(self, slugs: list[str]) -> None:
        slug = slugs[0]
        names = [username_in(slug, seat.username) for seat in SEATS if seat.role == "manager" or seat.is_store_admin]
        if User.objects.filter(group__slug=GROUP_SLUG, username=GROUP_USERNAME).exists():
            names.append(GROUP_USERNAME)
        self._say(_("Address: %(address)s") % {"address": f"http://localhost:{settings.PORT}/"})
        self._say(
            _("Demo accounts, password %(password)s: %(names)s") % {"password": PASSWORD, "names": ", ".join(names)}
        )
        if len(slugs) > 1:
            self._say(
                _("The accounts of the other stores begin with the store's short name: %(example)s …")
                % {"example": username_in(slugs[1], "service")}
            )


def _stores_of_group() -> int:
    """Return how many stores the demo's group owns; from two on there is something to compare."""
    count: int = Dealership.objects.filter(group__slug=GROUP_SLUG).count()
    return count


def load_store(
    slug: str,
    *,
    months: int = 12,
    ratings_per_day: int = 25,
    seed: int = 1,
    language: str = "zh-hans",
    now: datetime.datetime | None = None,
) -> Loaded:
    """Make one demo store with its history and rollups, all or nothing; returns how much it holds."""
    plan = Plan(months, now or timezone.now(), language, ratings_per_day, seed)
    # A generated store has no author: what made it is in the command's history, not in the audit log.
    with disable_auditlog(), transaction.atomic():
        dealership = build_store(slug, plan)
        loaded = tell(dealership, plan)
        rollups.rebuild(dealership)
    return loaded
