"""The product's settings as in production, but for where collected static files lie."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import STORAGES as PRODUCT_STORAGES

STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])
# Hashed names as in production; without the compressed copies, which take long to make and which no page waits for.
STORAGES = {
    **PRODUCT_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
