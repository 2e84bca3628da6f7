"""The calendar of a store on its admin page: the week as seven boxes, the country, the store's special days (R11)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from dealership.admin.scope import StoreForm, StoreInline, StoreInlineFormSet
from dealership.countries import country_names, days_of_country
from dealership.models import Dealership, SpecialDay
from dealership.working_days import DAYS, format_week


class WorkingWeekField(forms.MultipleChoiceField):
    """The days of a week as boxes to tick; kept as text, Monday first."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(word, WEEKDAYS[number]) for number, word in enumerate(DAYS)], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the days that are ticked: the words of the text, or what was sent."""
        return value.split() if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether other days are ticked than before."""
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> str:
        """Return the text of the days ticked. Raises ValidationError for none, and for a word that is no day."""
        return format_week(DAYS.index(word) for word in super().clean(value))


def country_choices() -> list[tuple[str, str]]:
    """Return the countries whose holidays are known, named for the reader: none, China, then the others by name."""
    names = dict(country_names(get_language() or "en"))
    return [("", gettext("no country: the week and the days below")), ("CN", names.pop("CN")), *names.items()]


class StoreCalendarForm(StoreForm):
    """A store with its week and the country whose holidays it keeps."""

    working_week = WorkingWeekField(label=_("working week"), help_text=_("Lead times count these days."))
    holiday_calendar = forms.ChoiceField(
        label=_("holidays of"),
        choices=country_choices,
        required=False,
        help_text=_("Its public holidays are days off, and its make-up working days are worked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("working_week", "holiday_calendar"):
            if name in self.fields:  # begin like the labels that Django makes of a model's fields
                self.fields[name].label = capfirst(self.fields[name].label)


class SpecialDayFormSet(StoreInlineFormSet):
    """Rows below the store itself, which is no row of a store."""

    @classmethod
    def get_default_prefix(cls) -> str:
        """Return a name for the fields: a store's days have no name on the store of which Django could make one."""
        return "special_days"

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        return super(StoreInlineFormSet, self)._construct_form(i, **kwargs)  # type: ignore[misc]


class SpecialDays(StoreInline):
    """The store's special days from last year on: older ones are done with, and a form has its limits.

    They may be deleted: nothing refers to them, and the log of changes keeps what was.
    """

    model = SpecialDay
    formset = SpecialDayFormSet
    fk_name = "dealership"
    fields = ["day", "is_working", "name"]
    can_delete = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the days an admin may still have a reason to change."""
        return super().get_queryset(request).filter(day__gte=datetime.date(timezone.localdate().year - 1, 1, 1))


def known_days_in_words(store: Dealership) -> str:
    """Return the holidays and make-up days of this and the next year as a list to unfold, for the store's admin."""
    lines: list[tuple[str, str]] = []
    this_year = store.today().year
    for year in (this_year, this_year + 1):
        known = days_of_country(store.holiday_calendar, year, get_language() or "en")
        days = {**known.closed, **dict.fromkeys(known.worked, gettext("make-up working day"))}
        lines += [(date_format(day, "DATE_FORMAT"), days[day]) for day in sorted(days)]
    if not lines:
        return "–"
    return format_html(
        '<details class="known-days"><summary>{}</summary><ul>{}</ul></details>',
        gettext("this year and the next"),
        format_html_join("", "<li>{} · {}</li>", lines),
    )
