"""Addresses of pages: objectives."""

from django.urls import path

from objectives.views import objectives

urlpatterns = [
    path("<int:pk>/", objectives.objective_detail, name="objective_detail"),
]
