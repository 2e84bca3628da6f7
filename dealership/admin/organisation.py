"""Admin pages of groups, stores and departments."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Case, Count, IntegerField, Prefetch, Q, Value, When
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from dealership.admin.calendar import SpecialDays, StoreCalendarForm, known_days_in_words
from dealership.admin.scope import StoreAdmin, StoreInline, is_operator
from dealership.models import DealerGroup, Dealership, Department, Position, Role
from dealership.outline import outline

#: Managers before deputies before members, whatever the alphabet says.
ROLE_ORDER = (
    Case(
        *[When(role=role, then=Value(rank)) for rank, role in enumerate((Role.MANAGER, Role.DEPUTY, Role.MEMBER))],
        output_field=IntegerField(),
    ),
    "person__full_name",
)


@admin.register(DealerGroup)
class DealerGroupAdmin(admin.ModelAdmin):
    """Dealer groups: for operators only."""

    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Operators."""
        return is_operator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Operators."""
        return is_operator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Operators."""
        return is_operator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Operators."""
        return is_operator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Operators; a group that owns stores is protected by the database."""
        return is_operator(request.user)


@admin.register(Dealership)
class DealershipAdmin(StoreAdmin):
    """Stores. Operators create them; a store's admin keeps the policies of their own."""

    list_display = ["name", "slug", "group", "time_zone", "language", "not_good_threshold", "rating_days"]
    search_fields = ["name", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "group", "language", "time_zone"]}),
        (_("Rating policy"), {"fields": ["not_good_threshold", "rating_days"]}),
        (_("Confidentiality"), {"fields": ["confidentiality", "least_raters"]}),
        (_("Requests and recoveries"), {"fields": ["answer_days", "recovery_days"]}),
        (_("Plans and objectives"), {"fields": ["fiscal_year_start"]}),
        (_("Notices"), {"fields": ["mails_notices"]}),
        (_("Working days and holidays"), {"fields": ["working_week", "holiday_calendar", "known_days"]}),
    ]
    form = StoreCalendarForm
    inlines = [SpecialDays]
    instead_of_deleting = _("A store with entries stays.")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; a store is no row of a store."""
        return super(StoreAdmin, self).get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields as they stand above: there is no store to choose."""
        return super(StoreAdmin, self).get_fieldsets(request, obj)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns as they stand above."""
        return super(StoreAdmin, self).get_list_display(request)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Let operators filter by group."""
        return ["group", "language"] if is_operator(request.user) else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Zone and short name are chosen once; the group is the operator's to decide."""
        if obj is None:
            return ["known_days"]
        fixed = ["known_days", "slug", "time_zone"]
        return fixed if is_operator(request.user) else [*fixed, "group"]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for special days once there is a store."""
        return self.inlines if obj is not None else []

    @admin.display(description=_("known holidays"))
    def known_days(self, store: Dealership) -> str:
        """The country's days as they count, unless a special day below says otherwise."""
        return known_days_in_words(store)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Operators."""
        return is_operator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Operators."""
        return is_operator(request.user)


class DepartmentPositions(StoreInline):
    """Who holds which position in a department, with its history; existing rows are changed on their own pages."""

    model = Position
    fk_name = "department"
    fields = ["person", "role", "start", "end"]
    autocomplete_fields = ["person"]
    show_change_link = True
    verbose_name_plural = _("positions and their history")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, here: moving a person is done on the person's page."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return present positions first, managers first."""
        return super().get_queryset(request).select_related("person", "department").order_by("end", *ROLE_ORDER)


@admin.register(Department)
class DepartmentAdmin(StoreAdmin):
    """Departments, listed as the tree they are."""

    list_display = ["tree_name", "code", "managers", "people_today", "heads_store", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "name_zh_hans", "name_en", "code"]
    fieldsets = [
        (None, {"fields": ["name", "name_zh_hans", "name_en", "code"]}),
        (_("Place in the store"), {"fields": ["parent", "heads_store", "rank", "is_active"]}),
    ]
    inlines = [DepartmentPositions]
    instead_of_deleting = _("Untick “active” instead: it is then offered nowhere, and its history stays.")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the departments with who works there today."""
        rows = super().get_queryset(request)
        store = request.user.dealership  # type: ignore[union-attr]
        if store is None:
            return rows
        held = Position.objects.visible_to(request.user).held_on(store.today()).select_related("person")
        return rows.annotate(
            people=Count("positions__person", filter=Q(positions__in=held), distinct=True)
        ).prefetch_related(Prefetch("positions", queryset=held.filter(role=Role.MANAGER), to_attr="managing"))

    def get_ordering(self, request: HttpRequest) -> Any:
        """Order by the tree within a store, by store for operators."""
        if request.user.dealership_id is None:  # type: ignore[union-attr]
            return ["dealership__name", "rank", "code"]
        places = [When(pk=department.pk, then=Value(n)) for n, (department, _depth) in enumerate(self._tree(request))]
        return [Case(*places, default=Value(0), output_field=IntegerField())]

    def _tree(self, request: HttpRequest) -> list[tuple[Department, int]]:
        """Return the store's departments with their depth, read once a request."""
        if not hasattr(request, "_department_tree"):
            request._department_tree = outline(Department.objects.visible_to(request.user))  # type: ignore[attr-defined]
        tree: list[tuple[Department, int]] = request._department_tree  # type: ignore[attr-defined]
        return tree

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Tell the rows how deep they stand."""
        changelist = super().get_changelist_instance(request)
        in_store = request.user.dealership_id is not None  # type: ignore[union-attr]
        depths = {department.pk: depth for department, depth in self._tree(request)} if in_store else {}
        for department in changelist.result_list:
            department.depth = depths.get(department.pk, 0)
        return changelist

    @admin.display(description=_("name"))
    def tree_name(self, department: Any) -> str:
        """The name, moved in below the department above."""
        depth = min(getattr(department, "depth", 0), 5)
        return format_html('<span class="tree-depth-{}">{}</span>', depth, department.label)

    @admin.display(description=_("manager"), empty_value="–")
    def managers(self, department: Any) -> str | None:
        """Who manages the department today."""
        return ", ".join(str(position.person) for position in getattr(department, "managing", [])) or None

    @admin.display(description=_("people"))
    def people_today(self, department: Any) -> int | str:
        """How many people hold a position in it today."""
        return getattr(department, "people", "–")
