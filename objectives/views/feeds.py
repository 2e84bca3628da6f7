"""A person's own calendar address: made, shown once, replaced, revoked; and the calendar behind it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dealership.answers import Request
from objectives.calendar_feed import calendar_for, feed_of, make_address, revoke_address
from objectives.models import CalendarFeed

#: A secret is 43 characters; longer ones need no look at the database.
LONGEST_SECRET = 64


@never_cache
@require_safe
def calendar_settings(request: Request) -> HttpResponse:
    """Whether one has a calendar address, when it was last read, and the ways to make, replace and revoke it."""
    if request.user.dealership is None:
        raise PermissionDenied
    return _settings(request)


def _settings(request: Request, address: str = "") -> HttpResponse:
    feed = CalendarFeed.objects.filter(person=request.user, dealership=request.user.dealership_id).first()
    return render(request, "objectives/calendar_settings.html", {"feed": feed, "address": address})


@never_cache
@require_POST
def calendar_make(request: Request) -> HttpResponse:
    """Make an address in place of the one before, and show it this once."""
    if request.user.dealership is None:
        raise PermissionDenied
    secret = make_address(acting_user=request.user)
    return _settings(request, request.build_absolute_uri(reverse("calendar_feed", args=[secret])))


@require_POST
def calendar_revoke(request: Request) -> HttpResponse:
    """End one's address."""
    if request.user.dealership is None:
        raise PermissionDenied
    if revoke_address(acting_user=request.user):
        messages.success(request, _("The address has ended: nobody reads your calendar with it any more."))
    else:
        messages.info(request, _("There was no address."))
    return redirect("calendar_settings")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind an address, without signing in; 404 for an unknown, ended or inactive person's one."""
    feed = feed_of(secret) if len(secret) <= LONGEST_SECRET else None
    if feed is None:
        raise Http404
    with translation.override(feed.dealership.language):
        body = calendar_for(feed.person, base=request.build_absolute_uri("/").rstrip("/"))
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
