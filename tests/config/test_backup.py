"""`backup` and `restore`: dump, wipe, restore, every row equal; and nothing is overwritten by mistake."""

import contextlib
import hashlib
import http.cookiejar
import json
import re
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
import uuid
import zipfile

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from config.backups.databases import client
from tests.config.processes import ROOT, environment, web

ON_POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


class Database:
    """A database of this test's own, on the server the tests run on, or a file."""

    def __init__(self, folder):
        self.name = f"backup_{uuid.uuid4().hex[:12]}" if ON_POSTGRESQL else str(folder / "db.sqlite3")
        self.create()

    def create(self):
        if ON_POSTGRESQL:
            self._on_server(f'CREATE DATABASE "{self.name}"')

    def drop(self):
        if ON_POSTGRESQL:
            self._on_server(f'DROP DATABASE "{self.name}"')
        else:
            for path in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    (ROOT / f"{self.name}{path}").unlink()

    def _on_server(self, statement):
        with contextlib.closing(self.connect(settings.DATABASES["default"]["NAME"])) as server:
            server.autocommit = True
            with server.cursor() as cursor:
                cursor.execute(statement)

    def connect(self, name=None):
        if not ON_POSTGRESQL:
            return sqlite3.connect(self.name)
        address = {**connection.get_connection_params(), "dbname": name or self.name}
        address.pop("context", None)
        address.pop("cursor_factory", None)
        return psycopg2.connect(**address)

    @property
    def url(self):
        if not ON_POSTGRESQL:
            return f"sqlite:///{self.name}"
        at = settings.DATABASES["default"]
        secret = f"{urllib.parse.quote(at['USER'])}:{urllib.parse.quote(at['PASSWORD'])}"
        return f"postgresql://{secret}@{at['HOST']}:{at['PORT'] or 5432}/{self.name}"

    def rows(self, statement):
        with contextlib.closing(self.connect()) as opened, contextlib.closing(opened.cursor()) as cursor:
            cursor.execute(statement)
            # PostgreSQL hands binary content over as a view of memory, which compares by its place.
            return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]

    def tables(self):
        catalogue = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if ON_POSTGRESQL
            else "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        return sorted(name for (name,) in self.rows(catalogue))

    def hashes(self):
        """Return {table: SHA-256 of its rows in order}, every table and the schema included."""
        content = {table: self.rows(f'SELECT * FROM "{table}"') for table in self.tables()}
        if ON_POSTGRESQL:
            content["(indexes)"] = as_meant(self.rows("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"))
            content["(constraints)"] = as_meant(
                self.rows(
                    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
                    " WHERE connamespace = 'public'::regnamespace"
                )
            )
            content["(sequences)"] = self.rows("SELECT sequencename, last_value FROM pg_sequences")
        else:
            content["(schema)"] = self.rows("SELECT sql FROM sqlite_master")
        return {
            name: hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
            for name, rows in content.items()
        }


def as_meant(definitions):
    """Return definitions without casts to text and brackets: PostgreSQL reads `IN (...)` back with them elsewhere."""
    casts = re.compile(r"::(text|character varying)(\[\])?|[()]")
    return [tuple(casts.sub("", words) for words in row) for row in definitions]


def manage(database, *arguments, **variables):
    """Run manage.py on a database; returns the finished process."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment(**{"DATABASE_URL": database.url, "LANGUAGE": "en", "DEBUG": "true", **variables}),
        capture_output=True,
        text=True,
        check=False,
    )


def do(database, *arguments):
    result = manage(database, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(database, *arguments, **variables):
    """Return the one line with which a command refuses."""
    result = manage(database, *arguments, **variables)
    assert result.returncode == 1, result.stdout
    assert result.stdout == ""
    (line,) = result.stderr.strip().splitlines()
    return line


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A demo store with ratings and marks that wait; `site.file` is its backup, `site.before` its hashes."""
    folder = tmp_path_factory.mktemp("backup")
    database = Database(folder)
    try:
        do(database, "migrate", "--verbosity=0")
        do(database, "demo", "--months=2", "--ratings-per-day=5", "--verbosity=0")
        database.before = database.hashes()
        database.folder = folder
        database.file = folder / "site.zip"
        database.said = do(database, "backup", database.file)
        yield database
    finally:
        database.drop()


@pytest.fixture
def elsewhere(tmp_path):
    """An empty database."""
    database = Database(tmp_path)
    try:
        yield database
    finally:
        database.drop()


def test_dump_wipe_restore_every_row_is_equal(site, tmp_path):
    assert re.fullmatch(rf"Backed up: {site.file}, \d+\.\d MB\.\n", site.said)
    assert site.rows("SELECT count(*) FROM surveys_rating")[0][0] > 100
    assert "django_migrations" in site.before
    site.drop()
    site.create()
    assert site.tables() == []
    assert "Restored the backup of" in do(site, "restore", site.file)
    assert site.hashes() == site.before
    assert "0 cells differ" in do(site, "rollup", "--verify")
    with web(tmp_path / "web.log", DATABASE_URL=site.url, DEBUG="true") as address:
        page = sign_in(address, "service")
        assert 'name="password"' not in page
        assert "总经理办公室" in page or "服务部" in page


def sign_in(address, username):
    """Sign in as a demo account; returns the dashboard."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = browser.open(address + "/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    fields = {"csrfmiddlewaretoken": token, "login": username, "password": "demo"}
    browser.open(address + "/accounts/login/", urllib.parse.urlencode(fields).encode())
    return browser.open(address + "/dashboard/").read().decode()


def test_replace_gives_up_what_is_there_and_only_replace(site, elsewhere):
    do(elsewhere, "migrate", "--verbosity=0")
    do(elsewhere, "demo", "--months=1", "--ratings-per-day=1", "--seed=2", "--verbosity=0")
    with contextlib.closing(elsewhere.connect()) as opened, contextlib.closing(opened.cursor()) as cursor:
        cursor.execute("CREATE TABLE of_a_newer_version (id bigint)")
        opened.commit()
    before = elsewhere.hashes()
    assert "--replace" in refused(elsewhere, "restore", site.file)
    assert elsewhere.hashes() == before
    do(elsewhere, "restore", "--replace", site.file)
    assert elsewhere.hashes() == site.before


def test_a_freshly_migrated_database_counts_as_empty(site, elsewhere):
    do(elsewhere, "migrate", "--verbosity=0")
    do(elsewhere, "restore", site.file)
    assert elsewhere.hashes() == site.before


def test_a_database_with_tables_of_others_is_not_empty(site, elsewhere):
    with contextlib.closing(elsewhere.connect()) as opened, contextlib.closing(opened.cursor()) as cursor:
        cursor.execute("CREATE TABLE somebody_elses (id bigint)")
        opened.commit()
    assert "--replace" in refused(elsewhere, "restore", site.file)
    assert elsewhere.tables() == ["somebody_elses"]


def test_the_file_is_for_its_owner_only_and_is_never_overwritten(site):
    assert site.file.stat().st_mode & 0o777 == 0o600
    content = site.file.read_bytes()
    assert "is there already" in refused(site, "backup", site.file)
    assert site.file.read_bytes() == content


def test_in_a_folder_the_file_is_named_for_the_moment(site, tmp_path):
    do(site, "backup", tmp_path)
    (path,) = tmp_path.iterdir()
    assert re.fullmatch(r"downstream-\d{8}T\d{6}Z\.zip", path.name)


def test_what_cannot_be_written_leaves_nothing_behind(site, tmp_path):
    assert "No such file or directory" in refused(site, "backup", tmp_path / "nowhere" / "x.zip")
    broken = {"PATH": str(tmp_path)} if ON_POSTGRESQL else {"DATABASE_URL": f"sqlite:///{tmp_path}/no/where.sqlite3"}
    line = refused(site, "backup", tmp_path / "x.zip", **broken)
    assert ("pg_dump cannot be run" if ON_POSTGRESQL else "unable to open database file") in line
    assert list(tmp_path.iterdir()) == []


def damaged(file, target):
    """Copy a backup with one byte of the dump changed and the zip's own check made to agree."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == "database":
                content[len(content) // 2] ^= 1
            copy.writestr(name, bytes(content))


def cut_short(file, target):
    content = file.read_bytes()
    target.write_bytes(content[: len(content) // 2])


def of_the_other_kind(file, target):
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), "vendor": "oracle"})
            copy.writestr(name, content)


def half_a_dump(file, target):
    """A backup whose checksums are right and whose dump ends half-way: it fails in the middle of loading."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as copy:
        manifest = json.loads(source.read("manifest.json"))
        dump = source.read("database")
        half = dump[: len(dump) // 2]
        manifest["sha256"]["database"] = hashlib.sha256(half).hexdigest()
        copy.writestr("database", half)
        copy.writestr("manifest.json", json.dumps(manifest))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (damaged, "it is no backup, or damaged"),
        (cut_short, "it is no backup, or damaged"),
        (of_the_other_kind, "is a backup of oracle"),
        (half_a_dump, "pg_restore: error" if ON_POSTGRESQL else "malformed"),
    ],
)
def test_a_spoilt_backup_changes_nothing(site, tmp_path, spoil, says):
    spoilt = tmp_path / "spoilt.zip"
    spoil(site.file, spoilt)
    before = site.hashes()
    assert says in refused(site, "restore", "--replace", spoilt)
    assert site.hashes() == before


def test_a_file_that_is_not_there(site, tmp_path):
    assert "No such file or directory" in refused(site, "restore", "--replace", tmp_path / "none.zip")


def test_the_password_is_on_no_command_line():
    secret = {**connection.settings_dict, "PASSWORD": "a-secret", "HOST": "h", "USER": "u", "NAME": "n", "OPTIONS": {}}
    before, connection.settings_dict = connection.settings_dict, secret
    try:
        program = client("pg_dump", "--format=custom")
    finally:
        connection.settings_dict = before
    assert program["args"][:2] == ["pg_dump", "--format=custom"]
    assert "a-secret" not in " ".join(program["args"])
    assert program["env"]["PGPASSWORD"] == "a-secret"
