"""The demo store's structure: standard store, people, positions, and what changed in the course of the year."""

from __future__ import annotations

import datetime
import zoneinfo
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from config.demo.accounts import FIRST_SLUG, GROUP_SLUG, GROUP_USERNAME, PASSWORD
from config.demo.people import SEATS
from config.demo.story import GROUP_MANAGER, GROUP_NAME, PLACES, REVISED, STORE_NAME
from dealership.models import DealerGroup, Dealership, Department, Position, User
from supplychain.actions_store import apply_standard_store
from supplychain.models import Link, Scale
from surveys.periods import add_months

ONE_DAY = datetime.timedelta(days=1)
TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Plan:
    """What is asked of the demo: how many months, up to `now`, in which language, how lively, from which seed."""

    months: int
    now: datetime.datetime
    language: str
    ratings_per_day: int
    seed: int

    @property
    def today(self) -> datetime.date:
        """The stores' calendar day."""
        return self.now.astimezone(zoneinfo.ZoneInfo(TIME_ZONE)).date()

    @property
    def start(self) -> datetime.date:
        """The first day: of the month so many whole months ago."""
        return add_months(self.today, -self.months)


def free_slugs(count: int) -> list[str]:
    """Return the first `count` slugs of demo, demo-2, demo-3 … that no store has."""
    taken = set(Dealership.objects.filter(slug__startswith=FIRST_SLUG).values_list("slug", flat=True))
    slugs: list[str] = []
    number = 1
    while len(slugs) < count:
        slug = FIRST_SLUG if number == 1 else f"{FIRST_SLUG}-{number}"
        if slug not in taken:
            slugs.append(slug)
        number += 1
    return slugs


def username_in(slug: str, username: str) -> str:
    """Return a person's user name in a demo store: plain in the first, with the store's slug before it in others."""
    return username if slug == FIRST_SLUG else f"{slug}-{username}"


def build_store(slug: str, plan: Plan) -> Dealership:
    """Make a demo store with its departments, links and people."""
    group = _group(plan.language)
    dealership: Dealership = Dealership.objects.create(
        group=group,
        slug=slug,
        name=_store_name(slug, plan.language),
        language=plan.language,
        time_zone=TIME_ZONE,
        is_demo=True,
    )
    apply_standard_store(dealership)
    _seat_people(dealership, plan)
    _revise_link(dealership, _share_of(plan, 0.4))
    return dealership


def seat_group_manager(language: str) -> None:
    """Make the account of the demo group's manager, unless it is there."""
    User.objects.get_or_create(
        username=GROUP_USERNAME,
        defaults={
            "group": _group(language),
            "full_name": GROUP_MANAGER[language],
            "email": f"{GROUP_USERNAME}@demo.example",
            "password": make_password(PASSWORD),
        },
    )


def _group(language: str) -> DealerGroup:
    group, _created = DealerGroup.objects.get_or_create(slug=GROUP_SLUG, defaults={"name": GROUP_NAME[language]})
    return group


def _store_name(slug: str, language: str) -> str:
    name = STORE_NAME[language]
    if slug == FIRST_SLUG:
        return name
    number = int(slug.removeprefix(f"{FIRST_SLUG}-"))
    turn, place = divmod(number - 2, len(PLACES[language]))
    separator = "·" if language == "zh-hans" else " "
    return f"{name}{separator}{PLACES[language][place]}{turn + 1 if turn else ''}"


def _share_of(plan: Plan, share: float) -> datetime.date:
    """Return the day at a share of the time the demo covers."""
    days = (plan.today - plan.start).days
    return plan.start + datetime.timedelta(days=int(days * share))


def _seat_people(dealership: Dealership, plan: Plan) -> None:
    departments = {d.code: d for d in Department.objects.filter(dealership=dealership)}
    password = make_password(PASSWORD)  # one hash for all: making thirty takes longer than everything else
    last_day_before_move = _share_of(plan, 0.55)
    for seat in SEATS:
        username = username_in(dealership.slug, seat.username)
        person = User(
            dealership=dealership,
            username=username,
            full_name=seat.en if plan.language == "en" else seat.zh_hans,
            email=f"{username}@demo.example",
            password=password,
            is_store_admin=seat.is_store_admin,
        )
        person.save(force_insert=True)
        Position.objects.create(
            dealership=dealership,
            person=person,
            department=departments[seat.department],
            role=seat.role,
            end=last_day_before_move if seat.moves_to else None,
        )
        if seat.moves_to:
            Position.objects.create(
                dealership=dealership,
                person=person,
                department=departments[seat.moves_to],
                role=seat.role,
                start=last_day_before_move + ONE_DAY,
            )


def _revise_link(dealership: Dealership, last_day: datetime.date) -> None:
    """Let one link have had other terms until a day: it was rated good / not good, its successor one to five."""
    supplier, customer, item = REVISED
    link = Link.objects.get(dealership=dealership, supplier__code=supplier, customer__code=customer, item__code=item)
    link.active_from = last_day + ONE_DAY
    link.save(update_fields=["active_from"])
    Link.objects.create(
        dealership=dealership,
        flow=link.flow,
        supplier_id=link.supplier_id,
        customer_id=link.customer_id,
        item_id=link.item_id,
        scale=Scale.BINARY if link.scale == Scale.FIVE else Scale.FIVE,
        basis=link.basis,
        active_to=last_day,
    )
