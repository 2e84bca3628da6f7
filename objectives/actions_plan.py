"""Writes to the company plan of a year (R23): open it, put it to signature, sign it, adopt it, open it again.

Its text: actions_plan_boards.py and actions_plan_goals.py. Who may do what, and when: acts_plan.py.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from dealership.access import access_of
from dealership.models import User
from dealership.notices import send_notices
from objectives.acts_plan import RULES, Act, Chair, chairs_of, missing, name_of, parts_of, years_to_open
from objectives.guard import change, tell, touch
from objectives.models import CompanyGoal, CompanyPlan, EventKind, PlanEdition, PlanSignature, PlanState
from objectives.plan_changes import LONGEST_EVENT, allow, held, leaders, url_of, what_changed
from objectives.plan_text import content_of, names_of
from objectives.signing import Signers

NOT_SIGNING = {
    PlanState.DRAFTING: gettext_lazy(
        "The plan is still being made: the general manager puts it to signature once it is ready."
    ),
    PlanState.ADOPTED: gettext_lazy("The plan is adopted already."),
}


@transaction.atomic
def open_plan(*, acting_user: User, year: int) -> CompanyPlan:
    """Begin the plan of a fiscal year, and tell everybody who leads a department; return it if it was begun before.

    Raises PermissionDenied for anyone but the general manager and the store's admin, ValidationError (code `year`)
    for a year whose plan cannot be begun today.
    """
    store, parts = acting_user.dealership, parts_of(access_of(acting_user))
    if store is None or not parts.intersection(RULES[Act.OPEN].parts):
        raise PermissionDenied
    before: CompanyPlan | None = CompanyPlan.objects.filter(dealership=store, year=year).first()
    if before is not None:
        return before
    if year not in [known.year for known in years_to_open(store)]:
        raise ValidationError(
            _("A plan is begun for this fiscal year, and in its last three months for the next."), code="year"
        )
    try:
        with transaction.atomic():
            plan: CompanyPlan = CompanyPlan.objects.create(dealership=store, year=year, opened_by=acting_user)
    except IntegrityError:  # somebody was a moment earlier
        return CompanyPlan.objects.get(dealership=store, year=year)
    tell(plan, EventKind.OPEN, acting_user, version=plan.version)
    words = gettext_noop(
        "The company plan %(year)s is being made. Say where your department stands and what it expects."
    )
    send_notices(to=leaders(Signers(store)), words=words, url=url_of(plan), acting_user=acting_user, year=name_of(plan))
    return plan


@transaction.atomic
def put_to_signature(*, acting_user: User, plan: CompanyPlan, version: int) -> CompanyPlan:
    """Ask every department's manager to sign the text as it stands.

    `version`: of the plan as the person saw it. Raises PermissionDenied for anyone but the general manager,
    ValidationError if there is nothing to sign (code `no_goals`, `no_measure`), and as `guard.change` does.
    """
    allow(acting_user, plan, Act.SUBMIT)
    now = held(plan)
    goals = CompanyGoal.objects.filter(plan=now, given_up_at=None).prefetch_related("measures")
    if not goals:
        raise ValidationError(_("Write at least one company goal first: that is what they sign."), code="no_goals")
    for goal in goals:
        if not goal.measures.all():
            raise ValidationError(
                _("Say first how “%(goal)s” is measured, so that facts can decide."),
                code="no_measure",
                params={"goal": goal.title},
            )
    if change(now, EventKind.SUBMIT, acting_user, version, before=RULES[Act.SUBMIT].before, state=PlanState.SIGNING):
        words = gettext_noop("The company plan %(year)s waits for your signature.")
        people = [manager for chair in chairs_of(now) for manager in chair.managers]
        send_notices(to=people, words=words, url=url_of(now), acting_user=acting_user, year=name_of(now))
    return now


@transaction.atomic
def sign_plan(*, acting_user: User, plan: CompanyPlan, revision: int) -> CompanyPlan:
    """Sign the text of a revision for every signing department that the person manages; adopt it with the last one.

    Signing the same twice changes nothing. Raises PermissionDenied for people who manage no signing department,
    ValidationError if the text was changed after that revision (code `changed`: with who changed what), or if it does
    not wait for signatures (code `not_now`).
    """
    allow(acting_user, plan, Act.SIGN)
    now = held(plan)
    chairs = chairs_of(now)
    mine = [chair for chair in chairs if chair.is_held_by(acting_user)]
    if not mine:
        raise PermissionDenied
    if revision == now.revision and not any(chair.is_missing for chair in mine):
        return now
    if revision != now.revision:
        what = what_changed(now, revision)
        raise ValidationError(
            _("The text was changed after you read it. %(what)s. Read it again, then sign."),
            code="changed",
            params={"what": what},
        )
    if now.state not in RULES[Act.SIGN].before:
        raise ValidationError(NOT_SIGNING[PlanState(now.state)], code="not_now")
    for chair in mine:
        if chair.is_missing:
            PlanSignature.objects.create(
                dealership_id=now.dealership_id,
                plan=now,
                edition=now.edition,
                revision=revision,
                department=chair.department,
                person=acting_user,
            )
    data = {"revision": revision, "departments": [names_of(chair.department) for chair in mine if chair.is_missing]}
    touch(now, EventKind.SIGN, acting_user, before=RULES[Act.SIGN].before, data=data)
    if not missing(chairs_of(now)):
        _adopt(now, acting_user, now.version)
    return now


@transaction.atomic
def adopt_plan(*, acting_user: User, plan: CompanyPlan, version: int) -> CompanyPlan:
    """Adopt a plan that waits for nobody any more, since whoever was missing has left office.

    Raises PermissionDenied for anyone but the general manager, ValidationError while a signature is missing (code
    `missing`: with whose), and as `guard.change` does.
    """
    allow(acting_user, plan, Act.ADOPT)
    now = held(plan)
    waits_for = missing(chairs_of(now))
    if waits_for and now.state == PlanState.SIGNING:
        raise ValidationError(missing_words(waits_for), code="missing")
    _adopt(now, acting_user, version)
    return now


@transaction.atomic
def reopen_plan(*, acting_user: User, plan: CompanyPlan, version: int, reason: str) -> CompanyPlan:
    """Begin the next edition of an adopted plan. What was adopted stays readable, and counts until the next is.

    Raises PermissionDenied for anyone but the general manager, ValidationError without a reason, and as `guard.change`
    does.
    """
    allow(acting_user, plan, Act.REOPEN)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Say why it is opened again."), code="required")})
    if len(reason) > LONGEST_EVENT:
        raise ValidationError({"reason": ValidationError(_("Say it in fewer words."), code="max_length")})
    now = held(plan)
    moved = change(
        now,
        EventKind.REOPEN,
        acting_user,
        version,
        before=RULES[Act.REOPEN].before,
        text=reason,
        data={"revision": now.revision + (now.state == PlanState.ADOPTED)},
        state=PlanState.DRAFTING,
        edition=F("edition") + 1,
        revision=F("revision") + 1,
        adopted_at=None,
    )
    if moved:
        words = gettext_noop("%(person)s opened the company plan %(year)s for a new edition: %(reason)s")
        send_notices(
            to=leaders(Signers(now.dealership)),
            words=words,
            url=url_of(now),
            acting_user=acting_user,
            person=acting_user,
            year=name_of(now),
            reason=reason,
        )
    return now


def missing_words(chairs: list[Chair]) -> str:
    """Return whose signatures are missing: how many, and department and name of each."""
    return _("%(waits)s: %(names)s") % {"waits": waits_words(len(chairs)), "names": missing_names(chairs)}


def waits_words(count: int) -> str:
    """Return for how many signatures a plan waits."""
    return ngettext("Waits for %(count)d signature", "Waits for %(count)d signatures", count) % {"count": count}


def missing_names(chairs: list[Chair]) -> str:
    """Return departments that have not signed, each with who manages it."""
    return _(", ").join(
        _("%(department)s (%(people)s)")
        % {"department": chair.department.label, "people": _(", ").join(str(manager) for manager in chair.managers)}
        for chair in chairs
    )


def _adopt(plan: CompanyPlan, acting_user: User, version: int) -> None:
    """Adopt a plan that is held and waits for nobody: its text is kept as an edition from now on."""
    rule = RULES[Act.ADOPT]
    data = {"edition": plan.edition}
    at = timezone.now()
    if not change(
        plan, EventKind.ADOPT, acting_user, version, before=rule.before, data=data, state=rule.after, adopted_at=at
    ):
        return
    signatures = PlanSignature.objects.filter(plan=plan, revision=plan.revision).select_related("department", "person")
    PlanEdition.objects.create(
        dealership_id=plan.dealership_id,
        plan=plan,
        number=plan.edition,
        content=content_of(plan, signatures),
        adopted_at=at,
    )
    words = gettext_noop("Every manager has signed: the company plan %(year)s is adopted (edition %(edition)s).")
    send_notices(
        to=leaders(Signers(plan.dealership)),
        words=words,
        url=reverse("plan_edition", args=[plan.pk, plan.edition]),
        acting_user=acting_user,
        year=name_of(plan),
        edition=plan.edition,
    )
