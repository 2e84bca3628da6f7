"""Filters that put measures and outcomes into words."""

from __future__ import annotations

from django import template

from objectives.facts_panel import Row
from objectives.judging import Judged
from objectives.measure_words import Measured, measure_words

register = template.Library()


@register.filter
def measured(measure: Measured) -> str:
    """Return a criterion, or a measure of a company goal, in words."""
    return measure_words(measure)


@register.filter
def outcome_words(judged: Judged) -> str:
    """Return what the facts say of a criterion, in a word or two."""
    return Row(judged, []).words
