"""Figures as files, for who reads the store or leads a department."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.choice import choose
from dashboards.exports import CONTENT_TYPES, Export, ExportForm
from dealership.access import access_of


@require_safe
def export_figures(request: HttpRequest) -> HttpResponse:
    """Send the figures of a period as a file (`?format=xlsx` or `csv`); without a format, ask for what is wanted."""
    access = access_of(request.user)
    store = access.user.dealership
    if store is None or not (access.reads_store or access.led):
        raise PermissionDenied
    asked = request.GET.copy()
    asked.setdefault("period", choose("", store.today()).name)
    form = ExportForm(asked, access=access)
    chosen = form.cleaned_data if form.is_valid() else {}
    if not chosen.get("format"):
        context = {"form": form, "reads_store": access.reads_store}
        return render(request, "dashboards/export.html", context, status=422 if form.errors else 200)
    export = Export(access, chosen["period"], chosen["group_by"], chosen["grain"])
    content = export.as_xlsx() if chosen["format"] == "xlsx" else export.as_csv()
    response = HttpResponse(content, content_type=CONTENT_TYPES[chosen["format"]])
    response["Content-Disposition"] = f'attachment; filename="{export.file_name}.{chosen["format"]}"'
    return response
