"""Forms of requests. They check what was typed; rights, states and days are checked by the actions."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.forms import KeyMixin
from supplychain.models import EscalationOutcome, Flow, Link

LARGEST_VERSION = 2**31 - 1
LARGEST_QUANTITY = 999_999
#: Keys of querysets_requests.STAGES.
STATE_CHOICES = [
    ("asked", _("Asked")),
    ("accepted", _("Accepted")),
    ("to_rate", _("Done, waits for its rating")),
    ("rated", _("Done and rated")),
    ("unrated", _("Done, not rated in time")),
    ("declined", _("Declined")),
    ("withdrawn", _("Taken back")),
    ("expired", _("Expired without an answer")),
]


def day_field(**kwargs: Any) -> forms.DateField:
    """Return a field for a local day, with the browser's own calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def link_field() -> forms.ModelChoiceField:
    """Return a field for one of the links on offer; `offer` fills it."""
    return forms.ModelChoiceField(
        label=_("What do you need, and from whom?"),
        queryset=Link.objects.none(),
        empty_label=_("Choose…"),
        error_messages={"invalid_choice": _("Choose one of the links on offer.")},
    )


def time_field() -> forms.TimeField:
    """Return a field for a time of day that may stay empty."""
    return forms.TimeField(
        label=_("At what time (optional)"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class WishForm(forms.Form):
    """Over which link and for when: as much of it as is chosen so far, to say what is agreed about it (R11)."""

    link = link_field()
    wanted_on = day_field(required=False)
    wanted_time = time_field()
    #: The day that was last put there for the person; a day they typed themselves stays when they change the link.
    suggested = day_field(required=False)

    def __init__(self, *args: Any, links: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["link"], links)


class AskForm(KeyMixin):
    """A new request."""

    link = link_field()
    what = forms.CharField(
        label=_("What exactly?"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    quantity = forms.IntegerField(
        label=_("How many (optional)"), required=False, min_value=1, max_value=LARGEST_QUANTITY
    )
    wanted_on = day_field(label=_("Wanted on"))
    wanted_time = time_field()
    field_order = ["link", "what", "quantity", "wanted_on", "wanted_time", "key"]

    def __init__(self, *args: Any, links: Any, choices: list[Any], today: datetime.date, **kwargs: Any) -> None:
        """`links`: those on offer; `choices`: the same, grouped by who serves."""
        super().__init__(*args, **kwargs)
        link = self.fields["link"]
        offer(link, links)
        assert isinstance(link, forms.ModelChoiceField)
        link.choices = [("", link.empty_label), *choices]
        self.fields["quantity"].widget.attrs["inputmode"] = "numeric"
        self.fields["wanted_on"].widget.attrs["min"] = today.isoformat()


def offer(field: forms.Field, links: Any) -> None:
    """Let a link field choose among `links`."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = links


class ActForm(forms.Form):
    """What every act sends: the version the person saw, and words that may be left out."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput)
    text = forms.CharField(required=False, max_length=500)


class AcceptForm(ActForm):
    """The promise."""

    promised_on = day_field()


class PromiseForm(ActForm):
    """A later word on when."""

    expected_on = day_field()


class DecideForm(ActForm):
    """The superior's decision."""

    outcome = forms.ChoiceField(choices=[(EscalationOutcome.ALLOWED, ""), (EscalationOutcome.REFUSED, "")])


class CommentForm(forms.Form):
    """Words that change nothing, and so need no version."""

    text = forms.CharField(required=False, max_length=500)


class RequestFilterForm(forms.Form):
    """What the list of requests shows."""

    side = forms.ChoiceField(
        label=_("Side"),
        required=False,
        choices=[("supplier", _("They ask us")), ("customer", _("We ask")), ("all", pgettext_lazy("filter", "All"))],
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    flow = forms.ChoiceField(label=_("Flow"), required=False)
    department = forms.TypedChoiceField(label=_("Other department"), coerce=int, empty_value=None, required=False)
    notice = forms.ChoiceField(
        label=_("Short notice"),
        required=False,
        choices=[
            ("", pgettext_lazy("filter", "All")),
            ("short", _("only at short notice")),
            ("other", _("without short notice")),
        ],
    )
    day = day_field(label=_("Day"), required=False)

    def __init__(self, *args: Any, departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every: tuple[Any, Any] = ("", pgettext_lazy("filter", "All"))
        flows = [(value, capfirst(str(words))) for value, words in Flow.choices]
        offered: dict[str, list[Any]] = {
            "state": [("", _("Still open")), ("any", pgettext_lazy("filter", "All")), *STATE_CHOICES],
            "flow": [every, *flows],
            "department": [every, *departments],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def narrows(self) -> bool:
        """Whether any field but the side narrows the list (the page then shows the fields opened)."""
        names = ("state", "flow", "department", "notice", "day")
        return bool(self.errors) or any(self.cleaned_data.get(name) for name in names)
