"""How people get in: django-allauth's adapter, and its backend reading people in the quickest way."""

from typing import Any

from allauth.account import auth_backends
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from dealership.models import User
from dealership.prepared import Prepared

PERSON = Prepared(lambda pk: User.objects.filter(pk=pk))


class AuthenticationBackend(auth_backends.AuthenticationBackend):
    """User name or e-mail, and password. Every request of a signed-in person comes by here."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session; None if they are gone or no longer active."""
        found = PERSON(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


class AccountAdapter(DefaultAccountAdapter):
    """People are entered by their store: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: there is no self-service sign-up."""
        return False


def display_name(user: User) -> Any:
    """Return how a person is called in allauth's messages and mails."""
    return str(user)
