"""Lines of measures as they are typed: what is checked of them, and which number each criterion has."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.models import Criterion, Terms

#: An objective with more criteria than this is several objectives.
MOST_CRITERIA = 10
#: Days further ahead are slips of the keyboard.
LATEST = datetime.timedelta(days=3 * 366)
#: What a line says of a measure; `number` says which one it is.
SAID = ("kind", "what", "comparison", "target", "unit", "due_on", "due_words")


class MeasureLine(NamedTuple):
    """A measure as it is typed. `number`: which criterion of the version before it is, where it was one."""

    kind: str
    what: str
    comparison: str
    target: Decimal | None
    unit: str
    due_on: datetime.date
    due_words: str = ""
    number: int | None = None


def line_of(criterion: Criterion) -> MeasureLine:
    """Return a criterion as a line, to be typed over."""
    return MeasureLine(**{name: getattr(criterion, name) for name in (*SAID, "number")})


def checked(
    lines: Iterable[MeasureLine], today: datetime.date, *, kept: Iterable[MeasureLine] = (), required: bool = False
) -> list[MeasureLine]:
    """Return lines without stray spaces.

    `kept`: lines that were agreed before: such a line may be due in the past. Raises ValidationError for a line that
    is no measure, a day that passed (code `past`) or lies years ahead (`too_far`), too many lines (`too_many`), the
    same line twice (`twice`), or none where one is `required`.
    """
    found = [line._replace(what=line.what.strip(), unit=line.unit.strip()) for line in lines]
    if required and not found:
        raise ValidationError(_("Say at least one criterion: what is to be reached, and by when."), code="no_criteria")
    if len(found) > MOST_CRITERIA:
        raise ValidationError(
            _("An objective holds %(most)d criteria at the most. Make it two objectives."),
            code="too_many",
            params={"most": MOST_CRITERIA},
        )
    agreed = {said(line) for line in kept}
    seen = set()
    for line in found:
        _check_measure(line)
        if said(line) in seen:
            raise ValidationError(_("“%(what)s” stands there twice."), code="twice", params={"what": line.what})
        seen.add(said(line))
        if said(line) not in agreed:
            check_due(line, today)
    return found


def check_due(line: MeasureLine, today: datetime.date) -> None:
    """Refuse a due day that has passed (code `past`), or lies years ahead (code `too_far`)."""
    values = {"what": line.what}
    if line.due_on < today:
        raise ValidationError(_("The day of “%(what)s” has passed."), code="past", params=values)
    if line.due_on > today + LATEST:
        raise ValidationError(_("The day of “%(what)s” lies too far ahead."), code="too_far", params=values)


def said(line: MeasureLine) -> tuple[object, ...]:
    """Return what a line demands: two lines that demand the same are one. How its day was worded is no demand."""
    return (line.kind, line.what, line.comparison, line.target, line.unit, line.due_on)


def content_of(lines: Iterable[MeasureLine], *more: str) -> str:
    """Return a mark of what lines demand, by which the same form sent twice is known from another one."""
    return hashlib.sha256(repr(([tuple(map(str, said(line))) for line in lines], more)).encode()).hexdigest()[:16]


def latest_due(lines: Iterable[MeasureLine]) -> datetime.date | None:
    """Return the day of the last criterion; None where there is none."""
    return max((line.due_on for line in lines), default=None)


def numbered(
    lines: Sequence[MeasureLine], before: Iterable[MeasureLine], kinds: Mapping[int, str]
) -> list[MeasureLine]:
    """Return lines with their numbers: the same from version to version, since facts name them.

    `before`: the lines of the version they follow; `kinds`: the kind of every number that was ever given. A line keeps
    the number it brings if it is of that kind still; one that brings none takes that of the line before which says the
    same kind and words; the others get new ones.
    """
    free = {(line.kind, line.what): line.number for line in before}
    taken: set[int] = set()
    found: list[MeasureLine] = []
    for line in lines:
        own = line.number if line.number is not None and kinds.get(line.number) == line.kind else None
        found.append(line._replace(number=own if own not in taken else None))
        if own is not None:
            taken.add(own)
    following = max([0, *kinds, *taken])
    for place, line in enumerate(found):
        if line.number is not None:
            continue
        number = free.get((line.kind, line.what))
        if number is None or number in taken:
            following += 1
            number = following
        taken.add(number)
        found[place] = line._replace(number=number)
    return found


def write_criteria(terms: Terms, lines: Collection[MeasureLine]) -> None:
    """Put numbered lines in place of the criteria of a draft. Raises ValidationError (code `frozen`) if it is none."""
    Criterion.objects.filter(terms=terms).delete()
    Criterion.objects.bulk_create(
        [Criterion(dealership_id=terms.dealership_id, terms=terms, **line._asdict()) for line in lines]
    )


def _check_measure(line: MeasureLine) -> None:
    """Refuse what is no measure. Which field it is about is known where it was typed."""
    measure = Criterion(**{name: getattr(line, name) for name in SAID}, number=1)
    try:
        measure.clean_fields(exclude=["dealership", "terms"])
        measure.clean()
    except ValidationError as error:
        raise next(iter(error.error_dict.values()))[0] from None
