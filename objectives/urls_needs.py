"""Addresses of pages: needs."""

from django.urls import URLPattern, path

from objectives.views import needs

urlpatterns: list[URLPattern] = [
    path("", needs.need_list, name="need_list"),
    path("new/", needs.need_create, name="need_create"),
    path("stated/<int:pk>/", needs.need_from_stated, name="need_from_stated"),
    path("<int:pk>/", needs.need_detail, name="need_detail"),
    path("<int:pk>/acknowledge/", needs.need_acknowledge, name="need_acknowledge"),
    path("<int:pk>/decline/", needs.need_decline, name="need_decline"),
    path("<int:pk>/withdraw/", needs.need_withdraw, name="need_withdraw"),
]
