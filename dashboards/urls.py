"""Addresses below /dashboard/."""

from django.urls import path

from dashboards import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("group/", views.group_dashboard, name="group_dashboard"),
    path("store/", views.store_dashboard, name="store_dashboard"),
    path("departments/<slug:code>/", views.department_dashboard, name="department_dashboard"),
    path("departments/<slug:code>/ratings/", views.department_ratings, name="department_ratings"),
]
