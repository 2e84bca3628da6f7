"""Addresses of pages: needs."""

from django.urls import URLPattern, path

from objectives.views import needs

urlpatterns: list[URLPattern] = [
    path("<int:pk>/", needs.need_detail, name="need_detail"),
]
