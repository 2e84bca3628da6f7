"""Weekly service windows as text (R11): `mon 09:00-12:00; wed 14:00-17:00; fri`.

A day without hours means the whole day. This module knows the grammar only; it imports no Django.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from dealership.working_days import DAYS

_PART = re.compile(r"(?P<day>[a-z]{3})(?:\s+(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2}))?")


@dataclass(frozen=True, order=True)
class Window:
    """One weekly window: weekday 0 (Monday) to 6, local start and end; 00:00 to 00:00 is the whole day."""

    weekday: int
    start: datetime.time
    end: datetime.time

    def __str__(self) -> str:
        if self.start == self.end:
            return DAYS[self.weekday]
        return f"{DAYS[self.weekday]} {self.start:%H:%M}-{self.end:%H:%M}"


def parse_windows(text: str) -> tuple[Window, ...]:
    """Parse windows separated by `;` or `|`; return them in weekly order, without doubles.

    Raises ValueError with the part that is not understood.

    >>> [str(window) for window in parse_windows("Wed 14:00-17:00; mon")]
    ['mon', 'wed 14:00-17:00']
    """
    windows: set[Window] = set()
    for part in re.split(r"[;|]", text.lower()):
        if not part.strip():
            continue
        match = _PART.fullmatch(part.strip())
        if match is None or match["day"] not in DAYS:
            raise ValueError(part.strip())
        start = end = datetime.time(0)
        if match["start"]:
            start, end = _time(match["start"], part), _time(match["end"], part)
            if start >= end:
                raise ValueError(part.strip())
        windows.add(Window(DAYS.index(match["day"]), start, end))
    return tuple(sorted(windows))


def format_windows(windows: tuple[Window, ...]) -> str:
    """Return the text form of windows; parse_windows of it gives the same windows."""
    return "; ".join(str(window) for window in windows)


def _time(text: str, part: str) -> datetime.time:
    hour, minute = (int(number) for number in text.split(":"))
    try:
        return datetime.time(hour, minute)
    except ValueError:
        raise ValueError(part.strip()) from None
