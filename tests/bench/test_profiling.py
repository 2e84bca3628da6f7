"""Whose time is whose in a profile."""

import pytest

from bench.profiling import layer_of


@pytest.mark.parametrize(
    ("path", "layer"),
    [
        ("/env/site-packages/django/db/models/query.py", "ORM: SQL built, rows made objects"),
        ("/env/site-packages/django/db/backends/utils.py", "waiting for the database"),
        ("<method 'execute' of 'psycopg2.extensions.cursor' objects>", "waiting for the database"),
        ("/env/site-packages/django/template/base.py", "templates"),
        ("/env/site-packages/django/contrib/sessions/backends/db.py", "sessions, sign-in, messages, CSRF"),
        ("/home/surveys/views/rating.py", "our own code"),
        ("/lib/python3.11/uuid.py", "Python itself"),
    ],
)
def test_a_file_belongs_to_one_layer(path, layer):
    assert layer_of(path) == layer
