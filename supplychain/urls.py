"""stub"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def stub(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [
    path("chain/", stub, name="flow_map"),
    path("chain/pair/", stub, name="pair"),
    path("chain/links/<int:pk>/", stub, name="link_detail"),
    path("setup/", stub, name="setup"),
    path("setup/standard-store/", stub, name="standard_store"),
]
