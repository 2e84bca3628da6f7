"""The setup page of a store's admin."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dealership.calendar_words import store_calendar
from dealership.models import Dealership, Department
from supplychain.actions_store import Created, create_standard_store
from supplychain.readiness import readiness_of
from supplychain.standard_store import DEPARTMENTS
from supplychain.wording import listed


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """Show what a store has, what it lacks, and the ways to each. For the store's admin."""
    store = _own_store(request)
    context = {"readiness": readiness_of(store), "calendar": store_calendar(store, today=store.today())}
    return render(request, "supplychain/setup.html", context)


@require_POST
def standard_store(request: HttpRequest) -> HttpResponse:
    """Create the standard store; a store that has departments already is asked for confirmation first."""
    store = _own_store(request)
    departments = Department.objects.filter(dealership=store)
    if departments.exists() and "confirmed" not in request.POST:
        have = set(departments.values_list("code", flat=True))
        missing = [plan for plan in DEPARTMENTS if plan.code not in have]
        names = [plan.en if store.language == "en" else plan.zh_hans for plan in missing]
        return render(request, "supplychain/standard_store_confirm.html", {"missing": names, "have": len(have)})
    created = create_standard_store(acting_user=request.user, dealership=store)  # type: ignore[arg-type]
    messages.success(request, _what_was_made(created))
    return redirect("setup")


def _own_store(request: HttpRequest) -> Dealership:
    """Return the store the person configures. Raises PermissionDenied for everybody else."""
    user = request.user
    if not user.is_authenticated or not user.is_store_admin or user.dealership is None:
        raise PermissionDenied
    return user.dealership


def _what_was_made(created: Created) -> str:
    if not any(created):
        return _("Nothing was missing: the store has all of the standard departments and links.")
    parts = [
        ngettext("%(count)d department", "%(count)d departments", created.departments) % {"count": created.departments},
        ngettext("%(count)d item", "%(count)d items", created.items) % {"count": created.items},
        ngettext("%(count)d supply link", "%(count)d supply links", created.links) % {"count": created.links},
    ]
    return _("Added: %(parts)s.") % {"parts": listed(parts)}
