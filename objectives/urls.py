"""Addresses of what is promised; each topic has its own list."""

from django.urls import include, path

urlpatterns = [
    path("objectives/plan/", include("objectives.urls_plan")),
    path("objectives/needs/", include("objectives.urls_needs")),
    path("objectives/dialogues/", include("objectives.urls_dialogues")),
    path("objectives/facts/", include("objectives.urls_facts")),
    path("objectives/", include("objectives.urls_objectives")),
]
