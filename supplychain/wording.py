"""Links in the words of the reader's language: service windows, lists of items."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext, pgettext

from supplychain.booking import Assessment, Slot
from supplychain.models import Link
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


def in_a_row(sentences: Iterable[str]) -> str:
    """Return sentences one after the other: with a space between them, or as the reader's language has it."""
    text = ""
    for sentence in sentences:
        # Translators: two sentences, one after the other; Chinese puts no space between them.
        text = gettext("%(first)s %(second)s") % {"first": text, "second": sentence} if text else sentence
    return text


def day_in_words(day: datetime.date, *, today: datetime.date | None = None) -> str:
    """Return a day with its weekday: "Monday, 30 November"; with its year where that is not this year's."""
    this_year = (today or timezone.localdate()).year
    # Translators: a day with its weekday, e.g. "Monday, 30 November".
    text = gettext("%(weekday)s, %(day)s") if day.year == this_year else gettext("%(weekday)s, %(day)s %(year)s")
    name = formats.date_format(day, "MONTH_DAY_FORMAT")
    return text % {"weekday": str(WEEKDAYS[day.weekday()]), "day": name, "year": day.year}


def slot_in_words(slot: Slot, *, today: datetime.date | None = None) -> str:
    """Return a slot in words: "Monday, 30 November, 09:00–12:00"; the day alone where it is the whole day."""
    day = day_in_words(slot.day, today=today)
    if slot.window is None or slot.window.start == slot.window.end:
        return day
    start, end = (formats.time_format(moment, "H:i") for moment in (slot.window.start, slot.window.end))
    # Translators: a day and the hours of its service window, e.g. "Monday, 30 November, 09:00–12:00".
    return gettext("%(day)s, %(start)s–%(end)s") % {"day": day, "start": start, "end": end}


def assessment_in_words(link: Link, assessment: Assessment, *, today: datetime.date | None = None) -> str:
    """Return in sentences what is agreed, what is off about what is wanted, and the next slot (R11).

    Empty when nothing is off: there is nothing to say before it is sent.
    """
    if not assessment.short_notice:
        return ""
    sentences = []
    terms = [words for words in (windows_in_words(link.windows), lead_time_in_words(link.lead_time_days)) if words]
    if terms:
        text = gettext("Agreed with %(supplier)s: %(terms)s.")
        sentences.append(text % {"supplier": link.supplier.label, "terms": pgettext("between terms", "; ").join(terms)})
    if assessment.outside_window and assessment.holiday:
        sentences.append(gettext("That day is a holiday: %(name)s.") % {"name": assessment.holiday})
    elif assessment.outside_window:
        sentences.append(gettext("What you ask for is outside the service windows."))
    if assessment.short_of_lead_time:
        sentences.append(_notice_in_words(link, assessment))
    if assessment.next_slot is not None:
        slot = slot_in_words(assessment.next_slot, today=today or link.dealership.today())
        sentences.append(gettext("Next possible: %(slot)s.") % {"slot": slot})
    return in_a_row(sentences)


def _notice_in_words(link: Link, assessment: Assessment) -> str:
    if assessment.notice_days < 0 or not link.lead_time_days:
        return gettext("That day has passed.")
    text = ngettext(
        "You ask %(days)d working day ahead.", "You ask %(days)d working days ahead.", assessment.notice_days
    )
    return text % {"days": assessment.notice_days}
