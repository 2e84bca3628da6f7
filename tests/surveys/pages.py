"""What the page tests share: a signed-in browser, htmx's header, and many browsers at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from surveys.actions import rate_interaction
from tests.conftest import fresh

HOME = reverse("home")
HTMX = {"HX-Request": "true"}
BOTH_WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def browser(user, language="en"):
    """Return a browser in which the person is signed in."""
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def at_once(*requests):
    """Send requests (functions) at the same moment, each on its own database connection; return the answers."""
    barrier = Barrier(len(requests))

    def send(request):
        try:
            barrier.wait(timeout=20)
            return request()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def rated(interaction, rater, score=1):
    return rate_interaction(acting_user=fresh(rater), interaction=interaction, score=score)


def rate_url(interaction):
    return reverse("interaction_rate", args=[interaction.pk])


def link_url(link):
    return reverse("rate_link", args=[link.pk])


def undo_url(rating, **query):
    return reverse("rating_undo", args=[rating.pk], query=query or {"interaction": rating.interaction_id})


def texts(response):
    return [str(message) for message in response.wsgi_request._messages]


def one_tap(**more):
    return {"score": "1", "key": str(uuid.uuid4()), **more}
