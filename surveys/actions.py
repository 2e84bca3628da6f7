"""Writes to ratings: rate, change, explain, take back (R15). A "not good" opens a recovery (R21)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.access import access_of
from dealership.models import Disclosure, User
from supplychain.actions import check_occurred_at, insert_interaction, sent_before
from supplychain.models import Interaction, InteractionState, Link, append_mark
from supplychain.rights import is_customer, is_customer_today
from surveys.actions_recovery import drop_recovery, forget_recovery, open_recovery
from surveys.disclosure import Shown, promise
from surveys.models import Rating, RatingChange
from surveys.models.ratings import UNDO_WINDOW
from surveys.reasons import REASONS
from surveys.scoring import is_on_scale

NOT_OPEN = {
    InteractionState.RATED: _("This has been rated already: one rating for each interaction."),
    InteractionState.EXPIRED: _("The time to rate this has passed."),
    InteractionState.DISMISSED: _("This was marked as not having taken place."),
}


@transaction.atomic
def rate_interaction(
    *,
    acting_user: User,
    interaction: Interaction,
    score: int,
    reasons: Sequence[str] = (),
    comment: str = "",
    shown: Shown | None = None,
) -> Rating:
    """Rate an open interaction on behalf of its customer. `shown`: who the page said would learn of it (R20).

    The same person sending the same score again gets the rating they made (a form sent twice). Raises
    PermissionDenied for anyone but the customer's people, ValidationError for a score off the scale, a reason of
    another flow, or an interaction that is not open (any more).
    """
    link = interaction.link
    if not is_customer(access_of(acting_user), link):
        raise PermissionDenied
    _check_score(link, score)
    _check_reasons(link, reasons)
    # The guarded update decides between people (and copies of a form) that act at once: one of them gets the row.
    won = Interaction.objects.filter(pk=interaction.pk, state=InteractionState.OPEN).update(
        state=InteractionState.RATED
    )
    if not won:
        return _rated_before(acting_user, interaction, score)
    interaction.state = InteractionState.RATED
    return _insert_rating(acting_user, interaction, score, reasons, comment, shown, made_interaction=False)


def rate_link(
    *,
    acting_user: User,
    link: Link,
    score: int,
    key: uuid.UUID,
    occurred_at: datetime.datetime | None = None,
    note: str = "",
    reasons: Sequence[str] = (),
    comment: str = "",
    shown: Shown | None = None,
) -> Rating:
    """Rate something nobody logged: creates the interaction and its rating together.

    `key` names the form: sent twice, or five times at once, it makes one interaction. `occurred_at`: aware, now
    unless given. `shown`: who the page said would learn of it (R20). Raises PermissionDenied for anyone but the
    customer's people, ValidationError for a moment that cannot be or a score off the scale.
    """
    now = timezone.now()
    if not is_customer_today(access_of(acting_user), link):
        raise PermissionDenied
    _check_score(link, score)
    _check_reasons(link, reasons)
    if occurred_at is not None:
        check_occurred_at(link, occurred_at, now=now)
    try:
        with transaction.atomic():
            interaction = insert_interaction(
                link=link,
                occurred_at=occurred_at or now,
                logged_by=acting_user,
                requester=acting_user,
                state=InteractionState.RATED,
                note=note,
                submission_key=key,
            )
            return _insert_rating(acting_user, interaction, score, reasons, comment, shown, made_interaction=True)
    except IntegrityError:
        first = sent_before(link=link, logged_by=acting_user, submission_key=key)
        if first is None:
            raise
        return _rated_before(acting_user, first, score)


@transaction.atomic
def change_rating(
    *, acting_user: User, rating: Rating, score: int, reasons: Sequence[str] = (), comment: str = ""
) -> Rating:
    """Change one's own rating within 24 hours; the earlier value is kept in the history.

    Raises PermissionDenied for another person's rating, ValidationError when it is fixed, or for bad values.
    """
    current = _own_rating(acting_user, rating)
    link = current.link
    _check_score(link, score)
    _check_reasons(link, reasons)
    if not current.can_be_changed(timezone.now()):
        raise ValidationError(_("A rating can be changed for 24 hours; this one is fixed now."), code="fixed")
    reasons = list(reasons)
    if (current.score, current.reasons, current.comment) == (score, reasons, comment):
        return current
    _keep_history(current, acting_user, new_score=score)
    was_not_good, is_changed = is_not_good(current), current.score != score
    current.score, current.reasons, current.comment = score, reasons, comment
    current.save(update_fields=["score", "reasons", "comment"])
    if is_changed:
        append_mark(dealership_id=current.dealership_id, link_id=current.link_id, day=current.day)
        if not is_not_good(current):
            drop_recovery(acting_user=acting_user, interaction=current.interaction)
        elif not was_not_good and opens_recovery(current):
            open_recovery(acting_user=acting_user, rating=current)
    return current


def explain_rating(*, acting_user: User, rating: Rating, reasons: Sequence[str], comment: str = "") -> Rating:
    """Say why a rating is as it is; the score stays. Rights and refusals as in change_rating."""
    return change_rating(acting_user=acting_user, rating=rating, score=rating.score, reasons=reasons, comment=comment)


@transaction.atomic
def tell_supplier(*, acting_user: User, rating: Rating) -> Rating:
    """Let the supplier know of one's own confidential "not good", so that it can be mended (R20, R21).

    From then on the rating is as one of a store that tells the department: counted at once, and with a recovery. Raises
    PermissionDenied for another person's rating; ValidationError for one that is not both confidential and "not good",
    and when it can be changed no more.
    """
    current = _own_rating(acting_user, rating)
    if not current.can_be_changed(timezone.now()) or current.block_id is not None:
        raise ValidationError(_("A rating can be changed for 24 hours; this one is fixed now."), code="fixed")
    if not is_not_good(current):
        raise ValidationError(_("Only a “not good” is mended."), code="good")
    if current.is_confidential:
        current.disclosure, current.sealed_month, current.least_raters = Disclosure.DEPARTMENT, None, 0
        current.save(update_fields=["disclosure", "sealed_month", "least_raters"])
        append_mark(dealership_id=current.dealership_id, link_id=current.link_id, day=current.day)
        open_recovery(acting_user=acting_user, rating=current)
    return current


@transaction.atomic
def undo_rating(*, acting_user: User, rating: Rating) -> Interaction | None:
    """Take back a rating just made, as if the tap had not happened.

    The interaction is open again (returned), or gone with it if the tap had made it (None). Raises PermissionDenied
    for another person's rating, ValidationError once the minute to take it back has passed.
    """
    current = _own_rating(acting_user, rating)
    if timezone.now() > current.rated_at + UNDO_WINDOW:
        raise ValidationError(_("Too late to undo. You can still change the rating."), code="too_late")
    interaction = current.interaction
    append_mark(dealership_id=current.dealership_id, link_id=current.link_id, day=current.day)
    if current.made_interaction:
        forget_recovery(interaction=interaction)
        current.delete()
        interaction.delete()
        return None
    _keep_history(current, acting_user, new_score=None)
    drop_recovery(acting_user=acting_user, interaction=interaction)
    current.delete()
    interaction.state = InteractionState.OPEN
    interaction.save(update_fields=["state"])
    return interaction


def _check_score(link: Link, score: int) -> None:
    if not is_on_scale(link.scale, score):
        raise ValidationError({"score": ValidationError(_("This score is not on the link's scale."), code="off_scale")})


def _check_reasons(link: Link, reasons: Sequence[str]) -> None:
    unknown = [reason for reason in reasons if reason not in REASONS[link.flow]]
    if unknown:
        raise ValidationError(
            {
                "reasons": ValidationError(
                    _("“%(reason)s” is no reason in this flow."), code="reason", params={"reason": unknown[0]}
                )
            }
        )


def _rated_before(acting_user: User, interaction: Interaction, score: int) -> Rating:
    """Return the rating a repeated form made the first time; refuse everything else."""
    interaction.refresh_from_db(fields=["state"])
    first: Rating | None = Rating.objects.filter(interaction=interaction).first()
    is_own = first is not None and first.rater_id == acting_user.pk and acting_user.may_read_back(first.rated_at)
    if first is not None and is_own and first.score == score:
        return first
    state = InteractionState(interaction.state)
    raise ValidationError(NOT_OPEN.get(state, NOT_OPEN[InteractionState.RATED]), code="not_open")


def _insert_rating(
    acting_user: User,
    interaction: Interaction,
    score: int,
    reasons: Sequence[str],
    comment: str,
    shown: Shown | None,
    *,
    made_interaction: bool,
) -> Rating:
    link = interaction.link
    rating: Rating = Rating.objects.create(
        dealership=interaction.dealership,
        interaction=interaction,
        link=link,
        day=interaction.day,
        scale=link.scale,
        score=score,
        rater=acting_user,
        reasons=list(reasons),
        comment=comment,
        short_notice=interaction.short_notice,
        made_interaction=made_interaction,
        **promise(interaction.dealership, timezone.now(), shown),
    )
    if not made_interaction:  # a new interaction has brought its mark with it
        append_mark(dealership_id=interaction.dealership_id, link_id=link.pk, day=interaction.day)
    if opens_recovery(rating):
        open_recovery(acting_user=acting_user, rating=rating)
    return rating


def _own_rating(acting_user: User, rating: Rating) -> Rating:
    """Return the rating as it is now, locked until the transaction ends; refuse another person's."""
    current: Rating | None = (
        Rating.objects.select_for_update(of=("self",))
        .select_related("link", "interaction")
        .filter(pk=rating.pk)
        .first()
    )
    if current is None:
        raise ValidationError(_("This rating was taken back."), code="gone")
    if current.rater_id != acting_user.pk:
        raise PermissionDenied
    return current


def _keep_history(rating: Rating, acting_user: User, *, new_score: int | None) -> None:
    RatingChange.objects.create(
        dealership_id=rating.dealership_id,
        interaction=rating.interaction,
        score=rating.score,
        reasons=rating.reasons,
        comment=rating.comment,
        new_score=new_score,
        changed_by=acting_user,
        disclosure=rating.disclosure,
    )


def is_not_good(rating: Rating) -> bool:
    """Return whether a rating is "not good" under the store's threshold."""
    return rating.outcome == "not_good"


def opens_recovery(rating: Rating) -> bool:
    """Return whether a rating opens a recovery (R21): a "not good" does, unless it is confidential (R20).

    The talk is about one occasion, and would tell the supplier how it was rated. Who wants it all the same tells the
    supplier as much: tell_supplier.
    """
    return is_not_good(rating) and not rating.is_confidential


def needs_reason(rating: Rating) -> bool:
    """Return whether the page asks for a reason: a "not good" that has none yet (R21)."""
    return is_not_good(rating) and not (rating.reasons or rating.comment)
