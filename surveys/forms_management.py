"""The form of a manager's month: whom, which month, a face, and words."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.forms import SENT_WRONG
from surveys.models import ManagementSide
from surveys.scoring import SCORES

WRONG = {"required": SENT_WRONG, "invalid": SENT_WRONG, "invalid_choice": SENT_WRONG}


class WhomForm(forms.Form):
    """Whom and which month a card is about; our pages send it hidden."""

    side = forms.ChoiceField(choices=ManagementSide.choices, error_messages=WRONG)
    department = forms.SlugField(max_length=50, error_messages=WRONG)
    manager = forms.IntegerField(min_value=1, max_value=2**63 - 1, error_messages=WRONG)
    month = forms.DateField(input_formats=["%Y-%m-%d"], error_messages=WRONG)


class ManagementForm(forms.Form):
    """A face, and optionally words with it. Nothing is preselected."""

    score = forms.TypedChoiceField(
        coerce=int,
        choices=[(score, str(score)) for score in SCORES["five"]],
        error_messages={"required": _("Choose a face."), "invalid_choice": _("There is no such score.")},
    )
    comment = forms.CharField(label=_("In your words"), required=False, max_length=500)
