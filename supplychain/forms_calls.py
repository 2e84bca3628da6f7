"""Forms of calls for needs. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dealership.forms import SENT_WRONG, KeyMixin
from supplychain.actions_calls import BOTH, EMPTY, LARGEST_QUANTITY, LATEST, MOST_LINES, NeedLine, check_day
from supplychain.models import Link, StatedNeed

#: How many empty lines are offered where no script can add one.
LINES_WITHOUT_SCRIPT = 3
#: The fields of a line.
LINE = ("what", "quantity", "wanted_on")
LONGEST_VERSION = 9  # digits that fit a database's integer


class DayField(forms.DateField):
    """A local day from today on, and not years ahead. `today` is set by the form, which knows the store."""

    today: datetime.date

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def from_day(self, today: datetime.date) -> None:
        """Take the days from today on."""
        self.today = today
        self.widget.attrs["min"] = f"{today:%Y-%m-%d}"
        self.widget.attrs["max"] = f"{today + LATEST:%Y-%m-%d}"

    def validate(self, value: Any) -> None:
        """Refuse a day that has passed or lies too far ahead."""
        super().validate(value)
        if value is not None:
            check_day(value, self.today)


class CallForm(KeyMixin):
    """A new call over the links of one supplier, flow and item; all of its customers are asked unless unticked."""

    question = forms.CharField(
        label=_("Your question"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say what it is for, so that they know what to think of."),
    )
    deadline = DayField(label=_("Answer by"), help_text=_("The last day to answer."))
    links = forms.MultipleChoiceField(
        label=_("Whom you ask"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one department to ask."),
            "invalid_choice": _("Choose among the departments on offer."),
        },
    )
    field_order = ["question", "deadline", "links", "key"]

    def __init__(self, data: QueryDict | None = None, *, links: Sequence[Link], today: datetime.date) -> None:
        self._links = {str(link.pk): link for link in links}
        week = today + datetime.timedelta(days=7)
        super().__init__(data, initial={"deadline": week, "links": list(self._links)})
        offered = self.fields["links"]
        assert isinstance(offered, forms.MultipleChoiceField)
        offered.choices = [(key, link.customer.label) for key, link in self._links.items()]
        deadline = self.fields["deadline"]
        assert isinstance(deadline, DayField)
        deadline.from_day(today)

    def clean_links(self) -> list[Link]:
        """Return the links chosen."""
        return [self._links[key] for key in self.cleaned_data["links"]]


class NeedForm(forms.Form):
    """One line of an answer. A line with nothing in it is none."""

    what = forms.CharField(
        label=_("What you need"), max_length=200, error_messages={"required": _("Write what you need.")}
    )
    quantity = forms.IntegerField(label=_("How many"), required=False, min_value=1, max_value=LARGEST_QUANTITY)
    wanted_on = DayField(label=_("Needed on"), error_messages={"required": _("Choose the day.")})

    use_required_attribute = False  # “nothing needed” is a button of the same form

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["wanted_on"]
        assert isinstance(day, DayField)
        day.from_day(today)
        self.fields["what"].widget.attrs["autocomplete"] = "off"
        self.fields["quantity"].widget.attrs["inputmode"] = "numeric"


class AnswerForm:
    """An answer to a call: lines, or the button “nothing needed”, and the version of the answer it was made on.

    Its lines come as three lists of the same length, so that a script adds one by copying a template. `id`: what the
    fields' ids begin with; several answers stand on one page. `needs`: the present answer, to be changed.
    """

    def __init__(
        self, data: QueryDict | None = None, *, id: str, today: datetime.date, needs: Iterable[StatedNeed] = ()
    ) -> None:
        self._id, self._today = id, today
        self.is_bound = data is not None
        #: What is wrong with the answer as a whole.
        self.error = ""
        self.nothing_needed = data is not None and "nothing" in data
        self.version: int | None = None
        if data is None:
            self._typed = [{"what": n.what, "quantity": n.quantity, "wanted_on": n.wanted_on} for n in needs]
            self.lines = [self._line(place, initial=line) for place, line in enumerate(self._typed or [{}])]
            return
        version = data.get("version", "")
        if version.isascii() and version.isdigit() and len(version) <= LONGEST_VERSION:
            self.version = int(version)
        rows = zip(*(data.getlist(name) for name in LINE), strict=False)
        self._typed = [dict(zip(LINE, row, strict=True)) for row in rows if any(text.strip() for text in row)]
        filled = self._typed[: MOST_LINES + 1]  # one too many is enough to refuse
        self.lines = [self._line(place, data=line) for place, line in enumerate(filled)] or [self._line(0)]

    def _line(self, place: int | str, **kwargs: Any) -> NeedForm:
        return NeedForm(auto_id=f"{self._id}-{place}-%s", today=self._today, **kwargs)

    def is_valid(self) -> bool:
        """Whether the answer can be read; else `error` or the lines say what is wrong."""
        if self.version is None:
            self.error = str(SENT_WRONG)
        elif self._typed and self.nothing_needed:
            self.error = str(BOTH)
        elif not self._typed and not self.nothing_needed:
            self.error = str(EMPTY)
        checked = [line.is_valid() for line in self.lines] if self._typed else []
        return not self.error and all(checked)

    @property
    def needs(self) -> list[NeedLine]:
        """The lines of a valid answer."""
        return [NeedLine(**line.cleaned_data) for line in self.lines] if self._typed else []

    @property
    def spare_lines(self) -> list[NeedForm]:
        """Empty lines beside those that are filled, for browsers without scripts."""
        count = min(max(LINES_WITHOUT_SCRIPT - len(self.lines), 1), max(MOST_LINES - len(self.lines), 0))
        return [self._line(f"spare{place}") for place in range(count)]

    @property
    def blank_line(self) -> NeedForm:
        """The line a script copies; it puts a number in place of `__n__`."""
        return self._line("__n__")

    @property
    def most_lines(self) -> int:
        """How many lines an answer holds."""
        return MOST_LINES
