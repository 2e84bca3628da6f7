"""Fixtures that all tests share."""

import pytest
from django.core.cache import cache

from dealership.access import Access
from dealership.models import User


@pytest.fixture(autouse=True)
def _plain_settings(settings):
    """Plain HTTP, static files without a collected manifest, quick passwords, an empty cache (rate limits)."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def fresh(user: User) -> User:
    """Return the person as the next request would read them: without anything remembered on the object."""
    return User.objects.get(pk=user.pk)


def access(user: User) -> Access:
    """Return the person's rights as the next request would work them out."""
    return Access(fresh(user))
