"""Fixtures that all tests share."""

import os
import uuid

import pytest

from dealership.access import Access
from dealership.models import User


@pytest.fixture(autouse=True, scope="session")
def _counting_apart(tmp_path_factory):
    """What tests count (config/metrics.py) is no part of the site's metrics."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path_factory.mktemp("metrics"))


@pytest.fixture(autouse=True)
def _plain_settings(settings):
    """Plain HTTP, static files without a collected manifest, quick passwords, an empty cache."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True  # look files up when asked for, not all of them for each test client
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A cache of its own for each test (rate limits, checked import files), on whatever cache is configured.
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}}


@pytest.fixture(autouse=True)
def _in_mid_month(monkeypatch):
    """The inbox asks for management at both ends of a month: only the tests of that do, whatever day it is."""
    monkeypatch.setattr("surveys.management_months.ASKING_DAYS", 0)
    monkeypatch.setattr("surveys.management_months.ASKING_UNTIL", 0)


def fresh(user: User) -> User:
    """Return the person as the next request would read them: without anything remembered on the object."""
    return User.objects.get(pk=user.pk)


def access(user: User) -> Access:
    """Return the person's rights as the next request would work them out."""
    return Access(fresh(user))
