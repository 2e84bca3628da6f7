"""Home: the inbox, what was told, and what one may rate besides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dashboards.inbox import Inbox, news_of
from dealership.access import Access, access_of
from dealership.answers import Request, back_from
from dealership.models import Notice
from dealership.notices import mark_read
from surveys.views.cards import Card
from surveys.views.offers import just_saved, most_used_links

PAGE = 20  # things a page
NEWS = 3  # notices above the list; all of them have a page of their own


@require_safe
def home(request: Request) -> HttpResponse:
    """Show what waits for the person, by urgency; each is done in place. People of a dealer group see their stores."""
    access = access_of(request.user)
    if access.user.group_id is not None:
        return redirect("group_dashboard")  # people of a dealer group have nothing to do in a store
    context: dict[str, Any] = {"access": access, "just_saved": just_saved(request)}
    if access.user.dealership is not None and access.tree.departments:
        context |= _inbox(request, access)
        context["links"] = [Card(link=link) for link in most_used_links(access)]
    return render(request, "dashboards/home.html", context)


@require_safe
def inbox_counts(request: Request) -> HttpResponse:
    """Show the filters with their counts as they are now; the page asks after something was done in its list."""
    access = access_of(request.user)
    context: dict[str, Any] = {}
    if access.user.dealership is not None:
        chosen = request.GET.get("show", "")
        inbox = Inbox(access)
        context = {"inbox": inbox, "filters": inbox.filters(chosen), "show": chosen}
    return render(request, "dashboards/_inbox_counts.html", context)


def _inbox(request: Request, access: Access) -> dict[str, Any]:
    inbox = Inbox(access, back=request.get_full_path())
    show = request.GET.get("show", "")
    page = Paginator(inbox.shown(show), PAGE).get_page(request.GET.get("page"))
    news = list(news_of(access)[: NEWS + 1])
    return {
        "inbox": inbox,
        "filters": inbox.filters(show),
        "show": show,
        "page_obj": page,
        "keep": [("show", show)] if show else [],
        "stretches": inbox.stretches(page.object_list),
        "news": news[:NEWS],
        "more_news": len(news) > NEWS,
    }


@require_safe
def notice_list(request: Request) -> HttpResponse:
    """Show everything that was told to the person, the newest first."""
    access = access_of(request.user)
    told = Notice.objects.visible_to(access.user).filter(person=access.user)
    context = {
        "page_obj": Paginator(told, PAGE).get_page(request.GET.get("page")),
        "unread": news_of(access).count(),
    }
    return render(request, "dashboards/notices.html", context)


@require_POST
def notice_open(request: Request, pk: int) -> HttpResponse:
    """Mark a notice as read, and go where it leads."""
    told = Notice.objects.visible_to(request.user).filter(person=request.user)
    notice: Notice = get_object_or_404(told, pk=pk)
    mark_read(acting_user=request.user, notices=[notice.pk])
    return redirect(notice.url)


@require_POST
def notices_read(request: Request) -> HttpResponse:
    """Mark everything that was told to the person as read."""
    marked = mark_read(acting_user=request.user)
    if marked:
        text = ngettext("%(count)d notice marked as read.", "%(count)d notices marked as read.", marked)
        messages.success(request, text % {"count": marked})
    return redirect(back_from(request) or "notice_list")
