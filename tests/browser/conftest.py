"""A real Chromium against a real server and database. No browser is a failure, not a skip."""

import os
import shutil

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from dealership.models import User

# Playwright runs an event loop in the test's thread; the ORM calls beside it are plain ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items):
    """Keep the browser tests on one worker: two browsers on two cores only slow each other down."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path is None:
        pytest.fail("The browser tests need Chromium: install it (apt install chromium) or set CHROMIUM to its path.")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


@pytest.fixture
def site(transactional_db, settings):
    """The address of a server that runs with the test's settings and database."""
    settings.WHITENOISE_USE_FINDERS = True
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture
def demo(transactional_db):
    """A function that loads small demo stores in a language."""

    def load(language, stores=1):
        call_command("demo", stores=stores, months=3, ratings_per_day=8, seed=7, language=language, verbosity=0)

    return load


class Person:
    """Somebody at a browser; what the console or the content security policy complains about is kept."""

    def __init__(self, context, site):
        self.context = context
        self.site = site
        self.page = context.new_page()
        self.complaints = []
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, kind, text):
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def sign_in(self, username):
        """Bring a session along (the sign-in page has a test of its own)."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        cookie = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.site}])

    def goto(self, path):
        response = self.page.goto(self.site + path, wait_until="load")
        assert response is not None
        if self.page.locator("[data-chart]").count():
            self.page.wait_for_load_state("networkidle")  # charts fetch their library last
        return response


@pytest.fixture
def person(browser, site):
    """A function that opens a browser window: person(language, width, theme, javascript, motion)."""
    contexts = []

    def open_window(language="zh-CN", width=390, theme="light", javascript=True, motion="no-preference"):
        context = browser.new_context(
            locale=language,
            viewport={"width": width, "height": 844 if width < 800 else 900},
            color_scheme=theme,
            reduced_motion=motion,
            java_script_enabled=javascript,
            has_touch=width < 800,
        )
        contexts.append(context)
        return Person(context, site)

    yield open_window
    for context in contexts:
        context.close()
