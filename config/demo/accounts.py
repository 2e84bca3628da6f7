"""Who may sign in to the demo, for the sign-in page and the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from dealership.models import User
from dealership.models.base import localized
from supplychain.standard_store import DEPARTMENTS

if TYPE_CHECKING:
    from django.http import HttpRequest

#: The first store's slug; further ones are demo-2, demo-3 … and so are their accounts' prefixes.
FIRST_SLUG = "demo"
PASSWORD = "demo"

#: The dealer group that owns the demo stores, and its manager where it owns several.
GROUP_SLUG = "demo-group"
GROUP_USERNAME = "group"

#: Offered on the sign-in page, in this order: enough to see every side, few enough for a phone.
OFFERED = ("service", "sales", "finance", "hr", "parts", "service-workshop", "gm", "admin")


def demo_accounts() -> list[dict[str, str]]:
    """Return the accounts of the first demo store and of the demo's group as {"username", "label"}; empty where no
    demo was loaded. One query.
    """
    offered = (*OFFERED, GROUP_USERNAME)
    of_store = Q(dealership__is_demo=True, dealership__slug=FIRST_SLUG, username__in=OFFERED)
    of_group = Q(group__slug=GROUP_SLUG, username=GROUP_USERNAME)
    present = set(User.objects.filter(of_store | of_group, is_active=True).values_list("username", flat=True))
    return [{"username": username, "label": _label(username)} for username in offered if username in present]


def _label(username: str) -> str:
    if username == GROUP_USERNAME:
        return _("Dealer group")
    if username == "gm":
        return _("General manager")
    if username == "admin":
        return _("Store admin")
    plan = next(plan for plan in DEPARTMENTS if plan.code == username)
    return localized(plan.en, plan.zh_hans, plan.en)


def context(request: HttpRequest) -> dict[str, object]:
    """Give templates `demo_accounts`; the database is asked only where a template uses it: on the sign-in page."""
    return {"demo_accounts": SimpleLazyObject(demo_accounts)}
