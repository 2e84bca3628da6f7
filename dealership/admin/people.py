"""Admin pages of people and their positions."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dealership.actions import move_person
from dealership.admin.references import ids_in_use
from dealership.admin.scope import (
    DepartmentChoiceField,
    StoreAdmin,
    StoreForm,
    StoreInline,
    StoreInlineFormSet,
    StoreRelatedFilter,
    is_operator,
)
from dealership.hierarchy import superior_of
from dealership.models import Department, Position, Role, User


class PersonForm(StoreForm):
    """A person's data. `acting_user`: who edits, set by the page."""

    acting_user: User

    def clean_is_store_admin(self) -> bool:
        """Refuse to give up one's own rights: the store would be left without anybody to give them back."""
        value: bool = self.cleaned_data["is_store_admin"]
        if self.instance.pk == self.acting_user.pk and self.instance.is_store_admin and not value:
            raise ValidationError(_("You cannot take this right from yourself. Ask another store admin."))
        return value

    def clean_is_active(self) -> bool:
        """Refuse to lock oneself out."""
        value: bool = self.cleaned_data["is_active"]
        if self.instance.pk == self.acting_user.pk and not value:
            raise ValidationError(_("You cannot close your own account. Ask another store admin."))
        return value

    def clean_is_superuser(self) -> bool:
        """An operator belongs to no store and no group, everybody else to one. Only operators are shown this field."""
        value: bool = self.cleaned_data["is_superuser"]
        store = self.cleaned_data.get("dealership") if "dealership" in self.fields else self.instance.dealership
        group = self.cleaned_data.get("group")
        if value and (store is not None or group is not None):
            raise ValidationError(_("An operator of the whole installation belongs to no store and no group."))
        if not value and store is None and group is None and not {"dealership", "group"} & set(self.errors):
            raise ValidationError(_("Choose a store or a dealer group above. Only operators belong to none."))
        return value


class PersonCreationForm(PersonForm):
    """A new person, with a password or without one."""

    password1 = forms.CharField(
        label=_("password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: the person sets one by “Forgot your password?”, which needs the e-mail above."),
    )
    password2 = forms.CharField(
        label=_("password again"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password2(self) -> str:
        """Refuse two different passwords."""
        first, second = self.cleaned_data.get("password1", ""), self.cleaned_data.get("password2", "")
        if first != second:
            raise ValidationError(_("The two passwords differ."))
        return second

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password2")
        if password:
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password1", error)

    def save(self, commit: bool = True) -> Any:
        """Save the person with the password hashed, or with none that could be used."""
        self.instance.set_password(self.cleaned_data.get("password2") or None)
        return super().save(commit)


class PasswordForm(AdminPasswordChangeForm):
    """A new password. Taking the password away is what the “active” tick is for."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)
        self.fields["password1"].required = self.fields["password2"].required = True
        self.fields["password1"].help_text = password_validators_help_text_html()

    def save(self, commit: bool = True) -> Any:
        """Set the password, and keep that somebody else knows it (R20)."""
        self.user.opened_by_others_at = timezone.now()
        return super().save(commit)


class PersonPositionsFormSet(StoreInlineFormSet):
    """A person's positions: those that are history keep their department, role and first day."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        if form.instance.pk and position_is_history(form.instance):
            for name in ("department", "role", "start"):
                form.fields[name].disabled = True
        return form


class PersonPositions(StoreInline):
    """The positions of a person, past and present (R2)."""

    model = Position
    fk_name = "person"
    formset = PersonPositionsFormSet
    fields = ["department", "role", "start", "end"]
    show_change_link = True
    verbose_name_plural = _("positions and their history")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the latest first."""
        return super().get_queryset(request).select_related("person", "department").order_by("end", "-start")


def position_is_history(position: Position) -> bool:
    """Return whether a position can only be ended: it has begun, and its person has left traces in the records."""
    begun = position.start is None or position.start <= position.dealership.today()
    return begun and bool(ids_in_use(User, [position.person_id], besides=Position))


def held_today(position: Position) -> bool:
    """Return whether a position is held on the store's day."""
    today = position.dealership.today()
    return (position.start is None or position.start <= today) and (position.end is None or position.end >= today)


class MoveForm(forms.Form):
    """Where a person goes, and from when."""

    position = forms.ModelChoiceField(Position.objects.none(), label=_("present position"), empty_label=None)
    department = DepartmentChoiceField(Department.objects.none(), label=_("new department"))
    role = forms.ChoiceField(label=_("new role"), choices=Role.choices)
    first_day = forms.DateField(
        label=_("first day in the new position"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The present position ends the day before. It stays in the history."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Position.objects.filter(person=person, dealership=person.dealership_id, end=None)
        self.fields["position"].queryset = rows.select_related("department", "person")  # type: ignore[attr-defined]
        departments = Department.objects.filter(dealership=person.dealership_id).active()
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


@admin.register(User)
class PersonAdmin(StoreAdmin, DjangoUserAdmin):
    """People: their account, their positions, their superiors (R3)."""

    form = PersonForm
    add_form = PersonCreationForm  # type: ignore[assignment]
    change_password_form = PasswordForm
    add_form_template = None
    change_user_password_template = "admin/dealership/user/change_password.html"
    list_display = ["full_name", "username", "positions_today", "email", "is_store_admin", "is_active"]
    list_display_links = ["full_name", "username"]
    list_filter = ["is_active", "is_store_admin"]
    search_fields = ["full_name", "username", "email"]
    ordering = ["full_name", "username"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["full_name", "username", "email", "password_state"]}),
        (_("Rights"), {"fields": ["is_store_admin", "is_active"]}),
        (_("Superiors"), {"fields": ["superiors"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["full_name", "username", "email", "password1", "password2"]}),
        (_("Rights"), {"fields": ["is_store_admin", "is_active"]}),
    ]  # type: ignore[assignment]
    readonly_fields = ["password_state", "superiors"]
    inlines = [PersonPositions]
    instead_of_deleting = _("Untick “active” instead: the account is then closed, and its history stays.")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return people with their positions."""
        return super().get_queryset(request).prefetch_related("positions__department", "positions__dealership")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the person; another e-mail lets whoever reads it set a password (R20)."""
        if change and "email" in form.changed_data and obj.pk != request.user.pk:
            obj.opened_by_others_at = timezone.now()
        super().save_model(request, obj, form, change)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, told who edits."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.acting_user = request.user
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show who reads a dealer group or runs the installation to operators only."""
        fieldsets = super().get_fieldsets(request, obj)
        if is_operator(request.user):
            fieldsets = [*fieldsets, (_("Beyond one store"), {"fields": ["group", "is_superuser"]})]
        return fieldsets

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for all rows of the store; but only an operator changes an operator's account, or its password."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the account."""
        return self.has_change_permission(request, obj)

    def why_not_delete(self, request: HttpRequest, obj: Any) -> str:
        """A person who stands in the log as the one who changed something stays, and nobody deletes themselves."""
        if obj.pk == request.user.pk:
            return gettext("You cannot delete your own account.")
        if LogEntry.objects.filter(actor=obj).exists():
            return gettext("“%(name)s” stands in the log of changes and stays. %(instead)s") % {
                "name": obj,
                "instead": self.instead_of_deleting,
            }
        return super().why_not_delete(request, obj)

    def get_urls(self) -> Any:
        """Add the page that moves a person."""
        move = self.admin_site.admin_view(self.move_view)
        return [path("<int:pk>/move/", move, name="dealership_user_move"), *super().get_urls()]

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask where a person goes, then move them."""
        person = self.get_object(request, unquote(str(pk)))
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        here = HttpResponseRedirect(reverse("admin:dealership_user_change", args=[person.pk]))
        initial = {"first_day": person.dealership.today() if person.dealership else timezone.now().date()}
        form = MoveForm(request.POST or None, person=person, initial=initial)
        if not form.fields["position"].queryset.exists():  # type: ignore[attr-defined]
            messages.info(request, _("This person holds no position yet: add one below."))
            return here
        if request.method == "POST" and form.is_valid():
            try:
                position = move_person(acting_user=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except ValidationError as error:
                known = not hasattr(error, "error_dict") or set(error.error_dict) <= set(form.fields)
                form.add_error(None, error if known else ValidationError(error.messages))
            else:
                messages.success(request, _("Moved: %(position)s.") % {"position": position})
                return here
        context = {
            **self.admin_site.each_context(request),
            "title": _("Move to another position"),
            "subtitle": str(person),
            "opts": self.opts,
            "original": person,
            "form": form,
            "adminform": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),  # type: ignore[arg-type]
        }
        return TemplateResponse(request, "admin/dealership/user/move.html", context)

    @admin.display(description=_("positions"), empty_value="–")
    def positions_today(self, person: Any) -> str | None:
        """The positions held today."""
        held = [position for position in person.positions.all() if held_today(position)]
        return " / ".join(f"{p.department.label} · {p.get_role_display()}" for p in held) or None

    @admin.display(description=_("password"))
    def password_state(self, person: Any) -> str:
        """Whether there is a password, and the way to a new one; how it is kept is nobody's business."""
        state = gettext("set") if person.has_usable_password() else gettext("none yet")
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('{} · <a href="{}">{}</a>', state, url, gettext("Set a new password"))

    @admin.display(description=_("superior"), empty_value="–")
    def superiors(self, person: Any) -> str | None:
        """The superior in each position held today (R3)."""
        lines = []
        for position in person.positions.all():
            if held_today(position):
                superior = superior_of(position, position.dealership.today())
                name = str(superior) if superior else gettext("none: the head of the store")
                lines.append((position.department.label, position.get_role_display(), name))
        return format_html_join("\n", "<div>{} · {} → {}</div>", lines) or None


class HeldTodayFilter(admin.SimpleListFilter):
    """Present, past and coming positions."""

    title = _("time")
    parameter_name = "time"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("present", _("held today")), ("past", _("ended")), ("coming", _("not begun"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the positions of the time chosen."""
        store = request.user.dealership  # type: ignore[union-attr]
        today = store.today() if store else timezone.now().date()
        if self.value() == "present":
            return queryset.held_on(today)
        chosen = {"past": Q(end__lt=today), "coming": Q(start__gt=today)}.get(self.value() or "")
        return queryset.filter(chosen) if chosen else queryset


@admin.register(Position)
class PositionAdmin(StoreAdmin):
    """Positions, past and present."""

    list_display = ["person", "department", "role", "start", "end", "is_held"]
    list_filter = [HeldTodayFilter, "role", ("department", StoreRelatedFilter)]
    search_fields = ["person__full_name", "person__username", "department__name", "department__code"]
    autocomplete_fields = ["person"]
    list_select_related = ["person", "department", "dealership"]
    fields = ["person", "department", "role", "start", "end"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What has begun, of a person who has left traces in the records, is history: only its last day is open."""
        fixed = ["person", "department", "role", "start"] if obj is not None and position_is_history(obj) else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def why_not_delete(self, request: HttpRequest, obj: Any) -> str:
        """A position that is history is ended, not deleted."""
        if position_is_history(obj):
            return gettext("This position is history: give it a last day instead of deleting it.")
        return super().why_not_delete(request, obj)

    @admin.display(description=_("held today"), boolean=True)
    def is_held(self, position: Position) -> bool:
        """Whether the position is held today."""
        return held_today(position)
