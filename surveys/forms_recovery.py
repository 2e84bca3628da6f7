"""Forms of recoveries. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.forms import SENT_WRONG
from surveys.models import RecoveryState

LARGEST_VERSION = 2**31 - 1  # a database's integer


class VersionForm(forms.Form):
    """What every act sends along: the version that the person saw."""

    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput, error_messages={"required": SENT_WRONG}
    )


class AnswerForm(VersionForm):
    """What the supplier will do, and by when."""

    plan = forms.CharField(
        label=_("What will you do?"), max_length=500, error_messages={"required": _("Say what you will do.")}
    )
    promised_on = forms.DateField(
        label=_("By when?"),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class MendedForm(VersionForm):
    """It is mended; words are not needed."""

    text = forms.CharField(label=_("In your words"), required=False, max_length=500)


class NotMendedForm(VersionForm):
    """It is not mended: what is still missing."""

    text = forms.CharField(
        label=_("What is still missing?"), max_length=500, error_messages={"required": _("Say what is still missing.")}
    )


class CommentForm(forms.Form):
    """A word in the talk."""

    words = forms.CharField(label=_("In your words"), max_length=500, error_messages={"required": _("Write a word.")})


class RecoveryFilterForm(forms.Form):
    """What the list of recoveries is narrowed to. A filter that cannot be read narrows nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    department = forms.TypedChoiceField(label=_("Department"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every: tuple[Any, Any] = ("", pgettext_lazy("filter", "All"))
        states = [(value, capfirst(words)) for value, words in RecoveryState.choices]
        self.fields["state"].choices = [every, *states]  # type: ignore[attr-defined]
        self.fields["department"].choices = [every, *departments]  # type: ignore[attr-defined]

    @property
    def narrows(self) -> bool:
        """Whether anything is filtered out."""
        return any(self.cleaned_data.get(name) for name in self.fields)
