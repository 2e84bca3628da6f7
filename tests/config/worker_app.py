"""The site's Celery application over a broker of its own: `celery --app tests.config.worker_app worker`."""

import os

from config.celery import app

BROKER = "filesystem://"


def transport_options(folder):
    """Return the options of a broker made of files in `folder`."""
    return {
        "data_folder_in": f"{folder}/queue",
        "data_folder_out": f"{folder}/queue",
        "control_folder": f"{folder}/control",
    }


if "TEST_BROKER_DIR" in os.environ:
    app.conf.broker_url = BROKER
    app.conf.broker_transport_options = transport_options(os.environ["TEST_BROKER_DIR"])


@app.task
def complain(name):
    """Fail as code does that quotes what it was given."""
    raise ValueError(f"no such person: {name}")
