"""What departments contribute to the boards of a company plan: where we stand, SWOT, expectations (R23)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.models import Department, User
from dealership.notices import send_notices
from objectives.acts_plan import Act, contributes_for, name_of
from objectives.models import Board, CompanyPlan, PlanEntry
from objectives.plan_changes import allow, changed, place_of, to_change, url_of
from objectives.plan_text import stamp_of_entry

#: What a department writes on one board; more is no longer read by anybody.
MOST_ENTRIES = 20


@transaction.atomic
def contribute(
    *,
    acting_user: User,
    plan: CompanyPlan,
    board: str,
    department: Department,
    text: str,
    towards: Department | None = None,
) -> PlanEntry:
    """Add a department's words to a board. What others add at the same moment is kept too.

    `towards`: of which department something is expected; None: of the company, and on the other boards. The same words
    of the same department there already: that contribution is returned. Raises PermissionDenied for people who do not
    lead the department, ValidationError for what cannot be, or once the plan is adopted (code `not_now`).
    """
    _allow(acting_user, plan, department)
    now = to_change(plan)
    text = text.strip()
    there = PlanEntry.objects.filter(plan=now, board=board, department=department)
    same: PlanEntry | None = there.filter(text=text, towards=towards).first()
    if same is not None:
        return same
    if there.count() >= MOST_ENTRIES:
        raise ValidationError(
            _("A department writes %(most)d contributions on a board at the most. Join some of them."),
            code="too_many",
            params={"most": MOST_ENTRIES},
        )
    entry = PlanEntry(
        dealership_id=now.dealership_id,
        plan=now,
        board=board,
        department=department,
        towards=towards,
        text=text,
        author=acting_user,
    )
    _check(entry)
    entry.save(force_insert=True)
    changed(now, acting_user, "entry_add", text=text, data=place_of(board, department, towards))
    return entry


@transaction.atomic
def change_entry(
    *, acting_user: User, entry: PlanEntry, seen: str, text: str, towards: Department | None = None
) -> PlanEntry:
    """Put other words in place of a contribution. `seen`: the mark (`stamp_of_entry`) of the words the person saw.

    Raises PermissionDenied for people who do not lead the department, ValidationError if somebody changed it meanwhile
    (code `moved`: with who, when and what it says now) or removed it (code `gone`), and as `contribute` does.
    """
    _allow(acting_user, entry.plan, entry.department)
    plan = to_change(entry.plan)
    now = _now(entry)
    text = text.strip()
    if (now.text, now.towards_id) == (text, towards.pk if towards else None):
        return now
    _check_seen(now, seen)
    author, before = now.author, now.text
    now.text, now.towards, now.author, now.written_at = text, towards, acting_user, timezone.now()
    _check(now)
    now.save(update_fields=["text", "towards", "author", "written_at"])
    changed(
        plan,
        acting_user,
        "entry_change",
        text=text,
        data={**place_of(now.board, now.department, towards), "before": before},
    )
    words = gettext_noop("%(person)s changed what you wrote in the company plan %(year)s: %(text)s")
    _tell_author(plan, author, acting_user, words, text)
    return now


@transaction.atomic
def remove_entry(*, acting_user: User, entry: PlanEntry, seen: str) -> None:
    """Take a contribution away; its words stay in the plan's history. Raises as `change_entry` does."""
    _allow(acting_user, entry.plan, entry.department)
    plan = to_change(entry.plan)
    now = _now(entry)
    _check_seen(now, seen)
    author, text = now.author, now.text
    where = place_of(now.board, now.department, now.towards)
    now.delete()
    changed(plan, acting_user, "entry_remove", text=text, data=where)
    words = gettext_noop("%(person)s removed what you wrote in the company plan %(year)s: %(text)s")
    _tell_author(plan, author, acting_user, words, text)


def _allow(acting_user: User, plan: CompanyPlan, department: Department) -> None:
    allow(acting_user, plan, Act.CONTRIBUTE)
    if department not in contributes_for(access_of(acting_user)):
        raise PermissionDenied


def _check(entry: PlanEntry) -> None:
    """Refuse words that cannot be, and an expectation of nobody or of oneself."""
    if entry.towards is not None:
        if entry.board != Board.EXPECTATION:
            raise ValidationError({"towards": ValidationError(_("Only an expectation is of somebody."), code="board")})
        if entry.towards_id == entry.department_id:
            raise ValidationError(
                {"towards": ValidationError(_("Choose another department, or the company."), code="oneself")}
            )
        if not entry.towards.is_active or entry.towards.dealership_id != entry.dealership_id:
            raise ValidationError(
                {"towards": ValidationError(_("Choose among the departments on offer."), code="towards")}
            )
    entry.clean_fields(exclude=["dealership", "plan", "department", "towards", "author"])


def _now(entry: PlanEntry) -> PlanEntry:
    """Return a contribution as it stands; the plan's row is held, so nobody changes it before the end."""
    found: PlanEntry | None = (
        PlanEntry.objects.filter(pk=entry.pk).select_related("department", "towards", "author").first()
    )
    if found is None:
        raise ValidationError(_("This contribution was removed in the meantime."), code="gone")
    return found


def _check_seen(now: PlanEntry, seen: str) -> None:
    if stamp_of_entry(now) != seen:
        when = date_format(now.written_at.astimezone(now.dealership.zone), "DATETIME_FORMAT")
        raise ValidationError(
            _("%(person)s was first, %(when)s. It says now: “%(text)s”"),
            code="moved",
            params={"person": now.author, "when": when, "text": now.text},
        )


def _tell_author(plan: CompanyPlan, author: User, acting_user: User, words: str, text: str) -> None:
    send_notices(
        to=[author],
        words=words,
        url=url_of(plan),
        acting_user=acting_user,
        person=acting_user,
        year=name_of(plan),
        text=text,
    )
