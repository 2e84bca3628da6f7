"""Forms of needs. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.forms import SENT_WRONG, KeyMixin
from dealership.models import Department, User
from objectives.models import NeedState
from supplychain.actions_calls import LARGEST_QUANTITY
from supplychain.forms_calls import DayField
from supplychain.models import Flow

LARGEST_VERSION = 2**31 - 1  # a database's integer


class VersionForm(forms.Form):
    """What every act sends along: the version that the person saw."""

    version = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_VERSION,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), SENT_WRONG),
    )


class DepartmentField(forms.ChoiceField):
    """One of some departments; cleans to the Department."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            error_messages={
                "required": _("Choose a department."),
                "invalid_choice": _("Choose among the departments on offer."),
            },
            **kwargs,
        )
        self._offered: dict[str, Department] = {}

    def offer(self, departments: Iterable[Department]) -> None:
        """Take these departments, in their order; the first is chosen where there is no other."""
        self._offered = {str(department.pk): department for department in departments}
        empty = [("", _("Choose…"))] if len(self._offered) != 1 else []
        self.choices = [*empty, *((key, department.label) for key, department in self._offered.items())]

    def clean(self, value: Any) -> Any:
        """Return the department; None where none is needed and none was chosen."""
        return self._offered.get(super().clean(value))


class OwnerField(forms.ChoiceField):
    """One of some people; cleans to the User, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages={"invalid_choice": _("Choose among the people on offer.")}, **kwargs)
        self._offered: dict[str, User] = {}

    def offer(self, people: Iterable[User]) -> None:
        """Take these people, in their order."""
        self._offered = {str(person.pk): person for person in people}
        empty = [] if self.required else [("", pgettext_lazy("owner of a need", "Nobody yet"))]
        self.choices = [*empty, *((key, str(person)) for key, person in self._offered.items())]

    def clean(self, value: Any) -> Any:
        """Return the person; None where nobody was chosen."""
        return self._offered.get(super().clean(value))


class WhatForm(KeyMixin):
    """What is needed: the part of the form that all ways of raising a need share."""

    flow = forms.ChoiceField(
        label=_("In which flow?"),
        choices=[(value, capfirst(words)) for value, words in Flow.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the flow."), "invalid_choice": _("Choose one of the three flows.")},
    )
    what = forms.CharField(
        label=_("What is needed?"), max_length=200, error_messages={"required": _("Write what is needed.")}
    )
    quantity = forms.IntegerField(label=_("How many"), required=False, min_value=1, max_value=LARGEST_QUANTITY)
    wanted_on = DayField(label=_("Needed by"), required=False)

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["wanted_on"]
        assert isinstance(day, DayField)
        day.from_day(today)
        self.fields["what"].widget.attrs["autocomplete"] = "off"
        self.fields["quantity"].widget.attrs["inputmode"] = "numeric"


class NeedForm(WhatForm):
    """A new need of one of the person's departments towards another."""

    customer = DepartmentField(label=_("Who needs it? (customer)"))
    supplier = DepartmentField(label=_("From whom? (supplier)"))
    why = forms.CharField(
        label=_("What for?"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    expectation = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput)
    field_order = ["customer", "supplier", "flow", "what", "why", "quantity", "wanted_on", "key"]

    def __init__(
        self, *args: Any, customers: Iterable[Department], suppliers: Iterable[Department], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, departments in (("customer", customers), ("supplier", suppliers)):
            field = self.fields[name]
            assert isinstance(field, DepartmentField)
            field.offer(departments)


class AcknowledgeForm(VersionForm):
    """Who of the supplier takes care of a need."""

    owner = OwnerField(label=_("Who takes care of it?"))

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, OwnerField)
        owner.offer(people)


class DeclineForm(VersionForm):
    """Why a need is declined."""

    reason = forms.CharField(
        label=_("Why not?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
        help_text=_("The customer reads it."),
    )


class NeedFilterForm(forms.Form):
    """What the list of needs is narrowed to. A filter that cannot be read narrows nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    flow = forms.ChoiceField(label=_("Flow"), required=False)
    department = forms.TypedChoiceField(label=_("Department"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every: tuple[Any, Any] = ("", pgettext_lazy("filter", "All"))
        states = [
            ("open", capfirst(_("still open"))),
            ("overdue", capfirst(_("answer overdue"))),
            *((value, capfirst(words)) for value, words in NeedState.choices),
        ]
        flows = [(value, capfirst(words)) for value, words in Flow.choices]
        self.fields["state"].choices = [every, *states]  # type: ignore[attr-defined]
        self.fields["flow"].choices = [every, *flows]  # type: ignore[attr-defined]
        self.fields["department"].choices = [every, *departments]  # type: ignore[attr-defined]

    @property
    def narrows(self) -> bool:
        """Whether a filter is set."""
        return self.is_bound and any(self.cleaned_data.get(name) for name in self.fields)
