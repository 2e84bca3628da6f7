"""Addresses of the inbox, and of the dashboards below /dashboard/."""

from django.urls import include, path

from dashboards import (
    views,
    views_comparison,
    views_exports,
    views_inbox,
    views_objectives,
    views_review,
    views_scorecard,
)

dashboards = [
    path("", views.dashboard, name="dashboard"),
    path("group/", views.group_dashboard, name="group_dashboard"),
    path("group/comparison/", views_comparison.group_comparison, name="group_comparison"),
    path("store/", views.store_dashboard, name="store_dashboard"),
    path("departments/<slug:code>/", views.department_dashboard, name="department_dashboard"),
    path("departments/<slug:code>/ratings/", views.department_ratings, name="department_ratings"),
    path("departments/<slug:code>/lenses/", views.department_lenses, name="department_lenses"),
    path("departments/<slug:code>/requests/", views.department_requests, name="department_requests"),
    path("export/", views_exports.export_figures, name="export_figures"),
    path("review/<slug:month>/", views_review.monthly_review, name="monthly_review"),
    path("scorecards/", views_scorecard.scorecard_list, name="scorecard_list"),
    path("scorecards/<slug:code>/", views_scorecard.scorecard, name="scorecard"),
]

urlpatterns = [
    path("", views_inbox.home, name="home"),
    path("inbox/counts/", views_inbox.inbox_counts, name="inbox_counts"),
    path("notices/", views_inbox.notice_list, name="notice_list"),
    path("notices/read/", views_inbox.notices_read, name="notices_read"),
    path("notices/<int:pk>/open/", views_inbox.notice_open, name="notice_open"),
    path("dashboard/", include(dashboards)),
    path("objectives/progress/", views_objectives.objective_progress, name="objective_progress"),
    path("objectives/year/<int:year>/", views_objectives.objective_year, name="objective_year"),
]
