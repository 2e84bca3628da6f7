"""How links read on a page."""

from __future__ import annotations

import datetime

from django import template

from supplychain.models import Link
from supplychain.wording import day_in_words, lead_time_in_words, windows_in_words

register = template.Library()


@register.filter
def terms(link: Link) -> list[str]:
    """`{{ link|terms|join:" · " }}` → good / not good · regulation · Monday: how it is rated, why, and when."""
    words = [str(link.get_scale_display()), str(link.get_basis_display())]
    words += [lead_time_in_words(link.lead_time_days), windows_in_words(link.windows)]
    return [word for word in words if word]


@register.filter
def day_words(day: datetime.date) -> str:
    """`{{ request.wanted_on|day_words }}` → Monday, 30 Nov 2026."""
    return day_in_words(day)
