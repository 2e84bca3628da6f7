"""What one may rate though nobody logged it: the links used most, and the search over all of them."""

from __future__ import annotations

import datetime
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dealership.access import Access, access_of
from dealership.answers import Request
from supplychain.models import Link
from surveys.models import Rating
from surveys.views.cards import Card

LINKS_SHOWN = 6
LINKS_PER_PAGE = 25
#: What a person rated in this time counts as what they use.
USED_WITHIN = datetime.timedelta(days=90)


@require_safe
def rate_search(request: Request) -> HttpResponse:
    """All links the person may rate, grouped by who serves, with a search over names and codes."""
    access = access_of(request.user)
    text = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    links = Link.objects.rateable_by(access).with_names().by_supplier()
    page = Paginator(links.search(text), LINKS_PER_PAGE).get_page(request.GET.get("page"))
    groups = [
        (supplier, [Card(link=link, back=request.get_full_path()) for link in found])
        for supplier, found in groupby(page.object_list, key=lambda link: link.supplier)
    ]
    return render(request, "surveys/rate_search.html", {"page_obj": page, "groups": groups, "text": text})


def most_used_links(access: Access) -> list[Link]:
    """Return the links the person rated most often of late, then links of their own departments.

    The rest alternates between suppliers: six reports of one department would be a poor offer. Three queries, whatever
    the number of ratings and links.
    """
    uses = Rating.objects.visible_to(access.user).uses_of_links(access.user, timezone.now() - USED_WITHIN)
    offered = Link.objects.rateable_by(access).by_supplier().values_list("pk", "supplier", "customer")
    seen: dict[int, int] = {}
    ranked: list[tuple[tuple[int, bool, int], int]] = []
    for pk, supplier, customer in offered:
        turn = seen[supplier] = seen.get(supplier, 0) + 1
        ranked.append(((-uses.get(pk, 0), customer not in access.own, turn), pk))
    chosen = [pk for _rank, pk in sorted(ranked, key=lambda entry: entry[0])[:LINKS_SHOWN]]
    links = Link.objects.filter(pk__in=chosen).with_names().in_bulk()
    return [links[pk] for pk in chosen]


def just_saved(request: Request) -> Card | None:
    """Return the card of the rating that a plain form has just saved and that still asks for its reason."""
    pk = request.GET.get("saved", "")
    if not (pk.isascii() and pk.isdigit()):
        return None
    rating = Rating.objects.visible_to(request.user).with_names().filter(pk=int(pk), rater=request.user).first()
    if rating is None or not rating.can_be_changed(timezone.now()):
        return None
    return Card(link=rating.link, interaction=rating.interaction, rating=rating)
