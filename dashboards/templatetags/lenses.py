"""How distances read: points of a hundred, with their sign."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def points(value: float, form: str = "signed") -> str:
    """`{{ 0.5|points }}` → +50; `{{ -0.213|points }}` → −21; `{{ 0.06|points:"plain" }}` → 6; nothing reads 0."""
    number = round(value * 100)
    if number == 0 or form == "plain":
        return str(abs(number))
    return f"+{number}" if number > 0 else f"−{abs(number)}"


@register.simple_tag
def points_range(low: float, high: float) -> str:
    """`{% points_range 0.3 0.66 %}` → (+30 to +66)."""
    # Translators: an interval of a difference, e.g. "(−35 to −5)".
    return gettext("(%(low)s to %(high)s)") % {"low": points(low), "high": points(high)}
