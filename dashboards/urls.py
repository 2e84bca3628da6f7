"""stub"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def stub(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [
    path("", stub, name="dashboard"),
    path("store/", stub, name="store_dashboard"),
    path("departments/<slug:code>/", stub, name="department_dashboard"),
    path("departments/<slug:code>/ratings/", stub, name="department_ratings"),
]
