"""Importing from a file on the web: check first, see what would happen, then write."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import secrets
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dealership.access import access_of
from dealership.imports import WEB_LIMITS, ImportRefused, Kind, Report, run_import
from dealership.models import Dealership
from surveys.forms_import import ImportForm
from surveys.imports import KINDS
from surveys.reasons import REASONS

#: How long a checked file is kept for its writing, in seconds.
KEPT_FOR = 1800
#: So many bad rows are shown on the page; the command lists more.
MOST_SHOWN = 100


class Checked(NamedTuple):
    """A checked file, kept until it is written: only for the person who sent it, in their store."""

    user_id: int
    dealership_id: int
    kind: str
    name: str
    content: bytes


@require_http_methods(["GET", "HEAD", "POST"])
def data_import(request: HttpRequest) -> HttpResponse:
    """Choose a file; POST checks it and shows what it would do; POST with its token writes it.

    `?template=KIND` downloads an empty table of a kind. For store admins.
    """
    dealership = _store_to_configure(request)
    if request.method == "POST":
        token = request.POST.get("token")
        return _check(request, dealership) if token is None else _write(request, dealership, token)
    if "template" in request.GET:
        return _template(request.GET["template"])
    return _page(request, ImportForm(initial={"kind": request.GET.get("kind", "departments")}))


def _store_to_configure(request: HttpRequest) -> Dealership:
    """Return the store of the signed-in admin. Raises PermissionDenied for everybody else."""
    access = access_of(request.user)
    if not access.is_store_admin or access.user.dealership is None:
        raise PermissionDenied
    return access.user.dealership


def _page(request: HttpRequest, form: ImportForm) -> HttpResponse:
    context = {"form": form, "kinds": KINDS.values(), "limits": WEB_LIMITS, "reasons": _reasons()}
    return render(request, "surveys/import.html", context)


def _reasons() -> dict[str, list[str]]:
    """Return the codes of the reasons of each flow, which a ratings file uses."""
    return {flow: list(reasons) for flow, reasons in REASONS.items()}


def _check(request: HttpRequest, dealership: Dealership) -> HttpResponse:
    """Check a sent file and show what writing it would do."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    file = form.cleaned_data["file"]
    checked = Checked(request.user.pk or 0, dealership.pk, form.cleaned_data["kind"], file.name, file.read())
    try:
        report = _run(checked, dealership, dry_run=True)
    except ImportRefused as refused:
        form.add_error("file", str(refused))
        return _page(request, form)
    token = ""
    if not report.error_count:
        token = secrets.token_urlsafe(24)
        # In the cache, not on this server's disk: the next request may be answered by another server.
        cache.set(_cache_key(token), tuple(checked), KEPT_FOR)
    return _preview(request, checked, report, token)


def _preview(request: HttpRequest, checked: Checked, report: Report, token: str) -> HttpResponse:
    context: dict[str, Any] = {
        "kind": KINDS[checked.kind],
        "name": checked.name,
        "report": report,
        "errors": report.errors[:MOST_SHOWN],
        "errors_not_shown": report.error_count - min(len(report.errors), MOST_SHOWN),
        "token": token,
    }
    return render(request, "surveys/import_preview.html", context)


def _write(request: HttpRequest, dealership: Dealership, token: str) -> HttpResponse:
    """Write a checked file. Sent twice, the second finds nothing left to do."""
    checked = _checked(token, request.user.pk or 0, dealership.pk)
    if checked is None:
        messages.error(request, _("This check is used up or too old. Choose the file again."))
        return redirect("data_import")
    try:
        report = _run(checked, dealership, dry_run=False)
    except ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect("data_import")
    cache.delete(_cache_key(token))
    if report.error_count:  # the store changed since the check
        return _preview(request, checked, report, "")
    messages.success(
        request,
        _("%(name)s is imported: %(created)d created, %(updated)d updated, %(unchanged)d unchanged.")
        % {
            "name": checked.name,
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
        },
    )
    return redirect("data_import")


def _checked(token: str, user_id: int, dealership_id: int) -> Checked | None:
    kept = cache.get(_cache_key(token))
    if kept is None:
        return None
    checked = Checked(*kept)
    return checked if (checked.user_id, checked.dealership_id) == (user_id, dealership_id) else None


def _cache_key(token: str) -> str:
    # Whatever was sent as a token, the key stays short and printable.
    return f"import:{hashlib.sha256(token.encode()).hexdigest()}"


def _run(checked: Checked, dealership: Dealership, *, dry_run: bool) -> Report:
    kind = KINDS[checked.kind]
    return run_import(
        kind=kind,
        file=io.BytesIO(checked.content),
        name=checked.name,
        dealership=dealership,
        dry_run=dry_run,
        limits=dataclasses.replace(WEB_LIMITS, rows=kind.web_rows),
    )


def _template(name: str) -> HttpResponse:
    """Return a table of a kind with its header and one example row, as spreadsheets open it (UTF-8 with BOM)."""
    kind: Kind | None = KINDS.get(name)
    if kind is None:
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind.name}.csv"'
    writer = csv.writer(response)
    writer.writerow([column.name for column in kind.columns])
    writer.writerow([str(column.example) for column in kind.columns])
    return response
