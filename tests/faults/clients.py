"""People at their browsers: eight signed-in clients that rate over HTTP and write down what was acknowledged."""

from __future__ import annotations

import dataclasses
import datetime
import http.client
import random
import re
import threading
import time
import urllib.parse
import uuid
from collections.abc import Sequence

ANSWER_LIMIT = 60.0  # seconds a client waits for one answer
PATIENCE = 180.0  # seconds a client goes on sending the same form
DAYS_BACK = 100  # within the time in which every link of the demo stands as it does today
CARD = re.compile(r'<article class="card occasion" id="link-(\d+)".*?</article>', re.S)
KEY = re.compile(r'name="key" value="([^"]+)"')
SCORE = re.compile(r'name="score" value="(\d)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
UNDO = re.compile(r'action="(/ratings/\d+/undo/[^"]*)"')
RATING = re.compile(r"/ratings/(\d+)/change/")


@dataclasses.dataclass
class Acknowledged:
    """What the site has told a client: the form named `key` stands with this score, or with none."""

    key: str
    link: int
    score: int | None
    interaction: bool  # whether there is an interaction (one that rating made goes with its rating)


@dataclasses.dataclass
class Answer:
    """A site's answer."""

    status: int
    body: str
    location: str


class Browser:
    """A person with a cookie jar, who sends a form again until it is answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.retries = 0
        self.seconds: list[float] = []  # of each answered form

    def sign_in(self, username: str) -> None:
        """Sign in with the demo's password."""
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", login=username, password="demo")
        assert answer.status == 302, f"{username} could not sign in: {answer.status}"
        self.get("/rate/")

    def get(self, path: str) -> str:
        """Open a page; returns its text."""
        answer = self._until_answered("GET", path, "")
        assert answer.status == 200, f"GET {path}: {answer.status} {answer.location}"
        token = TOKEN.search(answer.body)
        self.token = token[1] if token else self.token
        return answer.body

    def post(self, path: str, **fields: object) -> Answer:
        """Send a form as htmx does; the same form again while there is no answer or one of 500 and above."""
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **fields})
        answer = self._until_answered("POST", path, body)
        assert answer.status < 400, f"POST {path}: {answer.status} {answer.body[:300]}"
        assert not answer.location.startswith("/accounts/login/"), f"POST {path}: signed out"
        return answer

    def _until_answered(self, method: str, path: str, body: str) -> Answer:
        deadline = time.monotonic() + PATIENCE
        while True:
            started = time.monotonic()
            try:
                answer = self._send(method, path, body)
            except (OSError, http.client.HTTPException):
                pass
            else:
                if answer.status < 500:
                    if method == "POST":
                        self.seconds.append(time.monotonic() - started)
                    return answer
            assert time.monotonic() < deadline, f"{method} {path}: no answer in {PATIENCE:.0f} s"
            self.retries += 1
            time.sleep(0.2)

    def _send(self, method: str, path: str, body: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_LIMIT)
        headers = {"Accept-Language": "en", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://127.0.0.1:{self.port}"}
            headers |= {} if path.startswith(("/accounts/", "/interactions/new/")) else {"HX-Request": "true"}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        return Answer(response.status, text, response.getheader("Location", ""))


class Rater:
    """One client: opens the page of everything it may rate, and rates it, until told to stop."""

    def __init__(self, port: int, username: str, seed: int) -> None:
        self.browser = Browser(port)
        self.username = username
        self.dice = random.Random(seed)
        self.acknowledged: list[Acknowledged] = []
        self.changed = self.undone = self.logged = 0

    def rate_everything(self, enough: threading.Event) -> None:
        """Rate each link the page offers once; most by one tap, some as a logged interaction."""
        page = self.browser.get("/rate/")
        for card in CARD.finditer(page):
            if enough.is_set():
                return
            scores = sorted({int(score) for score in SCORE.findall(card[0])})
            key = KEY.search(card[0])
            assert key, "a card without a key"
            if self.dice.random() < 0.1:
                self._log_and_rate(int(card[1]), scores)
            else:
                self._tap(int(card[1]), key[1], scores)

    def _tap(self, link: int, key: str, scores: list[int]) -> None:
        retries = self.browser.retries
        score = self.dice.choice(scores)
        answer = self.browser.post(f"/rate/links/{link}/", key=key, score=score, occurred_at=self._moment())
        entry = Acknowledged(key, link, score, interaction=True)
        self.acknowledged.append(entry)
        self._think_again(entry, answer, scores, may_undo=retries == self.browser.retries)

    def _log_and_rate(self, link: int, scores: list[int]) -> None:
        key, score = str(uuid.UUID(int=self.dice.getrandbits(128), version=4)), self.dice.choice(scores)
        page = self.browser.post("/interactions/new/", key=key, link=link, occurred_at=self._moment()).location
        self.logged += 1
        answer = self.browser.post(f"{page}rate/", score=score)
        entry = Acknowledged(key, link, score, interaction=True)
        self.acknowledged.append(entry)
        self._think_again(entry, answer, scores, may_undo=False)

    def _moment(self) -> str:
        """Return when it took place, on the store's clock: now, or at noon of one of many days gone by.

        Were all of it today's, the next rating of a link would make good what a lost mark of the last one spoiled.
        """
        if self.dice.random() < 0.2:
            return ""
        days = self.dice.randint(2, DAYS_BACK)
        return f"{datetime.date.today() - datetime.timedelta(days=days):%Y-%m-%d}T12:00"

    def _think_again(self, entry: Acknowledged, answer: Answer, scores: list[int], *, may_undo: bool) -> None:
        """Now and then change the rating, or take it back.

        Only what was answered at once is taken back: after that, a straggling first copy of a form that was sent
        twice would rate anew, and the log could not tell.
        """
        what = self.dice.random()
        rating, undo = RATING.search(answer.body), UNDO.search(answer.body)
        assert rating, f"the answer shows no saved rating: {answer.status} {answer.body[:300]}"
        if what < 0.08:
            score = self.dice.choice(scores)
            self.browser.post(f"/ratings/{rating[1]}/change/", score=score)
            entry.score, self.changed = score, self.changed + 1
        elif what < 0.12 and may_undo and undo:
            self.browser.post(undo[1].replace("&amp;", "&"))
            entry.score, entry.interaction, self.undone = None, False, self.undone + 1


class Crowd:
    """Several raters at once. Use it with `with`: it rates until `enough` forms are acknowledged, or the block ends."""

    def __init__(self, port: int, usernames: Sequence[str], *, seed: int) -> None:
        self.raters = [Rater(port, username, seed * 100 + n) for n, username in enumerate(usernames)]
        self.failures: list[BaseException] = []
        self._target = 0
        self._enough = threading.Event()
        self._threads: list[threading.Thread] = []
        for rater in self.raters:
            rater.browser.sign_in(rater.username)

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self, target: int | None = None) -> None:
        """Let them rate until this many are acknowledged, or until `stop`."""
        self._target = target or 1_000_000
        self._threads = [threading.Thread(target=self._run, args=[rater]) for rater in self.raters]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish the form at hand."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def reached(self, number: int) -> bool:
        """Return whether so many forms are acknowledged by now; raises what went wrong with a client."""
        if self.failures:
            raise self.failures[0]
        return self.count >= number

    def _run(self, rater: Rater) -> None:
        try:
            while not self._enough.is_set():
                rater.rate_everything(self._enough)
                if self.count >= self._target:
                    self._enough.set()
        except BaseException as error:
            self.failures.append(error)
            self._enough.set()

    @property
    def count(self) -> int:
        """Forms acknowledged so far."""
        return sum(len(rater.acknowledged) for rater in self.raters)

    @property
    def acknowledged(self) -> list[Acknowledged]:
        """What all of them wrote down."""
        return [entry for rater in self.raters for entry in rater.acknowledged]

    def figures(self) -> dict[str, object]:
        """Return what they did, for the report."""
        return {
            "acknowledged": self.count,
            "logged_first": sum(rater.logged for rater in self.raters),
            "changed": sum(rater.changed for rater in self.raters),
            "taken_back": sum(rater.undone for rater in self.raters),
            "retries": sum(rater.browser.retries for rater in self.raters),
        }
