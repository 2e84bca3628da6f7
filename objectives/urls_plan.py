"""Addresses of pages: plan."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
