"""Forms of facts, judging and satisfaction. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dealership.forms import SENT_WRONG, KeyMixin
from objectives.evidence import ACCEPT, CheckedFile, check_upload
from objectives.models import NUMERIC, Comparison, Criterion, MeasureKind

LARGEST_VERSION = 2**31 - 1  # a database's integer


class FilesInput(forms.ClearableFileInput):
    """A chooser of several files."""

    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Evidence files: each checked for size and type; cleans to a list of CheckedFile."""

    widget = FilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[CheckedFile]:  # type: ignore[override]
        """Return the files that may be kept. Raises ValidationError naming the first that may not."""
        uploads = data if isinstance(data, (list, tuple)) else [data] if data else []
        found = []
        for upload in uploads:
            try:
                found.append(check_upload(upload))
            except ValidationError as error:
                words = _("%(name)s: %(problem)s") % {"name": upload.name, "problem": error.messages[0]}
                raise ValidationError(words, code=error.code) from error
        return found


class FactForm(KeyMixin):
    """A new fact against one criterion: the day, what its kind asks for, words and files."""

    happened_on = forms.DateField(
        label=_("On which day was it so?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    value = forms.DecimalField(
        label=_("How much, or how many?"),
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    holds = forms.TypedChoiceField(
        label=_("Is it so?"),
        choices=[("yes", _("Yes, it is so")), ("no", _("No, it is not so"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        empty_value=None,
    )
    words = forms.CharField(
        label=_("In your words (optional)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = EvidenceField(
        label=_("Evidence"),
        required=False,
        help_text=_("Up to 3 files of 5 MB: PDF, pictures, Word or Excel without macros. Both sides can open them."),
    )

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if criterion.kind not in NUMERIC:
            del self.fields["value"]
        elif criterion.unit:
            self.fields["value"].help_text = criterion.unit
        if criterion.kind != MeasureKind.FACT:
            del self.fields["holds"]
        if criterion.kind == MeasureKind.DATE:
            on = criterion.comparison == Comparison.ON
            self.fields["happened_on"].label = _("On which day did it happen?") if on else _("When did it happen?")

    @property
    def has_day(self) -> bool:
        """Whether the day stands alone: a date criterion reads nothing else."""
        return "value" not in self.fields and "holds" not in self.fields


class FactActForm(forms.Form):
    """What every act on a fact sends along: the version that the person saw."""

    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput, error_messages={"required": SENT_WRONG}
    )


class FactWordsForm(FactActForm):
    """An act on a fact that needs words: a dispute, a statement."""

    text = forms.CharField(
        label=_("In your words"), max_length=500, error_messages={"required": _("Say it in a few words.")}
    )


class DecisionForm(FactWordsForm):
    """The superior's decision: the fact stands, or it is struck."""

    stands = forms.TypedChoiceField(
        choices=[("yes", _("It stands")), ("no", _("It is struck"))],
        coerce=lambda answer: answer == "yes",
        error_messages={"required": _("Say whether the fact stands."), "invalid_choice": SENT_WRONG},
    )


class SatisfactionForm(forms.Form):
    """Whether a customer is satisfied with a judged objective."""

    satisfied = forms.TypedChoiceField(
        choices=[("yes", _("Satisfied")), ("no", _("Not satisfied"))],
        coerce=lambda answer: answer == "yes",
        error_messages={"required": _("Say whether you are satisfied."), "invalid_choice": SENT_WRONG},
    )
    words = forms.CharField(label=_("In your words"), required=False, max_length=500)
