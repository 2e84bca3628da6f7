"""Forms of rating and of interactions. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.forms import KeyMixin
from dealership.models import Dealership
from dealership.wall_clock import NoSuchTimeError, TwiceError, moment_at
from supplychain.models import Link
from surveys.disclosure import Shown, read_back
from surveys.models import Rating
from surveys.reasons import REASONS
from surveys.scoring import SCORES, outcome

#: Nothing was recorded before; earlier years are slips of the keyboard.
EARLIEST = datetime.datetime(2000, 1, 1)


class WallClockField(forms.Field):
    """A date and time as a clock on the wall shows it, without a zone. Cleans to a naive datetime, or None."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("Enter a date and a time.")}

    def to_python(self, value: Any) -> datetime.datetime | None:
        """Read what a datetime-local field sends."""
        if value in self.empty_values:
            return None
        try:
            wall = parse_datetime(str(value).strip())
        except ValueError:
            wall = None
        if wall is None or timezone.is_aware(wall):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return wall


class MomentForm(forms.Form):
    """When something took place, in the store's zone; empty means now. Cleans `moment`, aware, or None for now."""

    occurred_at = WallClockField(label=_("When"), required=False)
    turn = forms.TypedChoiceField(
        label=_("The clocks were put back that night, and this time came twice. Which one?"),
        choices=[("0", _("the first, before the clocks were put back")), ("1", _("the second, after"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, store: Dealership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store = store
        #: Whether the page has to ask which of two equal clock times is meant.
        self.asks_turn = False
        now = timezone.now().astimezone(store.zone).replace(tzinfo=None)
        field = self.fields["occurred_at"]
        field.initial = now.replace(second=0, microsecond=0)
        field.help_text = _("Time in the store's zone, %(zone)s.") % {"zone": store.time_zone}
        # The whole of today, so that a page left open for a while does not refuse the present.
        field.widget.attrs["max"] = f"{now:%Y-%m-%d}T23:59"
        field.widget.attrs["min"] = f"{EARLIEST:%Y-%m-%d}T00:00"

    def clean(self) -> dict[str, Any]:
        """Work out the moment; refuse one that lies ahead, or that was on no clock or on the clock twice."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["moment"] = None
        wall = cleaned.get("occurred_at")
        if wall is None:
            return cleaned
        now = timezone.now()
        if wall < EARLIEST:
            self.add_error("occurred_at", _("This lies too far back."))
        elif wall > now.astimezone(self.store.zone).replace(tzinfo=None) + datetime.timedelta(days=1):
            self.add_error("occurred_at", _("This lies in the future."))
        else:
            self._find_moment(wall, now)
        return cleaned

    def _find_moment(self, wall: datetime.datetime, now: datetime.datetime) -> None:
        try:
            moment = moment_at(wall, self.store.zone, turn=self.cleaned_data.get("turn"))
        except NoSuchTimeError:
            self.add_error(
                "occurred_at",
                _("The clocks were put forward that night, and this time was skipped. Choose one before or after."),
            )
            return
        except TwiceError:
            self.asks_turn = True
            self.add_error("occurred_at", _("This time came twice that night. Say below which one you mean."))
            return
        if moment > now:
            self.add_error("occurred_at", _("This lies in the future."))
        self.cleaned_data["moment"] = moment


class NoteMixin(forms.Form):
    """A word on what an interaction was about."""

    note = forms.CharField(
        label=_("What was it about?"),
        required=False,
        max_length=300,
        help_text=_("Optional: a document, a car, a name."),
    )


class ScoreForm(forms.Form):
    """One tap: a score on the link's scale. No score is preselected. `shown`: what the page said of who learns it."""

    score = forms.TypedChoiceField(coerce=int, label=_("How was it?"))
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, link: Link, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link
        field = self.fields["score"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(score, str(score)) for score in SCORES[link.scale]]
        field.error_messages = {
            "required": _("Choose a face."),
            "invalid_choice": _("This score is not on the link's scale."),
        }

    def clean_shown(self) -> Shown | None:
        """Return what the page promised; None where it says nothing that can be trusted."""
        return read_back(self.cleaned_data["shown"])

    @property
    def scores(self) -> list[tuple[int, str]]:
        """The scores as they are offered, each with its tone: good before not good; five points from poor to good."""
        tones = {"good": "good", "neutral": "neutral", "not_good": "bad"}
        threshold = self.link.dealership.not_good_threshold
        scores = sorted(SCORES[self.link.scale], reverse=self.link.scale == "binary")
        return [(score, tones[outcome(self.link.scale, score, threshold=threshold)]) for score in scores]


class ReasonsMixin(forms.Form):
    """Why something was not good: the flow's own reasons (R4-R6), or words."""

    reasons = forms.MultipleChoiceField(
        label=_("What was not good?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    comment = forms.CharField(
        label=_("In your words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def offer_reasons(self, link: Link) -> None:
        """Offer the reasons of the link's flow."""
        field = self.fields["reasons"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(REASONS[link.flow].items())
        field.error_messages = {"invalid_choice": _("“%(value)s” is no reason in this flow.")}


class ReasonsForm(ReasonsMixin):
    """The reason given after a tap on "not good": at least one, or a comment."""

    def __init__(self, *args: Any, link: Link, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_reasons(link)

    def clean(self) -> dict[str, Any]:
        """Refuse an empty answer."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["reasons"] and not cleaned["comment"]:
            raise ValidationError(_("Choose a reason or write one."), code="empty")
        return cleaned


class RatingForm(ReasonsMixin, ScoreForm):
    """A whole rating: score, reasons, comment."""

    def __init__(self, *args: Any, link: Link, **kwargs: Any) -> None:
        super().__init__(*args, link=link, **kwargs)
        self.offer_reasons(link)

    @classmethod
    def initial_of(cls, rating: Rating) -> dict[str, Any]:
        """Return what the form shows for a rating that exists."""
        return {"score": rating.score, "reasons": rating.reasons, "comment": rating.comment}

    def clean(self) -> dict[str, Any]:
        """Drop reasons for "not good" from a rating that is not: the page has put them out of sight."""
        cleaned = super().clean() or self.cleaned_data
        threshold = self.link.dealership.not_good_threshold
        if "score" in cleaned and outcome(self.link.scale, cleaned["score"], threshold=threshold) != "not_good":
            cleaned["reasons"] = []
        return cleaned


class RateLinkForm(MomentForm, NoteMixin, KeyMixin, RatingForm):
    """Rating something nobody logged. The one tap of the home page sends score and key only."""

    field_order = ["score", "occurred_at", "turn", "note", "reasons", "comment", "key"]


class InteractionForm(MomentForm, NoteMixin, KeyMixin):
    """An interaction somebody logs, on a link of their own departments, for the customer to rate."""

    link = forms.ModelChoiceField(label=_("What"), queryset=Link.objects.none(), empty_label=_("Choose…"))
    requester = forms.TypedChoiceField(
        label=_("Who on the customer's side asked for it?"), coerce=int, empty_value=None, required=False
    )
    field_order = ["link", "occurred_at", "turn", "requester", "note", "key"]

    def __init__(
        self,
        *args: Any,
        links: Any,
        link_choices: list[tuple[Any, Any]],
        people: dict[int, set[int]],
        people_choices: list[tuple[Any, Any]],
        **kwargs: Any,
    ) -> None:
        """`links`: those offered; `people`: {person id: ids of departments they speak for}; choices: grouped."""
        super().__init__(*args, **kwargs)
        self.people = people
        link = self.fields["link"]
        assert isinstance(link, forms.ModelChoiceField)
        link.queryset = links
        link.choices = [("", link.empty_label), *link_choices]
        link.error_messages["invalid_choice"] = _("Choose one of the links on offer.")
        requester = self.fields["requester"]
        assert isinstance(requester, forms.TypedChoiceField)
        requester.choices = [("", pgettext_lazy("person", "nobody in particular")), *people_choices]
        requester.error_messages["invalid_choice"] = _("Choose one of the people on offer.")

    def clean(self) -> dict[str, Any]:
        """Refuse a requester who is not of the customer."""
        cleaned = super().clean()
        link, requester = cleaned.get("link"), cleaned.get("requester")
        if link is not None and requester is not None and link.customer_id not in self.people[requester]:
            self.add_error("requester", _("This person is not of the customer, %(name)s.") % {"name": link.customer})
        return cleaned


class InteractionFilterForm(forms.Form):
    """What the list of interactions shows."""

    side = forms.ChoiceField(
        label=_("Side"),
        required=False,
        choices=[("", _("Both sides")), ("customer", _("We were served")), ("supplier", _("We served"))],
        widget=forms.HiddenInput,
    )
    link = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    flow = forms.ChoiceField(label=_("Flow"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    department = forms.TypedChoiceField(label=_("Other department"), coerce=int, empty_value=None, required=False)
    first = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self,
        *args: Any,
        flows: list[tuple[str, Any]],
        states: list[tuple[str, Any]],
        departments: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        every: tuple[Any, Any] = ("", pgettext_lazy("filter", "All"))
        offered: dict[str, list[Any]] = {"flow": flows, "state": states, "department": departments}
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [every, *choices]

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it starts."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned

    @property
    def narrows(self) -> bool:
        """Whether any field but the side narrows the list (the page then shows the fields opened)."""
        return bool(self.errors) or any(
            self.cleaned_data.get(name) for name in ("flow", "state", "department", "first", "last")
        )
