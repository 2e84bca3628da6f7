"""The product as the benchmark runs it: in this process and in the servers it starts."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import django
from django.core.management import call_command

from bench.progress import interrupt


@contextmanager
def product() -> Iterator[None]:
    """Set Django up within as the product runs in production, over plain HTTP; the servers started inherit it."""
    for one in (signal.SIGINT, signal.SIGTERM):  # so that what was made is dropped then too
        signal.signal(one, interrupt)
    with TemporaryDirectory() as static_root:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bench.product_settings",
            "SECRET_KEY": "bench",
            "DEBUG": "false",
            "HTTPS": "false",
            "BENCH_STATIC_ROOT": static_root,
        }
        django.setup()
        logging.disable(logging.INFO)  # a line for each request would bury the table
        call_command("collectstatic", interactive=False, verbosity=0)
        yield
