"""Days, as the commands take them."""

from __future__ import annotations

import datetime

from django.core.management.base import CommandError


def read_day(option: str, text: str | None) -> datetime.date | None:
    """Read a day written as 2026-11-23. Raises CommandError for anything else."""
    if text is None:
        return None
    try:
        day = datetime.date.fromisoformat(text)
        if day.isoformat() != text:
            raise ValueError(text)
    except ValueError:
        raise CommandError(f"{option}: “{text}” is no day; write it as 2026-11-23.") from None
    return day
