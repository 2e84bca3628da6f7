"""Addresses of pages: objectives."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
