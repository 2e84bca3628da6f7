"""Requests: the list of both sides, day by day, and the page of one."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dealership.access import Access, access_of
from dealership.answers import Request
from dealership.models import Dealership
from supplychain.cards_requests import RequestCard, card_of, cards_of
from supplychain.forms_requests import RequestFilterForm
from supplychain.models import Escalation, RequestEvent, SupplyRequest
from supplychain.promises import PromiseCounts, total
from supplychain.querysets_requests import STAGES
from supplychain.reliability import asked_between, count_by_link
from supplychain.rights import Side
from supplychain.timelines import timeline
from supplychain.wording import day_in_words, in_a_row, lead_time_in_words, windows_in_words
from supplychain.wording_requests import both_notices

PER_PAGE = 16
#: How promises were kept is said for a year.
YEAR = datetime.timedelta(days=365)
#: The side of the list that shows everything one may read.
EVERY = "all"


# --- The list ---------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Group:
    """Requests under one heading; `day` is set where they are one day's."""

    title: str
    cards: list[RequestCard]
    day: datetime.date | None = None
    is_late: bool = False


@require_safe
def request_list(request: Request) -> HttpResponse:
    """Requests of one side: what is open stands day by day, the rest newest first; ?day= shows one day's list."""
    access = access_of(request.user)
    form = RequestFilterForm(request.GET, departments=[(d.pk, d.label) for d in access.tree.departments])
    form.is_valid()  # a filter that cannot be read says so beside its field; the others still hold
    side = form.cleaned_data.get("side") or _first_side(access)
    store = request.user.dealership
    today = store.today() if store is not None else datetime.date.min
    base = _of_side(access, side)
    wanted = _filtered(base, form.cleaned_data)
    stage = form.cleaned_data.get("state", "")
    if stage in STAGES:
        found = wanted.in_stage(stage).order_by("-asked_at", "-pk")
    elif stage:
        found = wanted.order_by("-asked_at", "-pk")
    else:
        found = (wanted.waiting() if side == Side.SUPPLIER else wanted.still_open()).by_day(today)
    page = Paginator(found.with_names(), PER_PAGE).get_page(request.GET.get("page"))
    cards = cards_of(page.object_list, access, back=request.get_full_path())
    promises = _promises(base, store, today) if store is not None and side == Side.SUPPLIER else None
    context = {
        "form": form,
        "page_obj": page,
        "cards": cards,
        "groups": [] if stage else _groups(cards, today),
        "side": side,
        "sides": _sides(request, form, side),
        "by_day": not stage,
        "summary": summary(base.totals(today), side, promises),
        "may_ask": bool(access.rates_for),
    }
    return render(request, "supplychain/request_list.html", context)


def _first_side(access: Access) -> str:
    """Return the side the list opens with: the supplier's where something waits there, else the customer's."""
    if SupplyRequest.objects.as_supplier(access).waiting().exists():
        return Side.SUPPLIER
    return Side.CUSTOMER if access.rates_for else EVERY


def _of_side(access: Access, side: str) -> Any:
    mine = SupplyRequest.objects.visible_to(access.user)
    if side == Side.SUPPLIER:
        return mine.as_supplier(access)
    return mine.as_customer(access) if side == Side.CUSTOMER else mine.readable_by(access)


def _filtered(requests: Any, wanted: dict[str, Any]) -> Any:
    if wanted.get("flow"):
        requests = requests.filter(link__flow=wanted["flow"])
    if wanted.get("department") is not None:
        requests = requests.touching(wanted["department"])
    if wanted.get("notice"):
        requests = requests.at_short_notice(wanted["notice"] == "short")
    return requests.due_on(wanted["day"]) if wanted.get("day") else requests


def _sides(request: Request, form: RequestFilterForm, current: str) -> list[dict[str, Any]]:
    """Return the sides as links that keep the other filters."""
    sides = []
    for value, words in form.fields["side"].choices:  # type: ignore[attr-defined]
        query = request.GET.copy()
        query.pop("page", None)
        query["side"] = value
        sides.append({"url": f"?{query.urlencode()}", "words": words, "current": value == current})
    return sides


def _groups(cards: Iterable[RequestCard], today: datetime.date) -> list[Group]:
    """Return open requests, in the order of `by_day`, under their headings."""

    def key(card: RequestCard) -> tuple[int, datetime.date | None]:
        rank: int = card.request.rank  # type: ignore[attr-defined]
        return rank, _day_of(card) if rank == 2 else None

    groups = []
    for (rank, day), together in groupby(cards, key=key):
        title = _("Waits for a rating") if rank == 0 else _("Overdue")
        if day is not None:
            title = _day_title(day, today)
        groups.append(Group(title, list(together), day, is_late=rank == 1))
    return groups


def _day_of(card: RequestCard) -> datetime.date:
    day: datetime.date = card.request.day  # type: ignore[attr-defined]
    return day


def _day_title(day: datetime.date, today: datetime.date) -> str:
    words = day_in_words(day)
    if day == today:
        return _("Today, %(day)s") % {"day": words}
    if day == today + datetime.timedelta(days=1):
        return _("Tomorrow, %(day)s") % {"day": words}
    return words


def _promises(requests: Any, store: Dealership, today: datetime.date) -> PromiseCounts:
    """Return how promises were kept in the last year."""
    asked = requests.filter(asked_between(store, today - YEAR, today))
    return total(count_by_link(asked, today=today).values())


def summary(totals: dict[str, int], side: str, promises: PromiseCounts | None) -> str:
    """Return in plain words what is open on a side, and how promises were kept; empty where there is neither."""
    asked, accepted, overdue, to_rate = (totals[name] for name in ("asked", "accepted", "overdue", "to_rate"))
    sentences = []
    if side == Side.SUPPLIER:
        if asked:
            sentences.append(
                ngettext("%(n)d waits for your answer.", "%(n)d wait for your answer.", asked) % {"n": asked}
            )
        if accepted:
            words = ngettext("%(n)d accepted and not done yet.", "%(n)d accepted and not done yet.", accepted)
            sentences.append(words % {"n": accepted})
    else:
        if to_rate and side == Side.CUSTOMER:
            words = ngettext("%(n)d waits for your rating.", "%(n)d wait for your rating.", to_rate)
            sentences.append(words % {"n": to_rate})
        if asked + accepted:
            words = ngettext("%(n)d is with its supplier.", "%(n)d are with their suppliers.", asked + accepted)
            sentences.append(words % {"n": asked + accepted})
    if overdue:
        words = ngettext("%(n)d of them is overdue.", "%(n)d of them are overdue.", overdue)
        sentences.append(words % {"n": overdue})
    elif asked + accepted:
        sentences.append(_("None is overdue."))
    if promises is not None and promises.judged:
        words = _("On time in the last 12 months: %(kept)d of %(judged)d promises.")
        sentences.append(words % {"kept": promises.kept, "judged": promises.judged})
    return in_a_row(sentences)


# --- One request ------------------------------------------------------------------------------------


@require_safe
def request_detail(request: Request, pk: int) -> HttpResponse:
    """One request: where it stands and who has it, what the reader may do, and what happened."""
    access = access_of(request.user)
    asked = visible_request(access, pk)
    if not SupplyRequest.objects.readable_by(access).filter(pk=pk).exists():
        raise PermissionDenied
    return show_request(request, asked)


def show_request(request: Request, asked: SupplyRequest) -> HttpResponse:
    """Answer with the page of a request that was read with its names."""
    access = access_of(request.user)
    card = dataclasses.replace(card_of(asked, access), in_place=False)
    link = asked.link
    escalations = list(Escalation.objects.filter(request=asked).select_related("superior", "raised_by"))
    events = RequestEvent.objects.filter(request=asked).select_related("person")
    context = {
        "asked": asked,
        "link": link,
        "card": card,
        "notices": in_a_row(both_notices(asked)),
        "windows": windows_in_words(link.windows),
        "lead_time": lead_time_in_words(link.lead_time_days),
        "lines": timeline(asked, events, escalations),
    }
    return render(request, "supplychain/request_detail.html", context)


def visible_request(access: Access, pk: int) -> SupplyRequest:
    """Return a request with its names; Http404 for a stranger's."""
    asked: SupplyRequest | None = SupplyRequest.objects.visible_to(access.user).with_names().filter(pk=pk).first()
    if asked is None:
        raise Http404
    return asked
