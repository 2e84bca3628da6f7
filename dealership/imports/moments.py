"""Moments as files write them: ISO 8601, with an offset or in the store's own time. Imports no models.

Without an offset a time is the store's. A time that the clocks skipped is refused; of a time that the clocks ran
through twice the first is taken (both lie on the same local day, so no figure depends on it).
"""

from __future__ import annotations

import datetime
import re
import zoneinfo

from django.utils.translation import gettext as _

from dealership.wall_clock import NoSuchTimeError, moment_at

#: What a spreadsheet makes of an ISO time when it saves the file: 2026/3/9 9:05.
_SPREADSHEET = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_EARLIEST_YEAR = 1970


class MomentRefused(ValueError):
    """The text names no moment; the message says why."""


def parse_moment(text: str, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """Return the moment, in UTC. A day alone is its midnight. Raises MomentRefused."""
    moment = _parse(text)
    if not _EARLIEST_YEAR <= moment.year < datetime.MAXYEAR:
        raise MomentRefused(_("“%(text)s” cannot be the right year.") % {"text": text[:40]})
    if moment.tzinfo is not None:
        return moment.astimezone(datetime.UTC)
    try:
        return moment_at(moment, zone, turn=0).astimezone(datetime.UTC)
    except NoSuchTimeError:
        raise MomentRefused(
            _("%(text)s did not exist in %(zone)s: the clocks were put forward.")
            % {"text": f"{moment:%Y-%m-%d %H:%M}", "zone": zone.key}
        ) from None


def _parse(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    match = _SPREADSHEET.fullmatch(text)
    try:
        if match is not None:
            return datetime.datetime(*(int(part) for part in match.groups(default="0")))  # type: ignore[arg-type]
    except ValueError:
        pass
    raise MomentRefused(_("“%(text)s” is no time. Write, for example, 2026-11-23T09:30.") % {"text": text[:40]})
