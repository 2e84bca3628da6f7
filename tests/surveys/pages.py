"""What the page tests share: a signed-in browser, htmx's header, and many browsers at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import Client

HTMX = {"HX-Request": "true"}


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
