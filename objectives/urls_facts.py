"""Addresses of pages: facts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
