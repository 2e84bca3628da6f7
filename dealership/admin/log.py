"""The log of changes, for reading: a store's admin reads their own store's entries."""

from __future__ import annotations

from typing import Any

from auditlog import admin as _auditlog_admin  # noqa: F401  (registers the page that is replaced below)
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dealership.admin.scope import configures, is_operator

#: django-auditlog calls itself this and has no Chinese: the catalogue takes its names from here.
THEIR_NAMES = (_("Audit log"), _("log entry"), _("log entries"))

ACTIONS = {
    LogEntry.Action.CREATE: pgettext_lazy("log", "created"),
    LogEntry.Action.UPDATE: pgettext_lazy("log", "changed"),
    LogEntry.Action.DELETE: pgettext_lazy("log", "deleted"),
}


class KindFilter(admin.SimpleListFilter):
    """What kind of entry was changed; offers audited kinds only."""

    title = _("kind")
    parameter_name = "content_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds that stand in the log the reader may read."""
        ids = model_admin.get_queryset(request).order_by().values_list("content_type", flat=True).distinct()
        return sorted(
            ((str(kind.pk), kind_of(kind)) for kind in ContentType.objects.filter(pk__in=list(ids))),
            key=lambda choice: choice[1],
        )

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the entries of the kind chosen."""
        value = self.value()
        return queryset.filter(content_type=value) if value and value.isdigit() else queryset


class ActionFilter(admin.SimpleListFilter):
    """Created, changed or deleted."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the three actions."""
        return [(str(action), word) for action, word in ACTIONS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the entries of the action chosen."""
        value = self.value()
        return queryset.filter(action=value) if value and value.isdigit() else queryset


admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class LogAdmin(admin.ModelAdmin):
    """Who changed what, when: structure, people, links and policies."""

    list_display = ["when", "who", "what_happened", "kind", "name", "changed_fields"]
    list_display_links = ["when"]
    list_filter = [ActionFilter, KindFilter]
    search_fields = ["object_repr", "actor__full_name", "actor__username"]
    list_select_related = ["content_type", "actor"]
    date_hierarchy = "timestamp"
    list_per_page = 50
    fields = ["when", "who", "what_happened", "kind", "entry", "changes_in_words"]
    readonly_fields = ["when", "who", "what_happened", "kind", "entry", "changes_in_words"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the entries of the admin's own store; operators read all."""
        rows = super().get_queryset(request)
        if is_operator(request.user):
            return rows
        store = request.user.dealership_id  # type: ignore[union-attr]
        return rows.filter(additional_data__dealership=store) if store else rows.none()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow the lookups by which a page leads to the log of one row, and those of the filters."""
        return lookup == "object_id" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Store admins and operators."""
        return configures(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Store admins and operators."""
        return configures(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: the log writes itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The log keeps no log of itself."""
        raise Http404

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    @admin.display(description=_("time"), ordering="timestamp")
    def when(self, entry: LogEntry) -> str:
        """The time in the store's zone."""
        return formats.date_format(timezone.localtime(entry.timestamp), "DATETIME_FORMAT")

    @admin.display(description=_("by"), ordering="actor__full_name")
    def who(self, entry: LogEntry) -> str:
        """Who did it; the command line has no name."""
        return str(entry.actor) if entry.actor else gettext("the system")

    @admin.display(description=_("action"), ordering="action")
    def what_happened(self, entry: LogEntry) -> str:
        """Created, changed or deleted."""
        return str(ACTIONS.get(entry.action, ""))

    @admin.display(description=_("kind"))
    def kind(self, entry: LogEntry) -> str:
        """What kind of entry it is."""
        return kind_of(entry.content_type)

    @admin.display(description=_("name"))
    def name(self, entry: LogEntry) -> str:
        """What it was called at the time."""
        return str(entry.object_repr)

    @admin.display(description=_("entry"))
    def entry(self, entry: LogEntry) -> str:
        """What it was called at the time, as a way to its page."""
        kind = entry.content_type
        try:
            url = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[entry.object_pk])
        except NoReverseMatch:
            return str(entry.object_repr)
        if entry.action == LogEntry.Action.DELETE:
            return str(entry.object_repr)
        return format_html('<a href="{}">{}</a>', url, entry.object_repr)

    @admin.display(description=_("fields"))
    def changed_fields(self, entry: LogEntry) -> str:
        """Which fields were changed; of a new entry, none in particular."""
        if entry.action != LogEntry.Action.UPDATE:
            return ""
        return ", ".join(field_label(entry.content_type, name) for name in entry.changes_dict)

    @admin.display(description=_("changes"))
    def changes_in_words(self, entry: LogEntry) -> str:
        """Each field with what it said before and says now."""
        rows = [
            (field_label(entry.content_type, name), *(in_words(entry.content_type, name, value) for value in values))
            for name, values in entry.changes_dict.items()
            if _is_told(entry.content_type, name, values)
        ]
        head = format_html(
            '<thead><tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th></tr></thead>',
            capfirst(gettext("field")),
            capfirst(gettext("before")),
            capfirst(gettext("after")),
        )
        body = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', rows)
        return format_html('<table class="log-changes">{}<tbody>{}</tbody></table>', head, body)


def kind_of(kind: ContentType) -> str:
    """Return what a kind of row is called."""
    model = kind.model_class()
    return str(capfirst(model._meta.verbose_name)) if model else kind.model


def _field(kind: ContentType, name: str) -> Any:
    model = kind.model_class()
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _is_told(kind: ContentType, name: str, values: Any) -> bool:
    """Whether a change is worth a line: a field of the row itself, not its number, and not empty before and after."""
    field = _field(kind, name)
    if field is not None and (not field.concrete or field.primary_key):
        return False
    return isinstance(values, list) and len(values) == 2 and any(value not in (None, "None", "") for value in values)


def field_label(kind: ContentType, name: str) -> str:
    """Return what a field is called in the reader's language."""
    field = _field(kind, name)
    return str(capfirst(getattr(field, "verbose_name", name)))


def in_words(kind: ContentType, name: str, value: Any) -> str:
    """Return a logged value as a reader would say it: names instead of numbers, yes and no, local dates."""
    if value in (None, "None", ""):
        return "–"
    field = _field(kind, name)
    text = str(value)
    if text in ("True", "False"):
        return gettext("yes") if text == "True" else gettext("no")
    if field is None:
        return text
    if field.choices:
        return str(dict(field.flatchoices).get(value, text))
    if isinstance(field, models.ForeignKey) and text.isdigit():
        row = field.remote_field.model._default_manager.filter(pk=text).first()
        return str(row) if row else gettext("deleted (%(number)s)") % {"number": text}
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(text)
        if moment is None:
            return text
        aware = moment if timezone.is_aware(moment) else moment.replace(tzinfo=timezone.get_default_timezone())
        return formats.date_format(timezone.localtime(aware), "DATETIME_FORMAT")
    if isinstance(field, models.DateField):
        day = parse_date(text)
        return formats.date_format(day, "DATE_FORMAT") if day else text
    return text
