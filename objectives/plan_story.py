"""The history of a company plan in words, line by line."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership.models import User
from objectives.models import Event, EventKind
from objectives.plan_changes import where_words
from objectives.plan_text import label_of

#: What each change of the text was; the place it was made in follows.
CHANGES = {
    "entry_add": gettext_lazy("wrote: %(where)s"),
    "entry_change": gettext_lazy("rewrote: %(where)s"),
    "entry_remove": gettext_lazy("removed: %(where)s"),
    "goal_add": gettext_lazy("set a company goal"),
    "goal_change": gettext_lazy("rewrote a company goal"),
    "goal_move": gettext_lazy("moved a company goal"),
    "goal_give_up": gettext_lazy("gave a company goal up"),
    "goal_take_up": gettext_lazy("took a company goal up again"),
}
#: A change of which nothing more was kept.
UNSAID = gettext_lazy("changed the text")


@dataclass(frozen=True)
class StoryLine:
    """A line of a plan's history: when, who, what; `text` is what they wrote, `before` what it replaced."""

    at: datetime.datetime
    person: User | None
    what: str
    text: str
    before: str


def line_of_event(event: Event) -> StoryLine:
    """Return an event of a plan as a line in the reader's language."""
    return StoryLine(event.at, event.person, _what(event), event.text, event.data.get("before", ""))


def _what(event: Event) -> str:
    if event.kind == EventKind.CHANGE:
        return str(CHANGES.get(event.data.get("what", ""), UNSAID)) % {"where": where_words(event)}
    if event.kind == EventKind.SIGN and event.data.get("departments"):
        departments = [label_of(names) for names in event.data["departments"]]
        return _("signed for %(departments)s") % {"departments": _(", ").join(departments)}
    if event.kind == EventKind.ADOPT and "edition" in event.data:
        return _("adopted as edition %(number)s") % {"number": event.data["edition"]}
    return str(EventKind(event.kind).label)
