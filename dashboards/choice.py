"""Which period a page shows: chosen by the reader, never in the future."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.period_words import month_label, period_label
from surveys.periods import ONE_DAY, Period, add_months, last_12_months, parse_period, period_of

Day = datetime.date

KINDS = ("month", "quarter", "year")
#: Older than any record; keeps the arithmetic away from the calendar's own edges.
EARLIEST = Day(1950, 1, 1)
#: So many of the twelve months are recent: what worsened is held against the months before them.
RECENT = 3


@dataclass(frozen=True)
class Choice:
    """The period a page shows, and the twelve months up to it: both lenses (R17)."""

    kind: str
    period: Period
    today: Day
    #: What was wrong with what the reader asked for; the current month is shown then.
    problem: str = ""

    @property
    def long(self) -> Period:
        """The twelve whole months that end with the period, or with this month where the period still runs."""
        return last_12_months(min(self.period.end, self.today))

    @property
    def recent(self) -> Period:
        """The last three of the twelve months.

        >>> choice = choose("2026-11", Day(2027, 1, 15))
        >>> [(part.start.isoformat(), part.end.isoformat()) for part in (choice.before_recent, choice.recent)]
        [('2025-12-01', '2026-08-31'), ('2026-09-01', '2026-11-30')]
        """
        return Period(add_months(self.long.end, 1 - RECENT), self.long.end)

    @property
    def before_recent(self) -> Period:
        """The nine months before them."""
        return Period(self.long.start, self.recent.start - ONE_DAY)

    @property
    def span(self) -> Period:
        """Every day that either lens needs; whole months."""
        return Period(min(self.period.start, self.long.start), max(self.period.end, self.long.end))

    @property
    def is_current(self) -> bool:
        """Whether today lies in the period."""
        return self.today in self.period

    @property
    def name(self) -> str:
        """The period's name in addresses."""
        return self.period.name

    @property
    def label(self) -> str:
        """The period as the reader writes it."""
        return period_label(self.period)

    @property
    def long_words(self) -> str:
        """What the long view is called in sentences and table heads."""
        if self.is_current:
            return _("12 months")
        return _("12 months to %(month)s") % {"month": month_label(self.long.end)}

    @property
    def recent_words(self) -> str:
        """What the last three of the twelve months are called."""
        if self.is_current:
            return _("3 months")
        # Translators: three months up to one that is over, e.g. "3 months to November 2026".
        return _("3 months to %(month)s") % {"month": month_label(self.long.end)}

    @property
    def now_words(self) -> str:
        """What the period is called in sentences and table heads: this month, or its name."""
        if not self.is_current:
            return self.label
        return {"month": _("This month"), "quarter": _("This quarter"), "year": _("This year")}[self.kind]

    @property
    def earlier(self) -> str:
        """Name of the period before; empty at the beginning of time."""
        return "" if self.period.start <= EARLIEST else period_of(self.kind, self.period.start - ONE_DAY).name

    @property
    def later(self) -> str:
        """Name of the period after; empty where that lies in the future."""
        after = self.period.end + ONE_DAY
        return "" if after > self.today else period_of(self.kind, after).name

    @property
    def anchor(self) -> str:
        """A day of the period, kept in the address so that another kind of period shows the same time."""
        return min(self.period.end, self.today).isoformat()


def choose(asked: str, today: Day, *, anchor: str = "") -> Choice:
    """Read what the reader asked for.

    `asked`: a period's name (2026-11, 2026-Q4, 2026), or a kind (month, quarter, year): the one `anchor` lies in, a
    day written 2026-11-23, else the current one. Anything else, and the future, gives the current month with a
    problem to show.
    """
    if asked in KINDS:
        return Choice(asked, period_of(asked, _anchored(anchor, today)), today)
    this_month = period_of("month", today)
    if not asked:
        return Choice("month", this_month, today)
    kind = {7: "quarter" if "Q" in asked else "month", 4: "year"}.get(len(asked), "")
    try:
        period = parse_period(asked)
        if not kind or period.name != asked or period != period_of(kind, period.start) or period.start < EARLIEST:
            raise ValueError(asked)
    except ValueError:
        shown = "".join(sign for sign in asked[:20] if sign.isprintable())
        problem = _("“%(period)s” is no month, quarter or year. You see the current month.") % {"period": shown}
        return Choice("month", this_month, today, problem)
    if period.start > today:
        problem = _("%(period)s lies in the future. You see the current month.") % {"period": period_label(period)}
        return Choice("month", this_month, today, problem)
    return Choice(kind, period, today)


def _anchored(anchor: str, today: Day) -> Day:
    try:
        day = Day.fromisoformat(anchor)
    except ValueError:
        return today
    return min(max(day, EARLIEST), today)
