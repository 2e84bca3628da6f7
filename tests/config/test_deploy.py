"""deploy/ agrees with the code: the same commands everywhere, every variable known, every alert's figure there.

That the files work is shown in CI (.ci/deploy.py), where nginx and systemd's own checker are.
"""

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from config.metrics import counters, views
from tests.config.processes import ROOT, procfile

DEPLOY = ROOT / "deploy"
APPLICATION = ("migrate", "web", "worker", "beat")


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def read_unit(path):
    parser = configparser.ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str
    parser.read(path)
    return {**parser["Service"]}


def essence(command):
    """Return a command's words without what differs from place to place: path, address, name and numbers."""
    words = shlex.split(command) if isinstance(command, str) else list(command)
    words[0] = Path(words[0]).name
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word not in ("--hostname",)
        and before not in ("--bind", "--workers", "--threads", "--concurrency", "--hostname")
    ]


def commands(role):
    """Return every place's command of a role."""
    found = {
        "Procfile": procfile(role),
        "compose": compose()["services"][role]["command"],
        "systemd": read_unit(next((DEPLOY / "systemd").glob(f"downstream-{role}*.service")))["ExecStart"],
    }
    if role == "web":
        found["image"] = json.loads(re.search(r"^CMD (.*)$", (DEPLOY / "Dockerfile").read_text(), re.M)[1])
    for name in ("README.md", "docs/operations.md"):
        program = "gunicorn config.wsgi" if role == "web" else "celery .*" + role
        found[name] = re.search(rf"^({program}.*)$", (ROOT / name).read_text(), re.M)[1]
    return found


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_a_process_is_started_alike_everywhere(role):
    found = commands(role)
    for place, command in found.items():
        assert essence(command) == essence(found["Procfile"]), place


def names_in_settings():
    """Return the environment variables the settings read."""
    text = (ROOT / "config/settings.py").read_text() + (ROOT / "config/environment.py").read_text()
    return set(re.findall(r'"([A-Z][A-Z_]{2,})"', text))


def test_every_variable_is_one_the_settings_read_and_the_readme_explains():
    readme = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.M))
    example = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.M)) - {"POSTGRES_PASSWORD"}
    given = {name for role in APPLICATION for name in compose()["services"][role]["environment"]}
    assert given | example <= names_in_settings()
    assert given | example <= readme


def test_compose_asks_for_nothing_the_example_does_not_have():
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert asked <= set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.M))


def test_no_secret_is_written_down():
    for name in ("SECRET_KEY", "METRICS_TOKEN", "POSTGRES_PASSWORD"):
        assert re.search(rf"^{name}=$", (DEPLOY / "env.example").read_text(), re.M)
        assert not re.search(rf"^(ENV|ARG).*{name}", (DEPLOY / "Dockerfile").read_text(), re.M)


@pytest.mark.parametrize("role", APPLICATION)
def test_containers_run_as_nobody_special(role):
    service = compose()["services"][role]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] != "no"
    assert {"user", "privileged"}.isdisjoint(service)
    assert re.findall(r"^USER (.*)$", (DEPLOY / "Dockerfile").read_text(), re.M) == ["10001"]


def test_containers_wait_for_what_they_need():
    services = compose()["services"]
    for role in ("web", "worker", "beat"):
        assert services[role]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    for role in APPLICATION:
        for name, condition in services[role]["depends_on"].items():
            assert "healthcheck" in services[name] or condition["condition"] != "service_healthy"
    assert services["postgresql"]["volumes"] == ["database:/var/lib/postgresql/data"]


def test_the_image_holds_no_local_files():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert ".*" in ignored  # .env, .git, .venv
    assert {"var", "db.sqlite3*", "node_modules"} <= set(ignored)


@pytest.mark.parametrize("name", ["web", "worker@", "beat"])
def test_units_share_who_they_are_and_what_they_may(name):
    unit = read_unit(DEPLOY / f"systemd/downstream-{name}.service")
    common = read_unit(DEPLOY / "systemd/downstream-.service.d/common.conf")
    assert unit["ExecStart"].startswith(common["WorkingDirectory"] + "/.venv/bin/")
    assert set(unit).isdisjoint(common)
    assert common["User"] == "downstream"
    assert common["NoNewPrivileges"] == "true"
    assert common["ProtectSystem"] == "strict"
    assert common["ReadWritePaths"] == f"{common['WorkingDirectory']}/{settings.VAR_DIR.name}"


def test_the_proxy_lets_the_site_refuse_large_requests_itself():
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())[1])
    assert megabytes * 1_000_000 > settings.REQUEST_MAX_SIZE


def test_every_alert_asks_for_figures_that_are_told(transactional_db):
    counters.begin(["surveys.tasks.absorb_marks"])
    counters.observe_request(route="", method="GET", status=200, seconds=0.1)
    told = views.exposition().decode()
    groups = yaml.safe_load((DEPLOY / "prometheus-rules.yaml").read_text())["groups"]
    expressions = [rule["expr"] for group in groups for rule in group["rules"]]
    asked = {name for expression in expressions for name in re.findall(r"downstream_\w+", expression)}
    assert len(asked) >= 6
    for name in asked:
        assert re.search(rf"^(# TYPE )?{name}\b", told, re.M), name


def test_the_documentation_explains_every_figure(transactional_db):
    counters.begin(["surveys.tasks.absorb_marks"])
    counters.observe_request(route="", method="GET", status=200, seconds=0.1)
    counters.observe_task("surveys.tasks.absorb_marks", 0.1)
    told = set(re.findall(r"^# TYPE (\w+) ", views.exposition().decode(), re.M))
    explained = set(re.findall(r"^\| `(downstream_\w+)", (ROOT / "docs/operations.md").read_text(), re.M))
    assert explained == told
