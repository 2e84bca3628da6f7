"""The language of a command: the terminal's, not that of the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation


def terminal_language() -> str:
    """Return "zh-hans" where LANGUAGE, LC_ALL, LC_MESSAGES or LANG (the first that is set) says Chinese, else "en"."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh-hans" if value.lower().startswith("zh") else "en"
    return "en"


@contextmanager
def in_terminal_language() -> Iterator[None]:
    """Translate messages into the terminal's language meanwhile."""
    with translation.override(terminal_language()):
        yield
