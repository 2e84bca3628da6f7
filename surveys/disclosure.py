"""What a new rating is given under (R20): the store's choice of the moment, or what the page promised, if stricter.

A page may stand open while the store chooses anew. So a form brings back what stood beside its faces, signed by us: it
can ask for more discretion than the store's choice, never for less, and for none that no page ever promised.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.core import signing

from dealership.models import Dealership, Disclosure
from surveys.periods import month_start

#: A page that is older promises nothing any more.
LASTS = datetime.timedelta(days=7)
_signer = signing.TimestampSigner(salt="surveys.disclosure", sep=":")


class Shown(NamedTuple):
    """What a page promised: who learns how one rates, and among how many raters one is at least."""

    disclosure: int
    least_raters: int


def signed(store: Dealership) -> str:
    """Return what a store promises at this moment, for a form to bring back."""
    return _signer.sign(f"{store.confidentiality}.{store.least_raters}")


def read_back(text: str) -> Shown | None:
    """Return what a form brought back; None for what we did not sign, or too long ago."""
    try:
        disclosure, least_raters = _signer.unsign(text, max_age=LASTS).split(".")
    except signing.BadSignature:
        return None
    return Shown(int(disclosure), int(least_raters))


def promise(store: Dealership, now: datetime.datetime, shown: Shown | None = None) -> dict[str, Any]:
    """Return the fields of a new rating that say what its rater is promised.

    Call it in the transaction that writes the rating: the store keeps since when it has confidential ones.
    """
    chosen = Shown(store.confidentiality, store.least_raters)
    stricter = Shown(*map(max, chosen, shown or chosen))
    if stricter.disclosure != Disclosure.CONFIDENTIAL:
        return {"disclosure": stricter.disclosure}
    today = store.local_day(now)
    if store.sealed_since is None:
        Dealership.objects.filter(pk=store.pk, sealed_since=None).update(sealed_since=today)
    return {
        "disclosure": Disclosure.CONFIDENTIAL,
        "sealed_month": month_start(today),
        "least_raters": stricter.least_raters,
    }
