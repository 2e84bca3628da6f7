"""Addresses of pages: objectives."""

from django.urls import include, path

from objectives.views import objectives, terms

#: What is done with one objective.
of_one = [
    path("", objectives.objective_detail, name="objective_detail"),
    path("edit/", objectives.objective_edit, name="objective_edit"),
    path("propose/", terms.objective_propose, name="objective_propose"),
    path("sign/", terms.objective_sign, name="objective_sign"),
    path("refuse/", terms.objective_refuse, name="objective_refuse"),
    path("take-back/", terms.objective_take_back, name="objective_take_back"),
    path("start/", terms.objective_start, name="objective_start"),
    path("drop/", terms.objective_drop, name="objective_drop"),
    path("comment/", terms.objective_comment, name="objective_comment"),
    path("terms/change/", terms.terms_change, name="terms_change"),
    path("terms/compare/", terms.terms_compare, name="terms_compare"),
]

urlpatterns = [
    path("", objectives.objective_list, name="objective_list"),
    path("new/", objectives.objective_create, name="objective_create"),
    path("when/", terms.objective_when, name="objective_when"),
    path("<int:pk>/", include(of_one)),
]
