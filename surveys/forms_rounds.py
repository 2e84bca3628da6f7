"""Forms of survey rounds. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from surveys.models import RoundAnswer
from surveys.period_words import period_label
from surveys.periods import Period, add_months, parse_period, period_of
from surveys.qualities import QUALITIES, quality_word

#: What stands for "can't say" in the form.
CANNOT_SAY = "none"
DAY = {"required": _("Choose a day."), "invalid": _("Choose a day.")}
FARTHEST = datetime.timedelta(days=366)


def periods_offered(today: datetime.date) -> list[tuple[str, Period]]:
    """Return what a round may look back on, with its kind: this quarter and the last, this year and the last."""
    this = period_of("quarter", today)
    last = period_of("quarter", add_months(this.start, -3))
    year = period_of("year", today)
    return [
        ("quarter", this),
        ("quarter", last),
        ("year", year),
        ("year", period_of("year", add_months(year.start, -12))),
    ]


def _day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DAY, help_text=help_text)


class RoundForm(forms.Form):
    """What a round looks back on, and its days. Cleans `kind` and `period` from the choice."""

    about = forms.ChoiceField(label=_("Looks back on"), help_text=_("One round for each quarter and each year."))
    opens_on = _day_field(_("Opens on"), _("It opens by itself, and people are told."))
    closes_on = _day_field(
        _("Last day to answer"), _("Then it closes and is published by itself. Two weeks are usual.")
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offered = periods_offered(today)
        self._kinds = {period.name: kind for kind, period in offered}
        choices = [(period.name, period_label(period)) for _kind, period in offered]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]

    def clean_opens_on(self) -> datetime.date:
        """Refuse a day more than a year ahead: a slip of the keyboard."""
        day: datetime.date = self.cleaned_data["opens_on"]
        if day > self.today + FARTHEST:
            raise forms.ValidationError(_("This lies more than a year ahead."), code="far")
        return day

    def clean(self) -> dict[str, Any]:
        """Work out the period that was chosen."""
        cleaned = super().clean() or self.cleaned_data
        if "about" in cleaned:
            cleaned["kind"] = self._kinds[cleaned["about"]]
            cleaned["period"] = parse_period(cleaned["about"])
        return cleaned


@dataclass(frozen=True)
class Question:
    """One quality with its faces: the field, its word, and the errors."""

    field: BoundField
    word: str


@dataclass(frozen=True)
class Section:
    """One supplier in one flow: its questions, and the field for words."""

    answer: RoundAnswer
    questions: tuple[Question, ...]
    comment: BoundField


class SheetForm(forms.Form):
    """A person's questionnaire: faces for each quality of each supplier and flow, all of them optional."""

    def __init__(self, *args: Any, answers: Iterable[RoundAnswer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answers = list(answers)
        choices = [(str(score), str(score)) for score in range(1, 6)] + [(CANNOT_SAY, _("Can't say"))]
        for answer in self._answers:
            for code in QUALITIES[answer.flow]:
                said = answer.scores.get(code, "")
                self.fields[f"score-{answer.pk}-{code}"] = forms.ChoiceField(
                    label=quality_word(answer.flow, code),
                    choices=choices,
                    required=False,
                    initial=CANNOT_SAY if said is None else str(said),
                )
            self.fields[f"comment-{answer.pk}"] = forms.CharField(
                label=_("In your words"),
                required=False,
                max_length=500,
                initial=answer.comment,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page."""
        for answer in self._answers:
            questions = tuple(
                Question(self[f"score-{answer.pk}-{code}"], quality_word(answer.flow, code))
                for code in QUALITIES[answer.flow]
            )
            yield Section(answer, questions, self[f"comment-{answer.pk}"])

    @property
    def scores(self) -> dict[int, dict[str, int | None]]:
        """What was said, by the key of the answer; what was left empty is left out."""
        found: dict[int, dict[str, int | None]] = {}
        for answer in self._answers:
            given = {code: self.cleaned_data[f"score-{answer.pk}-{code}"] for code in QUALITIES[answer.flow]}
            found[answer.pk] = {
                code: None if value == CANNOT_SAY else int(value) for code, value in given.items() if value
            }
        return found

    @property
    def comments(self) -> dict[int, str]:
        """What was written, by the key of the answer."""
        return {answer.pk: self.cleaned_data[f"comment-{answer.pk}"] for answer in self._answers}
