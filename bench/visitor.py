"""A signed-in person as a browser on a phone: session, CSRF token, and the headers it sends."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.load import Request, send
from bench.servers import Server
from dealership.models import User

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in at a server."""

    cookies: str
    token: str
    origin: str

    def get(self, path: str) -> Request:
        """Return a request for a page, expected to be found."""
        return Request(path, 200, headers=self._headers())

    def post(self, path: str, fields: dict[str, str], *, htmx: bool) -> Request:
        """Return a form's request: as htmx sends it and gets a part of the page, or plain and redirected."""
        headers = {**self._headers(), "Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        if htmx:
            headers |= {"HX-Request": "true", "HX-Current-URL": f"{self.origin}/", "Referer": f"{self.origin}/"}
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        return Request(path, 200 if htmx else 302, "POST", body, headers)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookies, "Accept": "text/html", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}


def session_cookies(person: User) -> tuple[str, str]:
    """Open a session in the database in use; returns the cookies a browser then sends, and the CSRF cookie's secret."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    secret = secrets.token_hex(16)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={secret}", secret


def sign_in(server: Server, person: User) -> Visitor:
    """Sign in, in the database in use, and open home for the token of its forms. Raises RuntimeError without one."""
    cookies, _secret = session_cookies(person)
    origin = f"http://127.0.0.1:{server.port}"
    pages: list[bytes] = []
    send(server, [Visitor(cookies, "", origin).get("/")], lambda _seconds, page: pages.append(page))
    found = TOKEN.search(pages[0])
    if found is None:
        raise RuntimeError("home shows no form")
    return Visitor(cookies, found[1].decode(), origin)
