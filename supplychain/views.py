"""The chain pages: the map of the store, two departments, one link. Open to everybody of the store."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dealership.access import Access, access_of
from dealership.actions import require_store_admin
from dealership.outline import outline
from supplychain.actions import end_link, revise_link
from supplychain.directions import by_flow, finding, graph_of, pair_url
from supplychain.forms import EndLinkForm, FlowForm, PairForm, TermsForm
from supplychain.models import Flow, Interaction, Link, SupplyRequest
from supplychain.promises import PromiseCounts
from supplychain.reliability import asked_between, count_by_link
from supplychain.wording import lead_time_in_words, windows_in_words

#: The count of recent interactions on a link's page goes back so many days.
RECENT_DAYS = 30
#: How its requests went is said for a year.
YEAR = datetime.timedelta(days=365)


@require_GET
def flow_map(request: HttpRequest) -> HttpResponse:
    """Show every link of the store in force today, as a map and as a table; ?flow= shows one flow."""
    access = access_of(request.user)
    if access.user.dealership is None:
        return _no_store(request)
    form = FlowForm(request.GET)
    flow = form.cleaned_data["flow"] if form.is_valid() else ""
    links = Link.objects.visible_to(access.user).active_on(access.user.dealership.today()).with_names()
    in_force = list(links.filter(flow=flow) if flow else links)
    parts = by_flow(in_force, flows=[flow] if flow else Flow.values)
    context = {
        "flow": flow,
        "unknown_flow": request.GET.get("flow", "")[:50] if not form.is_valid() else "",
        "parts": parts,
        "count": len(in_force),
        "graph": graph_of(parts, access.tree.departments),
        "finding": finding(parts),
    }
    return render(request, "supplychain/flow_map.html", context)


@require_GET
def pair(request: HttpRequest) -> HttpResponse:
    """Answer, for two departments and each flow: who is whose customer (R8)? ?a= and ?b= are department codes."""
    access = access_of(request.user)
    if access.user.dealership is None:
        return _no_store(request)
    form = PairForm(_codes(request, access), access=access)
    context: dict[str, Any] = {"form": form, "departments_exist": len(access.tree.departments) > 1}
    if form.departments:
        one, other = form.departments
        today = access.user.dealership.today()
        links = list(Link.objects.visible_to(access.user).between(one.pk, other.pk).with_names())
        present = [link for link in links if link.active_to is None or link.active_to >= today]
        past = [link for link in links if link not in present]
        context |= {"one": one, "other": other, "parts": by_flow(present), "past": past, "count": len(present)}
    return render(request, "supplychain/pair.html", context)


@require_GET
def link_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a link's terms, its earlier and later versions, and what may be done with it."""
    access = access_of(request.user)
    link = _link(access, pk)
    today = link.dealership.today()
    versions = Link.objects.visible_to(access.user).filter(
        dealership=link.dealership_id, flow=link.flow, supplier=link.supplier_id, customer=link.customer_id
    )
    others = list(versions.filter(item=link.item_id).exclude(pk=link.pk).with_names().order_by("active_from", "pk"))
    recent = promises = None
    if access.reads_store or {link.supplier_id, link.customer_id} & (access.own | access.led):
        since = today - datetime.timedelta(days=RECENT_DAYS - 1)
        recent = Interaction.objects.visible_to(access.user).filter(link=link, day__gte=since).count()
        promises = _promises(access, link, today)
    configures = _configures(access, link)
    context = {
        "link": link,
        "windows": windows_in_words(link.windows),
        "lead_time": lead_time_in_words(link.lead_time_days),
        "pair_url": pair_url(link.supplier, link.customer),
        "versions": others,
        "recent": recent,
        "recent_days": RECENT_DAYS,
        "promises": promises,
        "in_force": link.is_active_on(today),
        "ended": link.active_to is not None and link.active_to < today,
        "coming": link.active_from is not None and link.active_from > today,
        "may_rate": Link.objects.rateable_by(access).filter(pk=link.pk).exists(),
        "configures": configures,
        "may_change": configures and link.active_to is None,
    }
    return render(request, "supplychain/link_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def link_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a link's last day, then end it. For the store's admin; the history stays (R10)."""
    link = _link_to_change(request, pk)
    form = EndLinkForm(request.POST or None, initial={"last_day": link.dealership.today()})
    if request.method == "POST" and form.is_valid():
        try:
            end_link(acting_user=request.user, link=link, last_day=form.cleaned_data["last_day"])  # type: ignore[arg-type]
        except ValidationError as error:
            link.refresh_from_db(fields=["active_to"])
            _say(form, error, {"active_to": "last_day"})
        else:
            day = formats.date_format(form.cleaned_data["last_day"], "DATE_FORMAT")
            messages.success(request, _("The link ends with %(day)s. Its history stays.") % {"day": day})
            return redirect("link_detail", pk=link.pk)
    return render(request, "supplychain/link_end.html", {"link": link, "form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def link_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for new terms, then end the link today and start its successor tomorrow. For the store's admin (R10)."""
    link = _link_to_change(request, pk)
    form = TermsForm(request.POST or None, link=link)
    if request.method == "POST" and form.is_valid():
        try:
            successor = revise_link(acting_user=request.user, link=link, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as error:
            link.refresh_from_db(fields=["active_to"])
            _say(form, error, {})
        else:
            assert successor.active_from is not None
            day = formats.date_format(successor.active_from, "DATE_FORMAT")
            messages.success(request, _("The new terms hold from %(day)s.") % {"day": day})
            return redirect("link_detail", pk=successor.pk)
    context = {"link": link, "form": form}
    return render(request, "supplychain/link_revise.html", context, status=_status(form))


def _link(access: Access, pk: int) -> Link:
    links = Link.objects.visible_to(access.user).with_names().select_related("dealership")
    link: Link = get_object_or_404(links, pk=pk)
    return link


def _promises(access: Access, link: Link, today: datetime.date) -> PromiseCounts | None:
    """Return how the requests of the last year over a link went (R13); None where there were none."""
    requests = SupplyRequest.objects.visible_to(access.user).filter(link=link)
    asked = requests.filter(asked_between(link.dealership, today - YEAR, today))
    return count_by_link(asked, today=today).get(link.pk)


def _link_to_change(request: HttpRequest, pk: int) -> Link:
    link = _link(access_of(request.user), pk)
    require_store_admin(request.user, link.dealership_id)  # type: ignore[arg-type]
    return link


def _configures(access: Access, link: Link) -> bool:
    try:
        require_store_admin(access.user, link.dealership_id)
    except PermissionDenied:
        return False
    return True


def _codes(request: HttpRequest, access: Access) -> dict[str, str]:
    """Return the codes asked for; else one's own department and the first other one, best one it has links with."""
    asked = {name: request.GET.get(name, "") for name in ("a", "b")}
    offered = [department for department, _depth in outline(access.tree.departments) if department.is_active]
    own = access.main_department
    if not asked["a"]:
        free = [department for department in offered if department.code != asked["b"]]
        mine = own if own in free else next(iter(free), None)
        asked["a"] = mine.code if mine else ""
    if not asked["b"]:
        one = access.tree.by_code.get(asked["a"])
        partners: set[int] = set()
        if one is not None:
            ends = Link.objects.visible_to(access.user).touching([one.pk]).filter(active_to=None).order_by()
            partners = {pk for pair in ends.values_list("supplier", "customer") for pk in pair}
        others = [department for department in offered if department.code != asked["a"]]
        first = next((d for d in others if d.pk in partners), next(iter(others), None))
        asked["b"] = first.code if first else ""
    return asked


def _no_store(request: HttpRequest) -> HttpResponse:
    """Operators of the installation belong to no store: there is no chain to show."""
    return render(request, "supplychain/no_store.html")


def _say(form: Form, error: ValidationError, fields: dict[str, str]) -> None:
    """Put the errors of an action beside the fields they are about, and the others above the form."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, errors in by_field.items():
        field = fields.get(name, name)
        form.add_error(field if field in form.fields else None, ValidationError(errors))


def _status(form: Form) -> int:
    return 422 if form.is_bound else 200
