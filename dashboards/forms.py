"""Filters of the ratings behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.units import CUSTOMER, INSIDE, SUPPLIER
from dealership.models import Department, Disclosure
from supplychain.models import Flow

SIDES = {
    SUPPLIER: _("As supplier"),
    CUSTOMER: _("As customer"),
    INSIDE: _("Inside"),
}
OUTCOMES = {
    "good": pgettext_lazy("outcome", "Good"),
    "neutral": pgettext_lazy("outcome", "Neutral"),
    "not_good": pgettext_lazy("outcome", "Not good"),
}
#: What of requests came late, and what came on time.
PROMISES = {
    "late": _("Late"),
    "on_time": _("On time"),
}
#: What a rating was given under where its rater, or the rater's department, may be told (R20).
DISCLOSURES = {
    "open": Disclosure.OPEN,
    "department": Disclosure.DEPARTMENT,
}
NOTICES = {
    "short": _("At short notice"),
    "other": _("Not at short notice"),
}


class RatingFilter(forms.Form):
    """Which ratings to show. Every filter may be empty; one that makes no sense is named and left out."""

    side = forms.ChoiceField(label=_("Side"), required=False)
    flow = forms.ChoiceField(label=_("Flow"), required=False)
    other = forms.ChoiceField(label=_("Other department"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    notice = forms.ChoiceField(label=pgettext_lazy("how early it was asked", "Notice"), required=False)
    link = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    supplier = forms.SlugField(required=False, widget=forms.HiddenInput)
    customer = forms.SlugField(required=False, widget=forms.HiddenInput)
    promise = forms.ChoiceField(required=False, choices=list(PROMISES.items()), widget=forms.HiddenInput)
    told = forms.ChoiceField(required=False, choices=[(name, name) for name in DISCLOSURES], widget=forms.HiddenInput)
    rater = forms.CharField(required=False, max_length=150, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, others: Iterable[Department], with_inside: bool) -> None:
        super().__init__(data)
        sides = {side: words for side, words in SIDES.items() if with_inside or side != INSIDE}
        self._choices("side", _("All sides"), sides.items())
        self._choices("flow", _("All flows"), Flow.choices)
        self._choices("other", _("All departments"), [(department.code, department.label) for department in others])
        self._choices("outcome", _("All ratings"), OUTCOMES.items())
        self._choices("notice", _("All ratings"), NOTICES.items())

    def _choices(self, name: str, empty: Any, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", empty), *choices]
        field.error_messages["invalid_choice"] = _("“%(value)s” is not among these; it was left out.")

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that hold, without the empty and the wrong ones."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
