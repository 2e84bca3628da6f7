"""What was proposed or signed cannot be changed by any way into the data (R27): each is tried."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from objectives import models
from objectives.measure_lines import SAID
from objectives.models import Criterion, Terms, TermsSignature
from tests.config.importing import Files, run
from tests.objectives.objective_world import World, terms_of
from tests.supplychain.pages import browser, code_of, store_admin

pytestmark = pytest.mark.django_db

STATES = ("proposed", "in_force", "replaced", "refused")


@pytest.fixture
def world():
    return World()


@pytest.fixture(params=STATES)
def frozen(request, world):
    """A criterion of terms in each state but draft."""
    from objectives import actions_objectives as acts

    objective = world.proposed()
    if request.param == "refused":
        acts.take_back(acting_user=world.person("hr"), objective=objective)
    elif request.param != "proposed":
        world.sign(objective, "accessories")
    if request.param == "replaced":
        world.change(objective)
        world.sign(objective, "accessories")
    return Criterion.objects.get(terms__state=request.param)


def texts():
    return sorted(Criterion.objects.values_list("pk", "terms", "number", *SAID))


def refused(write):
    """Try a write, and show that it was refused as frozen."""
    with pytest.raises(ValidationError) as error, transaction.atomic():
        write()
    assert code_of(error) == "frozen"


def test_r27_no_write_of_the_code_changes_frozen_criteria(world, frozen):
    before = texts()
    draft = world.draft().terms.get()
    before_with_draft = texts()
    rows = Criterion.objects.filter(pk=frozen.pk)

    def save():
        frozen.target = 1
        frozen.save()

    def save_one_field():
        frozen.due_on = world.day(300)
        frozen.save(update_fields=["due_on"])

    def move_into_a_draft():
        moved = Criterion.objects.get(pk=frozen.pk)
        moved.terms = draft
        moved.save()

    def move_out_of_a_draft():
        moved = draft.criteria.get()
        moved.terms, moved.number = frozen.terms, 2
        moved.save()

    def add():
        Criterion(**vars_of(frozen), number=2).save()

    def add_many():
        Criterion.objects.bulk_create([Criterion(**vars_of(frozen), number=2)])

    def upsert():
        Criterion.objects.update_or_create(pk=frozen.pk, defaults={"target": 1})

    def upsert_many():
        row = Criterion(pk=frozen.pk, **vars_of(frozen), number=1)
        row.target = 1
        Criterion.objects.bulk_create([row], update_conflicts=True, update_fields=["target"], unique_fields=["id"])

    writes = (
        save,
        save_one_field,
        move_into_a_draft,
        move_out_of_a_draft,
        add,
        add_many,
        upsert,
        upsert_many,
        lambda: frozen.delete(),
        lambda: rows.update(target=1),
        lambda: Criterion.objects.update(target=1),
        lambda: rows.delete(),
        lambda: Criterion.objects.all().delete(),
        lambda: Criterion.objects.bulk_update([frozen], ["target"]),
        lambda: draft.criteria.update(terms=frozen.terms),
        lambda: frozen.terms.criteria.update(target=1),
    )
    for write in writes:
        refused(write)
    assert texts() == before_with_draft
    assert len(before_with_draft) == len(before) + 1


def vars_of(criterion):
    said = {name: getattr(criterion, name) for name in SAID}
    return {**said, "what": "another", "dealership": criterion.dealership, "terms": criterion.terms}


def test_r27_terms_and_objectives_with_criteria_are_not_deleted(frozen):
    before = texts()
    for row in (frozen.terms, frozen.terms.objective):
        with pytest.raises((ProtectedError, ValidationError)), transaction.atomic():
            row.delete()
    assert texts() == before


def test_r27_signatures_are_kept_as_they_are(world):
    signature = world.agreed().terms.get().signatures.first()
    for write in (
        lambda: TermsSignature.objects.update(person=world.people["crm"]),
        lambda: TermsSignature.objects.all().delete(),
        lambda: TermsSignature.objects.bulk_update([signature], ["person"]),
    ):
        refused(write)
    with pytest.raises(IntegrityError), transaction.atomic():  # nobody signs twice, nor for two sides
        TermsSignature.objects.create(
            dealership=world.store, terms=signature.terms, department=world["crm"], person=signature.person
        )


def test_r27_one_version_is_in_force_and_one_open_whatever_the_code_does(world):
    terms = world.agreed().terms.get()
    for state in ("in_force", "proposed"):
        again = {"dealership": world.store, "objective": terms.objective, "written_by": world.people["hr"]}
        if state == "proposed":
            Terms.objects.create(**again, number=2, state="draft")
        with pytest.raises(IntegrityError), transaction.atomic():
            Terms.objects.create(**again, number=3, state=state)


def form(world, objective, **more):
    """What every form of objectives sends, with other criteria in it."""
    return {
        "version": str(objective.version),
        "key": "11111111-1111-4111-8111-111111111111",
        "title": "1 fitter will do",
        "origin": "own",
        "customers": [str(world["accessories"].pk)],
        "owner_person": "",
        "starts_on": "",
        "description": "",
        "text": "words",
        "reason": "words",
        "criteria-number": ["1"],
        "criteria-what": ["qualified fitters on duty"],
        "criteria-measure": ["number:at_least"],
        "criteria-target": ["1"],
        "criteria-unit": [""],
        "criteria-due": [world.day(300).isoformat()],
        "terms": "1",
        "state": "draft",
        **more,
    }


@pytest.mark.parametrize("state", ["proposed", "agreed"])
@pytest.mark.parametrize("who", ["hr", "recruiter", "accessories", "gm", "admin", "crm"])
def test_r27_no_form_changes_them_without_both_signatures(world, state, who):
    """Every address of objectives that takes a POST is sent other criteria by everybody."""
    from objectives.urls_objectives import of_one

    objective = getattr(world, state)()
    frozen_text = list(Criterion.objects.filter(terms__objective=objective).values_list(*SAID))
    user = store_admin(world.store) if who == "admin" else world.person(who)
    for pattern in of_one:
        if pattern.name in ("objective_sign", "objective_drop", "objective_refuse", "objective_take_back"):
            continue  # these end or sign a proposal; what they leave is tried below
        objective.refresh_from_db()
        answer = browser(user).post(reverse(pattern.name, args=[objective.pk]), form(world, objective))
        assert answer.status_code < 500
    first = Terms.objects.get(objective=objective, number=1)
    assert list(first.criteria.values_list(*SAID)) == frozen_text
    assert first.state == {"proposed": "proposed", "agreed": "in_force"}[state]
    changed = terms_of(objective)[1:]
    assert changed == ([(2, "proposed")] if state == "agreed" and who in ("hr", "accessories") else [])


@pytest.mark.parametrize("name", ["objective_sign", "objective_drop", "objective_refuse", "objective_take_back"])
@pytest.mark.parametrize("who", ["hr", "accessories", "gm"])
def test_r27_acts_carry_no_criteria(world, name, who):
    objective = world.proposed()
    frozen_text = list(Criterion.objects.values_list(*SAID))
    browser(world.person(who)).post(reverse(name, args=[objective.pk]), form(world, objective))
    assert list(Terms.objects.get(number=1).criteria.values_list(*SAID)) == frozen_text
    for later in Terms.objects.filter(number=2):  # a draft again: a copy
        assert list(later.criteria.values_list(*SAID)) == frozen_text


def test_r27_no_admin_page_writes_what_is_promised(world):
    ours = {model for model in admin.site._registry if model._meta.app_label == "objectives"}
    assert not ours & {models.Criterion, models.Terms, models.TermsSignature, models.Objective}
    world.agreed()
    root = store_admin(world.store, is_staff=True, is_superuser=True)
    for model in ("criterion", "terms", "termssignature", "objective"):
        answer = browser(root).post(f"/admin/objectives/{model}/1/change/", {"target": "1"})
        assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["criteria", "terms", "objectives", "objective", "criterion"])
def test_r27_import_data_takes_none_of_it(world, tmp_path, kind):
    world.agreed()
    before = texts()
    with pytest.raises((CommandError, SystemExit)):
        run(kind, Files(tmp_path).csv("objective,number,target", "1,1,1"))
    assert texts() == before


def test_r27_only_one_file_writes_criteria():
    """Whoever adds a way to write criteria meets this list, and thinks of both signatures."""
    from pathlib import Path

    writes = (
        "Criterion.objects.bulk_create",
        "Criterion.objects.create",
        "Criterion(",
        "criteria.create",
        "criteria.add",
    )
    found = {
        path.name
        for path in Path("objectives").rglob("*.py")
        if path.parent.name != "migrations" and any(write in path.read_text(encoding="utf-8") for write in writes)
    }
    assert found == {"measure_lines.py", "objectives.py"}, "measure_lines writes; models/objectives.py defines"
