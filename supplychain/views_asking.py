"""Asking for something over a supply link: what is agreed is said before it is sent (R11)."""

from __future__ import annotations

import dataclasses
import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dealership.access import access_of
from dealership.answers import Request
from dealership.models import Dealership
from supplychain import actions_requests as actions
from supplychain.appointments import assess_link
from supplychain.booking import Assessment, Slot
from supplychain.forms_requests import AskForm, WishForm
from supplychain.models import Flow, Link, SupplyRequest
from supplychain.wording import (
    assessment_in_words,
    day_in_words,
    lead_time_in_words,
    slot_in_words,
    windows_in_words,
)


@dataclasses.dataclass(frozen=True)
class Outlook:
    """What a customer is told about a wanted day over a link, before anything is sent."""

    link: Link
    wanted_on: datetime.date | None
    wanted_time: datetime.time | None
    assessment: Assessment | None

    @property
    def basis(self) -> str:
        """Why the supplier serves (R5)."""
        return str(self.link.get_basis_display())  # type: ignore[attr-defined]

    @property
    def windows(self) -> str:
        """The windows in words; empty: any time."""
        return windows_in_words(self.link.windows)

    @property
    def lead_time(self) -> str:
        """The lead time in words; empty: none agreed."""
        return lead_time_in_words(self.link.lead_time_days)

    @property
    def words(self) -> str:
        """What is agreed and what is off; empty when nothing is."""
        return assessment_in_words(self.link, self.assessment) if self.assessment is not None else ""

    @property
    def slot(self) -> Slot | None:
        """Where it could be moved to, if it is off."""
        off = self.assessment is not None and self.assessment.short_notice
        return self.assessment.next_slot if off and self.assessment is not None else None

    @property
    def slot_words(self) -> str:
        """The slot in words."""
        return slot_in_words(self.slot) if self.slot is not None else ""

    @property
    def is_past(self) -> bool:
        """Whether the wanted day is over: then it can be moved, but not sent as it is."""
        return self.wanted_on is not None and self.wanted_on < self.link.dealership.today()

    @property
    def token(self) -> str:
        """Names what was told: who accepts short notice accepts this link, day and time, and nothing else."""
        time = f"{self.wanted_time:%H:%M}" if self.wanted_time is not None else ""
        return f"{self.link.pk} {self.wanted_on} {time}".strip()


@require_http_methods(["GET", "HEAD", "POST"])
def request_create(request: Request) -> HttpResponse:
    """Ask for something over a link of one's own. What is off is said first, with the next slot to move it to (R11).

    htmx asks, on a change of link or day, for the part of the page that says so.
    """
    access = access_of(request.user)
    store = request.user.dealership
    if store is None:
        raise PermissionDenied
    links = Link.objects.rateable_by(access).with_names().by_supplier()
    if request.method == "POST":
        return _sent(request, links, store)
    wish = WishForm(request.GET, links=links)
    wish.is_valid()  # what cannot be read is not chosen yet
    outlook = _wished(wish.cleaned_data, store)
    initial: dict[str, Any] = {"wanted_time": wish.cleaned_data.get("wanted_time")}
    if outlook is not None:
        initial |= {"link": outlook.link.pk, "wanted_on": outlook.wanted_on}
    form = AskForm(links=links, choices=_choices(links), today=store.today(), initial=initial)
    return _page(request, form, outlook, suggested=initial.get("wanted_on"))


def _sent(request: Request, links: Any, store: Dealership) -> HttpResponse:
    form = AskForm(request.POST, links=links, choices=_choices(links), today=store.today())
    if not form.is_valid():
        return _page(request, form, _wished(form.cleaned_data, store), status=422)
    values = form.cleaned_data
    outlook = _outlook(values["link"], values["wanted_on"], values["wanted_time"], store)
    moved = outlook.slot
    if moved is not None and parse_or_none(request.POST.get("move_to")) == moved.day:
        # The slot's own hours hold; a time that is none of them was what was off.
        values["wanted_on"], values["wanted_time"] = moved.day, None
        outlook = _outlook(values["link"], moved.day, None, store)
    try:
        asked = actions.ask(
            acting_user=request.user,
            link=values["link"],
            what=values["what"],
            quantity=values["quantity"],
            wanted_on=values["wanted_on"],
            wanted_time=values["wanted_time"],
            short_notice_accepted=request.POST.get("accept") == outlook.token,
            submission_key=values["key"],
        )
    except ValidationError as error:
        if getattr(error, "code", "") != "short_notice":  # that one the page says better, with what to do
            form.add_error(None, error)
        return _page(request, form, outlook, status=422)
    messages.success(request, _said(asked))
    return redirect("request_detail", pk=asked.pk)


def _page(
    request: Request,
    form: AskForm,
    outlook: Outlook | None,
    *,
    suggested: datetime.date | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "outlook": outlook,
        "suggested": suggested,
        "has_links": len(form.fields["link"].choices) > 1,  # type: ignore[attr-defined]
    }
    parts = {"request-when": "supplychain/_request_when.html", "request-send": "supplychain/_request_send.html"}
    template = parts.get(request.htmx.target or "", "") if request.htmx else ""
    return render(request, template or "supplychain/request_form.html", context, status=status)


def _wished(values: dict[str, Any], store: Dealership) -> Outlook | None:
    """Return what can be said so far; with a link and no day of the person's own, about its next slot."""
    link, day = values.get("link"), values.get("wanted_on")
    if link is None:
        return None
    if day is None or day == values.get("suggested"):
        day = _first_slot(link, store)
    return _outlook(link, day, values.get("wanted_time"), store)


def _outlook(link: Link, day: datetime.date, time: datetime.time | None, store: Dealership) -> Outlook:
    link.dealership = store
    return Outlook(link, day, time, assess_link(link, asked_at=timezone.now(), wanted_on=day, wanted_time=time))


def _first_slot(link: Link, store: Dealership) -> datetime.date:
    link.dealership = store
    found = assess_link(link, asked_at=timezone.now(), wanted_on=store.today()).next_slot
    return found.day if found is not None else store.today()


def _choices(links: Any) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the links grouped by who serves; the customer is named where the person speaks for several."""
    offered = list(links)
    several = len({link.customer_id for link in offered}) > 1
    return [
        (supplier.label, [(link.pk, _link_words(link, several)) for link in group])
        for supplier, group in groupby(offered, key=lambda link: link.supplier)
    ]


def _link_words(link: Link, several: bool) -> str:
    words = {"item": link.item.label, "flow": Flow(link.flow).label, "customer": link.customer.label}
    if several:
        return _("%(item)s for %(customer)s (%(flow)s)") % words
    return _("%(item)s (%(flow)s)") % words


def _said(asked: SupplyRequest) -> str:
    words = {"supplier": asked.link.supplier.label, "day": day_in_words(asked.wanted_on)}
    if asked.short_notice:
        return _("Sent to %(supplier)s for %(day)s, marked as short notice.") % words
    return _("Sent to %(supplier)s for %(day)s.") % words


def parse_or_none(text: str | None) -> datetime.date | None:
    """Return the day a text names as ISO writes it; None for anything else."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None
