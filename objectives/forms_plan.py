"""Forms of the company plan. They check what was typed; rights and states are checked by the actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dealership.forms import SENT_WRONG
from dealership.models import Department
from objectives.models import Board, CompanyGoal, PlanEntry
from objectives.plan_text import stamp_of_entry, stamp_of_goal

LARGEST = 2**31 - 1  # a database's integer

_WHOLE_NUMBER = dict.fromkeys(("required", "invalid", "min_value", "max_value"), SENT_WRONG)
OFFERED = {"invalid_choice": _("Choose among the departments on offer."), "required": _("Choose a department.")}


class Words(forms.CharField):
    """Words of some lines; a browser's line ends become the usual ones."""

    def __init__(self, *, rows: int = 3, max_length: int = 500, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the words."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class EntryForm(forms.Form):
    """A contribution to a board: by which department, expected of whom (on the board of expectations), the words.

    `departments`: for which the person contributes; with only one, it is not asked. `others`: of whom something can be
    expected. `entry`: the contribution to change, whose board and department stay.
    """

    department = forms.TypedChoiceField(label=_("Contributed by"), coerce=int, error_messages=OFFERED)
    towards = forms.TypedChoiceField(
        label=_("Expected of"), coerce=int, required=False, empty_value=None, error_messages=OFFERED
    )
    text = Words(label=_("In your words"), error_messages={"required": _("Write it in a sentence or two.")})

    use_required_attribute = False  # several of them stand folded up on one page

    def __init__(
        self,
        data: Any = None,
        *,
        board: str,
        departments: Sequence[Department],
        others: Sequence[Department],
        entry: PlanEntry | None = None,
    ) -> None:
        initial: dict[str, Any] = {}
        if entry is not None:
            initial = {"text": entry.text, "towards": entry.towards_id}
        super().__init__(data, initial=initial, auto_id=f"{board}-%s")
        self.board = board
        self.seen = stamp_of_entry(entry) if entry is not None else ""
        self._by_id = {department.pk: department for department in (*departments, *others)}
        if entry is not None:
            del self.fields["department"]
        elif len(departments) == 1:
            self.fields["department"].widget = forms.HiddenInput()
            self.initial["department"] = departments[0].pk
        if "department" in self.fields:
            self._offer("department", [(department.pk, department.label) for department in departments])
        if board == Board.EXPECTATION:
            towards: list[tuple[Any, Any]] = [("", _("the company"))]
            self._offer("towards", towards + [(department.pk, department.label) for department in others])
        else:
            del self.fields["towards"]

    def _offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices

    def clean_department(self) -> Department:
        """Return the department."""
        return self._by_id[self.cleaned_data["department"]]

    def clean_towards(self) -> Department | None:
        """Return of which department it is expected; None: of the company."""
        towards = self.cleaned_data["towards"]
        return None if towards is None else self._by_id[towards]


class GoalForm(forms.Form):
    """A company goal; its measures are lines of their own (forms_measures.py)."""

    title = forms.CharField(label=_("Goal"), max_length=200, error_messages={"required": _("Write the goal.")})
    why = Words(label=_("Why"), required=False, help_text=_("What it answers: a weakness, an opportunity, a threat."))

    def __init__(self, data: Any = None, *, goal: CompanyGoal | None = None) -> None:
        super().__init__(data, initial={"title": goal.title, "why": goal.why} if goal is not None else {})
        self.seen = stamp_of_goal(goal) if goal is not None else ""
        self.fields["title"].widget.attrs["autocomplete"] = "off"


class SeenForm(forms.Form):
    """The mark of the text that a person saw when they changed or removed it."""

    seen = forms.CharField(max_length=16, error_messages={"required": SENT_WRONG, "max_length": SENT_WRONG})


class VersionForm(forms.Form):
    """The version of the plan that a person saw."""

    version = forms.IntegerField(
        min_value=1,
        max_value=LARGEST,
        error_messages=_WHOLE_NUMBER,
    )


class RevisionForm(forms.Form):
    """The revision of the text that a person signs."""

    revision = forms.IntegerField(
        min_value=1,
        max_value=LARGEST,
        error_messages=_WHOLE_NUMBER,
    )


class ReopenForm(VersionForm):
    """Why an adopted plan is opened for a new edition."""

    reason = Words(label=_("Why is it opened again?"), error_messages={"required": _("Say why it is opened again.")})


class YearForm(forms.Form):
    """The fiscal year of a plan to begin."""

    year = forms.IntegerField(
        min_value=1,
        max_value=9999,
        error_messages=_WHOLE_NUMBER,
    )


class GoalMoveForm(forms.Form):
    """Which way a goal is moved, and where it stood when the person saw it."""

    place = forms.IntegerField(
        min_value=0,
        max_value=LARGEST,
        error_messages=_WHOLE_NUMBER,
    )
    to = forms.ChoiceField(
        choices=[("up", "up"), ("down", "down")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), SENT_WRONG),
    )
