"""The goals of a company plan with their measures: written by the general manager and the store's admin (R23).

A goal is never deleted, since objectives may serve it: it is given up, and can be taken up again.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import User
from objectives.acts_plan import Act
from objectives.measure_lines import MOST_CRITERIA, SAID, MeasureLine, checked
from objectives.models import CompanyGoal, CompanyPlan, GoalMeasure
from objectives.plan_changes import allow, changed, to_change, what_changed
from objectives.plan_text import goals_of, line_of_measure, stamp_of_goal

#: A year with more goals than this has none.
MOST_GOALS = 20
RANK_STEP = 10


@transaction.atomic
def add_goal(
    *, acting_user: User, plan: CompanyPlan, title: str, why: str = "", measures: Sequence[MeasureLine] = ()
) -> CompanyGoal:
    """Add a goal below the others. The same goal sent twice is one.

    Raises PermissionDenied for anyone but the general manager and the store's admin, ValidationError for what cannot
    be, for a second goal of the same title (code `title`), or once the plan is adopted (code `not_now`).
    """
    allow(acting_user, plan, Act.SET_GOALS)
    now = to_change(plan)
    title, why = title.strip(), why.strip()
    lines = _checked(measures, now)
    same = goals_of(now).filter(title=title).first()
    if same is not None and same.why == why and [line_of_measure(line) for line in same.measures.all()] == lines:
        return same
    _check_title(now, title)
    if goals_of(now).count() >= MOST_GOALS:
        raise ValidationError(
            _("A plan holds %(most)d goals at the most."), code="too_many", params={"most": MOST_GOALS}
        )
    last = CompanyGoal.objects.filter(plan=now).aggregate(last=Max("rank"))["last"] or 0
    goal = CompanyGoal(dealership_id=now.dealership_id, plan=now, rank=last + RANK_STEP, title=title, why=why)
    goal.clean_fields(exclude=["dealership", "plan"])
    goal.save(force_insert=True)
    _write_measures(goal, lines)
    changed(now, acting_user, "goal_add", text=title, data={"goal": goal.pk})
    return goal


@transaction.atomic
def change_goal(
    *,
    acting_user: User,
    goal: CompanyGoal,
    seen: str,
    title: str,
    why: str = "",
    measures: Sequence[MeasureLine] = (),
) -> CompanyGoal:
    """Put another text and other measures in place of a goal's. `seen`: the mark (`stamp_of_goal`) of what was shown.

    Raises as `add_goal` does, and ValidationError if somebody changed it meanwhile (code `moved`: with who and when).
    """
    allow(acting_user, goal.plan, Act.SET_GOALS)
    plan = to_change(goal.plan)
    now = _now(goal)
    title, why = title.strip(), why.strip()
    kept = [line_of_measure(line) for line in now.measures.all()]
    lines = _checked(measures, plan, kept)
    if (now.title, now.why, kept) == (title, why, lines):
        return now
    _check_seen(plan, now, seen)
    _check_title(plan, title, other_than=now.pk)
    before = now.title
    now.title, now.why = title, why
    now.clean_fields(exclude=["dealership", "plan"])
    now.save(update_fields=["title", "why"])
    if kept != lines:
        GoalMeasure.objects.filter(goal=now).delete()
        _write_measures(now, lines)
    changed(plan, acting_user, "goal_change", text=title, data={"goal": now.pk, "before": before})
    return now


@transaction.atomic
def move_goal(*, acting_user: User, goal: CompanyGoal, place: int, up: bool) -> None:
    """Move a goal one place up or down; `place`: where it stood (0: first) when the person saw it.

    One that stands elsewhere by now, or has nowhere to go, stays. Raises as `add_goal` does.
    """
    allow(acting_user, goal.plan, Act.SET_GOALS)
    plan = to_change(goal.plan)
    goals = list(goals_of(plan))
    found = [where for where, other in enumerate(goals) if other.pk == goal.pk]
    to = place - 1 if up else place + 1
    if found != [place] or not 0 <= to < len(goals):
        return
    goals.insert(to, goals.pop(place))
    for where, moved in enumerate(goals, start=1):
        CompanyGoal.objects.filter(pk=moved.pk).update(rank=where * RANK_STEP)
    changed(plan, acting_user, "goal_move", text=goal.title, data={"goal": goal.pk})


@transaction.atomic
def give_up_goal(*, acting_user: User, goal: CompanyGoal, seen: str) -> None:
    """Take a goal out of the plan; the objectives that serve it keep it. Raises as `change_goal` does."""
    allow(acting_user, goal.plan, Act.SET_GOALS)
    plan = to_change(goal.plan)
    now = _now(goal)
    if now.given_up_at is not None:
        return
    _check_seen(plan, now, seen)
    now.given_up_at = timezone.now()
    now.save(update_fields=["given_up_at"])
    changed(plan, acting_user, "goal_give_up", text=now.title, data={"goal": now.pk})


@transaction.atomic
def take_up_goal(*, acting_user: User, goal: CompanyGoal) -> None:
    """Take a goal that was given up into the plan again, below the others. Raises as `add_goal` does."""
    allow(acting_user, goal.plan, Act.SET_GOALS)
    plan = to_change(goal.plan)
    now = _now(goal)
    if now.given_up_at is None:
        return
    _check_title(plan, now.title)
    last = CompanyGoal.objects.filter(plan=plan).aggregate(last=Max("rank"))["last"] or 0
    now.given_up_at, now.rank = None, last + RANK_STEP
    now.save(update_fields=["given_up_at", "rank"])
    changed(plan, acting_user, "goal_take_up", text=now.title, data={"goal": now.pk})


def _now(goal: CompanyGoal) -> CompanyGoal:
    """Return a goal as it stands; the plan's row is held, so nobody changes it before the end."""
    found: CompanyGoal = CompanyGoal.objects.prefetch_related("measures").get(pk=goal.pk)
    return found


def _checked(measures: Sequence[MeasureLine], plan: CompanyPlan, kept: Sequence[MeasureLine] = ()) -> list[MeasureLine]:
    if len(measures) > MOST_CRITERIA:
        raise ValidationError(
            _("A goal has %(most)d measures at the most."), code="too_many", params={"most": MOST_CRITERIA}
        )
    lines = [line._replace(number=None) for line in measures]
    return checked(lines, plan.dealership.today(), kept=kept)


def _check_seen(plan: CompanyPlan, now: CompanyGoal, seen: str) -> None:
    if stamp_of_goal(now) != seen:
        raise ValidationError(
            _("This goal was changed in the meantime. %(what)s. Look again, then decide."),
            code="moved",
            params={"what": what_changed(plan, of_goal=now.pk)},
        )


def _check_title(plan: CompanyPlan, title: str, *, other_than: int = 0) -> None:
    if goals_of(plan).filter(title=title).exclude(pk=other_than).exists():
        raise ValidationError(
            {"title": ValidationError(_("The plan has a goal with this title already."), code="title")}
        )


def _write_measures(goal: CompanyGoal, lines: Sequence[MeasureLine]) -> None:
    GoalMeasure.objects.bulk_create(
        [
            GoalMeasure(dealership_id=goal.dealership_id, goal=goal, **{name: getattr(line, name) for name in SAID})
            for line in lines
        ]
    )
