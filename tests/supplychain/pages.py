"""What tests of pages share: a browser that reads English, and errors by their codes."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dealership.models import Dealership, Department, User
from supplychain.actions_store import apply_standard_store
from tests.factories import DealershipFactory, UserFactory


def browser(user: User | None = None) -> Client:
    """Return a client that reads English, signed in as `user`."""
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def store_admin(dealership: Dealership | None = None, **fields: object) -> User:
    """Make a store's admin."""
    return UserFactory(dealership=dealership or DealershipFactory(), is_store_admin=True, **fields)


def standard_store(language: str = "en") -> tuple[Dealership, dict[str, Department]]:
    """Make a store with the standard departments and links; return it with its departments by code."""
    dealership = DealershipFactory(language=language)
    apply_standard_store(dealership)
    return dealership, {d.code: d for d in Department.objects.filter(dealership=dealership)}


def code_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    """Return the code of a refusal, whichever field it stands by."""
    exception = error.value
    if hasattr(exception, "error_dict"):
        return next(iter(exception.error_dict.values()))[0].code
    return exception.error_list[0].code


def text_of(response: object) -> str:
    """Return the page."""
    return response.content.decode()  # type: ignore[attr-defined]


def messages_of(response: object) -> list[str]:
    """Return what a page that was redirected to says."""
    return [str(message) for message in response.context["messages"]]  # type: ignore[attr-defined]
