"""Forms of objectives. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.forms import KeyMixin
from dealership.models import Department, User
from objectives.forms_needs import VersionForm
from objectives.measure_lines import LATEST
from objectives.models import CompanyGoal, Objective, ObjectiveState, Source

#: Names of the choices of `due`.
SOON, OVERDUE = "soon", "overdue"


class ObjectiveForm(KeyMixin):
    """An objective of one department. Its criteria are lines of their own (forms_measures.py).

    Where it came from is one choice: a customer by name, the superior, or an own idea; a customer named there is one of
    its customers, ticked or not.
    """

    title = forms.CharField(
        label=_("Objective"),
        max_length=200,
        help_text=_("In one sentence, as you would say it to the customer."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    customers = forms.MultipleChoiceField(
        label=_("For which internal customers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them signs."),
        error_messages={"invalid_choice": _("Choose among the departments on offer.")},
    )
    origin = forms.ChoiceField(
        label=_("Where it came from"), error_messages={"invalid_choice": _("Choose among those on offer.")}
    )
    goal = forms.ChoiceField(
        label=_("Serves the company goal (optional)"),
        required=False,
        error_messages={"invalid_choice": _("Choose a goal of the company plan.")},
    )
    owner_person = forms.ChoiceField(
        label=_("Taken care of by (optional)"),
        required=False,
        error_messages={"invalid_choice": _("Choose among the people on offer.")},
    )
    starts_on = forms.DateField(
        label=_("Work starts on (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: as soon as all sides have signed."),
    )
    description = forms.CharField(
        label=_("Anything else worth knowing (optional)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        departments: Sequence[Department],
        people: Iterable[User],
        goals: Iterable[CompanyGoal],
        today: datetime.date,
        **kwargs: Any,
    ) -> None:
        """`departments`: those that can be customers; `people`: those who can take care of it."""
        super().__init__(*args, **kwargs)
        self._today = today
        self._departments = {str(department.pk): department for department in departments}
        self._people = {str(person.pk): person for person in people}
        self._goals = {str(goal.pk): goal for goal in goals}
        named = [(key, department.label) for key, department in self._departments.items()]
        customers = [(f"{Source.CUSTOMER}:{key}", label) for key, label in named]
        others = [(str(source), capfirst(str(source.label))) for source in (Source.SUPERIOR, Source.OWN)]
        nobody = ("", pgettext_lazy("nobody in particular", "Nobody in particular"))
        self._offer("customers", named)
        self._offer("origin", [("", _("Choose…")), (_("An internal customer"), customers), (_("Others"), others)])
        self._offer("goal", [("", _("None")), *((key, goal.title) for key, goal in self._goals.items())])
        self._offer("owner_person", [nobody, *((key, str(person)) for key, person in self._people.items())])
        if not self._goals:
            del self.fields["goal"]
        self.fields["starts_on"].widget.attrs |= {"max": f"{today + LATEST:%Y-%m-%d}"}

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_starts_on(self) -> datetime.date | None:
        """Refuse a day years ahead."""
        day: datetime.date | None = self.cleaned_data["starts_on"]
        if day is not None and day > self._today + LATEST:
            raise forms.ValidationError(_("This day lies too far ahead."), code="too_far")
        return day

    def clean(self) -> dict[str, Any]:
        """Take the department it came from as a customer; refuse an objective for nobody."""
        cleaned = super().clean() or self.cleaned_data
        source = self.source_department
        if not cleaned.get("customers") and source is None and "customers" not in self.errors:
            self.add_error(
                "customers", forms.ValidationError(_("Name the internal customer it is for."), code="required")
            )
        return cleaned

    @property
    def source_department(self) -> Department | None:
        """The customer it came from, if it came from one."""
        source, _colon, key = str(self.cleaned_data.get("origin", "")).partition(":")
        return self._departments.get(key) if source == Source.CUSTOMER else None

    @property
    def said(self) -> dict[str, Any]:
        """What a valid form says, as draft_objective and edit_draft take it; without the criteria."""
        cleaned, source = self.cleaned_data, self.source_department
        customers = [self._departments[key] for key in cleaned["customers"]]
        if source is not None and source not in customers:
            customers.append(source)
        return {
            "title": cleaned["title"],
            "description": cleaned["description"],
            "customers": customers,
            "source": cleaned["origin"].partition(":")[0],
            "source_department": source,
            "goal": self._goals.get(cleaned.get("goal", "")),
            "owner_person": self._people.get(cleaned["owner_person"]),
            "starts_on": cleaned["starts_on"],
        }


def typed(objective: Objective) -> dict[str, Any]:
    """Return an objective as one would type it."""
    source = objective.source
    if objective.source_department_id is not None:
        source = f"{Source.CUSTOMER}:{objective.source_department_id}"
    return {
        "title": objective.title,
        "description": objective.description,
        "customers": [str(customer.department_id) for customer in objective.customers.all()],
        "origin": source,
        "goal": str(objective.goal_id or ""),
        "owner_person": str(objective.owner_person_id or ""),
        "starts_on": objective.starts_on,
    }


class WordsForm(VersionForm):
    """An act with words; whether they are required is up to the act."""

    text = forms.CharField(required=False, max_length=500)


class CommentForm(forms.Form):
    """Words that change nothing, and so need no version."""

    text = forms.CharField(required=False, max_length=500)


class SignForm(VersionForm):
    """A signature; `department`: for which side, where the person may sign for several."""

    department = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, sides: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sides = {str(side.pk): side for side in sides}
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *((key, side.label) for key, side in self._sides.items())]

    @property
    def side(self) -> Department | None:
        """The side chosen; None leaves it to the action."""
        return self._sides.get(self.cleaned_data["department"])


class ChangeTermsForm(VersionForm):
    """Why criteria are to change; the criteria are lines of their own."""

    reason = forms.CharField(
        label=_("Why they are to change"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the criteria are to change.")},
    )


class BoardForm(forms.Form):
    """What the list of objectives shows."""

    department = forms.ChoiceField(label=_("Department"), required=False)
    other = forms.ChoiceField(label=_("With"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    source = forms.ChoiceField(label=_("Where from"), required=False)
    due = forms.ChoiceField(label=_("Due"), required=False)
    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int, empty_value=None, required=False)

    def __init__(
        self, *args: Any, departments: Sequence[Department], every_department: bool, years: Sequence[int], **kwargs: Any
    ) -> None:
        """`every_department`: whether none in particular can be chosen."""
        super().__init__(*args, **kwargs)
        every: tuple[Any, Any] = ("", pgettext_lazy("filter", "All"))
        named = [(department.code, department.label) for department in departments]
        whole: list[Any] = [("all", _("Whole store"))] if every_department else []
        offered: dict[str, list[Any]] = {
            "department": [*whole, *named],
            "other": [("", _("any department")), *named],
            "state": [every, *((value, capfirst(str(words))) for value, words in ObjectiveState.choices)],
            "source": [every, *((value, capfirst(str(words))) for value, words in Source.choices)],
            "due": [every, (SOON, _("within 30 days")), (OVERDUE, _("overdue"))],
            "year": [every, *((year, year) for year in years)],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def narrows(self) -> bool:
        """Whether any field but the department narrows the list (the page then shows the fields opened)."""
        names = ("other", "state", "source", "due", "year")
        return bool(self.errors) or any(self.cleaned_data.get(name) for name in names)
