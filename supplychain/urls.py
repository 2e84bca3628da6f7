"""Addresses of the chain pages and of the setup page."""

from django.urls import path

from supplychain import views, views_setup

urlpatterns = [
    path("chain/", views.flow_map, name="flow_map"),
    path("chain/pair/", views.pair, name="pair"),
    path("chain/links/<int:pk>/", views.link_detail, name="link_detail"),
    path("chain/links/<int:pk>/end/", views.link_end, name="link_end"),
    path("chain/links/<int:pk>/terms/", views.link_revise, name="link_revise"),
    path("setup/", views_setup.setup, name="setup"),
    path("setup/standard-store/", views_setup.standard_store, name="standard_store"),
]
