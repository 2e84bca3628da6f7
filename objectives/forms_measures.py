"""Measures as they are typed: the criteria of an objective, how a company goal is measured (R22).

A line says what, how it is compared, how much, and by when: as a date, or in words that mean one.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dealership.models import Dealership
from objectives.fiscal import FiscalYear
from objectives.measure_lines import LATEST, MOST_CRITERIA, MeasureLine, said
from objectives.models import COMPARISONS, NUMERIC, Comparison, MeasureKind
from objectives.relative_dates import is_plain_day, next_when

#: The fields of a line, as they are sent.
LINE = ("number", "what", "measure", "target", "unit", "due")
#: The kinds in the order they are offered: most criteria are counted.
OFFERED = (MeasureKind.NUMBER, MeasureKind.PERCENTAGE, MeasureKind.AMOUNT, MeasureKind.DATE, MeasureKind.FACT)
LARGEST_NUMBER = 32_767

NOT_UNDERSTOOD = _("This is no day we understand. Write a date such as 2026-03-02, or words as in the hint.")


def measure_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return kinds with their comparisons, as groups of choices "kind:comparison": whatever is chosen fits."""
    return [
        (capfirst(str(kind.label)), [(f"{kind}:{known}", _choice(kind, known)) for known in COMPARISONS[kind]])
        for kind in OFFERED
    ]


def _choice(kind: MeasureKind, comparison: Comparison) -> str:
    if kind is MeasureKind.DATE:
        return gettext("happens on the day") if comparison is Comparison.ON else gettext("happens by the day")
    if kind is MeasureKind.FACT:
        return gettext("is proven by the day")
    return gettext("%(kind)s: %(comparison)s") % {"kind": capfirst(str(kind.label)), "comparison": comparison.label}


class FigureField(forms.DecimalField):
    """A number as people write it: spaces, a thousands comma and a percent sign are let pass."""

    def to_python(self, value: Any) -> Any:
        """Return the number; ValidationError if it is none."""
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace("％", "").rstrip("% ").strip()
        return super().to_python(value)


class MeasureForm(forms.Form):
    """One line. `was`: the line it was before it was typed over; a day that was worded stays what it was."""

    number = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_NUMBER, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )
    what = forms.CharField(
        label=_("What is measured"),
        max_length=200,
        error_messages={"required": _("Say what is measured.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    measure = forms.ChoiceField(
        label=_("How"), choices=lazy(measure_choices, list), error_messages={"required": _("Choose how.")}
    )
    target = FigureField(
        label=_("Target"),
        required=False,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.CharField(
        label=pgettext_lazy("of a number", "Unit"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due = forms.CharField(
        label=_("By when"),
        max_length=100,
        error_messages={"required": _("Say by when.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    use_required_attribute = False  # an empty line is none

    def __init__(
        self, *args: Any, store: Dealership, was: MeasureLine | None = None, kept: bool = False, **kwargs: Any
    ) -> None:
        """`kept`: whether `was` is agreed, and so may be due in the past."""
        super().__init__(*args, **kwargs)
        self._today = store.today()
        self._year = FiscalYear.of(self._today, store.fiscal_year_start)
        self._was, self._kept = was, kept

    def clean_what(self) -> str:
        """Return the words in one line."""
        return " ".join(str(self.cleaned_data["what"]).split())

    def clean_due(self) -> str:
        """Return the words; refuse what means no day, or one that has passed or lies years ahead."""
        words = " ".join(str(self.cleaned_data["due"]).split())
        day = self._day_of(words)
        if day is None:
            raise forms.ValidationError(NOT_UNDERSTOOD, code="day")
        is_as_before = self._was is not None and day == self._was.due_on
        if day < self._today and not (is_as_before and self._kept):
            raise forms.ValidationError(_("This day has passed."), code="past")
        if day > self._today + LATEST:
            raise forms.ValidationError(_("This day lies too far ahead."), code="too_far")
        return words

    def clean(self) -> dict[str, Any]:
        """Refuse a number that is missing; drop one that its kind does not have."""
        cleaned = super().clean() or self.cleaned_data
        kind = str(cleaned.get("measure", "")).partition(":")[0]
        if kind in NUMERIC and cleaned.get("target") is None and "target" not in self.errors:
            self.add_error("target", forms.ValidationError(_("Say the number that is to be reached."), code="required"))
        if kind and kind not in NUMERIC:
            self.errors.pop("target", None)  # no longer shown: what was typed there is nothing to mend
            cleaned |= {"target": None, "unit": ""}
        return cleaned

    def _day_of(self, words: str) -> datetime.date | None:
        if self._was is not None and words == (self._was.due_words or self._was.due_on.isoformat()):
            return self._was.due_on
        return next_when(words, self._year, self._today)

    @property
    def day(self) -> datetime.date | None:
        """The day that the words mean, to be shown beside them; None for a plain date, or for none."""
        words = " ".join(str(self["due"].value() or "").split())
        return None if is_plain_day(words) else self._day_of(words)

    @property
    def line(self) -> MeasureLine:
        """The line, of a valid form."""
        said = self.cleaned_data
        kind, _colon, comparison = said["measure"].partition(":")
        words = said["due"]
        due_on = self._day_of(words)
        assert due_on is not None  # else the form was not valid
        return MeasureLine(
            kind=kind,
            what=said["what"],
            comparison=comparison,
            target=said["target"],
            unit=said["unit"],
            due_on=due_on,
            due_words="" if is_plain_day(words) else words,
            number=said["number"],
        )


class MeasureFormSet:
    """Lines of measures. They come as lists of the same length, so that js/lines.js adds one by copying a template.

    `prefix` stands before the names of the fields; `lines`: what there is, to be typed over; `kept`: whether that was
    agreed. `required`: whether at least one line has to be there.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        store: Dealership,
        lines: Sequence[MeasureLine] = (),
        prefix: str = "criteria",
        most: int = MOST_CRITERIA,
        kept: bool = False,
        required: bool = False,
    ) -> None:
        self.prefix, self.most_lines = prefix, most
        self._store, self._kept, self._required = store, kept, required
        self._was = {line.number: line for line in lines if line.number is not None}
        self.is_bound = data is not None
        #: What is wrong with the lines as a whole.
        self.error = ""
        if data is None:
            self.forms = [self._form(place, was=line, initial=_typed(line)) for place, line in enumerate(lines)]
            self.forms = self.forms or [self._form(0)]
            self._is_empty = not lines
            return
        rows = zip(*(data.getlist(f"{prefix}-{name}") for name in LINE), strict=False)
        filled = [row for row in rows if any(row[LINE.index(name)].strip() for name in ("what", "target", "due"))]
        self._is_empty = not filled
        self.forms = [
            self._form(place, data={f"{prefix}-{name}": text for name, text in zip(LINE, row, strict=True)})
            for place, row in enumerate(filled[: most + 1])  # one too many is enough to refuse
        ] or [self._form(0)]

    def _form(self, place: int | str, *, was: MeasureLine | None = None, **kwargs: Any) -> MeasureForm:
        number = str((kwargs.get("data") or {}).get(f"{self.prefix}-number", ""))
        if was is None and number.isascii() and number.isdigit() and len(number) < 6:
            was = self._was.get(int(number))
        auto_id = f"id_{self.prefix}-{place}-%s"
        return MeasureForm(prefix=self.prefix, auto_id=auto_id, store=self._store, was=was, kept=self._kept, **kwargs)

    def is_valid(self) -> bool:
        """Whether the lines can be read; else `error` or the lines say what is wrong."""
        if self._is_empty:
            if self._required:
                self.error = gettext("Say at least one criterion: what is to be reached, and by when.")
            return not self._required
        checked = [form.is_valid() for form in self.forms]
        if len(self.forms) > self.most_lines:
            self.error = gettext("These are more than %(most)d lines.") % {"most": self.most_lines}
        elif all(checked) and len({said(form.line) for form in self.forms}) < len(self.forms):
            self.error = gettext("Two lines say the same.")
        return not self.error and all(checked)

    @property
    def lines(self) -> list[MeasureLine]:
        """The lines, of valid forms."""
        return [] if self._is_empty else [form.line for form in self.forms]

    @property
    def spare_forms(self) -> list[MeasureForm]:
        """Empty lines beside those that are filled, for browsers without scripts."""
        count = min(max(3 - len(self.forms), 1), max(self.most_lines - len(self.forms), 0))
        return [self._form(f"spare{place}") for place in range(count)]

    @property
    def blank_form(self) -> MeasureForm:
        """The line a script copies; it puts a number in place of `__n__`."""
        return self._form("__n__")


def measure_formset(
    data: QueryDict | None = None,
    *,
    store: Dealership,
    lines: Sequence[MeasureLine] = (),
    prefix: str = "criteria",
    kept: bool = False,
    required: bool = False,
) -> MeasureFormSet:
    """Return the lines of a form: as they were sent, or as they are. See MeasureFormSet; shown by _measure_lines.html.

    Lines of `lines` without a number are given their place as one, so that what was worded keeps its day.
    """
    placed = [line._replace(number=line.number or place) for place, line in enumerate(lines, start=1)]
    return MeasureFormSet(data, store=store, lines=placed, prefix=prefix, kept=kept, required=required)


def lines_of(formset: MeasureFormSet) -> list[MeasureLine]:
    """Return the lines of a valid formset."""
    return formset.lines


def _typed(line: MeasureLine) -> dict[str, Any]:
    """Return a line as one would type it."""
    target = line.target
    if target is not None and target == target.to_integral_value():
        target = target.quantize(Decimal(1))
    return {
        "number": line.number,
        "what": line.what,
        "measure": f"{line.kind}:{line.comparison}",
        "target": target,
        "unit": line.unit,
        "due": line.due_words or line.due_on.isoformat(),
    }
