"""A worker process of the benchmark. Imports nothing of Django before it is set up: the process starts from nothing."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection


def work(url: str, pipe: Connection) -> None:
    """Absorb marks whenever told, until the pipe closes.

    Is told (own number, number of shards), absorbs until no mark is left, and answers with the number of marks taken.
    """
    os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from supplychain.models import Mark
    from surveys import rollups

    connection.ensure_connection()
    pipe.send(0)
    while True:
        try:
            number, shards = pipe.recv()
        except EOFError:
            return
        settings.ROLLUP_SHARDS = shards
        taken = 0
        while Mark.objects.exists():
            for turn in range(shards):
                taken += rollups.absorb((number + turn) % shards)
            time.sleep(0.002)  # what is left is another worker's
        pipe.send(taken)
