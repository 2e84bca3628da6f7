"""Changing what was agreed on the pages, and versions side by side (R27)."""

import pytest

from objectives.models import Objective, Terms
from tests.conftest import fresh
from tests.objectives.objective_pages import LIST, line, page_of
from tests.objectives.objective_world import World, terms_of
from tests.supplychain.pages import browser, messages_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


# --- changing and comparing -------------------------------------------------------------------------


def test_r27_a_change_is_proposed_signed_and_read_side_by_side(world):
    objective = world.agreed()
    client, address = browser(world.person("hr")), page_of(objective, "terms_change")
    assert 'value="qualified fitters on duty"' in text_of(client.get(address))
    change = line(number="1", target="4", due=world.day(60).isoformat())
    answer = client.post(address, {"version": objective.version, "reason": "four bays now", **change}, follow=True)
    assert "Until all sides have signed" in messages_of(answer)[0]
    page = text_of(browser(world.person("accessories")).get(page_of(objective)))
    assert "Other criteria wait for the signature of Accessories" in page
    assert "at least 4 by" in page
    assert "So far: Open" in page
    compared = text_of(browser(world.person("crm")).get(page_of(objective, "terms_compare")))
    assert "<del>3</del>" in compared
    assert "<ins>4</ins>" in compared
    assert "four bays now" in compared
    assert "Accessories: not yet" in compared
    world.sign(Objective.objects.get(), "accessories")
    assert terms_of(objective) == [(1, "replaced"), (2, "in_force")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Say why"),
        ({"reason": "x" * 501}, "at most 500"),
        ({"criteria-what": [""], "criteria-target": [""], "criteria-due": [""]}, "at least one criterion"),
        ({"criteria-target": ["3"]}, "Nothing is changed"),
        ({"criteria-due": ["soon"]}, "no day we understand"),
        ({"version": "x"}, "cannot be read"),
        ({"version": "1"}, "was first: proposed"),
    ],
)
def test_a_change_that_cannot_be_proposed_comes_back(world, fields, words):
    objective = world.agreed()
    sent = {
        "version": objective.version,
        "reason": "four",
        **line(number="1", target="4", due=world.day(60).isoformat()),
    }
    answer = browser(world.person("hr")).post(page_of(objective, "terms_change"), {**sent, **fields})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert Terms.objects.count() == 1


def test_only_who_signs_changes_and_only_what_is_in_force(world):
    objective = world.agreed()
    address = page_of(objective, "terms_change")
    for who, status in (("hr", 200), ("accessories", 200), ("recruiter", 403), ("gm", 403), ("crm", 403)):
        assert browser(world.person(who)).get(address).status_code == status
    assert browser(world.person("hr")).get(page_of(world.draft(), "terms_change")).status_code == 302
    world.change(objective)
    assert browser(world.person("accessories")).get(address).status_code == 302


def test_any_two_versions_are_compared(world):
    objective = world.agreed()
    for target in (4, 5):
        world.change(objective, criteria=[world.line(target=target)])
        world.sign(objective, "accessories")
    client = browser(world.person("crm"))
    assert "<ins>5</ins>" in text_of(client.get(page_of(objective, "terms_compare")))
    old = text_of(client.get(page_of(objective, "terms_compare", **{"from": "1", "to": "2"})))
    assert ("<del>3</del>" in old, "<ins>4</ins>" in old) == (True, True)
    for number in ("0", "9", "x", "9" * 50):
        assert client.get(page_of(objective, "terms_compare", to=number)).status_code == 404
    one = world.agreed()
    assert client.get(page_of(one, "terms_compare")).status_code == 200


def test_what_people_wrote_is_shown_as_text(world):
    nasty = '<script>alert("x")</script>'
    objective = world.agreed(title=nasty, description=nasty, criteria=[world.line(what=nasty, unit="<b>")])
    client = browser(fresh(world.people["hr"]))
    for address in (LIST, page_of(objective), page_of(objective, "terms_compare"), page_of(objective, "terms_change")):
        page = text_of(client.get(address))
        assert "<script>alert" not in page
        assert "<b>" not in page
