"""Who may sign in to the demo, for the sign-in page and the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

#: Offered on the sign-in page, in this order: enough to see every side, few enough for a phone.
OFFERED = ("service", "sales", "finance", "hr", "parts", "service-workshop", "gm", "admin")


def demo_accounts() -> list[dict[str, str]]:
    """Return the first demo store's accounts as {"username", "label"}; empty where no demo was loaded. One query."""
    present = set(
        User.objects.filter(
            dealership__is_demo=True, dealership__slug=FIRST_SLUG, username__in=OFFERED, is_active=True
        ).values_list("username", flat=True)
    )
    return [{"username": username, "label": _label(username)} for username in OFFERED if username in present]


def _label(username: str) -> str:
    if username == "gm":
        return _("General manager")
    if username == "admin":
        return _("Store admin")
    plan = next(plan for plan in DEPARTMENTS if plan.code == username)
    return localized(plan.en, plan.zh_hans, plan.en)


def context(request: HttpRequest) -> dict[str, object]:
    """Give templates `demo_accounts`; the database is asked only where a template uses it: on the sign-in page."""
    return {"demo_accounts": SimpleLazyObject(demo_accounts)}
