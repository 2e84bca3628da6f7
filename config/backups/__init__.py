"""Backup and restore: one file with everything the installation holds. How to use them: docs/operations.md."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error


class BackupError(Exception):
    """Backup or restore cannot go on; the message is one line for the operator."""


@contextmanager
def complaining_in_one_line() -> Iterator[None]:
    """Turn what goes wrong into one line of the command and exit code 1."""
    try:
        yield
    except (BackupError, Error) as error:
        raise CommandError(" ".join(str(error).split())) from error
