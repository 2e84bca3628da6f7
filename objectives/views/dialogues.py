"""Goal dialogues: their list, calling one, the page of one with its agenda, and what the two sides do (R25, R26)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.access import Access, access_of
from dealership.answers import Request, first_error
from dealership.models import Department, User
from objectives import actions_dialogues as actions
from objectives.actions_needs import raise_need
from objectives.acts_needs import open_acts, parts_in
from objectives.agenda import Half, agenda_of
from objectives.forms_dialogues import CallForm, DialogueNeedForm, MinutesForm, MoveForm, PointForm, SignForm
from objectives.forms_needs import VersionForm
from objectives.models import (
    Dialogue,
    DialoguePoint,
    DialogueSignature,
    DialogueState,
    Event,
    EventKind,
    Need,
    Objective,
    Rhythm,
)
from objectives.outcomes import TAKES_OUTCOMES, takes_part
from objectives.people import people_of
from objectives.signing import Signers

PER_PAGE = 25
#: Names of the list's tabs.
AHEAD, SIGN, PAST = "ahead", "sign", "past"


# --- The list ---------------------------------------------------------------------------------------


@require_safe
def dialogue_list(request: Request) -> HttpResponse:
    """Dialogues one may read: those planned, those that wait for signatures, and those that are over."""
    access = access_of(request.user)
    readable = Dialogue.objects.readable_by(access)
    rows = {
        AHEAD: readable.filter(state=DialogueState.PLANNED).order_by("planned_on", "pk"),
        SIGN: readable.filter(state=DialogueState.HELD).order_by("held_on", "pk"),
        PAST: readable.filter(state__in=[DialogueState.SIGNED, DialogueState.CANCELLED]),
    }
    counts = {name: found.count() for name, found in rows.items()}
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in rows else AHEAD
    page = Paginator(rows[tab].with_names(), PER_PAGE).get_page(request.GET.get("page"))
    words = {
        AHEAD: pgettext("dialogues", "Ahead"),
        SIGN: pgettext("dialogues", "Wait for signatures"),
        PAST: pgettext("dialogues", "Over"),
    }
    today = request.user.dealership.today() if request.user.dealership is not None else None
    context = {
        "tab": tab,
        "tabs": [
            {"url": f"?tab={name}", "words": label, "count": counts[name], "current": name == tab}
            for name, label in words.items()
        ],
        "page_obj": page,
        "dialogues": page.object_list,
        "today": today,
        "may_call": bool(access.led),
    }
    return render(request, "objectives/dialogue_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dialogue_create(request: Request) -> HttpResponse:
    """Call two departments together; ?guest= names the other."""
    access = access_of(request.user)
    hosts = [department for department in access.departments(access.led) if department.is_active]
    if not hosts or request.user.dealership is None:
        raise PermissionDenied
    main = access.main_department
    if main is not None:
        hosts.sort(key=lambda department: department.pk != main.pk)
    guests = [department for department in access.tree.departments if department.is_active]
    choices: dict[str, Any] = {"hosts": hosts, "guests": guests, "today": request.user.dealership.today()}
    if request.method == "POST":
        form = CallForm(request.POST, **choices)
        if form.is_valid():
            try:
                dialogue = actions.call_dialogue(acting_user=request.user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Planned: both sides' leaders are told."))
                return redirect("dialogue_detail", pk=dialogue.pk)
    else:
        form = CallForm(initial={"host": str(hosts[0].pk), "guest": request.GET.get("guest", "")[:20]}, **choices)
    status = 422 if request.method == "POST" else 200
    return render(request, "objectives/dialogue_create.html", {"form": form}, status=status)


# --- The page of a dialogue -------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Signing:
    """One of the two departments and its signature under the present minutes."""

    department: Department
    signature: DialogueSignature | None
    waits_for: list[User]


@dataclasses.dataclass(frozen=True)
class WrittenNeed:
    """A need that was written down in the dialogue. `may_become`: whether the reader may make it an objective now."""

    need: Need
    may_become: bool


@dataclasses.dataclass
class DialoguePage:
    """What the page of a dialogue shows, and what the reader may do on it."""

    dialogue: Dialogue
    halves: list[Half]
    needs: list[WrittenNeed]
    objectives: list[Objective]
    signings: list[Signing]
    events: list[Event]
    arranges: bool
    takes_part: bool
    may_sign: bool
    has_passed: bool
    forms: dict[str, Form]
    #: The departments the reader leads.
    led: set[int]
    error: str = ""

    @property
    def is_planned(self) -> bool:
        """Whether it is still to be held."""
        return self.dialogue.state == DialogueState.PLANNED

    @property
    def takes_outcomes(self) -> bool:
        """Whether the reader may write down needs now."""
        return self.takes_part and self.dialogue.state in TAKES_OUTCOMES

    @property
    def may_write(self) -> bool:
        """Whether the reader may write minutes now."""
        return self.arranges and self.dialogue.state in TAKES_OUTCOMES

    @property
    def has_rhythm(self) -> bool:
        """Whether further dialogues are planned by themselves."""
        return self.dialogue.series.rhythm != Rhythm.ONCE and self.dialogue.series.ended_at is None


def _dialogue(request: Request, pk: int) -> Dialogue:
    """Return a dialogue the person may read: 404 in another store, else PermissionDenied."""
    dialogue: Dialogue = get_object_or_404(Dialogue.objects.visible_to(request.user).with_names(), pk=pk)
    if not Dialogue.objects.readable_by(access_of(request.user)).filter(pk=pk).exists():
        raise PermissionDenied
    return dialogue


@require_safe
def dialogue_detail(request: Request, pk: int) -> HttpResponse:
    """One dialogue: its agenda, minutes, what came out of it, and who signed."""
    return _page(request, _dialogue(request, pk))


def _page(
    request: Request, dialogue: Dialogue, *, form: Form | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    access, today = access_of(request.user), dialogue.dealership.today()
    signers = Signers(dialogue.dealership, today)
    found = DialogueSignature.objects.filter(dialogue=dialogue, revision=dialogue.revision).select_related("person")
    signed = {signature.department_id: signature for signature in found}
    keys = {department: signature.person_id for department, signature in signed.items()}
    is_held = dialogue.state == DialogueState.HELD
    parts = takes_part(access, dialogue)
    page = DialoguePage(
        dialogue=dialogue,
        halves=agenda_of(dialogue, access, today),
        needs=_written_needs(dialogue, access, signers),
        objectives=list(Objective.objects.readable_by(access).filter(dialogue=dialogue).with_names().order_by("pk")),
        signings=[_signing(place, other, signed, signers) for place, other in _both_ways(dialogue)],
        events=list(Event.objects.filter(dialogue=dialogue).select_related("person")),
        arranges=actions.arranges(access, dialogue),
        takes_part=parts,
        may_sign=is_held and actions.signs_for(signers, request.user, dialogue, keys) is not None,
        has_passed=dialogue.planned_on < today,
        forms={},
        led=access.led,
        error=error,
    )
    page.forms = _forms(page, access, signers)
    if form is not None:
        page.forms[NAMES[type(form)]] = form
    return render(request, "objectives/dialogue_detail.html", {"dialogue": dialogue, "page": page}, status=status)


def _written_needs(dialogue: Dialogue, access: Access, signers: Signers) -> list[WrittenNeed]:
    is_open = dialogue.state in TAKES_OUTCOMES
    return [
        WrittenNeed(need, is_open and EventKind.BECOME in open_acts(need.state, parts_in(access, need, signers)))
        for need in Need.objects.filter(dialogue=dialogue).with_names().order_by("pk")
    ]


def _both_ways(dialogue: Dialogue) -> tuple[tuple[Department, Department], tuple[Department, Department]]:
    return (dialogue.host, dialogue.guest), (dialogue.guest, dialogue.host)


def _signing(place: Department, other: Department, signed: dict[int, DialogueSignature], signers: Signers) -> Signing:
    signature = signed.get(place.pk)
    if signature is not None:
        return Signing(place, signature, [])
    beside = signed.get(other.pk)
    return Signing(place, None, signers.of(place.pk, other_than=beside.person_id if beside else None))


#: The forms of the page, by what the template calls them.
NAMES: dict[type[Form], str] = {
    MoveForm: "move",
    MinutesForm: "minutes",
    PointForm: "point",
    DialogueNeedForm: "need",
    SignForm: "sign",
    VersionForm: "cancel",
}


def _forms(page: DialoguePage, access: Access, signers: Signers) -> dict[str, Form]:
    """Return the forms the reader may use now, empty or as things stand."""
    dialogue, today = page.dialogue, signers.on
    forms: dict[str, Form] = {}
    if page.arranges and page.is_planned:
        initial = {
            "planned_on": dialogue.planned_on,
            "at_time": dialogue.at_time,
            "place": dialogue.place,
            "version": dialogue.version,
        }
        forms["move"] = MoveForm(initial=initial, today=today, prefix="move")
    if page.may_write:
        held_on = dialogue.held_on or min(dialogue.planned_on, today)
        initial = {"held_on": held_on, "minutes": dialogue.minutes, "version": dialogue.version}
        forms["minutes"] = MinutesForm(initial=initial, today=today, prefix="minutes")
    if page.takes_part and page.is_planned:
        forms["point"] = PointForm(departments=_speaks_for(access, dialogue), prefix="point")
    if page.takes_outcomes:
        forms["need"] = _need_form(None, dialogue, signers)
    return forms


def _speaks_for(access: Access, dialogue: Dialogue) -> list[Department]:
    """Return those of the two departments the person acts for; the one they belong to first."""
    mine = [place for place in (dialogue.host, dialogue.guest) if place.pk in access.own | access.led]
    own = [place for place in mine if place.pk in access.own]
    return own or mine


def _need_form(data: Any, dialogue: Dialogue, signers: Signers) -> DialogueNeedForm:
    people = people_of([dialogue.host_id, dialogue.guest_id], signers)
    return DialogueNeedForm(data, dialogue=dialogue, people=people, today=signers.on, prefix="need")


# --- Acts -------------------------------------------------------------------------------------------


@require_POST
def dialogue_move(request: Request, pk: int) -> HttpResponse:
    """Move a planned dialogue to another day, time or place."""
    dialogue = _arranged(request, pk)
    form = MoveForm(request.POST, today=dialogue.dealership.today(), prefix="move")
    return _act(request, dialogue, form, actions.move_dialogue, _("Moved: both sides' leaders are told."))


@require_POST
def dialogue_cancel(request: Request, pk: int) -> HttpResponse:
    """Cancel one dialogue; its rhythm goes on."""
    dialogue = _arranged(request, pk)
    return _act(request, dialogue, VersionForm(request.POST), actions.cancel_dialogue, _("Cancelled."))


@require_POST
def dialogue_minutes(request: Request, pk: int) -> HttpResponse:
    """Write the minutes, or change them until both have signed."""
    dialogue = _arranged(request, pk)
    form = MinutesForm(request.POST, today=dialogue.dealership.today(), prefix="minutes")
    return _act(request, dialogue, form, actions.write_minutes, _("Saved: both sides sign it now."))


@require_POST
def dialogue_sign(request: Request, pk: int) -> HttpResponse:
    """Sign the minutes for one's department."""
    dialogue = _dialogue(request, pk)
    return _act(request, dialogue, SignForm(request.POST), actions.sign_minutes, _("Signed."))


@require_POST
def dialogue_end(request: Request, pk: int) -> HttpResponse:
    """End the rhythm a dialogue belongs to; the dialogues that are planned stay."""
    dialogue = _arranged(request, pk)
    if actions.end_rhythm(acting_user=request.user, series=dialogue.series):
        messages.success(request, _("The rhythm has ended: no more dialogues are planned."))
    else:
        messages.info(request, _("The rhythm was ended before."))
    return redirect("dialogue_detail", pk=pk)


@require_POST
def dialogue_point(request: Request, pk: int) -> HttpResponse:
    """Put a point on the agenda."""
    dialogue = _dialogue(request, pk)
    access = access_of(request.user)
    if not takes_part(access, dialogue):
        raise PermissionDenied
    form = PointForm(request.POST, departments=_speaks_for(access, dialogue), prefix="point")
    return _act(request, dialogue, form, actions.add_point, _("On the agenda."))


@require_POST
def dialogue_point_remove(request: Request, pk: int) -> HttpResponse:
    """Take a point off the agenda."""
    points = DialoguePoint.objects.visible_to(request.user)
    point: DialoguePoint = get_object_or_404(points.select_related("dialogue__dealership"), pk=pk)
    try:
        actions.remove_point(acting_user=request.user, point=point)
    except ValidationError as error:
        messages.error(request, first_error(error))
    else:
        messages.success(request, _("Taken off the agenda."))
    return redirect("dialogue_detail", pk=point.dialogue_id)


@require_POST
def dialogue_need(request: Request, pk: int) -> HttpResponse:
    """Write down a need there and then."""
    dialogue = _dialogue(request, pk)
    if not takes_part(access_of(request.user), dialogue):
        raise PermissionDenied
    form = _need_form(request.POST, dialogue, Signers(dialogue.dealership))

    def write_down(*, acting_user: User, dialogue: Dialogue, key: Any, **typed: Any) -> Need:
        return raise_need(
            acting_user=acting_user, dialogue=dialogue, supplier=form.supplier, submission_key=key, **typed
        )

    return _act(request, dialogue, form, write_down, _("Written down."))


def _arranged(request: Request, pk: int) -> Dialogue:
    """Return a dialogue the person arranges: 404 in another store, else PermissionDenied."""
    dialogue = _dialogue(request, pk)
    if not actions.arranges(access_of(request.user), dialogue):
        raise PermissionDenied
    return dialogue


def _act(request: Request, dialogue: Dialogue, form: Form, action: Callable[..., Any], done: str) -> HttpResponse:
    """Read the form, do the act, come back to the dialogue; refused, the page shows what was typed."""
    if not form.is_valid():
        hidden = [name for name in ("version", "revision", "key") if name in form.errors]
        error = str(form.errors[hidden[0]][0]) if hidden else ""
        return _page(request, dialogue, form=form, error=error, status=422)
    try:
        action(acting_user=request.user, dialogue=dialogue, **form.cleaned_data)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            form.add_error(None, error)
            return _page(request, dialogue, form=form, status=422)
        # Somebody was first: what was typed stays beside how it stands now.
        return _page(request, _dialogue(request, dialogue.pk), form=form, error=first_error(error), status=422)
    messages.success(request, done)
    return redirect("dialogue_detail", pk=dialogue.pk)
