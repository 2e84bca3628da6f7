"""Addresses of rating and of interactions."""

from django.urls import path

from surveys.views import home, imports, interactions, rating, ratings

urlpatterns = [
    path("", home.home, name="home"),
    path("rate/", home.rate_search, name="rate_search"),
    path("rate/links/<int:pk>/", rating.rate_link, name="rate_link"),
    path("interactions/", interactions.interaction_list, name="interaction_list"),
    path("interactions/new/", interactions.interaction_create, name="interaction_create"),
    path("interactions/<int:pk>/", interactions.interaction_detail, name="interaction_detail"),
    path("interactions/<int:pk>/rate/", rating.interaction_rate, name="interaction_rate"),
    path("interactions/<int:pk>/dismiss/", interactions.interaction_dismiss, name="interaction_dismiss"),
    path("interactions/<int:pk>/restore/", interactions.interaction_restore, name="interaction_restore"),
    path("ratings/<int:pk>/change/", ratings.rating_change, name="rating_change"),
    path("ratings/<int:pk>/reasons/", ratings.rating_explain, name="rating_explain"),
    path("ratings/<int:pk>/undo/", ratings.rating_undo, name="rating_undo"),
    path("setup/import/", imports.data_import, name="data_import"),
]
