"""Admin pages of items and links. Interactions are the daily work of the pages, and have none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from dealership.admin.organisation import DepartmentAdmin
from dealership.admin.scope import StoreAdmin, StoreInline, StoreRelatedFilter
from dealership.models import Department
from supplychain.actions import end_link
from supplychain.models import Item, Link

#: What past ratings are read under (R10): fixed once the first interaction is recorded.
TERMS = ["flow", "supplier", "customer", "item", "scale", "basis", "lead_time_days", "windows", "active_from"]


@admin.register(Item)
class ItemAdmin(StoreAdmin):
    """What flows over links."""

    list_display = ["label", "code", "links"]
    search_fields = ["name", "name_zh_hans", "name_en", "code"]
    fields = ["name", "name_zh_hans", "name_en", "code"]
    instead_of_deleting = _("End its links instead: an item without links in force is offered nowhere.")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the items with the number of their links."""
        return super().get_queryset(request).annotate(link_count=Count("links"))

    @admin.display(description=_("name"), ordering="name")
    def label(self, item: Item) -> str:
        """The name in the reader's language."""
        return item.label

    @admin.display(description=_("supply links"), ordering="link_count")
    def links(self, item: Any) -> int:
        """How many links carry it, ended ones included."""
        count: int = item.link_count
        return count


class InForceFilter(admin.SimpleListFilter):
    """Links in force, ended ones, and those still to come."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("yes", _("in force today")), ("ended", _("ended")), ("coming", _("not begun"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the links chosen."""
        store = request.user.dealership  # type: ignore[union-attr]
        today = store.today() if store else timezone.now().date()
        if self.value() == "yes":
            return queryset.active_on(today)
        if self.value() == "ended":
            return queryset.filter(active_to__lt=today)
        return queryset.filter(active_from__gt=today) if self.value() == "coming" else queryset


class EndForm(forms.Form):
    """The last day of the links to end."""

    last_day = forms.DateField(
        label=_("last day in force"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@admin.register(Link)
class LinkAdmin(StoreAdmin):
    """Supply links: who serves whom with what, in which flow."""

    list_display = ["item", "flow", "supplier", "customer", "scale", "in_force", "active_to"]
    list_display_links = ["item"]
    list_filter = [
        InForceFilter,
        "flow",
        ("supplier", StoreRelatedFilter),
        ("customer", StoreRelatedFilter),
        "scale",
        "basis",
    ]
    search_fields = [
        *(f"{end}__{name}" for end in ("item", "supplier", "customer") for name in ("name", "name_zh_hans", "name_en")),
        "item__code",
        "supplier__code",
        "customer__code",
    ]
    list_select_related = ["supplier", "customer", "item", "dealership"]
    fieldsets = [
        (None, {"fields": ["flow", "supplier", "customer", "item"]}),
        (pgettext_lazy("of a link", "Terms"), {"fields": ["scale", "basis", "lead_time_days", "windows"]}),
        (_("In force"), {"fields": ["active_from", "active_to"]}),
    ]
    actions = ["end_links"]
    instead_of_deleting = _("End it instead: its history stays.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Terms under which something was recorded are fixed: end the link, or give it new terms on its page."""
        fixed = TERMS if obj is not None and obj.interactions.exists() else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def view_on_site(self, obj: Any) -> str:  # type: ignore[override]
        """Return the link's page."""
        return reverse("link_detail", args=[obj.pk])

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Say why terms are fixed, where they are."""
        obj = kwargs.get("obj")
        context["terms_fixed"] = obj is not None and obj.interactions.exists()
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, link: Link) -> bool:
        """Whether the link is in force today."""
        return link.is_active_on(link.dealership.today())

    @admin.action(description=_("End the selected links"))
    def end_links(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Ask for the last day, then end the links; those that cannot be ended are named."""
        links = list(queryset.with_names().select_related("dealership"))
        form = EndForm(request.POST if "confirmed" in request.POST else None, initial={"last_day": _today(links)})
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": _("End the selected links"),
                "opts": self.opts,
                "links": links,
                "form": form,
                "adminform": helpers.AdminForm(form, [(None, {"fields": list(form.fields)})], {}),  # type: ignore[arg-type]
                "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/supplychain/link/end.html", context)
        ended = 0
        for link in links:
            try:
                end_link(acting_user=request.user, link=link, last_day=form.cleaned_data["last_day"])  # type: ignore[arg-type]
                ended += 1
            except ValidationError as error:
                messages.error(request, f"{link}: {' '.join(error.messages)}")
        if ended:
            text = ngettext("%(count)d link ended.", "%(count)d links ended.", ended) % {"count": ended}
            messages.success(request, text)
        return HttpResponseRedirect(request.get_full_path())


def _today(links: list[Link]) -> Any:
    return links[0].dealership.today() if links else timezone.now().date()


class DepartmentLinks(StoreInline):
    """Links of a department: listed, and added; each is changed on its own page."""

    model = Link
    fields = ["flow", "supplier", "customer", "item", "scale", "basis", "lead_time_days", "windows", "active_to"]
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, here: a link's own page says what is fixed and why."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return links in force first."""
        rows = super().get_queryset(request).with_names().select_related("dealership")
        return rows.order_by("active_to", "flow", "supplier__rank", "customer__rank", "item__code", "pk")


class LinksAsSupplier(DepartmentLinks):
    """What the department gives to others."""

    fk_name = "supplier"
    verbose_name_plural = _("links as supplier")


class LinksAsCustomer(DepartmentLinks):
    """What the department gets from others."""

    fk_name = "customer"
    verbose_name_plural = _("links as customer")


admin.site.unregister(Department)


@admin.register(Department)
class DepartmentWithLinksAdmin(DepartmentAdmin):
    """Departments, with their people and their links."""

    inlines = [*DepartmentAdmin.inlines, LinksAsSupplier, LinksAsCustomer]
