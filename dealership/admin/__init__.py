"""The Django admin of the organisation. Every page is scoped to the signed-in admin's own store (scope.py)."""

from allauth.account import admin as _allauth_admin  # noqa: F401  (registers what is unregistered below)
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib import admin
from django.contrib.auth import admin as _auth_admin  # noqa: F401
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from dealership.admin import log, organisation, people

__all__ = ["log", "organisation", "people"]

admin.site.site_header = _("Downstream")
admin.site.site_title = _("Downstream")
admin.site.index_title = _("Administration pages")

# Rights come from positions, not from Django's groups; addresses are kept on the person. Neither knows stores.
for _model in (Group, EmailAddress, EmailConfirmation):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
