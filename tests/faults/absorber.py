"""A consumer of marks that never rests, run as a process of its own beside the worker; ends at the first error."""

import os
import sys
import time

import django


def main() -> None:
    sys.path.insert(0, os.getcwd())
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from surveys import rollups

    while True:
        rollups.absorb_all()
        time.sleep(float(os.environ.get("ABSORBER_PAUSE", "0.03")))


if __name__ == "__main__":
    main()
