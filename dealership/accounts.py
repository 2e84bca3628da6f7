"""How people get in: django-allauth's adapter."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from dealership.models import User


class AccountAdapter(DefaultAccountAdapter):
    """People are entered by their store: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: there is no self-service sign-up."""
        return False


def display_name(user: User) -> Any:
    """Return how a person is called in allauth's messages and mails."""
    return str(user)
