"""Logs: one JSON object a line, with request and task ids, and nothing that tells of people, whatever fails."""

import io
import json
import logging
import socket
import uuid

import pytest
import structlog
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from structlog.stdlib import ProcessorFormatter

from dealership.models import Dealership, User
from surveys.tasks import absorb_marks
from tests.config.processes import database_url, get, wait_for, web, worker
from tests.config.worker_app import complain
from tests.factories import DealershipFactory, UserFactory

NAME = "wang.xiaoming"
EMAIL = "wang@example.com"


@pytest.fixture
def lines():
    """Catch what is written to the log; gives a function that returns the lines so far as objects."""
    (handler,) = (found for found in logging.getLogger().handlers if isinstance(found.formatter, ProcessorFormatter))
    written = io.StringIO()
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)


def of(lines, **wanted):
    """Return the lines that have just these values."""
    return [line for line in lines if all(line.get(name) == value for name, value in wanted.items())]


def tells_of_people(lines):
    text = json.dumps(lines, ensure_ascii=False)
    return [secret for secret in (NAME, EMAIL, "192.0.2.7") if secret in text]


# --- Requests ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_id_and_route(lines):
    response = Client().get(f"/accounts/password/reset/key/1-{NAME}/?email={EMAIL}")
    (line,) = of(lines(), event="request")
    assert line["request_id"] == response["X-Request-ID"]
    assert line["route"].startswith("accounts/password/reset/key/(?P<uidb36>")
    assert (line["method"], line["status"]) == ("GET", 200)
    assert not tells_of_people(lines())


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("0123456789abcdef0123456789ABCDEF", "0123456789abcdef0123456789abcdef"),
        ("01234567-89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef"),
        (NAME, None),
        ("", None),
        ("a" * 5000, None),
    ],
)
@pytest.mark.django_db
def test_the_proxys_request_id_is_taken_over_if_well_formed(lines, given, taken):
    response = Client().get(reverse("account_login"), headers={"X-Request-ID": given})
    found = response["X-Request-ID"]
    assert uuid.UUID(found).hex == found
    assert taken in (None, found)
    assert of(lines(), event="request", request_id=found)
    assert not tells_of_people(lines())


@pytest.mark.django_db
def test_a_failing_page_tells_where_in_the_code_and_not_for_whom(lines, monkeypatch):
    DealershipFactory(slug="taken")
    person = UserFactory(username=NAME, email=EMAIL)

    def fail(_request):
        with transaction.atomic():
            Dealership.objects.create(slug="taken", name=NAME)

    client = Client(raise_request_exception=False)
    client.force_login(person)
    monkeypatch.setattr(User, "dealership", property(lambda _user: fail(None)))
    response = client.get(f"/?q={NAME}")
    assert response.status_code == 500
    (line,) = of(lines(), logger="django.request")
    assert line["event"] == "Internal Server Error"
    assert line["request_id"] == response["X-Request-ID"]
    assert line["exception"][0]["type"] == "django.db.utils.IntegrityError"
    assert any(
        "tests/config/test_logs.py" in frame and frame.endswith(" fail") for frame in line["exception"][0]["frames"]
    )
    assert not tells_of_people(lines())


@pytest.mark.django_db
def test_a_stranger_host_and_a_forged_form_are_told_without_their_headers(lines):
    client = Client(enforce_csrf_checks=True)
    host = f"{NAME.replace('.', '-')}.example.com"
    assert client.get("/", headers={"Host": host}).status_code == 400
    assert (
        client.post("/accounts/login/", headers={"Origin": f"https://{EMAIL.split('@')[1]}/{NAME}"}).status_code == 403
    )
    (line,) = of(lines(), logger="django.security.DisallowedHost")
    assert (line["event"], line["status"]) == ("DisallowedHost", 400)
    assert line["request_id"]
    (line,) = of(lines(), logger="django.security.csrf")
    assert line["event"] == "Origin checking failed"
    assert line["route"] == "accounts/login/"
    assert "example.com" not in json.dumps(lines())


@pytest.mark.django_db
def test_a_complaint_of_the_database_names_the_constraint_not_the_value(lines):
    UserFactory(username=NAME)
    try:
        with transaction.atomic():
            User.objects.create(username=NAME)
    except IntegrityError:
        structlog.get_logger("test").exception("person not saved")
    (line,) = of(lines(), event="person not saved")
    complaint, cause = line["exception"]
    assert complaint["type"] == "django.db.utils.IntegrityError"
    assert "text" not in complaint | cause
    if connection.vendor == "postgresql":
        assert (cause["sqlstate"], cause["constraint"]) == ("23505", "dealership_user_username_key")
    assert not tells_of_people(lines())


def test_what_tells_of_servers_is_kept(lines):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        try:
            socket.create_connection(free.getsockname())
        except OSError:
            logging.getLogger("some.library").exception("Cannot connect to %s", "redis://redis:6379")
    (line,) = of(lines(), logger="some.library")
    assert line["event"] == "Cannot connect to redis://redis:6379"
    assert line["exception"][0]["text"] == "Connection refused"


# --- The processes themselves -----------------------------------------------------------------------


def read_log(path):
    """Return a process's log; every line must be an object."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_gunicorns_own_lines_quote_no_request(tmp_path):
    log = tmp_path / "web.log"
    with web(log, DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite3") as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(f"GET /{NAME} nonsense {NAME}\r\n\r\n".encode())
            assert b"400" in raw.recv(1000)
        status, _text, headers = get(f"{address}/metrics?{NAME}")
        assert (status, len(headers["X-Request-ID"])) == (404, 32)
        wait_for("the line", lambda: of(read_log(log), event="Invalid request"))
    assert of(read_log(log), event="request", request_id=headers["X-Request-ID"])
    assert NAME not in log.read_text()
    assert "127.0.0.1" not in log.read_text()


@pytest.mark.django_db(transaction=True)
def test_a_failing_task_is_told_with_its_id_and_without_its_arguments(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    log = tmp_path / "worker.log"
    with worker(tmp_path, DATABASE_URL=database_url()) as send:
        sent = send(complain, NAME)
        (line,) = wait_for("the failure", lambda: of(read_log(log), logger="celery.app.trace"), log)
        done = send(absorb_marks, 0)
        wait_for("the next task", lambda: of(read_log(log), task_id=done.id, event="rollups absorbed"), log)
    assert (line["task_id"], line["task"]) == (sent.id, "tests.config.worker_app.complain")
    assert line["event"] == "task raised unexpected"
    assert line["exception"][0]["type"] == "builtins.ValueError"
    assert any(frame.startswith("tests/config/worker_app.py:") for frame in line["exception"][0]["frames"])
    assert NAME not in log.read_text()
