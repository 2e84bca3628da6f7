"""The map of addresses."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config.health import health
from config.metrics.views import metrics

# The admin pages have no sign-in of their own: allauth's door, with its rate limits, serves them too.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("surveys.urls")),
    path("", include("supplychain.urls")),
    path("", include("objectives.urls")),
    path("", include("dashboards.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("healthz", health, name="healthz"),
    path("metrics", metrics, name="metrics"),
]
