"""Every table carries the dealership, and every unique key includes it: a store could live on a database of its own.

A database that is spread by store (docs/scaling.md) can check a unique key only among the rows of one store.
"""

import pytest
from django.apps import apps
from django.db.models import Field, UniqueConstraint

#: Written by our own code, never from a form.
DERIVED = {"surveys.Rollup", "surveys.RatingChange"}

OURS = ("dealership", "supplychain", "surveys", "objectives", "dashboards")

#: Tables of the installation, not of a store: small, the same everywhere, and what leads to a store in the first place.
DIRECTORY = {
    "dealership.DealerGroup": "owns stores",
    "dealership.Dealership": "is the store",
    "dealership.JobRun": "which job ran in which period",
    "surveys.ShardRun": "when a shard of stores was last up to date",
}
#: Unique without the dealership, since they are looked up before the store is known: at the sign-in page.
SIGN_IN = {"dealership.User": {("username",), ("email",)}}


def models():
    return [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def through_tables():
    """Tables Django makes for the user's groups and permissions: nobody has any, rights come from positions."""
    return {"dealership.User_groups", "dealership.User_user_permissions"}


STORE_OWNED = [model for model in models() if model._meta.label not in DIRECTORY.keys() | through_tables()]


def keys_of(model):
    """Return every unique key of a model besides a made-up primary key, as tuples of field names."""
    meta = model._meta
    keys = {(field.name,) for field in meta.local_fields if field.unique and not field.primary_key}
    keys |= {tuple(names) for names in meta.unique_together}
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys.add(tuple(constraint.fields) or names_in(constraint.expressions))
    if tuple(field.name for field in meta.pk_fields) != ("id",):
        keys.add(tuple(field.name.removesuffix("_id") for field in meta.pk_fields))
    return keys


def names_in(expressions):
    """Return the fields that the expressions of a unique key read."""
    return tuple(
        node.name for expression in expressions for node in expression.flatten() if hasattr(node, "name") and node.name
    )


def test_the_exceptions_exist():
    labels = {model._meta.label for model in models()}
    assert labels >= DIRECTORY.keys() | SIGN_IN.keys() | through_tables()


@pytest.mark.parametrize("model", STORE_OWNED, ids=lambda model: model._meta.label)
def test_every_table_carries_the_dealership(model):
    field = next((field for field in model._meta.local_fields if field.column == "dealership_id"), None)
    assert isinstance(field, Field), f"{model._meta.label} has no dealership"
    if model._meta.label != "dealership.User":  # operators and people of a group belong to no store
        assert not field.null


@pytest.mark.parametrize("model", STORE_OWNED, ids=lambda model: model._meta.label)
def test_every_unique_key_includes_the_dealership(model):
    allowed = SIGN_IN.get(model._meta.label, set())
    assert {key for key in keys_of(model) - allowed if not {"dealership", "dealership_id"} & set(key)} == set()


@pytest.mark.parametrize("model", STORE_OWNED, ids=lambda model: model._meta.label)
def test_references_between_tables_of_stores_stay_in_the_store(model):
    """What is entered says so in same_store_fields, which clean() checks; what is derived comes from one store."""
    if model._meta.label in DERIVED:
        return
    owned = {other for other in STORE_OWNED if other._meta.label != "dealership.User"}
    references = {field.name for field in model._meta.local_fields if field.related_model in owned}
    assert references <= set(getattr(model, "same_store_fields", ()))
