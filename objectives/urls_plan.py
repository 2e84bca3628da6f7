"""Addresses of pages: plan."""

from django.urls import path

from objectives.views import plan, plan_boards, plan_goals

urlpatterns = [
    path("", plan.plan_current, name="plan_current"),
    path("open/", plan.plan_open, name="plan_open"),
    path("<int:pk>/", plan.plan_detail, name="plan_detail"),
    path("<int:pk>/submit/", plan.plan_submit, name="plan_submit"),
    path("<int:pk>/sign/", plan.plan_sign, name="plan_sign"),
    path("<int:pk>/adopt/", plan.plan_adopt, name="plan_adopt"),
    path("<int:pk>/reopen/", plan.plan_reopen, name="plan_reopen"),
    path("<int:pk>/compare/", plan.plan_compare, name="plan_compare"),
    path("<int:pk>/editions/<int:number>/", plan.plan_edition, name="plan_edition"),
    path("<int:pk>/boards/<slug:board>/", plan_boards.plan_contribute, name="plan_contribute"),
    path("<int:pk>/entries/<int:entry>/", plan_boards.plan_entry, name="plan_entry"),
    path("<int:pk>/entries/<int:entry>/remove/", plan_boards.plan_entry_remove, name="plan_entry_remove"),
    path("<int:pk>/goals/new/", plan_goals.plan_goal_create, name="plan_goal_create"),
    path("<int:pk>/goals/<int:goal>/", plan_goals.plan_goal, name="plan_goal"),
    path("<int:pk>/goals/<int:goal>/move/", plan_goals.plan_goal_move, name="plan_goal_move"),
    path("<int:pk>/goals/<int:goal>/give-up/", plan_goals.plan_goal_give_up, name="plan_goal_give_up"),
    path("<int:pk>/goals/<int:goal>/take-up/", plan_goals.plan_goal_take_up, name="plan_goal_take_up"),
]
