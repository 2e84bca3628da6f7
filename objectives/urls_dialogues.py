"""Addresses of pages: dialogues, and each person's calendar."""

from django.urls import URLPattern, path

from objectives.views import dialogues, feeds

urlpatterns: list[URLPattern] = [
    path("", dialogues.dialogue_list, name="dialogue_list"),
    path("new/", dialogues.dialogue_create, name="dialogue_create"),
    path("calendar/", feeds.calendar_settings, name="calendar_settings"),
    path("calendar/make/", feeds.calendar_make, name="calendar_make"),
    path("calendar/revoke/", feeds.calendar_revoke, name="calendar_revoke"),
    path("calendar/<str:secret>.ics", feeds.calendar_feed, name="calendar_feed"),
    path("points/<int:pk>/remove/", dialogues.dialogue_point_remove, name="dialogue_point_remove"),
    path("<int:pk>/", dialogues.dialogue_detail, name="dialogue_detail"),
    path("<int:pk>/move/", dialogues.dialogue_move, name="dialogue_move"),
    path("<int:pk>/cancel/", dialogues.dialogue_cancel, name="dialogue_cancel"),
    path("<int:pk>/minutes/", dialogues.dialogue_minutes, name="dialogue_minutes"),
    path("<int:pk>/sign/", dialogues.dialogue_sign, name="dialogue_sign"),
    path("<int:pk>/end/", dialogues.dialogue_end, name="dialogue_end"),
    path("<int:pk>/points/", dialogues.dialogue_point, name="dialogue_point"),
    path("<int:pk>/needs/", dialogues.dialogue_need, name="dialogue_need"),
]
