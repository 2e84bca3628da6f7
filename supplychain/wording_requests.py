"""Requests in the words of the reader's language: where one stands, who has it, how early and how late it was."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from supplychain.models import Escalation, Interaction, InteractionState, RequestState, SupplyRequest
from supplychain.rights import Side
from supplychain.wording import day_in_words, windows_in_words


def headline(
    request: SupplyRequest,
    *,
    today: datetime.date,
    side: Side | None,
    pending: Escalation | None,
    interaction: Interaction | None,
) -> str:
    """Return in one sentence where a request stands.

    `side`: the reader's, who is told what is theirs to do; `interaction`: what a done request became.
    """
    supplier, customer = request.link.supplier.label, request.link.customer.label
    if request.state == RequestState.ASKED:
        if pending is not None:
            return _("Asked: an exception waits for the superior's decision")
        return _("Asked: waits for your answer") if side == Side.SUPPLIER else _waits_for_answer(supplier)
    if request.state == RequestState.ACCEPTED:
        return _accepted(request, today)
    if request.state == RequestState.DONE:
        return _done(customer, side, interaction)
    ended = {
        RequestState.DECLINED: _("Declined by %(supplier)s"),
        RequestState.WITHDRAWN: _("Taken back by %(customer)s"),
        RequestState.EXPIRED: _("Expired: %(supplier)s did not answer in time"),
    }
    return ended[RequestState(request.state)] % {"supplier": supplier, "customer": customer}


def _waits_for_answer(supplier: str) -> str:
    return _("Asked: waits for an answer of %(supplier)s") % {"supplier": supplier}


def _accepted(request: SupplyRequest, today: datetime.date) -> str:
    assert request.promised_on is not None
    days = {"day": day_in_words(request.promised_on)}
    if request.expected_on is not None and request.expected_on != request.promised_on:
        days["expected"] = day_in_words(request.expected_on)
        return _("Accepted: promised for %(day)s, now expected for %(expected)s") % days
    if request.is_overdue_on(today):
        return _("Accepted, and overdue: promised for %(day)s") % days
    return _("Accepted: promised for %(day)s") % days


def _done(customer: str, side: Side | None, interaction: Interaction | None) -> str:
    state = interaction.state if interaction is not None else InteractionState.OPEN
    if state == InteractionState.RATED:
        return _("Done and rated")
    if state == InteractionState.EXPIRED:
        return _("Done; the time to rate it has passed")
    if side == Side.CUSTOMER:
        return _("Done: waits for your rating")
    return _("Done: waits for the rating of %(customer)s") % {"customer": customer}


def stage(request: SupplyRequest, interaction: Interaction | None) -> str:
    """Return where a request stands in a word or two, for a line of a table."""
    if request.state != RequestState.DONE or interaction is None:
        return str(RequestState(request.state).label)
    words = {
        InteractionState.OPEN: _("done, waits for its rating"),
        InteractionState.RATED: _("done and rated"),
        InteractionState.EXPIRED: _("done, not rated in time"),
    }
    return words.get(InteractionState(interaction.state), str(RequestState.DONE.label))


def since_when(request: SupplyRequest, moment: datetime.datetime) -> str:
    """Return a moment on the store's clock: the time alone if it was today."""
    local = moment.astimezone(request.dealership.zone)
    if local.date() == request.dealership.today():
        return time_format(local.time(), "H:i")
    return date_format(local, "DATETIME_FORMAT")


def both_notices(request: SupplyRequest) -> list[str]:
    """Return how early the customer asked, against what is agreed, and how late the supplier delivered."""
    sentences = [_early(request)]
    if request.outside_window:
        windows = windows_in_words(request.link.windows)
        sentences.append(
            _("Wanted outside the agreed window: %(windows)s.") % {"windows": windows}
            if windows
            else _("Wanted outside the window that was agreed then.")
        )
    if request.late_days is not None:
        sentences.append(_late(request.late_days))
    return sentences


def _early(request: SupplyRequest) -> str:
    days = max(request.notice_days, 0)
    if not days:
        asked = _("Asked less than a working day ahead")
    else:
        asked = ngettext("Asked %(days)d working day ahead", "Asked %(days)d working days ahead", days) % {"days": days}
    if not request.link.lead_time_days:
        return _("%(asked)s.") % {"asked": asked}
    return _("%(asked)s; agreed: %(lead)s.") % {"asked": asked, "lead": request.link.lead_time_days}


def _late(days: int) -> str:
    if not days:
        return _("Delivered on the promised day.")
    if days > 0:
        words = ngettext("Delivered %(days)d working day late.", "Delivered %(days)d working days late.", days)
    else:
        words = ngettext("Delivered %(days)d working day early.", "Delivered %(days)d working days early.", -days)
    return words % {"days": abs(days)}
