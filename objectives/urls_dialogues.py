"""Addresses of pages: dialogues."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
