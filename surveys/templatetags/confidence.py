"""Who learns how one rates, in one plain line (R20)."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from dealership.models import Dealership, Disclosure
from supplychain.models import Link
from surveys.disclosure import signed
from surveys.models import Rating

register = template.Library()


@register.simple_tag
def shown_promise(store: Dealership) -> str:
    """Return what `who_sees` says of a store, for the form beside it to bring back."""
    return signed(store)


@register.simple_tag
def who_sees(store: Dealership, link: Link, rating: Rating | None = None) -> str:
    """Return who learns how one rates on a link: under the store's choice, or as it was promised for a rating."""
    kind = store.confidentiality if rating is None else rating.disclosure
    least = store.least_raters if rating is None else rating.least_raters
    names = {"supplier": link.supplier, "customer": link.customer, "least": least}
    if kind == Disclosure.CONFIDENTIAL:
        words = _(
            "Only you see this. %(supplier)s reads figures of at least %(least)s people together, after the month."
        )
    elif kind == Disclosure.DEPARTMENT:
        words = _("Who leads %(supplier)s reads that %(customer)s rated so, not who.")
    else:
        words = _("Who leads %(supplier)s reads your rating with your name.")
    return words % names
