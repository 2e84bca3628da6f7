"""Who learns how one rates, in one plain line (R20)."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from dealership.models import Dealership, Disclosure
from supplychain.models import Link

register = template.Library()


@register.simple_tag
def who_sees(store: Dealership, link: Link, disclosure: int | None = None) -> str:
    """Return who learns how one rates on a link: under the store's choice, or as it was promised (`disclosure`)."""
    kind = store.confidentiality if disclosure is None else disclosure
    names = {"supplier": link.supplier, "customer": link.customer, "least": store.least_raters}
    if kind == Disclosure.CONFIDENTIAL:
        words = _(
            "Only you see this. %(supplier)s reads figures of at least %(least)s people together, after the month."
        )
    elif kind == Disclosure.DEPARTMENT:
        words = _("Who leads %(supplier)s reads that %(customer)s rated so, not who.")
    else:
        words = _("Who leads %(supplier)s reads your rating with your name.")
    return words % names
