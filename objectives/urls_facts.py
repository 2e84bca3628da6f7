"""Addresses of facts, evidence, judging and satisfaction."""

from django.urls import path

from objectives.views import facts

urlpatterns = [
    path("new/<int:pk>/", facts.fact_create, name="fact_create"),
    path("<int:pk>/", facts.fact_detail, name="fact_detail"),
    path("<int:pk>/confirm/", facts.fact_confirm, name="fact_confirm"),
    path("<int:pk>/dispute/", facts.fact_dispute, name="fact_dispute"),
    path("<int:pk>/statement/", facts.fact_state, name="fact_state"),
    path("<int:pk>/decide/", facts.fact_decide, name="fact_decide"),
    path("<int:pk>/retract/", facts.fact_retract, name="fact_retract"),
    path("evidence/<int:pk>/", facts.evidence_file, name="evidence_file"),
    path("judge/<int:pk>/", facts.objective_judge, name="objective_judge"),
    path("satisfaction/<int:pk>/", facts.objective_satisfaction, name="objective_satisfaction"),
]
