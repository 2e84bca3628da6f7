"""Forms of the chain pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.access import Access
from dealership.models import Department
from dealership.outline import indented, outline
from supplychain.models import Basis, Flow, Link, Scale
from supplychain.windows import format_windows, parse_windows


class PairForm(forms.Form):
    """Two departments, by their codes."""

    a = forms.ChoiceField(label=_("One department"))
    b = forms.ChoiceField(label=_("The other"))

    def __init__(self, data: dict[str, str], *, access: Access) -> None:
        super().__init__(data)
        self._tree = access.tree
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            # Closed departments are offered nowhere, but an address that names one still shows its history.
            offered = [d for d in access.tree.departments if d.is_active or d.code == data.get(name)]
            field.choices = [(department.code, indented(department, depth)) for department, depth in outline(offered)]
            field.error_messages["invalid_choice"] = _("The store has no department “%(value)s”.")

    def clean(self) -> dict[str, Any]:
        """Refuse the same department twice."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("a") and cleaned.get("a") == cleaned.get("b"):
            self.add_error("b", _("Choose two different departments."))
        return cleaned

    @property
    def departments(self) -> tuple[Department, Department] | None:
        """The two departments chosen, or None while the form has errors."""
        if not self.is_valid():
            return None
        return self._tree.by_code[self.cleaned_data["a"]], self._tree.by_code[self.cleaned_data["b"]]


class FlowForm(forms.Form):
    """One flow, or all."""

    flow = forms.ChoiceField(choices=[("", ""), *Flow.choices], required=False)


class EndLinkForm(forms.Form):
    """The last day of a link."""

    last_day = forms.DateField(
        label=_("Last day in force"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class TermsForm(forms.Form):
    """New terms of a link. Flow, supplier, customer and item are what the link is: they do not change."""

    scale = forms.ChoiceField(label=_("Rated as"), choices=Scale.choices)
    basis = forms.ChoiceField(label=_("Basis"), choices=Basis.choices)
    lead_time_days = forms.IntegerField(
        label=_("Lead time in working days"),
        required=False,
        min_value=0,
        max_value=365,
        help_text=_("How long ahead the customer asks. Empty: none agreed."),
    )
    windows = forms.CharField(
        label=_("Service windows"),
        required=False,
        max_length=200,
        help_text=_("Weekly, such as “mon 09:00-12:00; wed”. Empty: any time."),
    )

    def __init__(self, data: Any = None, *, link: Link) -> None:
        self._before = {name: getattr(link, name) for name in ("scale", "basis", "lead_time_days", "windows")}
        super().__init__(data, initial=self._before)

    def clean_windows(self) -> str:
        """Read the windows; refuse in words what is none."""
        try:
            return format_windows(parse_windows(self.cleaned_data["windows"]))
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(part)s” is no weekly window. Write, for example, mon 09:00-12:00; wed."), params={"part": error}
            ) from None

    def clean(self) -> dict[str, Any]:
        """Refuse terms that are the present ones."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and cleaned == self._before:
            raise forms.ValidationError(_("These are the present terms: nothing would change."))
        return cleaned
