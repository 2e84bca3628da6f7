"""What every page that answers a POST needs: who asks, the way back, and the words of a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from dealership.models import User

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request as it reaches these pages: signed in, and marked when htmx sent it."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails


def back_from(request: HttpRequest) -> str:
    """Return the address the form asked to come back to, if it is one of this site's; else empty."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if here and address.startswith("/") else ""


def first_error(problem: BaseForm | ValidationError) -> str:
    """Return the first message of an invalid form or of an action's refusal."""
    if isinstance(problem, ValidationError):
        return str(problem.messages[0])
    return str(next(iter(problem.errors.values()))[0])
