"""Writes about managers' management: the superior's and the subordinates' monthly ratings (R3, R20, R29, R30)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.access import Tree
from dealership.models import Dealership, Department, Position, User
from dealership.superiors import Superiors
from surveys.confidentiality import Cell
from surveys.management_months import due_blocks, months_to_rate, never_shown
from surveys.models import ManagementBlock, ManagementRating, ManagementSide
from surveys.periods import month_start, period_of
from surveys.scoring import is_on_scale

Day = datetime.date


@dataclass(frozen=True)
class Judged:
    """A manager whom a person rates: from which side, for which department and month."""

    side: str
    department: Department
    manager: User
    month: Day


def judged_by(person: User, *, month: Day, tree: Tree | None = None) -> list[Judged]:
    """Return whom a person rates for a month: the managers below them, then their own superiors. One or two queries.

    As people stood on the last day of the month, or today while it runs. Nobody is their own superior (R30).
    """
    store = person.dealership
    if store is None:
        return []
    line = Superiors(store, min(store.today(), period_of("month", month).end), tree)

    def judged(side: str, positions: Iterable[Position]) -> list[Judged]:
        by_id = line.tree.by_id
        return [Judged(side, by_id[position.department_id], position.person, month) for position in positions]

    return [
        *judged(ManagementSide.SUPERIOR, line.managers_below(person.pk)),
        *judged(ManagementSide.SUBORDINATE, line.managers_above(person.pk)),
    ]


@transaction.atomic
def rate_management(
    *,
    acting_user: User,
    department: Department,
    manager: User,
    month: Day,
    side: str,
    score: int,
    comment: str | None = None,
) -> ManagementRating:
    """Rate a manager's month, or change what one gave while that is possible; without `comment` the words stay.

    Raises PermissionDenied for anyone who is not the manager's superior (or subordinate) in that month, and so for
    the manager (R30); ValidationError for a month that is not open, or a score off the scale.
    """
    _check_month(department.dealership, month, side)
    _check_rater(acting_user, department, manager, month, side)
    if not is_on_scale("five", score):
        raise ValidationError(_("There is no such score."), code="score")
    row = {"department": department, "manager": manager, "month": month, "given_by": acting_user, "side": side}
    before = ManagementRating.objects.filter(**row)
    # What is not shown any more is not added to either: its words would be read with the new score (R20).
    before.exclude(pk__in=before.confided_by(acting_user).values("pk")).delete()
    rating, _created = ManagementRating.objects.update_or_create(
        dealership=department.dealership,
        **row,
        defaults={"score": score, "rated_at": timezone.now()} | ({} if comment is None else {"comment": comment}),
        create_defaults={
            "score": score,
            "comment": comment or "",
            "least_raters": least_raters_of(department.dealership),
        },
    )
    return rating


def take_back(*, acting_user: User, rating: ManagementRating) -> None:
    """Take back what one gave, while its month is open; taking back twice does nothing.

    Raises PermissionDenied for another person's rating, ValidationError once the month is closed.
    """
    if rating.given_by_id != acting_user.pk:
        raise PermissionDenied
    _check_month(rating.dealership, rating.month, rating.side)
    ManagementRating.objects.filter(pk=rating.pk, given_by=acting_user).delete()


def least_raters_of(dealership: Dealership) -> int:
    """Return among how many raters a subordinate is promised to be."""
    return dealership.least_raters


def _check_rater(person: User, department: Department, manager: User, month: Day, side: str) -> None:
    wanted = (side, department.pk, manager.pk)
    found = judged_by(person, month=month) if person.dealership_id == department.dealership_id else []
    if wanted not in {(judged.side, judged.department.pk, judged.manager.pk) for judged in found}:
        raise PermissionDenied


def _check_month(dealership: Dealership, month: Day, side: str) -> None:
    if month not in months_to_rate(side, dealership.today()):
        raise ValidationError(_("This month cannot be rated any more."), code="month")


# --- Publishing what subordinates gave ----------------------------------------------------------------


def publish_blocks(*, dealership: Dealership, today: Day | None = None) -> int:
    """Publish what subordinates gave, where enough of them did; returns the number of blocks.

    Safe to repeat and to run late. The rows with the names are deleted in the same moment; so are those of a year
    that ended with too few raters. `today`: the store's, unless given.
    """
    today = today or dealership.today()
    over = ManagementRating.objects.filter(dealership=dealership, side=ManagementSide.SUBORDINATE)
    over = over.filter(month__lt=month_start(today)).order_by()
    published = 0
    for department_id, manager_id in sorted(set(over.values_list("department", "manager"))):
        published += _publish(dealership, department_id, manager_id, today)
    return published


@transaction.atomic
def _publish(dealership: Dealership, department_id: int, manager_id: int, today: Day) -> int:
    about = ManagementRating.objects.filter(
        dealership=dealership, side=ManagementSide.SUBORDINATE, department=department_id, manager=manager_id
    )
    # Locked: who else publishes the same waits, and then finds nothing.
    rows = list(about.filter(month__lt=month_start(today)).select_for_update().order_by("pk"))
    cells = _cells(rows)
    blocks = due_blocks(cells, today)
    for months in blocks:
        own = [row for row in rows if row.month in months]
        scores = Counter(row.score for row in own)
        ManagementBlock.objects.create(
            dealership=dealership,
            department_id=department_id,
            manager_id=manager_id,
            start=months[0],
            end=period_of("month", months[-1]).end,
            raters=len({row.given_by_id for row in own}),
            comments=sorted(row.comment for row in own if row.comment),  # by their words: no order of time or people
            **{f"five_{score}": scores[score] for score in range(1, 6)},
        )
    gone = {month for months in blocks for month in months} | set(never_shown(cells, today))
    about.filter(pk__in=[row.pk for row in rows if row.month in gone]).delete()
    return len(blocks)


def _cells(rows: list[ManagementRating]) -> list[Cell]:
    months: dict[Day, list[ManagementRating]] = {}
    for row in rows:
        months.setdefault(row.month, []).append(row)
    return [
        Cell((month,), frozenset(row.given_by_id for row in own), max(row.least_raters for row in own), month)
        for month, own in months.items()
    ]
