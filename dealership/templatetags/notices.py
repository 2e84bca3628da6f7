"""Notices in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from dealership.notices import in_words

if TYPE_CHECKING:
    from dealership.models import Notice

register = template.Library()


@register.filter
def notice_words(notice: Notice) -> str:
    """Return what a notice says, in the reader's language."""
    return in_words(notice)
