"""Pages that read: a department, the ratings behind its figures, its requests, the whole store."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.choice import Choice, choose
from dashboards.department import DepartmentPage
from dashboards.group import SORTS, GroupPage, Together, listed
from dashboards.lenses import LensesPage
from dashboards.ratings import asked_ratings, blocks_behind, narrowings
from dashboards.requests import RequestsPage
from dashboards.steps import steps
from dashboards.store import StorePage
from dashboards.units import scope_of
from dealership.access import Access, access_of
from dealership.models import Department
from supplychain.models import Flow, Link
from surveys.rights import shown_rater
from surveys.rollups import as_of

PAGE = 25  # ratings a page
STORES = 50  # stores a page


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the page the signed-in person's work is about: group, store or department; or where to turn."""
    access = access_of(request.user)
    if access.user.group_id is not None:
        return redirect("group_dashboard")
    department = access.main_department
    if access.user.dealership is not None:
        if access.is_general_manager or (access.reads_store and department is None):
            return _store(request, access)
        if department is not None:
            return _department(request, access, department)
    return render(request, "dashboards/nobody.html")


@require_safe
def department_dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """Show a department's figures to its people, to who leads it, and to who reads the store."""
    access = access_of(request.user)
    department = _department_or_404(access, code)
    if not access.reads_figures_of(department.pk):
        raise PermissionDenied
    return _department(request, access, department)


@require_safe
def store_dashboard(request: HttpRequest) -> HttpResponse:
    """Show the whole store to its general manager and its admin."""
    access = access_of(request.user)
    if not access.reads_store or access.user.dealership is None:
        raise PermissionDenied
    return _store(request, access)


@require_safe
def group_dashboard(request: HttpRequest) -> HttpResponse:
    """Show the stores of a dealer group side by side to the group's own people."""
    user = access_of(request.user).user
    if user.group is None:
        raise PermissionDenied
    page = GroupPage(user)
    choice = choose(request.GET.get("period", ""), page.today, anchor=request.GET.get("at", ""))
    text = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    sort = request.GET.get("sort", "")
    chosen = {"q": text, "sort": sort if sort in SORTS else ""}
    lines = page.lines(choice)
    found = listed(lines, text=text, sort=chosen["sort"] or "worst")
    context = {
        "group": user.group,
        "together": Together(lines),
        "page_obj": Paginator(found, STORES).get_page(request.GET.get("page")),
        "choice": choice,
        "text": text,
        "sort": chosen["sort"] or "worst",
        "as_of": page.as_of(),
        "keep": [*((name, value) for name, value in chosen.items() if value), ("at", choice.anchor)],
        **steps(request, choice, earlier=page.has_earlier(choice)),
    }
    with timezone.override(page.zone):
        return render(request, "dashboards/group.html", context)


@require_safe
def department_ratings(request: HttpRequest, code: str) -> HttpResponse:
    """Show the single ratings behind a department's figures to who leads it or reads the store."""
    access = access_of(request.user)
    department = _department_or_404(access, code)
    if not access.reads_ratings_of(department.pk):
        raise PermissionDenied
    asked = asked_ratings(access, department, request.GET)
    page = Paginator(asked.ratings, PAGE).get_page(request.GET.get("page"))
    kept = [*asked.form.chosen.items(), *([("span", asked.span)] if asked.span else [])]
    context = {
        "department": department,
        "choice": asked.choice,
        "form": asked.form,
        "page_obj": page,
        "rows": [(rating, shown_rater(access, rating)) for rating in page.object_list],
        "blocks": blocks_behind(access, department, asked),
        "span": asked.span,
        "keep": [*kept, ("at", asked.choice.anchor)],
        "narrowed": _narrowed(access, department, asked.form.chosen),
        "narrowings": narrowings(access, asked, request.GET),
        **steps(request, asked.choice, earlier=True),
    }
    return render(request, "dashboards/ratings.html", context)


@require_safe
def department_requests(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was asked of a department and by it, and how promises were kept, to who may read its figures."""
    access = access_of(request.user)
    department = _department_or_404(access, code)
    if not access.reads_figures_of(department.pk):
        raise PermissionDenied
    choice = _choice(request, access)
    page = RequestsPage(access, department, choice)
    context = {
        "page": page,
        "department": department,
        "choice": choice,
        "keep": [("at", choice.anchor)],
        **steps(request, choice, earlier=page.has_earlier),
    }
    return render(request, "dashboards/requests.html", context)


@require_safe
def department_lenses(request: HttpRequest, code: str) -> HttpResponse:
    """Show what figures answer to each objection to a department's ratings, to who may read its figures."""
    access = access_of(request.user)
    department = _department_or_404(access, code)
    if not access.reads_figures_of(department.pk):
        raise PermissionDenied
    choice = _choice(request, access)
    page = LensesPage(access, department, choice)
    context = {
        "page": page,
        "department": department,
        "choice": choice,
        "keep": [("at", choice.anchor)],
        **steps(request, choice, earlier=page.figures.board.has_earlier),
    }
    return render(request, "dashboards/lenses.html", context)


def _department(request: HttpRequest, access: Access, department: Department) -> HttpResponse:
    choice = _choice(request, access)
    page = DepartmentPage(access, department, choice)
    context = {
        "page": page,
        "department": department,
        "choice": choice,
        "keep": [("at", choice.anchor)],
        "as_of": as_of(department.dealership_id),
        **steps(request, choice, earlier=page.board.has_earlier),
    }
    return render(request, "dashboards/department.html", context)


def _store(request: HttpRequest, access: Access) -> HttpResponse:
    assert access.user.dealership is not None
    choice = _choice(request, access)
    flow = request.GET.get("flow", "")
    page = StorePage(access, choice, flow if flow in Flow.values else "")
    context = {
        "page": page,
        "dealership": access.user.dealership,
        "choice": choice,
        "as_of": as_of(access.user.dealership.pk),
        "others": [department for department in access.tree.departments if department.is_active],
        "keep": [*([("flow", page.flow)] if page.flow else []), ("at", choice.anchor)],
        **steps(request, choice, earlier=page.board.has_earlier),
    }
    return render(request, "dashboards/store.html", context)


def _department_or_404(access: Access, code: str) -> Department:
    try:
        return access.tree.by_code[code]
    except KeyError:
        raise Http404 from None


def _choice(request: HttpRequest, access: Access) -> Choice:
    assert access.user.dealership is not None
    asked, anchor = request.GET.get("period", ""), request.GET.get("at", "")
    return choose(asked, access.user.dealership.today(), anchor=anchor)


def _narrowed(access: Access, department: Department, chosen: dict[str, Any]) -> Link | None:
    """Return the link that the ratings were narrowed to, to be named on the page."""
    if "link" not in chosen:
        return None
    links = Link.objects.visible_to(access.user).touching(scope_of(access.tree, department)).with_names()
    link: Link | None = links.filter(pk=chosen["link"]).first()
    return link
