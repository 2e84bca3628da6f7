"""Writes to links and interactions."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.access import access_of
from dealership.actions import require_store_admin
from dealership.models import Dealership, User
from supplychain.models import Interaction, InteractionState, Link, Mark, SupplyRequest, append_mark

EXPIRE_BATCH = 1000  # interactions expired in one transaction


def check_occurred_at(link: Link, occurred_at: datetime.datetime, *, now: datetime.datetime) -> None:
    """Refuse a moment in the future or on a day when the link was not in force.

    Raises ValidationError with code `future` or `link_inactive`, on the field occurred_at.
    """
    if occurred_at > now:
        raise ValidationError({"occurred_at": ValidationError(_("This lies in the future."), code="future")})
    if not link.is_active_on(link.dealership.local_day(occurred_at)):
        raise ValidationError(
            {"occurred_at": ValidationError(_("The supply link was not in force on this day."), code="link_inactive")}
        )


def log_interaction(
    *,
    acting_user: User,
    link: Link,
    occurred_at: datetime.datetime,
    requester: User | None = None,
    note: str = "",
    submission_key: uuid.UUID | None = None,
) -> Interaction:
    """Record that the supplier served the customer; the interaction then waits for its rating.

    Either side of the link may record it. A form sent twice (same submission_key) returns the first interaction.
    Raises PermissionDenied for people of neither side, ValidationError for a moment that cannot be.
    """
    access = access_of(acting_user)
    if not {link.supplier_id, link.customer_id} & (access.own | access.led):
        raise PermissionDenied
    check_occurred_at(link, occurred_at, now=timezone.now())
    try:
        with transaction.atomic():
            return insert_interaction(
                link=link,
                occurred_at=occurred_at,
                logged_by=acting_user,
                requester=requester,
                note=note,
                submission_key=submission_key,
            )
    except IntegrityError:
        first = sent_before(link=link, logged_by=acting_user, submission_key=submission_key)
        if first is None:
            raise
        return first


def insert_interaction(
    *,
    link: Link,
    occurred_at: datetime.datetime,
    logged_by: User,
    state: str = InteractionState.OPEN,
    requester: User | None = None,
    note: str = "",
    submission_key: uuid.UUID | None = None,
    request: SupplyRequest | None = None,
) -> Interaction:
    """Insert an interaction with its mark; call it in a transaction. Checks no rights.

    `request`: the request that was done with it; its short notice goes along (R12). Raises IntegrityError when its
    submission_key made one before: roll back, then ask `sent_before`.
    """
    interaction: Interaction = Interaction.objects.create(
        dealership=link.dealership,
        link=link,
        occurred_at=occurred_at,
        day=link.dealership.local_day(occurred_at),
        state=state,
        requester=requester,
        logged_by=logged_by,
        note=note,
        submission_key=submission_key,
        request=request,
        short_notice=request is not None and request.short_notice,
    )
    append_mark(dealership_id=link.dealership_id, link_id=link.pk, day=interaction.day)
    return interaction


def sent_before(*, link: Link, logged_by: User, submission_key: uuid.UUID | None) -> Interaction | None:
    """Return the interaction that the same form made when it was sent before; None if there is none.

    Raises ValidationError when the key was used for another link or by another person.
    """
    if submission_key is None:
        return None
    first: Interaction | None = Interaction.objects.filter(
        dealership=link.dealership_id, submission_key=submission_key
    ).first()
    if first is not None and (first.link_id != link.pk or first.logged_by_id != logged_by.pk):
        raise ValidationError(_("This form was sent before, for something else."), code="key_reused")
    return first


@transaction.atomic
def dismiss_interaction(*, acting_user: User, interaction: Interaction) -> bool:
    """Say, as its customer, that an open interaction did not take place: no rating is due for it.

    Returns False when somebody else was first (rated, expired or dismissed already).
    """
    return _move(acting_user, interaction, InteractionState.OPEN, InteractionState.DISMISSED)


@transaction.atomic
def restore_interaction(*, acting_user: User, interaction: Interaction) -> bool:
    """Take a dismissal back. Returns False when the interaction is not dismissed (any more)."""
    return _move(acting_user, interaction, InteractionState.DISMISSED, InteractionState.OPEN)


def _move(acting_user: User, interaction: Interaction, before: str, after: str) -> bool:
    if not Interaction.objects.rateable_by(access_of(acting_user)).filter(pk=interaction.pk).exists():
        raise PermissionDenied
    if interaction.request_id is not None:
        raise ValidationError(_("It came from a request: say there that it is not done yet."), code="of_request")
    # A guarded update instead of a lock: of two people acting at once, one changes a row and one changes none.
    moved = Interaction.objects.filter(pk=interaction.pk, state=before).update(state=after)
    if moved:
        interaction.state = after
        append_mark(dealership_id=interaction.dealership_id, link_id=interaction.link_id, day=interaction.day)
    return bool(moved)


def expire_interactions(*, dealership: Dealership) -> int:
    """Expire a store's open interactions whose days to rate have passed; returns how many. Safe to repeat."""
    last_open_day = dealership.today() - datetime.timedelta(days=dealership.rating_days)
    due = Interaction.objects.filter(dealership=dealership, state=InteractionState.OPEN, day__lt=last_open_day)
    expired = 0
    while batch := list(due.values_list("pk", "link_id", "day")[:EXPIRE_BATCH]):
        with transaction.atomic():
            rows = Interaction.objects.filter(pk__in=[pk for pk, _link_id, _day in batch], state=InteractionState.OPEN)
            expired += rows.update(state=InteractionState.EXPIRED)
            # One rated in between is marked too: a mark too many costs a recount, one too few a figure.
            days = {(dealership.pk, link_id, day) for _pk, link_id, day in batch}
            mark_days(sorted(days))
    return expired


@transaction.atomic
def end_link(*, acting_user: User, link: Link, last_day: datetime.date | None = None) -> Link:
    """End a link; its history stays (R10). `last_day`: the last local day in force, today unless given.

    Raises PermissionDenied unless the person is the store's admin, ValidationError if it ended before, or would
    end before it starts.
    """
    require_store_admin(acting_user, link.dealership_id)
    if link.active_to is not None:
        raise ValidationError(_("This link has ended already."), code="ended")
    link.active_to = last_day or link.dealership.today()
    link.full_clean()
    link.save(update_fields=["active_to"])
    return link


@transaction.atomic
def revise_link(*, acting_user: User, link: Link, **new_terms: Any) -> Link:
    """Give a link new terms: today is the old one's last day, and a new link starts tomorrow (R10).

    `new_terms`: scale, basis, lead_time_days, windows. Returns the new link.
    """
    ended = end_link(acting_user=acting_user, link=link)
    assert ended.active_to is not None
    terms = {"scale": link.scale, "basis": link.basis, "lead_time_days": link.lead_time_days, "windows": link.windows}
    successor = Link(
        dealership_id=link.dealership_id,
        flow=link.flow,
        supplier_id=link.supplier_id,
        customer_id=link.customer_id,
        item_id=link.item_id,
        active_from=ended.active_to + datetime.timedelta(days=1),
        **{**terms, **new_terms},
    )
    successor.full_clean()
    successor.save()
    return successor


def mark_days(marks: list[tuple[int, int, datetime.date]]) -> None:
    """Append many marks at once, each (dealership id, link id, local day); for imports."""
    Mark.objects.bulk_create(
        [Mark(dealership_id=dealership, link_id=link, day=day) for dealership, link, day in marks], batch_size=1000
    )
