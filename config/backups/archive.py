"""The backup file: a zip of the database's dump, the uploaded files, and a manifest with their checksums."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backups import BackupError
from config.backups.databases import dumped, is_occupied, load

FORMAT = 1
CHUNK = 1 << 20  # bytes
DATABASE, MEDIA, MANIFEST = "database", "media/", "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. `sha256`: hexadecimal digest by member."""

    format: int
    version: str
    vendor: str  # "postgresql" or "sqlite"
    made_at: str
    migrations: list[str]
    sha256: dict[str, str]


# --- Backup -----------------------------------------------------------------------------------------


def write(target: Path) -> Path:
    """Back everything up into a file that only its owner may read; returns its path.

    `target`: a new file, or a folder, in which the file is named for the moment. It appears when it is complete.
    Raises BackupError.
    """
    if target.is_dir():
        target = target / f"downstream-{timezone.now():%Y%m%dT%H%M%SZ}.zip"
    if target.exists():
        raise BackupError(_("%(file)s is there already.") % {"file": target})
    try:
        with _appearing(target) as file:
            _write(file, target.parent)
    except OSError as error:
        raise BackupError(
            _("%(file)s cannot be written: %(reason)s.") % {"file": target, "reason": error.strerror}
        ) from error
    return target


@contextlib.contextmanager
def _appearing(target: Path) -> Iterator[IO[bytes]]:
    """Yield a new file that takes its name when all is written and on the disk, and vanishes if that fails."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # mode 600
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        os.rename(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _write(file: IO[bytes], folder: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        checksums = {}
        with dumped(folder) as dump:
            checksums[DATABASE] = _put(archive, DATABASE, dump)
        for path in _media_files():
            member = MEDIA + path.relative_to(settings.MEDIA_ROOT).as_posix()
            with path.open("rb") as upload:
                checksums[member] = _put(archive, member, upload)
        manifest = Manifest(
            format=FORMAT,
            version=settings.VERSION,
            vendor=connection.vendor,
            made_at=timezone.now().isoformat(timespec="seconds"),
            migrations=sorted(_applied()),
            sha256=checksums,
        )
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


def _put(archive: zipfile.ZipFile, name: str, stream: IO[bytes]) -> str:
    """Copy a stream into the archive; returns its SHA-256. pg_dump's output is compressed already."""
    info = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    packed = name == DATABASE and connection.vendor == "postgresql"
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as member:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()


def _media_files() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def _applied() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}


# --- Restore ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """What came back. `missing`: migrations to run; `unknown`: migrations of a version that is newer than this."""

    made_at: datetime.datetime
    version: str
    missing: list[str]
    unknown: list[str]


def read(source: Path, *, replace: bool) -> Restored:
    """Bring database and uploaded files back to what a backup holds.

    Everything is checked first. A database that holds stores, people or foreign tables, and uploaded files, are
    overwritten only with `replace`. Raises BackupError; the database is then as it was.
    """
    if not replace and (is_occupied() or _media_files()):
        raise BackupError(_("The database is not empty. With --replace everything it holds is lost."))
    media = Path(settings.MEDIA_ROOT)
    try:
        # Beside the uploads: what is unpacked here takes their place by a rename.
        with tempfile.TemporaryDirectory(dir=_existing(media.parent), prefix="restore-") as name:
            folder = Path(name)
            manifest = _unpack(source, folder)
            if manifest.vendor != connection.vendor:
                raise BackupError(
                    _("%(file)s is a backup of %(theirs)s; this database is %(ours)s.")
                    % {"file": source, "theirs": manifest.vendor, "ours": connection.vendor}
                )
            load(folder / DATABASE)
            _replace_media(folder / MEDIA, media, folder)
    except (OSError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or _("it is no backup, or damaged")
        raise BackupError(_("%(file)s cannot be read: %(reason)s.") % {"file": source, "reason": reason}) from error
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    return Restored(
        made_at=datetime.datetime.fromisoformat(manifest.made_at),
        version=manifest.version,
        missing=sorted(known - set(manifest.migrations)),
        unknown=sorted(set(manifest.migrations) - known),
    )


def _existing(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _unpack(source: Path, folder: Path) -> Manifest:
    """Unpack a backup and compare every checksum. Raises BadZipFile, OSError, BackupError."""
    with zipfile.ZipFile(source) as archive:
        try:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
        except (KeyError, TypeError, ValueError) as error:
            raise zipfile.BadZipFile from error
        if manifest.format != FORMAT:
            raise BackupError(_("%(file)s was made by a newer version.") % {"file": source})
        if set(archive.namelist()) != {*manifest.sha256, MANIFEST}:
            raise zipfile.BadZipFile
        for member, expected in manifest.sha256.items():
            with Path(archive.extract(member, folder)).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                    raise zipfile.BadZipFile
    return manifest


def _replace_media(unpacked: Path, media: Path, folder: Path) -> None:
    if media.exists():
        media.rename(folder / "replaced")
    if unpacked.exists():
        shutil.move(unpacked, media)
