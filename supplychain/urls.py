"""Addresses of the chain pages, of calls for needs, and of the setup page."""

from django.urls import path

from supplychain import views, views_asking, views_calls, views_request_acts, views_requests, views_setup

urlpatterns = [
    path("chain/", views.flow_map, name="flow_map"),
    path("chain/pair/", views.pair, name="pair"),
    path("chain/links/<int:pk>/", views.link_detail, name="link_detail"),
    path("chain/links/<int:pk>/end/", views.link_end, name="link_end"),
    path("chain/links/<int:pk>/terms/", views.link_revise, name="link_revise"),
    path("calls/", views_calls.call_list, name="call_list"),
    path("calls/new/", views_calls.call_create, name="call_create"),
    path("calls/<int:pk>/", views_calls.call_detail, name="call_detail"),
    path("calls/<int:pk>/remind/", views_calls.call_remind, name="call_remind"),
    path("calls/<int:pk>/close/", views_calls.call_close, name="call_close"),
    path("calls/invitations/<int:pk>/answer/", views_calls.call_answer, name="call_answer"),
    path("calls/needs/<int:pk>/request/", views_calls.need_request, name="need_request"),
    path("requests/", views_requests.request_list, name="request_list"),
    path("requests/new/", views_asking.request_create, name="request_create"),
    path("requests/<int:pk>/", views_requests.request_detail, name="request_detail"),
    path("requests/<int:pk>/accept/", views_request_acts.request_accept, name="request_accept"),
    path("requests/<int:pk>/decline/", views_request_acts.request_decline, name="request_decline"),
    path("requests/<int:pk>/promise/", views_request_acts.request_promise, name="request_promise"),
    path("requests/<int:pk>/finish/", views_request_acts.request_finish, name="request_finish"),
    path("requests/<int:pk>/withdraw/", views_request_acts.request_withdraw, name="request_withdraw"),
    path("requests/<int:pk>/reopen/", views_request_acts.request_reopen, name="request_reopen"),
    path("requests/<int:pk>/escalate/", views_request_acts.request_escalate, name="request_escalate"),
    path("requests/<int:pk>/decide/", views_request_acts.request_decide, name="request_decide"),
    path("requests/<int:pk>/trip/", views_request_acts.request_trip, name="request_trip"),
    path("requests/<int:pk>/comment/", views_request_acts.request_comment, name="request_comment"),
    path("setup/", views_setup.setup, name="setup"),
    path("setup/standard-store/", views_setup.standard_store, name="standard_store"),
]
