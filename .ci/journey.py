"""`make run` as a user meets it: clone, start, sign in over HTTP, rate, see the figure after the scheduled job.

Nothing is run by hand in between; the only clock is the real one, bounded by LIMIT. Standard library only.
"""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
START_LIMIT = 420  # seconds: a first start fetches packages
FIGURE_LIMIT = 90  # seconds from a rating to its figure, by the scheduled job alone


class Browser:
    """A person with a cookie jar."""

    def __init__(self, username: str) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.opener.addheaders = [("Accept-Language", "en"), ("Referer", BASE)]
        page = self.get("/accounts/login/")
        page = self.post("/accounts/login/", page, login=username, password="demo")
        assert 'name="password"' not in page, f"{username} could not sign in"

    def get(self, path: str) -> str:
        """Open a page; returns its text."""
        with self.opener.open(urllib.parse.urljoin(BASE, path), timeout=30) as response:
            return response.read().decode()

    def post(self, path: str, page: str, **fields: str) -> str:
        """Send a form found on `page`; returns the page that follows."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, f"no form on the page before {path}"
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self.opener.open(urllib.parse.urljoin(BASE, path), data=body, timeout=30) as response:
            return response.read().decode()


def wait_for(what: str, limit: float, check) -> float:
    """Call `check` each second until it is true; returns the seconds it took."""
    started = time.monotonic()
    while time.monotonic() - started < limit:
        try:
            if check():
                return time.monotonic() - started
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(1)
    raise SystemExit(f"{what}: not within {limit} s")


def healthy() -> bool:
    """Say whether database, broker and worker answer."""
    with urllib.request.urlopen(BASE + "/healthz", timeout=10) as response:
        return response.status == 200


def rate_not_good(browser: Browser) -> str:
    """Rate Service's pre-delivery inspection not good, as found by search; returns the comment left with it."""
    page = browser.get("/rate/?q=pre-delivery-inspection")
    form = re.search(r'action="(/rate/links/\d+/)".*?name="key" value="([^"]+)"', page, re.S)
    assert form, "no link to rate on the search page"
    comment = f"journey {time.time():.0f}"
    browser.post(form[1], page, key=form[2], score="0", comment=comment)
    return comment


def ratings_page(browser: Browser) -> str:
    """Return the page of the ratings behind Service's figures."""
    return browser.get("/dashboard/departments/service/ratings/?side=supplier")


def sales_on_the_dashboard(browser: Browser) -> tuple[str, int, int]:
    """Return (verdict, not good, ratings) of this month's line Service to Sales on Service's dashboard."""
    text = " ".join(re.sub(r"<[^>]+>", " ", browser.get("/dashboard/")).split())
    line = re.search(
        r"Supplier: Service Customer: Sales Service flow pre-delivery inspection "
        r"(Satisfied|Not satisfied|No ratings)(?: (?:(\d+) of )?(\d+) (?:not good|rating))?",
        text,
    )
    assert line, "Service's dashboard has no line for Sales"
    return line[1], int(line[2] or 0), int(line[3] or 0)


def main() -> None:
    """Run the journey and see that Ctrl-C ends every process."""
    folder = Path(tempfile.mkdtemp()) / "main"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    environment = {**os.environ, "PORT": str(PORT)}
    log = (folder.parent / "run.log").open("w")
    run = subprocess.Popen(["make", "run"], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        journey()
    except BaseException:
        sys.stdout.write(Path(log.name).read_text()[-6000:])
        raise
    finally:
        os.killpg(run.pid, signal.SIGINT)  # what Ctrl-C in a terminal sends
        run.wait(timeout=30)
    time.sleep(1)
    left = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=False).stdout.split()
    assert not left, f"processes outlived Ctrl-C: {left}"
    print("Ctrl-C ended web, worker and beat.")


def journey() -> None:
    """Wait for the site, rate as Sales, and see it as Service."""
    print(f"up after {wait_for('make run', START_LIMIT, healthy):.0f} s")
    service = Browser("service")
    _verdict, bad, n = sales_on_the_dashboard(service)
    comment = rate_not_good(Browser("sales"))
    took = wait_for(
        "the rating on the dashboard",
        FIGURE_LIMIT,
        lambda: sales_on_the_dashboard(service) == ("Not satisfied", bad + 1, n + 1),
    )
    assert comment in ratings_page(service), "the rating behind the figure is not shown"
    print(f"rated by Sales, on Service's dashboard after {took:.0f} s")


if __name__ == "__main__":
    main()
