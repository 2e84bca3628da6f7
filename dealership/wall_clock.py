"""From a clock on the wall to a moment: what a person types means a time in their store's zone. Imports no Django.

>>> from zoneinfo import ZoneInfo
>>> new_york = ZoneInfo("America/New_York")
>>> moment_at(datetime.datetime(2026, 7, 1, 9, 30), new_york).isoformat()
'2026-07-01T09:30:00-04:00'
>>> moment_at(datetime.datetime(2026, 3, 8, 2, 30), new_york)
Traceback (most recent call last):
dealership.wall_clock.NoSuchTimeError: 2026-03-08 02:30:00
>>> moment_at(datetime.datetime(2026, 11, 1, 1, 30), new_york)
Traceback (most recent call last):
dealership.wall_clock.TwiceError: 2026-11-01 01:30:00
>>> [moment_at(datetime.datetime(2026, 11, 1, 1, 30), new_york, turn=turn).isoformat() for turn in (0, 1)]
['2026-11-01T01:30:00-04:00', '2026-11-01T01:30:00-05:00']
>>> beirut = ZoneInfo("Asia/Beirut")  # puts its clocks forward at midnight: that day begins at one
>>> day_begins(datetime.date(2026, 3, 29), beirut).astimezone(beirut).isoformat()
'2026-03-29T01:00:00+03:00'
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo


class NoSuchTimeError(ValueError):
    """The clocks were put forward over this time: it was on no clock."""


class TwiceError(ValueError):
    """The clocks were put back over this time: it was on the clock twice, and nobody said which."""


def moment_at(wall: datetime.datetime, zone: ZoneInfo, *, turn: int | None = None) -> datetime.datetime:
    """Return the aware moment at which the clocks of `zone` showed the naive `wall`.

    `turn` says which is meant where there were two: 0 the first, 1 the second. Raises NoSuchTimeError or TwiceError.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchTimeError(wall)
    if turn is None:
        raise TwiceError(wall)
    return second if turn else first


def day_begins(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    """Return the aware moment at which a calendar day begins in `zone`, whether or not its clocks show midnight then.

    In universal time: of two moments in one zone Python compares what the clocks show.
    """
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
