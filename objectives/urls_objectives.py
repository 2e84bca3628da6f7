"""Addresses of pages: objectives."""

from django.urls import path

from objectives.views import objectives, terms

urlpatterns = [
    path("when/", terms.objective_when, name="objective_when"),
    path("<int:pk>/", objectives.objective_detail, name="objective_detail"),
]
