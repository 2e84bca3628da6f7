"""stub"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def stub(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [
    path("", stub, name="home"),
    path("rate/", stub, name="rate_search"),
    path("rate/links/<int:pk>/", stub, name="rate_link"),
    path("interactions/", stub, name="interaction_list"),
    path("interactions/new/", stub, name="interaction_create"),
    path("interactions/<int:pk>/", stub, name="interaction_detail"),
    path("interactions/<int:pk>/rate/", stub, name="interaction_rate"),
    path("interactions/<int:pk>/dismiss/", stub, name="interaction_dismiss"),
    path("interactions/<int:pk>/restore/", stub, name="interaction_restore"),
    path("ratings/<int:pk>/change/", stub, name="rating_change"),
    path("ratings/<int:pk>/reasons/", stub, name="rating_explain"),
    path("ratings/<int:pk>/undo/", stub, name="rating_undo"),
    path("setup/import/", stub, name="data_import"),
]
