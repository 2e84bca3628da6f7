"""Writes to survey rounds: prepare, open, answer, remind, close, publish (R4-R6, R20).

What follows what: prepared, open, closed, published, and never back. Closing fixes the answers; publishing makes
figures of them and deletes them, with who was asked: nobody can learn afterwards how a person answered.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.access import access_of
from dealership.models import Dealership, Notice, Position, Role, User
from dealership.notices import send_notices
from supplychain.models import Link
from surveys.models import RoundAnswer, RoundInvitation, RoundResult, RoundState, SurveyRound
from surveys.period_words import lazy_period_label
from surveys.periods import Period
from surveys.qualities import QUALITIES
from surveys.round_results import results_of
from surveys.round_rights import runs_rounds

#: A round is open so many days at least and at most.
SHORTEST, LONGEST = 2, 92
BATCH = 1000


# --- What the general manager or the store's admin does ---------------------------------------------


@transaction.atomic
def prepare_round(
    *, acting_user: User, kind: str, period: Period, opens_on: datetime.date, closes_on: datetime.date
) -> SurveyRound:
    """Prepare a round on a quarter or year. It opens by itself on its day.

    Raises PermissionDenied for anyone but the general manager and the store's admin, ValidationError for days that
    cannot be, and for a period that has a round already (code `doubled`).
    """
    store = _store_run_by(acting_user)
    if opens_on < store.today():
        raise ValidationError({"opens_on": ValidationError(_("This day has passed."), code="past")})
    _refuse_days(opens_on, closes_on)
    try:
        with transaction.atomic():
            survey_round: SurveyRound = SurveyRound.objects.create(
                dealership=store,
                kind=kind,
                start=period.start,
                opens_on=opens_on,
                closes_on=closes_on,
                least_raters=store.least_raters,
                created_by=acting_user,
            )
    except IntegrityError:
        raise ValidationError(_("There is a round on this period already."), code="doubled") from None
    return survey_round


@transaction.atomic
def discard_round(*, acting_user: User, survey_round: SurveyRound) -> bool:
    """Delete a round that was never opened. Returns False where it was opened or deleted meanwhile."""
    _store_run_by(acting_user, survey_round)
    # Held, so that nobody opens it between the reading and the deleting, which takes along what belongs to it.
    held = SurveyRound.objects.select_for_update().filter(pk=survey_round.pk, state=RoundState.DRAFT).first()
    if held is None:
        return False
    held.delete()
    return True


@transaction.atomic
def open_round(*, acting_user: User | None, survey_round: SurveyRound) -> bool:
    """Ask everybody about the suppliers they have today; returns False where the round was opened before.

    Asked is who holds a position in a department, on each supplier and flow that serves it over a link in force
    today; never on a supplier in which they hold a position themselves. What is asked stays, whatever becomes of links
    and people. `acting_user` None: its day has come. Raises ValidationError if it would be open too long or too briefly
    (codes of `why_not_open`), or nobody can be asked (code `nobody`).
    """
    store = survey_round.dealership
    if acting_user is not None:
        _store_run_by(acting_user, survey_round)
    today = store.today()
    problem = why_not_open(survey_round, today)
    if problem is not None:
        raise problem
    opened = SurveyRound.objects.filter(pk=survey_round.pk, state=RoundState.DRAFT).update(
        state=RoundState.OPEN, opens_on=today, opened_at=timezone.now(), least_raters=store.least_raters
    )
    if not opened:
        return False
    survey_round.refresh_from_db(fields=["state", "opens_on", "opened_at", "least_raters"])
    asked = who_is_asked(store, today)
    if not asked:
        raise ValidationError(
            _("Nobody can be asked: no link in force today has people on its customer's side."), code="nobody"
        )
    invite(survey_round, asked)
    words = gettext_noop(
        "The survey round %(round)s asks how your suppliers serve you. It waits for you until %(day)s."
    )
    _tell_asked(survey_round, words, acting_user=acting_user)
    return True


def why_not_open(survey_round: SurveyRound, today: datetime.date) -> ValidationError | None:
    """Return what is wrong with a prepared round's days if it opens today (codes `past`, `short`, `long`), or None."""
    days = (survey_round.closes_on - today).days
    if days < 0:
        return ValidationError(_("Its days have passed: discard it, and prepare another one."), code="past")
    if days < SHORTEST:
        text = _("Its last day is too near, people need a few days: discard it, and prepare another one.")
        return ValidationError(text, code="short")
    if days > LONGEST:
        text = _(
            "Opened today, it would be open for more than a quarter. Let it open on its day, or discard it and prepare "
            "another one."
        )
        return ValidationError(text, code="long")
    return None


@transaction.atomic
def remind(*, acting_user: User | None, survey_round: SurveyRound) -> int:
    """Remind everybody who has not answered, once a day at most; returns how many were told, and names nobody.

    Nobody is reminded after the last day. `acting_user` None: one of the round's days to remind has come.
    """
    if acting_user is not None:
        _store_run_by(acting_user, survey_round)
    today = survey_round.dealership.today()
    mine = SurveyRound.objects.filter(pk=survey_round.pk).taking_answers(today).exclude(reminded_on=today)
    if not mine.update(reminded_on=today):
        return 0
    words = gettext_noop("Your answers in the survey round %(round)s are still missing. It closes on %(day)s.")
    return _tell_asked(survey_round, words)


def close_round(*, acting_user: User | None, survey_round: SurveyRound) -> bool:
    """Close a round and publish it; returns False where that was done before.

    Two steps, so that answers are fixed before they are counted; a round that stopped in between is published by the
    scheduled job. `acting_user` None: its last day has passed.
    """
    if acting_user is not None:
        _store_run_by(acting_user, survey_round)
    SurveyRound.objects.filter(pk=survey_round.pk, state=RoundState.OPEN).update(
        state=RoundState.CLOSED, closed_at=timezone.now()
    )
    return _publish(survey_round)


@transaction.atomic
def _publish(survey_round: SurveyRound) -> bool:
    """Make the figures of a closed round, tell everybody, and delete the answers and who was asked."""
    now = timezone.now()
    closed = SurveyRound.objects.filter(pk=survey_round.pk, state=RoundState.CLOSED)
    if not closed.update(state=RoundState.PUBLISHED, published_at=now):
        return False
    survey_round.refresh_from_db()
    outcome = results_of(survey_round)
    RoundResult.objects.bulk_create(outcome.results)
    SurveyRound.objects.filter(pk=survey_round.pk).update(
        invited=outcome.invited, answered=outcome.answered, raters=outcome.raters
    )
    people = User.objects.filter(pk__in=RoundInvitation.objects.filter(round=survey_round).values("person"))
    words = gettext_noop("The results of the survey round %(round)s are there.")
    url = reverse("round_detail", args=[survey_round.pk])
    send_notices(to=people, words=words, url=url, round=lazy_period_label(survey_round.period))
    # Who was reminded had not answered: these words go as well.
    Notice.objects.filter(dealership=survey_round.dealership_id, url=_answer_url(survey_round)).delete()
    RoundAnswer.objects.filter(invitation__round=survey_round).delete()
    RoundInvitation.objects.filter(round=survey_round).delete()
    survey_round.refresh_from_db()
    return True


# --- What who was asked does ------------------------------------------------------------------------


@transaction.atomic
def save_answers(
    *,
    acting_user: User,
    survey_round: SurveyRound,
    scores: Mapping[int, Mapping[str, int | None]],
    comments: Mapping[int, str],
    send: bool,
) -> RoundInvitation:
    """Keep one's own answers, as a draft or (`send`) for good; sent ones can be sent again until the round closes.

    `scores`, `comments`: by the key of the RoundAnswer, {quality: 1 to 5, or None for "can't say"}; keys of others'
    answers are left alone. Of a supplier to which the person has moved since, nothing is kept (R30). Raises
    PermissionDenied for who was not asked, ValidationError if the round takes no answers (code `closed`), if nothing is
    said at all (code `empty`), or for a draft of what was sent (code `sent`).
    """
    # Held, so that nothing is sent while it is closed, and the same person's two tabs come one after the other.
    held = SurveyRound.objects.select_for_update(of=("self",)).filter(
        pk=survey_round.pk, dealership=acting_user.dealership_id
    )
    current = held.first()
    invitation: RoundInvitation | None = RoundInvitation.objects.filter(round=current, person=acting_user).first()
    if current is None or (invitation is None and current.state == RoundState.OPEN):
        raise PermissionDenied
    if invitation is None or not current.takes_answers:
        raise ValidationError(_("This round has closed: nothing was changed."), code="closed")
    if invitation.answered_at is not None and not send:
        raise ValidationError(_("You have sent your answers: send them again to change them."), code="sent")
    answers, own = list(RoundAnswer.objects.filter(invitation=invitation)), access_of(acting_user).own
    for answer in answers:
        given = {} if answer.supplier_id in own else scores.get(answer.pk, {})
        answer.scores = {code: given[code] for code in QUALITIES[answer.flow] if code in given}
        answer.comment = "" if answer.supplier_id in own else comments.get(answer.pk, "").strip()
    if send and not any(answer.scores for answer in answers):
        raise ValidationError(_("Give at least one face, or “can't say”, before you send."), code="empty")
    RoundAnswer.objects.bulk_update(answers, ["scores", "comment"])
    if send:
        invitation.answered_at = timezone.now()
        invitation.saved_at = None
        waiting = Notice.objects.unread_of(acting_user).filter(url=_answer_url(current))
        waiting.update(read_at=timezone.now())
    else:
        invitation.saved_at = timezone.now()
    invitation.save(update_fields=["answered_at", "saved_at"])
    return invitation


# --- What time does ---------------------------------------------------------------------------------


def open_due(*, dealership: Dealership) -> int:
    """Open a store's prepared rounds whose day has come; returns how many. One that cannot be opened stays prepared."""
    opened = 0
    for survey_round in SurveyRound.objects.filter(dealership=dealership).to_open(dealership.today()):
        try:
            opened += open_round(acting_user=None, survey_round=survey_round)
        except ValidationError:
            continue  # its page says why to whoever opens it by hand
    return opened


def remind_due(*, dealership: Dealership) -> int:
    """Remind of a store's open rounds, each at half time and two days before it closes; returns how many were told."""
    today, told = dealership.today(), 0
    for survey_round in SurveyRound.objects.filter(dealership=dealership, state=RoundState.OPEN):
        last = survey_round.reminded_on or survey_round.opens_on
        if any(last < day <= today for day in survey_round.reminder_days()):
            told += remind(acting_user=None, survey_round=survey_round)
    return told


def close_due(*, dealership: Dealership) -> int:
    """Close and publish a store's rounds whose last day has passed; returns how many."""
    due = SurveyRound.objects.filter(dealership=dealership).to_close(dealership.today())
    return sum(close_round(acting_user=None, survey_round=survey_round) for survey_round in due)


# --- Who is asked about whom ------------------------------------------------------------------------

#: Person -> what they are asked about: (supplier, flow) -> the department of theirs that is the customer.
Asked = dict[int, dict[tuple[int, str], int]]


def who_is_asked(dealership: Dealership, day: datetime.date) -> Asked:
    """Return who would be asked about whom on a day, closed departments left out. Two queries."""
    order = {Role.MANAGER: 0, Role.DEPUTY: 1, Role.MEMBER: 2}
    held = Position.objects.filter(dealership=dealership, person__is_active=True, department__is_active=True)
    seats = held.held_on(day).order_by("pk").values_list("role", "person", "department")
    own: dict[int, list[int]] = defaultdict(list)
    for _role, person, department in sorted(seats, key=lambda seat: order[Role(seat[0])]):
        own[person].append(department)
    links = Link.objects.filter(dealership=dealership, supplier__is_active=True).active_on(day).order_by("pk")
    served: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for supplier, flow, customer in links.values_list("supplier", "flow", "customer"):
        served[customer].append((supplier, flow))
    found: Asked = {}
    for person, departments in own.items():
        for department in departments:
            for supplier, flow in served.get(department, ()):
                if supplier not in departments:
                    found.setdefault(person, {}).setdefault((supplier, flow), department)
    return found


def invite(survey_round: SurveyRound, asked: Asked) -> None:
    """Keep who is asked about whom; call it in the transaction that opens the round."""
    store = survey_round.dealership
    invited = RoundInvitation.objects.bulk_create(
        (
            RoundInvitation(
                dealership=store, round=survey_round, person_id=person, department_id=next(iter(about.values()))
            )
            for person, about in sorted(asked.items())
        ),
        batch_size=BATCH,
    )
    RoundAnswer.objects.bulk_create(
        (
            RoundAnswer(dealership=store, invitation=invitation, supplier_id=supplier, flow=flow, customer_id=customer)
            for invitation in invited
            for (supplier, flow), customer in asked[invitation.person_id].items()
        ),
        batch_size=BATCH,
    )


# --- Small parts ------------------------------------------------------------------------------------


def _store_run_by(user: User, survey_round: SurveyRound | None = None) -> Dealership:
    """Return the store whose rounds the person runs; PermissionDenied for anybody else."""
    store = user.dealership
    if store is None or not runs_rounds(access_of(user)):
        raise PermissionDenied
    if survey_round is not None and survey_round.dealership_id != store.pk:
        raise PermissionDenied
    return store


def _refuse_days(opens_on: datetime.date, closes_on: datetime.date) -> None:
    days = (closes_on - opens_on).days
    if days < SHORTEST:
        text = _("People need a few days: close it two days after it opens, or later.")
        raise ValidationError({"closes_on": ValidationError(text, code="short")})
    if days > LONGEST:
        text = _("This is more than a quarter after it opens.")
        raise ValidationError({"closes_on": ValidationError(text, code="long")})


def _answer_url(survey_round: SurveyRound) -> str:
    return reverse("round_answer", args=[survey_round.pk])


def _tell_asked(survey_round: SurveyRound, words: str, **more: Any) -> int:
    """Tell everybody who has not answered."""
    waiting = RoundInvitation.objects.filter(round=survey_round, answered_at=None)
    people = User.objects.filter(pk__in=waiting.values("person")).order_by("pk")
    return send_notices(
        to=people,
        words=words,
        url=_answer_url(survey_round),
        round=lazy_period_label(survey_round.period),
        day=survey_round.closes_on,
        **more,
    )
