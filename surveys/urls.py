"""Addresses of rating, of interactions, of recoveries and of survey rounds."""

from django.urls import path

from surveys.views import imports, interactions, management, offers, rating, ratings, recoveries, rounds

urlpatterns = [
    path("rate/", offers.rate_search, name="rate_search"),
    path("rate/links/<int:pk>/", rating.rate_link, name="rate_link"),
    path("interactions/", interactions.interaction_list, name="interaction_list"),
    path("interactions/new/", interactions.interaction_create, name="interaction_create"),
    path("interactions/<int:pk>/", interactions.interaction_detail, name="interaction_detail"),
    path("interactions/<int:pk>/rate/", rating.interaction_rate, name="interaction_rate"),
    path("interactions/<int:pk>/dismiss/", interactions.interaction_dismiss, name="interaction_dismiss"),
    path("interactions/<int:pk>/restore/", interactions.interaction_restore, name="interaction_restore"),
    path("ratings/<int:pk>/change/", ratings.rating_change, name="rating_change"),
    path("ratings/<int:pk>/reasons/", ratings.rating_explain, name="rating_explain"),
    path("ratings/<int:pk>/tell/", ratings.rating_tell, name="rating_tell"),
    path("ratings/<int:pk>/undo/", ratings.rating_undo, name="rating_undo"),
    path("recoveries/", recoveries.recovery_list, name="recovery_list"),
    path("recoveries/<int:pk>/", recoveries.recovery_detail, name="recovery_detail"),
    path("recoveries/<int:pk>/answer/", recoveries.recovery_answer, name="recovery_answer"),
    path("recoveries/<int:pk>/mended/", recoveries.recovery_mended, name="recovery_mended"),
    path("recoveries/<int:pk>/not-mended/", recoveries.recovery_not_mended, name="recovery_not_mended"),
    path("recoveries/<int:pk>/comment/", recoveries.recovery_comment, name="recovery_comment"),
    path("management/", management.management_rate, name="management_rate"),
    path("management/<int:pk>/take-back/", management.management_take_back, name="management_take_back"),
    path("rounds/", rounds.round_list, name="round_list"),
    path("rounds/new/", rounds.round_create, name="round_create"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round_detail"),
    path("rounds/<int:pk>/answer/", rounds.round_answer, name="round_answer"),
    path("rounds/<int:pk>/open/", rounds.round_open, name="round_open"),
    path("rounds/<int:pk>/remind/", rounds.round_remind, name="round_remind"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round_close"),
    path("rounds/<int:pk>/discard/", rounds.round_discard, name="round_discard"),
    path("setup/import/", imports.data_import, name="data_import"),
]
