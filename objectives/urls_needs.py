"""Addresses of pages: needs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
