"""What Prometheus is told. What each figure means: docs/operations.md.

`counters` is what processes count, each in files of its own (prometheus_client's multiprocess mode); `tasks` hooks it
into Celery; `database` is what can be read from the database when asked for; `views` answers the scraper.
"""

import os
from pathlib import Path

# A folder belongs to one machine (or container), never to two. Set here, before any module of this package imports
# prometheus_client: that is when it decides where to count.
os.environ.setdefault(
    "PROMETHEUS_MULTIPROC_DIR", str(Path(__file__).resolve().parent.parent.parent / "var" / "metrics")
)
Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)
