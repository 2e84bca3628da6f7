"""Drafting objectives: the form, its criteria, what it starts from, and all that cannot be saved."""

import datetime

import pytest
from django.urls import reverse

from objectives import actions_objectives as acts
from objectives.actions_dialogues import call_dialogue
from objectives.actions_needs import raise_need
from objectives.models import Objective
from tests.factories import UserFactory
from tests.objectives.objective_pages import NEW, WHEN, form, line, page_of
from tests.objectives.objective_world import World
from tests.supplychain.pages import browser, store_admin, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


# --- drafting ---------------------------------------------------------------------------------------


def test_r22_hr_drafts_three_fitters_in_words_and_sees_the_day(world):
    client = browser(world.person("hr"))
    page = client.get(NEW, {"customer": "accessories"})
    assert page.context["form"].initial["origin"] == f"customer:{world['accessories'].pk}"
    words = "30 days before the second quarter starts"
    answer = client.post(NEW, form(world, **line(due=words)))
    objective = Objective.objects.get()
    assert answer.url == page_of(objective)
    criterion = objective.terms.get().criteria.get()
    quarter = datetime.date(criterion.due_on.year, 4, 1)
    assert criterion.due_on == quarter - datetime.timedelta(days=30)
    assert criterion.due_on >= world.day()
    assert criterion.due_words == words
    assert [c.department for c in objective.customers.all()] == [world["accessories"]]
    assert (objective.source, objective.source_department) == ("customer", world["accessories"])
    assert f"at least 3 by {criterion.due_on.day} Mar" in text_of(client.get(page_of(objective)))


def test_the_day_that_words_mean_is_shown_while_they_are_typed():
    calendar, april = World(), World(fiscal_year_start=4)
    words = "end of Q1 2027"
    for world, day in ((calendar, "31 Mar 2027"), (april, "30 Jun 2027")):
        client = browser(world.person("hr"))
        for name in ("due", "criteria-due", "goal-3-due"):
            assert f"= {day}" in text_of(client.get(WHEN, {name: words}))
    for words in ("soon", "x" * 5000, "\x00", "9999-99-99"):
        answer = client.get(WHEN, {"due": words})
        assert answer.status_code == 200
        assert "no day we understand" in text_of(answer)
    assert "30 days before" in text_of(client.get(WHEN))
    assert client.post(WHEN).status_code == 405
    assert browser(UserFactory(dealership=None, is_superuser=True)).get(WHEN).status_code == 403


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "required"),
        ({"title": "x" * 201}, "at most 200"),
        ({"title": "a\x00b"}, "Null"),
        ({"origin": ""}, "required"),
        ({"origin": "customer:99999999"}, "among those on offer"),
        ({"origin": "own", "customers": []}, "Name the internal customer"),
        ({"customers": ["x"]}, "departments on offer"),
        ({"customers": [str(2**70)]}, "departments on offer"),
        ({"owner_person": "1"}, "people on offer"),
        ({"starts_on": "9999-12-31"}, "too far ahead"),
        ({"starts_on": "soon"}, "valid date"),
        ({"description": "x" * 1001}, "at most 1000"),
        ({"key": "x"}, "cannot be read"),
        (line(what="", due="end of Q2"), "Say what is measured"),
        (line(due=""), "Say by when"),
        (line(due="soon"), "no day we understand"),
        (line(due="2020-01-01"), "This day has passed"),
        (line(due="2039-01-01"), "too far ahead"),
        (line(due="a\x00b"), "Null"),
        (line(target="", due="end of Q2"), "Say the number"),
        (line(target="three", due="end of Q2"), "Enter a number"),
        (line(target="1" * 40, due="end of Q2"), "digits"),
        (line(target="NaN", due="end of Q2"), "Enter a number"),
        (line(unit="x" * 21, due="end of Q2"), "at most 20"),
        (line(measure="taste:good", due="end of Q2"), "valid choice"),
        (line(number="9" * 30, due="end of Q2"), "qualified fitters"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_what_was_typed(world, fields, words):
    answer = browser(world.person("hr")).post(NEW, form(world, **{"description": "worth knowing", **fields}))
    assert answer.status_code == 422
    assert words in text_of(answer)
    if "description" not in fields:
        assert "worth knowing" in text_of(answer)
    assert not Objective.objects.exists()


def test_every_kind_of_criterion_is_typed_in_its_own_way(world):
    kinds = ["number:at_least", "amount:at_most", "percentage:exactly", "date:by", "date:on", "fact:proven"]
    targets = ["3", "1,250,000.50", "93 %", "7", "", ""]
    due = world.day(60).isoformat()
    lines = {
        "criteria-number": [""] * 7,
        "criteria-what": [f"what {kind}" for kind in kinds] + [""],
        "criteria-measure": [*kinds, "number:at_least"],
        "criteria-target": [*targets, ""],
        "criteria-unit": ["people", "CNY", "", "left over", "", "", ""],
        "criteria-due": [due] * 6 + [""],
    }
    browser(world.person("hr")).post(NEW, form(world, **lines))
    found = Objective.objects.get().terms.get().criteria.values_list("kind", "comparison", "target", "unit")
    assert [(kind, comparison, target and float(target), unit) for kind, comparison, target, unit in found] == [
        ("number", "at_least", 3, "people"),
        ("amount", "at_most", 1250000.5, "CNY"),
        ("percentage", "exactly", 93, ""),
        ("date", "by", None, ""),
        ("date", "on", None, ""),
        ("fact", "proven", None, ""),
    ]


def test_more_than_ten_lines_and_lines_twice_are_refused(world):
    client, due = browser(world.person("hr")), world.day(60).isoformat()
    many = {f"criteria-{name}": values * 11 for name, values in (("number", [""]), ("unit", [""]), ("due", [due]))}
    many |= {"criteria-measure": ["number:at_least"] * 11, "criteria-target": ["3"] * 11}
    for what, words in (([f"w{n}" for n in range(11)], "more than 10"), (["w"] * 11, "more than 10")):
        answer = client.post(NEW, form(world, **many, **{"criteria-what": what}))
        assert (answer.status_code, words in text_of(answer)) == (422, True)
    two = {name: values[:2] for name, values in many.items()}
    assert "say the same" in text_of(client.post(NEW, form(world, **two, **{"criteria-what": ["w", "w"]})))
    assert not Objective.objects.exists()


def test_the_same_form_twice_is_one_draft(world):
    client, sent = browser(world.person("hr")), form(world)
    assert client.post(NEW, sent).url == client.post(NEW, sent).url
    assert Objective.objects.count() == 1


def test_who_may_draft_and_for_whom(world):
    assert [d.code for d in browser(world.person("gm")).get(NEW).context["owners"]] == [
        d.code for d in world.store and sorted(world.departments.values(), key=lambda d: d.code)
    ]
    assert browser(world.person("gm")).get(NEW, {"owner": "crm"}).context["owner"] == world["crm"]
    assert browser(world.person("recruiter")).get(NEW, {"owner": "crm"}).context["owner"] == world["hr"]
    for stranger in (store_admin(world.store), UserFactory(dealership=None, is_superuser=True)):
        assert browser(stranger).get(NEW).status_code == 403
        assert browser(stranger).post(NEW, form(world)).status_code == 403


def test_r24_a_need_fills_the_form_and_becomes_the_objective(world):
    need = raise_need(
        acting_user=world.person("service"),
        customer=world["service"],
        supplier=world["hr"],
        flow="service",
        what="receptionists",
        quantity=2,
        wanted_on=world.day(80),
    )
    client = browser(world.person("hr"))
    page = client.get(NEW, {"need": need.pk})
    assert page.context["form"].initial["title"] == "2 × receptionists"
    text = text_of(page)
    assert "Service flow" in text
    assert 'value="receptionists"' in text
    assert world.day(80).isoformat() in text
    answer = client.post(f"{NEW}?need={need.pk}", form(world, origin=f"customer:{world['service'].pk}"))
    assert answer.status_code == 302
    need.refresh_from_db()
    assert (need.state, Objective.objects.get().need) == ("objective", need)
    for key in ("x", "0", "9" * 30, str(need.pk)):
        assert client.get(NEW, {"need": key}).status_code == 404
    for key in ("x", "0", "9" * 30):
        assert client.get(NEW, {"dialogue": key}).status_code == 404
    assert client.get(NEW, {"goal": "x", "customer": "\x00", "owner": "\x00"}).status_code == 200


def test_a_draft_is_changed_and_who_is_late_is_told(world):
    objective = world.draft()
    client, address = browser(world.person("recruiter")), page_of(objective, "objective_edit")
    assert 'value="qualified fitters on duty"' in text_of(client.get(address))
    sent = form(world, title="4 fitters", version="1", **line(number="1", target="4", due=world.day(60).isoformat()))
    assert client.post(address, sent).url == page_of(objective)
    assert Objective.objects.get().title == "4 fitters"
    late = browser(world.person("hr")).post(address, {**sent, "title": "5 fitters"})
    assert late.status_code == 422
    assert "was first: changed" in text_of(late)
    assert "5 fitters" in text_of(late)
    for version in ("", "x", "-1", "9" * 40):
        assert client.post(address, {**sent, "version": version}).status_code == 422
    acts.propose(acting_user=world.person("hr"), objective=objective, version=2)
    assert client.get(address).url == page_of(objective)
    assert browser(world.person("accessories")).get(address).status_code == 403


def test_words_keep_their_day_when_a_draft_is_saved_later(world):
    """“End of Q2” typed this year is the end of this year's Q2, whenever the rest is changed."""
    due = world.day(60)
    objective = world.draft(criteria=[world.line(due_on=due, due_words="end of Q1")])
    sent = form(world, version="1", **line(number="1", target="4", due="end of Q1"))
    browser(world.person("hr")).post(page_of(objective, "objective_edit"), sent)
    criterion = objective.terms.get().criteria.get()
    assert (criterion.target, criterion.due_on, criterion.due_words) == (4, due, "end of Q1")


def test_r26_in_a_dialogue_either_side_writes_the_objective_down_and_its_owner_proposes_it(world):
    dialogue = call_dialogue(
        acting_user=world.person("service"),
        host=world["service"],
        guest=world["hr"],
        rhythm="once",
        starts_on=world.day(),
    )
    client = browser(world.person("service"))
    address = f"{NEW}?dialogue={dialogue.pk}&owner=hr"
    page = client.get(address)
    assert (page.context["owner"], page.context["form"].initial["origin"]) == (
        world["hr"],
        f"customer:{world['service'].pk}",
    )
    answer = client.post(address, form(world, origin=f"customer:{world['service'].pk}"))
    objective = Objective.objects.get()
    assert answer.url == reverse("dialogue_detail", args=[dialogue.pk])
    assert (objective.owner, objective.dialogue) == (world["hr"], dialogue)
    assert client.post(page_of(objective, "objective_propose"), {"version": "1"}).status_code == 403
    hr = browser(world.person("hr"))
    assert hr.post(page_of(objective, "objective_propose"), {"version": "1"}).url == page_of(objective)
    assert "Written down in a goal dialogue" in text_of(hr.get(page_of(objective)))
    crm = browser(world.person("crm"))
    assert crm.get(address).status_code == 404, "not theirs to read"
    elsewhere = {**form(world), "origin": "own", "customers": [str(world["service"].pk)]}
    assert crm.post(address, elsewhere).status_code == 404
