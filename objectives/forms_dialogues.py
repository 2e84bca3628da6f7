"""Forms of dialogues. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.models import Department, User
from objectives.actions_dialogues import LONGEST_MINUTES
from objectives.forms_needs import DepartmentField, OwnerField, VersionForm, WhatForm
from objectives.models import Dialogue, Rhythm
from supplychain.forms_calls import DayField


def _time_field(**kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=_("At what time"), required=False, widget=widget, **kwargs)


class WhenForm(forms.Form):
    """When and where a dialogue takes place."""

    at_time = _time_field()
    place = forms.CharField(label=pgettext_lazy("a dialogue", "Where"), required=False, max_length=100)


class CallForm(WhenForm):
    """Two departments called together, once or on a rhythm."""

    host = DepartmentField(label=_("Your department"))
    guest = DepartmentField(label=pgettext_lazy("a dialogue", "With"))
    rhythm = forms.ChoiceField(
        label=_("How often?"),
        choices=[(value, capfirst(words)) for value, words in Rhythm.choices],
        initial=Rhythm.QUARTERLY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often."), "invalid_choice": _("Choose how often.")},
    )
    starts_on = DayField(
        label=_("First on"),
        help_text=_("Later ones fall on the same day of their month, or on the working day after it."),
    )
    field_order = ["host", "guest", "rhythm", "starts_on", "at_time", "place"]

    def __init__(
        self, *args: Any, hosts: Iterable[Department], guests: Iterable[Department], today: datetime.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, departments in (("host", hosts), ("guest", guests)):
            field = self.fields[name]
            assert isinstance(field, DepartmentField)
            field.offer(departments)
        day = self.fields["starts_on"]
        assert isinstance(day, DayField)
        day.from_day(today)


class MoveForm(WhenForm, VersionForm):
    """Another day, time or place."""

    planned_on = DayField(label=pgettext_lazy("a dialogue", "On"), error_messages={"required": _("Choose the day.")})
    field_order = ["planned_on", "at_time", "place", "version"]

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["planned_on"]
        assert isinstance(day, DayField)
        day.from_day(today)


class MinutesForm(VersionForm):
    """What was said, and on which day."""

    held_on = forms.DateField(
        label=_("Held on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day.")},
    )
    minutes = forms.CharField(
        label=_("Minutes"),
        max_length=LONGEST_MINUTES,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write down what was said.")},
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"].widget.attrs["max"] = f"{today:%Y-%m-%d}"


class SignForm(forms.Form):
    """Which revision of the minutes was read."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class PointForm(forms.Form):
    """A point put on the agenda by hand, for one of the two departments."""

    department = DepartmentField(label=pgettext_lazy("a point of an agenda", "For"))
    text = forms.CharField(
        label=_("What do you want to talk about?"),
        max_length=300,
        error_messages={"required": _("Write what you want to talk about.")},
    )

    def __init__(self, *args: Any, departments: Iterable[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, DepartmentField)
        field.offer(departments)
        self.fields["text"].widget.attrs["autocomplete"] = "off"


class DialogueNeedForm(WhatForm):
    """A need written down in a dialogue: which of the two needs it, and who of the other takes care of it."""

    customer = DepartmentField(label=_("Who needs it? (customer)"))
    owner = OwnerField(
        label=_("Who takes care of it?"),
        required=False,
        help_text=_("Somebody of the supplier: then it counts as acknowledged."),
    )
    field_order = ["customer", "flow", "what", "quantity", "wanted_on", "owner", "key"]

    def __init__(self, *args: Any, dialogue: Dialogue, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dialogue = dialogue
        customer, owner = self.fields["customer"], self.fields["owner"]
        assert isinstance(customer, DepartmentField)
        assert isinstance(owner, OwnerField)
        customer.offer([dialogue.host, dialogue.guest])
        owner.offer(people)

    @property
    def supplier(self) -> Department:
        """The other of the two; of a valid form."""
        customer: Department = self.cleaned_data["customer"]
        return self._dialogue.guest if customer.pk == self._dialogue.host_id else self._dialogue.host
