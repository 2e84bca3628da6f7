"""/metrics: who may read it, and that what it says is so."""

import datetime
import os
import signal
import socket

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config.metrics import counters, views
from supplychain.models import Mark
from surveys import rollups
from surveys.models import ShardRun
from surveys.tasks import absorb_marks
from tests.config.processes import database_url, get, wait_for, web, worker
from tests.factories import LinkFactory

TOKEN = "a-long-secret"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def folder(tmp_path):
    """A folder of its own for the counts of the processes of a test."""
    folder = tmp_path / "counts"
    folder.mkdir()
    return folder


def parse(text):
    """Return samples of an exposition: {(name, ((label, value), …)): figure}."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape():
    """Return the samples of this process and the test's database."""
    return parse(views.exposition().decode())


def requests_to(samples, route, method="GET", status="2xx"):
    key = ("downstream_request_seconds_count", (("method", method), ("route", route), ("status", status)))
    return samples.get(key, 0)


# --- Access -----------------------------------------------------------------------------------------


def test_without_a_token_configured_there_is_no_such_page(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer a-long-secre", f"Basic {TOKEN}", TOKEN, "Bearer ünï"])
def test_a_wrong_token_is_refused(client, settings, given):
    settings.METRICS_TOKEN = TOKEN
    response = client.get("/metrics", headers={"Authorization": given})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert not response.content


@pytest.mark.django_db(transaction=True)
def test_the_token_opens_it_without_a_redirect_to_https(client, settings):
    settings.METRICS_TOKEN = TOKEN
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/metrics", headers=AUTHORIZED)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    assert parse(response.content.decode())[("downstream_database_up", ())] == 1
    assert Client().post("/metrics", headers=AUTHORIZED).status_code == 405


# --- Requests ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_requests_are_counted_by_pattern_and_never_by_address(client):
    link = LinkFactory()
    before = scrape()
    address = reverse("link_detail", kwargs={"pk": link.pk})
    client.get(address + "?q=Wang")
    client.get(address)
    client.get("/no/such/page/of/Wang")
    client.generic("WANG", "/accounts/login/")
    after = scrape()
    route = "chain/links/<int:pk>/"
    assert requests_to(after, route, status="3xx") - requests_to(before, route, status="3xx") == 2
    assert requests_to(after, "(unknown)", status="4xx") - requests_to(before, "(unknown)", status="4xx") == 1
    assert any(dict(labels).get("method") == "OTHER" for _name, labels in after)
    assert "Wang" not in str(list(after))
    assert "WANG" not in str(list(after))
    assert address not in str(list(after))


# --- Background work --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_lag_is_the_age_of_the_oldest_mark_and_0_without_marks():
    samples = scrape()
    assert samples[("downstream_rollup_lag_seconds", ())] == 0
    assert samples[("downstream_marks_waiting", ())] == 0
    assert samples[("downstream_shard_clean_age_seconds", (("shard", "0"),))] == float("inf")
    link = LinkFactory()
    now = timezone.now()
    for minutes in (10, 5):
        moment = now - datetime.timedelta(minutes=minutes)
        Mark.objects.create(dealership_id=link.dealership_id, link_id=link.pk, day=now.date(), created_at=moment)
    samples = scrape()
    assert 600 <= samples[("downstream_rollup_lag_seconds", ())] < 900
    assert samples[("downstream_marks_waiting", ())] == 2
    rollups.absorb_all()
    ShardRun.objects.filter(shard=1).update(finished_at=now - datetime.timedelta(hours=1))
    samples = scrape()
    assert samples[("downstream_rollup_lag_seconds", ())] == 0
    assert samples[("downstream_shard_clean_age_seconds", (("shard", "0"),))] < 300
    assert 3600 <= samples[("downstream_shard_clean_age_seconds", (("shard", "1"),))] < 3900


def of_task(name):
    return scrape().get((name, (("task", "surveys.tasks.absorb_marks"),)))


@pytest.mark.django_db(transaction=True)
def test_tasks_and_their_failures_are_counted(tmp_path, folder, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    with worker(tmp_path, DATABASE_URL=database_url()) as send:
        wait_for("the 0 before the first failure", lambda: of_task("downstream_task_failures_total") == 0)
        send(absorb_marks, 0)
        send(absorb_marks, "no shard")
        wait_for("both tasks", lambda: of_task("downstream_task_seconds_count") == 2, tmp_path / "worker.log")
    assert of_task("downstream_task_failures_total") == 1
    assert 0 < of_task("downstream_task_seconds_sum") < 30
    samples = scrape()
    assert samples[("downstream_job_done_timestamp_seconds", (("job", "absorb marks of shard 0"),))] > 0
    assert samples[("downstream_errors_logged_total", (("level", "error"),))] == 1, "the failed task"


# --- Several processes, and a database that is down -------------------------------------------------


def test_processes_add_up_and_the_counts_of_killed_ones_stay(tmp_path, folder):
    variables = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "METRICS_TOKEN": TOKEN}
    with web(tmp_path / "web.log", PROMETHEUS_MULTIPROC_DIR=str(folder), **variables) as address:
        for _ in range(20):
            assert get(address + "/metrics")[0] == 401
        text = get(address + "/metrics", **AUTHORIZED)[1]
        counted = requests_to(parse(text), "metrics", status="4xx")
        assert counted >= 20
        assert parse(text)[("downstream_database_up", ())] == 0
        assert "downstream_rollup_lag_seconds" not in text, "nothing is known of the lag"
        owners = {path.stem.split("_")[1] for path in folder.glob("histogram_*.db")} - {"gone"}
        for pid in owners:
            os.kill(int(pid), signal.SIGKILL)
        wait_for("new workers", lambda: not any((folder / f"histogram_{pid}.db").exists() for pid in owners))
        samples = parse(get(address + "/metrics", **AUTHORIZED)[1])
        assert requests_to(samples, "metrics", status="4xx") == counted


def test_a_database_that_never_answers_holds_nobody_up(tmp_path, folder):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables = {
            "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none",
            "METRICS_TOKEN": TOKEN,
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
        }
        with web(tmp_path / "web.log", "--graceful-timeout", "1", **variables) as address:
            for _ in range(2):
                status, text, _headers = get(address + "/metrics", **AUTHORIZED)
                assert status == 200
                assert parse(text)[("downstream_database_up", ())] == 0


def test_files_cut_short_do_no_harm(monkeypatch, folder):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    gone = 2**22 + 1  # above the highest process id there can be
    (folder / "histogram_1.db").write_bytes(b"")  # just being made
    (folder / f"counter_{gone}.db").write_bytes(b"\x40\x00\x00\x00\x00\x00\x00\x00\x30\x00\x00\x00nonsense")
    counters._gather_the_dead()
    assert [path.name for path in folder.glob("*.db")].count(f"counter_{gone}.db") == 0
    assert list(counters.ProcessesCollector().collect()) == []


# --- A worker's own listener ------------------------------------------------------------------------


def test_a_worker_answers_itself_where_told_to(settings, db, transactional_db):
    settings.METRICS_TOKEN = TOKEN
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    views.serve("127.0.0.1", port)
    views.serve("127.0.0.1", port)  # the second worker of a machine goes on without
    address = f"http://127.0.0.1:{port}/metrics"
    assert get(address)[0] == 401
    status, text, _headers = get(address, **AUTHORIZED)
    assert status == 200
    assert parse(text)[("downstream_database_up", ())] == 1
