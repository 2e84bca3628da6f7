"""How the text of a company plan changes: its row held, a new revision, its event, and word to who had signed (R23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.models import Department, User
from dealership.notices import send_notices
from objectives.acts_plan import CHANGEABLE, RULES, Act, name_of, parts_of
from objectives.guard import touch
from objectives.models import Board, CompanyPlan, Event, EventKind, PlanSignature, PlanState
from objectives.plan_text import label_of, names_of
from objectives.signing import Signers

#: How many changes the words for who was late name.
MOST_NAMED = 3
LONGEST_EVENT = 500


def url_of(plan: CompanyPlan) -> str:
    """Return the address of a plan's page."""
    return reverse("plan_detail", args=[plan.pk])


def allow(acting_user: User, plan: CompanyPlan, act: Act) -> None:
    """Raise PermissionDenied unless an act on a plan is the person's, whichever state the plan is in."""
    access = access_of(acting_user)
    if access.user.dealership_id != plan.dealership_id or not parts_of(access).intersection(RULES[act].parts):
        raise PermissionDenied


def held(plan: CompanyPlan) -> CompanyPlan:
    """Return the plan as it stands; its row is this transaction's until it ends, so that nothing moves meanwhile.

    What people add side by side waits for its turn and is kept; a signature knows which text it is under.
    """
    rows = CompanyPlan.objects.select_for_update(of=("self",)).select_related("dealership")
    found: CompanyPlan = rows.get(pk=plan.pk)
    return found


def to_change(plan: CompanyPlan) -> CompanyPlan:
    """Return the plan held, to change its text. Raises ValidationError (code `not_now`) once it is adopted."""
    now = held(plan)
    if now.state not in CHANGEABLE:
        raise ValidationError(
            _("The plan is adopted, and stays as it was signed. The general manager can open it for a new edition."),
            code="not_now",
        )
    return now


def changed(plan: CompanyPlan, acting_user: User, what: str, *, text: str, data: dict[str, Any] | None = None) -> None:
    """Make a new revision of a plan that is held by `to_change`, with its event; who had signed is asked again.

    `what`: which change, such as "entry_add" (objectives/plan_story.py has the words); `text`: what it was about.
    """
    signed = PlanSignature.objects.filter(plan=plan, revision=plan.revision).select_related("person")
    people = [signature.person for signature in signed] if plan.state == PlanState.SIGNING else []
    revision = plan.revision + 1
    touch(
        plan,
        EventKind.CHANGE,
        acting_user,
        before=CHANGEABLE,
        text=text[:LONGEST_EVENT],
        data={**(data or {}), "what": what, "revision": revision},
        revision=revision,
    )
    words = gettext_noop(
        "%(person)s changed the company plan %(year)s after you had signed it. Please read it again, then sign."
    )
    send_notices(
        to=people, words=words, url=url_of(plan), acting_user=acting_user, person=acting_user, year=name_of(plan)
    )


def place_of(board: str, department: Department, towards: Department | None) -> dict[str, Any]:
    """Return what an event keeps about where a contribution stands."""
    return {"board": board, "department": names_of(department), "towards": names_of(towards)}


def what_changed(plan: CompanyPlan, since: int = 0, *, of_goal: int | None = None) -> str:
    """Return in words who changed what after a revision, the latest first; empty if nobody did.

    `of_goal`: key of the goal whose last change alone is asked for.
    """
    events = Event.objects.filter(plan=plan, kind__in=(EventKind.CHANGE, EventKind.REOPEN)).select_related("person")
    later = [event for event in events.order_by("-version") if event.data.get("revision", 0) > since]
    if of_goal is not None:
        later = [event for event in later if event.data.get("goal") == of_goal][:1]
    named = [
        _("%(person)s, %(when)s: %(what)s")
        % {
            "person": event.person,
            "when": date_format(event.at.astimezone(plan.dealership.zone), "DATETIME_FORMAT"),
            "what": where_words(event),
        }
        for event in later[:MOST_NAMED]
    ]
    more = len(later) - len(named)
    if more:
        named.append(_("and %(more)d more") % {"more": more})
    return _("; ").join(named)


def where_words(event: Event) -> str:
    """Return where in the plan a change was made: the board and whose, or the goal."""
    board = event.data.get("board")
    if board:
        values = {"board": Board(board).label, "department": label_of(event.data.get("department"))}
        return _("%(board)s (%(department)s)") % values
    if event.kind == EventKind.REOPEN:
        return _("opened for a new edition")
    return _("company goal “%(goal)s”") % {"goal": event.text}


def leaders(signers: Signers) -> Sequence[User]:
    """Return who leads the store's active departments."""
    departments = [department for department in signers.tree.departments if department.is_active]
    return [person for department in departments for person in signers.of(department.pk)]
