"""What all admin pages of a store's rows have in common: a store's admin sees, chooses and changes their own store's
rows only; the operator of the installation (a superuser without a store) sees every store.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.db.models import ProtectedError
from django.forms.models import BaseInlineFormSet, ModelChoiceField, ModelChoiceIterator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership.admin.references import what_refers_to
from dealership.models import Dealership, Department
from dealership.outline import indented, outline


def is_operator(user: Any) -> bool:
    """Return whether the person runs the installation and belongs to no store."""
    return bool(user.is_active and user.is_superuser and user.dealership_id is None)


def configures(user: Any) -> bool:
    """Return whether the person may open admin pages: an operator, or the admin of a store."""
    in_store = user.dealership_id is not None and (user.is_store_admin or user.is_superuser)
    return bool(user.is_active and user.is_authenticated and (in_store or is_operator(user)))


class DepartmentIterator(ModelChoiceIterator):
    """Departments in the order of the tree."""

    def __iter__(self) -> Any:
        """Yield the choices, teams moved in below their department; several stores one after the other."""
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        departments = list(self.queryset.select_related("dealership"))
        several = len({department.dealership_id for department in departments}) > 1
        departments.sort(key=lambda department: department.dealership.name)
        for department, depth in outline(departments):
            label = indented(department, depth)
            yield (self.choice(department)[0], f"{department.dealership}: {label}" if several else label)


class DepartmentChoiceField(ModelChoiceField):
    """A department, chosen from the tree."""

    iterator = DepartmentIterator


class StoreForm(forms.ModelForm):
    """A form of a row that belongs to a store. `store`: the admin's own store, set by the page; None for operators."""

    store: Dealership | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.store is not None and self.instance._state.adding:
            self.instance.dealership = self.store

    def _get_validation_exclusions(self) -> set[str]:
        """Check what stands on the row although the form does not show it.

        Django leaves fields out that are not in the form, and with them every constraint that names one: "this code
        is taken in your store" would come as a database error.
        """
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        for field in self.instance._meta.concrete_fields:
            shown = field.name in self.fields
            if not shown and getattr(self.instance, field.attname) not in (None, ""):
                excluded.discard(field.name)
        return excluded

    def _update_errors(self, errors: ValidationError) -> None:
        """Say errors of fields that are not shown above the form."""
        if hasattr(errors, "error_dict"):
            for name in [name for name in errors.error_dict if name not in self.fields and name != NON_FIELD_ERRORS]:
                errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(errors.error_dict.pop(name))
        super()._update_errors(errors)  # type: ignore[misc]


class StoreInlineFormSet(BaseInlineFormSet):
    """Rows below a row of the same store."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if form.instance._state.adding and self.instance.dealership_id:
            form.instance.dealership_id = self.instance.dealership_id
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name each field for screen readers: in a table of rows only the column has a heading."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label:
                # A choice with a button beside it is wrapped; what is wrapped carries the attributes.
                widget = getattr(field.widget, "widget", field.widget)
                widget.attrs.setdefault("aria-label", str(field.label))


class StoreRelatedFilter(admin.RelatedOnlyFieldListFilter):
    """A filter by a related row that offers only rows of the store that are used in the list."""

    def field_admin_ordering(self, field: Any, request: HttpRequest, model_admin: Any) -> tuple[()]:
        """Return nothing: the model's own order is the one that holds outside its admin page."""
        return ()


class ScopeMixin:
    """Rights and choices, the same for pages and for inlines."""

    model: type[models.Model]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Store admins and operators."""
        return configures(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Store admins and operators; which rows they meet is decided by get_queryset."""
        return configures(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Store admins and operators."""
        return configures(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Store admins and operators."""
        return configures(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Store admins and operators, one row at a time."""
        return configures(request.user)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows of the store."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer rows of the store only: of the admin's own, or of the store of the row an operator edits."""
        rows = db_field.remote_field.model._default_manager.all()
        if hasattr(rows, "visible_to") and "queryset" not in kwargs:
            rows = rows.visible_to(request.user)
            edited = getattr(request, "_edited_store_id", None)
            if edited is not None:
                rows = rows.filter(**{rows.store_lookup: edited})
            kwargs["queryset"] = rows
        if db_field.remote_field.model is Department:
            kwargs["form_class"] = DepartmentChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave one button beside a choice: the one that adds what is missing from it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        for button in ("can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, button):
                setattr(field.widget, button, False)
        return field


class StoreInline(ScopeMixin, admin.TabularInline):
    """An inline of a store's rows. Nothing is deleted from an inline: rows have history."""

    form = StoreForm
    formset = StoreInlineFormSet
    extra = 0
    can_delete = False


class StoreAdmin(ScopeMixin, admin.ModelAdmin):
    """An admin page of a store's rows."""

    form: Any = StoreForm
    list_per_page = 50
    #: What to do instead of deleting a row that has history.
    instead_of_deleting: Any = gettext_lazy("Its history stays.")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the actions without Django's bulk deletion: history counts here."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, told which store it is for."""
        if obj is not None:
            request._edited_store_id = obj.dealership_id  # type: ignore[attr-defined]
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"store": getattr(request.user, "dealership", None)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let operators choose the store of a new row; a store's own admin is not asked."""
        fieldsets = super().get_fieldsets(request, obj)
        return [(None, {"fields": ["dealership"]}), *fieldsets] if is_operator(request.user) else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A row never moves to another store."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "dealership"] if obj is not None and is_operator(request.user) else fields

    def get_list_display(self, request: HttpRequest) -> Any:
        """Tell operators the store."""
        columns = list(super().get_list_display(request))
        return [*columns, "dealership"] if is_operator(request.user) else columns

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Let operators filter by store."""
        filters = list(super().get_list_filter(request))
        return ["dealership", *filters] if is_operator(request.user) else filters

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Answer 404: whether another store has such a row is nobody's business."""
        raise Http404

    def why_not_delete(self, request: HttpRequest, obj: Any) -> str:
        """Return why a row cannot be deleted and what to do instead, or an empty string."""
        kinds = what_refers_to(obj)
        if not kinds:
            return ""
        return _("“%(name)s” cannot be deleted, because other entries refer to it: %(kinds)s. %(instead)s") % {
            "name": obj,
            "kinds": ", ".join(kinds),
            "instead": self.instead_of_deleting,
        }

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Refuse in words to delete what has history; else ask, then delete, as Django does."""
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and self.has_delete_permission(request, obj):
            reason = self.why_not_delete(request, obj)
            if reason:
                return self._refuse_delete(request, obj, reason)
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:  # somebody referred to it between the question and the answer
            assert obj is not None
            return self._refuse_delete(request, obj, self.why_not_delete(request, obj))

    def _refuse_delete(self, request: HttpRequest, obj: Any, reason: str) -> HttpResponse:
        messages.error(request, reason)
        opts = self.opts
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[obj.pk]))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form; two people who save the same at the same moment are told so."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            if request.method != "POST":
                raise
            messages.error(request, _("Somebody saved the same at the same moment. Look at the list, then try again."))
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Lead to the log of changes of this row."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        return HttpResponseRedirect(log_url(obj))


def log_url(obj: models.Model) -> str:
    """Return the address of the log of changes of a row."""
    kind = ContentType.objects.get_for_model(obj)
    return f"{reverse('admin:auditlog_logentry_changelist')}?content_type={kind.pk}&object_id={obj.pk}"
