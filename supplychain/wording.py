"""Links in the words of the reader's language: service windows, lists of items."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext, pgettext

from supplychain.windows import parse_windows


def windows_in_words(text: str) -> str:
    """Return weekly windows in words: `mon 09:00-12:00; wed` → Monday 09:00–12:00; Wednesday. Empty: any time."""
    words = []
    for window in parse_windows(text):
        day = str(WEEKDAYS[window.weekday])
        if window.start != window.end:
            start, end = (formats.time_format(moment, "H:i") for moment in (window.start, window.end))
            # Translators: a weekly window, e.g. "Monday 09:00–12:00".
            day = gettext("%(day)s %(start)s–%(end)s") % {"day": day, "start": start, "end": end}
        words.append(day)
    return pgettext("between weekly windows", "; ").join(words)


def lead_time_in_words(days: int | None) -> str:
    """Return a lead time in words, e.g. "3 working days ahead"; empty when none is agreed."""
    if not days:
        return ""
    return ngettext("%(days)d working day ahead", "%(days)d working days ahead", days) % {"days": days}


def listed(names: Iterable[object]) -> str:
    """Return names as a list in a sentence: "reimbursement, advances" / 报销、借支."""
    return pgettext("between items of a list", ", ").join(str(name) for name in names)
