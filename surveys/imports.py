"""Importing ratings; and KINDS, all that can be imported."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership.history import PositionHistory
from dealership.imports import Column, ImportRefused, Job, Kind, Row
from dealership.imports.departments import DEPARTMENTS
from dealership.imports.people import PEOPLE
from dealership.imports.table import short
from supplychain.actions import mark_days
from supplychain.imports import (
    BATCH,
    CUSTOMER,
    EXTERNAL_ID,
    FLOW,
    INTERACTIONS,
    ITEM,
    LINKS,
    OCCURRED_AT,
    SUPPLIER,
    KnownLink,
    LinkBook,
    SeenIds,
)
from supplychain.models import Interaction, InteractionState
from surveys.actions import NOT_OPEN
from surveys.disclosure import promise
from surveys.models import Rating, RatingChange
from surveys.reasons import REASONS
from surveys.scoring import is_on_scale

COLUMNS = (
    EXTERNAL_ID,
    FLOW,
    SUPPLIER,
    CUSTOMER,
    ITEM,
    OCCURRED_AT,
    Column("rater", gettext_lazy("User name of who rated, of the customer's side."), "li.na", True),
    Column("score", gettext_lazy("good / not good: 1 or 0. One to five: 1 to 5."), "1", True),
    Column("rated_at", gettext_lazy("When it was rated. Empty: when it took place."), "2026-11-02T10:15"),
    Column("reasons", gettext_lazy("Codes of the flow's reasons, | between them."), ""),
    Column("comment", gettext_lazy("At most 500 characters."), ""),
)

_SCORE = re.compile(r"(\d)(\.0+)?", re.ASCII)


class _Plan(NamedTuple):
    """A rating as its row wants it."""

    row: Row
    external_id: str
    link: KnownLink
    occurred_at: datetime.datetime
    day: datetime.date
    rater_id: int
    score: int
    rated_at: datetime.datetime
    reasons: tuple[str, ...]
    comment: str


class _Waiting(NamedTuple):
    """An interaction the store knows by the row's external id."""

    pk: int
    link_id: int
    occurred_at: datetime.datetime
    state: str


def bring_in(job: Job) -> None:
    """Create the ratings the store lacks, each with its interaction, or on the waiting one of the same external id.

    Who may rate is decided for the day of rating, by the positions held then (R15). Known ratings stay as they are.
    """
    book, history, seen = LinkBook(job.dealership), PositionHistory(job.dealership), SeenIds()
    marked: set[tuple[int, datetime.date]] = set()
    for batch in job.batches(BATCH):
        plans = []
        for row in batch:
            plan = _read(job, row, book, history)
            if plan is not None and seen.is_new(row, plan.external_id, plan[2:], job):
                plans.append(plan)
        new = _without_known(job, plans)
        waiting = _waiting(job, new)
        job.report.created += len(new)
        marked.update((plan.link.pk, plan.day) for plan in new)
        if job.may_write:
            _write(job, new, waiting)
    if job.may_write:
        mark_days([(job.dealership.pk, link_id, day) for link_id, day in sorted(marked)])


# --- Reading a row ----------------------------------------------------------------------------------


def _read(job: Job, row: Row, book: LinkBook, history: PositionHistory) -> _Plan | None:
    external_id, comment = row.text("external_id", most=100), row.text("comment", most=500)
    occurred_at = row.moment("occurred_at", job.dealership, job.now)
    rated_at = row.moment("rated_at", job.dealership, job.now) or occurred_at
    if occurred_at and rated_at and rated_at < occurred_at:
        row.refuse("rated_at", _("This lies before the interaction took place."))
    day = job.dealership.local_day(occurred_at) if occurred_at else None
    link = book.link(row, day)
    rater_id = book.person(row, "rater")
    if link is None:
        return None
    score, reasons = _score(row, link), _reasons(row, link)
    if rater_id is None or rated_at is None or occurred_at is None or day is None:
        return None
    _check_rater(row, history, link, rater_id, job.dealership.local_day(rated_at))
    if not row.ok or score is None:
        return None
    return _Plan(row, external_id, link, occurred_at, day, rater_id, score, rated_at, reasons, comment)


def _score(row: Row, link: KnownLink) -> int | None:
    text = row.text("score")
    match = _SCORE.fullmatch(text)
    if match and is_on_scale(link.scale, int(match[1])):
        return int(match[1])
    words = (
        _("“%(score)s” is not on this link's scale: write 1 (good) or 0 (not good).")
        if link.scale == "binary"
        else _("“%(score)s” is not on this link's scale: write 1, 2, 3, 4 or 5.")
    )
    row.refuse("score", words % {"score": short(text)})
    return None


def _reasons(row: Row, link: KnownLink) -> tuple[str, ...]:
    text = row.text("reasons")
    if not text:
        return ()
    known = REASONS[link.flow]
    codes = tuple(dict.fromkeys(code.strip().lower() for code in text.split("|") if code.strip()))
    for code in codes:
        if code not in known:
            row.refuse(
                "reasons",
                _("“%(reason)s” is no reason in this flow. Write one of: %(known)s.")
                % {"reason": short(code), "known": ", ".join(known)},
            )
    return codes


def _check_rater(row: Row, history: PositionHistory, link: KnownLink, rater_id: int, day: datetime.date) -> None:
    if history.is_of(rater_id, link.supplier_id, day):
        row.refuse("rater", _("The supplier never rates itself: this person was of the supplier on this day."))
    elif not history.speaks_for(rater_id, link.customer_id, day):
        row.refuse("rater", _("Only the customer rates: this person was not of the customer's side on this day."))


# --- Against what the store has ---------------------------------------------------------------------


def _without_known(job: Job, plans: Sequence[_Plan]) -> list[_Plan]:
    """Return the plans whose external id is new; refuse those that say something else than the store knows."""
    ids = [plan.external_id for plan in plans]
    ratings = Rating.objects.filter(dealership=job.dealership, external_id__in=ids)
    known = {rating.external_id: rating for rating in ratings.select_related("interaction")}
    new = []
    for plan in plans:
        rating = known.get(plan.external_id)
        if rating is None:
            new.append(plan)
        elif _says_the_same(plan, rating):
            job.report.unchanged += 1
        else:
            plan.row.refuse("external_id", _("The store has a rating with this external_id and other values."))
    return new


def _says_the_same(plan: _Plan, rating: Rating) -> bool:
    if rating.is_confidential:
        # Who tries other values must not learn by the answer who rated, nor how (R20).
        return (plan.link.pk, plan.occurred_at) == (rating.link_id, rating.interaction.occurred_at)
    fixed = (plan.link.pk, plan.occurred_at, plan.rater_id, plan.rated_at)
    if fixed != (rating.link_id, rating.interaction.occurred_at, rating.rater_id, rating.rated_at):
        return False
    if (plan.score, list(plan.reasons), plan.comment) == (rating.score, rating.reasons, rating.comment):
        return True
    # What the rater changed afterwards is theirs: the file tells the earlier value, and changes nothing.
    return RatingChange.objects.filter(interaction=rating.interaction_id).exists()


def _waiting(job: Job, plans: Sequence[_Plan]) -> dict[str, _Waiting]:
    """Return the interactions that wait for one of these ratings, by external id; refuse what does not fit."""
    store = job.dealership
    found = Interaction.objects.filter(dealership=store, external_id__in=[plan.external_id for plan in plans])
    waiting = {
        external_id or "": _Waiting(pk, link_id, occurred_at, state)
        for external_id, pk, link_id, occurred_at, state in found.values_list(
            "external_id", "pk", "link_id", "occurred_at", "state"
        )
    }
    if not waiting:
        return waiting
    in_time = datetime.timedelta(days=store.rating_days)
    for plan in plans:
        interaction = waiting.get(plan.external_id)
        if interaction is None:
            continue
        if (interaction.link_id, interaction.occurred_at) != (plan.link.pk, plan.occurred_at):
            plan.row.refuse("external_id", _("The store has an interaction with this external_id and other values."))
        elif interaction.state == InteractionState.EXPIRED:
            # Rated in time, imported later: that counts.
            if store.local_day(plan.rated_at) > plan.day + in_time:
                plan.row.refuse("rated_at", NOT_OPEN[InteractionState.EXPIRED])
        elif interaction.state != InteractionState.OPEN:
            plan.row.refuse("external_id", NOT_OPEN[InteractionState(interaction.state)])
    return waiting


# --- Writing ----------------------------------------------------------------------------------------


def _write(job: Job, plans: Sequence[_Plan], waiting: dict[str, _Waiting]) -> None:
    """Write a batch: interactions first (made, or taken from waiting to rated), then the ratings on them."""
    store = job.dealership
    promised = promise(store, timezone.now())
    states = [InteractionState.OPEN, InteractionState.EXPIRED]
    taken = Interaction.objects.filter(pk__in=[each.pk for each in waiting.values()], state__in=states)
    if taken.update(state=InteractionState.RATED) != len(waiting):
        raise ImportRefused(_("Somebody changed the same data in this moment. Nothing was written: please try again."))
    made = Interaction.objects.bulk_create(
        [
            Interaction(
                dealership_id=store.pk,
                link_id=plan.link.pk,
                occurred_at=plan.occurred_at,
                day=plan.day,
                state=InteractionState.RATED,
                requester_id=plan.rater_id,
                external_id=plan.external_id,
            )
            for plan in plans
            if plan.external_id not in waiting
        ]
    )
    interaction_ids = {interaction.external_id or "": interaction.pk for interaction in made}
    interaction_ids.update({external_id: interaction.pk for external_id, interaction in waiting.items()})
    Rating.objects.bulk_create(
        [
            Rating(
                dealership_id=store.pk,
                interaction_id=interaction_ids[plan.external_id],
                link_id=plan.link.pk,
                day=plan.day,
                scale=plan.link.scale,
                score=plan.score,
                rater_id=plan.rater_id,
                rated_at=plan.rated_at,
                reasons=list(plan.reasons),
                comment=plan.comment,
                external_id=plan.external_id,
                made_interaction=plan.external_id not in waiting,
                **promised,
            )
            for plan in plans
        ]
    )


RATINGS = Kind("ratings", gettext_lazy("ratings"), COLUMNS, bring_in)

#: All kinds, in the order in which a store is brought in: each builds on those before it.
KINDS: dict[str, Kind] = {kind.name: kind for kind in (DEPARTMENTS, PEOPLE, LINKS, INTERACTIONS, RATINGS)}
