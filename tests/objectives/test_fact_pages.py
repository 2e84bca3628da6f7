"""The pages of facts: recording one, answering it, having it judged; with rights, refusals and what was typed."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from objectives.actions_facts import dispute_fact
from objectives.models import Evidence, Fact, Objective
from tests.objectives.fact_world import PDF, World, again
from tests.surveys.pages import browser, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World(language="en")


def form(world, **changed):
    return {"criterion": "1", "happened_on": world.today.isoformat(), "value": "3", "key": str(uuid.uuid4()), **changed}


def send(world, objective, who="hr", **changed):
    return browser(getattr(world, who)).post(reverse("fact_create", args=[objective.pk]), form(world, **changed))


def act(world, fact, name, who, **values):
    data = {"version": "1", **values}
    return browser(again(getattr(world, who))).post(reverse(f"fact_{name}", args=[fact.pk]), data)


# --- Recording --------------------------------------------------------------------------------------


def test_a_fact_with_evidence_is_recorded_and_shown(world):
    objective = world.objective()
    file = SimpleUploadedFile("list.pdf", PDF, content_type="text/html")  # what the sender calls it does not matter
    answer = send(world, objective, words="All three.", evidence=file)
    assert (answer.status_code, answer["Location"]) == (302, reverse("objective_detail", args=[objective.pk]))
    assert Evidence.objects.get().content_type == "application/pdf"
    page = browser(world.accessories).get(answer["Location"]).content.decode()
    for words in ("All three.", "list.pdf", "So far: Met", "It is so"):
        assert words in page


def test_a_form_sent_twice_records_one_fact(world):
    objective, key = world.objective(), str(uuid.uuid4())
    assert [send(world, objective, key=key).status_code for _ in range(2)] == [302, 302]
    assert Fact.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"value": ""},
        {"value": "three"},
        {"value": "1e999"},
        {"value": "NaN"},
        {"value": "9" * 40},
        {"happened_on": ""},
        {"happened_on": "2999-01-01"},
        {"happened_on": "0001-01-01"},
        {"words": "x" * 501},
        {"words": "a\x00b"},
        {"key": "no key"},
    ],
)
def test_what_cannot_be_read_comes_back_as_it_was_typed(world, changed):
    answer = send(world, world.objective(), **{"words": "All three.", **changed})
    assert answer.status_code == 422
    if "words" not in changed:
        assert "All three." in answer.content.decode()
    assert not Fact.objects.exists()


def test_a_file_that_is_none_of_the_kinds_is_named(world):
    file = SimpleUploadedFile("proof.html", b"<script>alert(1)</script>", content_type="application/pdf")
    answer = send(world, world.objective(), evidence=file)
    assert answer.status_code == 422
    assert "proof.html: Take a PDF" in answer.content.decode()
    assert not Fact.objects.exists()


@pytest.mark.parametrize("kind", ["number", "date", "fact"])
def test_the_form_asks_what_the_kind_needs(world, kind):
    objective = world.objective({"kind": kind})
    page = browser(world.hr).get(reverse("fact_create", args=[objective.pk])).content.decode()
    assert ('name="value"' in page) is (kind == "number")
    assert ('name="holds"' in page) is (kind == "fact")
    assert 'enctype="multipart/form-data"' in page


@pytest.mark.parametrize("asked", ["", "2", "99", "x", "-1"])
def test_the_criterion_is_the_one_asked_for_or_the_first(world, asked):
    objective = world.objective({}, {"kind": "date", "what": "training done"})
    page = browser(world.hr).get(reverse("fact_create", args=[objective.pk]), {"criterion": asked}).content.decode()
    assert ('name="value"' in page) is (asked != "2")


@pytest.mark.parametrize("who", ["accessories", "sales", "gm", "admin", "fitter"])
def test_others_than_the_owner_do_not_get_the_form(world, who):
    objective = world.objective()
    assert browser(getattr(world, who)).get(reverse("fact_create", args=[objective.pk])).status_code == 403
    assert send(world, objective, who).status_code == 403


def test_an_objective_that_is_judged_takes_no_facts(world):
    objective = world.objective()
    Objective.objects.update(state="judged", verdict="met", judged_at=objective.created_at)
    assert send(world, objective).status_code == 302
    assert not Fact.objects.exists()


# --- Answering --------------------------------------------------------------------------------------


def test_a_dispute_without_words_comes_back_and_with_words_is_kept(world):
    fact = world.record(world.objective(), 3)
    answer = act(world, fact, "dispute", "accessories", text=" ")
    assert (answer.status_code, again(fact).state) == (422, "recorded")
    assert act(world, fact, "dispute", "accessories", text="Two.").status_code == 302
    assert again(fact).state == "disputed"


def test_words_of_who_was_late_are_kept_beside_how_it_stands_now(world):
    fact = world.record(world.objective(customers=("accessories", "sales")), 3)
    assert act(world, fact, "confirm", "accessories").status_code == 302
    answer = act(world, fact, "dispute", "sales", text="Two came.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Two came." in page
    assert f"{world.accessories} was first" in page


def test_the_superior_decides_on_the_page(world):
    fact = world.record(world.objective(), 3)
    dispute_fact(acting_user=again(world.accessories), fact=fact, version=1, text="Two came.")
    page = browser(world.gm).get(reverse("fact_detail", args=[fact.pk])).content.decode()
    assert "Strike it" in page
    assert "It is so</button>" not in page  # who decides takes no side
    assert act(world, fact, "decide", "gm", version="2", stands="maybe", text="x").status_code == 422
    assert act(world, fact, "decide", "gm", version="2", stands="no", text="").status_code == 422
    assert act(world, fact, "decide", "gm", version="2", stands="no", text="I counted two.").status_code == 302
    assert again(fact).state == "struck"


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "99999999999999999999"])
def test_a_version_that_cannot_be_is_refused(world, version):
    fact = world.record(world.objective(), 3)
    assert act(world, fact, "confirm", "accessories", version=version).status_code == 422
    assert again(fact).state == "recorded"


# --- Judging and satisfaction -----------------------------------------------------------------------


def test_it_is_judged_and_the_customer_is_asked_on_its_page(world):
    objective = world.objective()
    world.record(objective, 2)
    address = reverse("objective_detail", args=[objective.pk])
    assert "Have it judged" in browser(world.hr).get(address).content.decode()
    answer = browser(world.hr).post(reverse("objective_judge", args=[objective.pk]), {"version": "2"})
    assert (answer.status_code, again(objective).verdict) == (302, "not_met")
    page = browser(world.accessories).get(address).content.decode()
    assert "Are the internal customers satisfied with it?" in page
    customer = objective.customers.get()
    said = browser(world.accessories).post(reverse("objective_satisfaction", args=[customer.pk]), {"satisfied": "no"})
    assert texts(said) == ["Say what you miss."]
    assert again(objective).state == "judged"


@pytest.mark.parametrize("version", ["", "1", "x"])
def test_a_stale_or_garbled_judgement_changes_nothing(world, version):
    objective = world.objective()
    world.record(objective, 3)
    answer = browser(world.hr).post(reverse("objective_judge", args=[objective.pk]), {"version": version})
    assert (answer.status_code, again(objective).state) == (302, "running")


@pytest.mark.parametrize("n", [1, 6])
def test_an_objectives_page_costs_the_same_however_many_facts(n, world, django_assert_max_num_queries):
    objective = world.objective({}, {"kind": "date"})
    for _ in range(n):
        world.record(objective, 3)
        world.record(objective, criterion=2)
    client = browser(world.accessories)
    client.get(reverse("objective_detail", args=[objective.pk]))
    with django_assert_max_num_queries(30):
        client.get(reverse("objective_detail", args=[objective.pk]))
