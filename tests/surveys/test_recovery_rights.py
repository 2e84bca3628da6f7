"""Who acts, who reads, and whose names stand where (R15, R20)."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from dealership.models import Notice
from dealership.notices import in_words
from surveys import actions_recovery as acts
from surveys.models import Recovery
from surveys.recovery_rights import knows_customers_people, reads_recovery, side_in
from tests.conftest import access
from tests.factories import PositionFactory
from tests.surveys.pages import HTMX, browser
from tests.surveys.recovery_world import CUSTOMERS, PEOPLE, World

pytestmark = pytest.mark.django_db

#: person -> (side, reads it, reads the names of the customer's people)
RIGHTS = {
    "finance": ("supplier", True, False),
    "deputy": ("supplier", True, False),
    "gm": ("supplier", True, False),
    "cashier": (None, False, False),
    "service": ("customer", True, True),
    "rater": ("customer", True, True),
    "colleague": ("customer", True, True),
    "hr": (None, False, False),
    "admin": (None, True, False),
    "elsewhere": (None, False, False),
}


@pytest.fixture
def world():
    return World()


def page(recovery):
    return reverse("recovery_detail", args=[recovery.pk])


# --- Who acts and who reads -------------------------------------------------------------------------


@pytest.mark.parametrize("name", RIGHTS)
def test_r15_each_person_is_on_one_side_at_the_most(world, name):
    recovery, reader = world.opened(), access(world.people[name])
    found = (side_in(reader, recovery), reads_recovery(reader, recovery), knows_customers_people(reader, recovery))
    assert found == RIGHTS[name]


@pytest.mark.parametrize("name", RIGHTS)
def test_r15_only_the_side_whose_word_it_is_may_act(world, name):
    side, _reads, _knows = RIGHTS[name]
    recovery = world.planned()
    for act, whose in ((world.answer, "supplier"), (world.not_mended, "customer"), (world.comment, side)):
        if whose is None or side != whose:
            with pytest.raises(PermissionDenied):
                act(recovery, by=name)
    assert world.seen(recovery).version == 2


@pytest.mark.parametrize("name", RIGHTS)
def test_the_rows_say_the_same_as_the_rules_for_one(world, name):
    """`as_customer`, `as_supplier` and `readable_by`, for every owner there may be."""
    recovery = world.opened()
    for customer, owner in itertools.product(("reception", "service"), (*PEOPLE, None)):
        world.link.customer = world.departments[customer]
        world.link.save()
        Recovery.objects.update(owner=world.people[owner] if owner else None)
        recovery, reader = world.seen(recovery), access(world.people[name])
        rows = Recovery.objects
        sides = {
            "customer": rows.as_customer(reader).exists(),
            "supplier": rows.as_supplier(reader).exists(),
        }
        assert sides == {each: side_in(reader, recovery) == each for each in sides}, (customer, owner)
        if name != "elsewhere":
            assert rows.readable_by(reader).exists() == reads_recovery(reader, recovery), (customer, owner)


def test_r3_who_was_the_owner_and_changed_sides_does_not_answer_any_more(world):
    recovery = world.opened()
    world.leave("finance")
    PositionFactory(person=world.people["finance"], department=world.departments["reception"], role="member")
    assert side_in(access(world.people["finance"]), world.seen(recovery)) == "customer"


@pytest.mark.parametrize("name", RIGHTS)
def test_strangers_get_a_404_and_who_may_not_read_a_403(world, name):
    recovery = world.planned()
    expected = 404 if name == "elsewhere" else 200 if RIGHTS[name][1] else 403
    client = browser(world.people[name])
    assert client.get(page(recovery)).status_code == expected
    listed = client.get(reverse("recovery_list"), {"tab": "all"}).context["cards"]
    assert [card.recovery.pk for card in listed] == ([recovery.pk] if expected == 200 else [])


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("name", ["answer", "mended", "not_mended", "comment"])
def test_without_the_right_even_a_garbled_form_shows_nothing(world, name, headers):
    recovery = world.planned()
    url = reverse(f"recovery_{name}", args=[recovery.pk])
    wrong = {"answer": "rater", "comment": "admin"}.get(name, "finance")
    for who in (wrong, "cashier", "hr"):
        for data in ({}, {"version": "2", "plan": "x", "text": "x", "words": "x", "promised_on": world.day()}):
            assert browser(world.people[who]).post(url, data, headers=headers).status_code == 403
    assert world.seen(recovery).version == 2


def test_nobody_is_asked_twice_to_sign_in():
    assert Client().get(reverse("recovery_list")).status_code == 302


# --- Whose names stand where ------------------------------------------------------------------------


def tell_a_long_story(world):
    """Return a recovery in which each of the customer's people said something in every way there is."""
    recovery = world.answer(world.opened())
    world.comment(recovery, by="colleague", words="Which account?")
    world.comment(recovery, by="rater", words="The new one, please.")
    recovery = world.answer(world.not_mended(recovery, by="service"), by="gm")
    recovery = world.mended(recovery, by="colleague", text="It came.")
    return recovery


def everything_read_of(world, name, recovery):
    """Return all that a person reads of a recovery, by every way there is."""
    client = browser(world.people[name])
    found = [client.get(page(recovery)).text]
    found += [client.get(reverse("recovery_list"), {"tab": tab}).text for tab in ("answer", "confirm", "all")]
    for act in ("answer", "comment", "mended", "not_mended"):
        url = reverse(f"recovery_{act}", args=[recovery.pk])
        good = {"version": "1", "plan": "x", "text": "x", "words": "x", "promised_on": world.day().isoformat()}
        for data in (good, {**good, "plan": "", "words": "", "text": ""}):
            for headers in ({}, HTMX):
                response = client.post(url, data, headers=headers)
                found.append(response.text)
                found += [str(message) for message in getattr(response.wsgi_request, "_messages", [])]
    found += [client.get(page(recovery)).text]
    for notice in Notice.objects.filter(person=world.people[name]):
        found += [in_words(notice), str(notice.values), notice.url]
    return found


@pytest.mark.parametrize("name", ["finance", "deputy", "gm", "admin"])
def test_r20_the_suppliers_side_reads_the_department_and_never_a_person(world, name):
    names = [PEOPLE[each][2] for each in CUSTOMERS] + [world.people[each].username for each in CUSTOMERS]
    texts = everything_read_of(world, name, tell_a_long_story(world))
    assert any("Reception" in text for text in texts)
    for text in texts:
        assert not [each for each in names if each in text]


def test_r20_running_ones_name_no_rater_either(world):
    """Every state on the way, and the words for who was too late in each."""
    names = [PEOPLE[each][2] for each in CUSTOMERS]
    rating = world.rate()
    recovery = world.seen(Recovery.objects.get())
    steps = (
        lambda: None,
        lambda: world.answer(world.seen(recovery)),
        lambda: world.not_mended(world.seen(recovery)),
        lambda: world.answer(world.seen(recovery), by="gm"),
        lambda: world.mended(world.seen(recovery), by="colleague"),
        lambda: acts.drop_recovery(acting_user=world.people["rater"], interaction=rating.interaction),
    )
    for step in steps:
        step()
        html = browser(world.people["finance"]).get(page(recovery)).text
        assert not [each for each in names if each in html]
        with pytest.raises(ValidationError) as error:
            world.answer(recovery, by="deputy", version=99)
        assert not [each for each in names if each in str(error.value)]


@pytest.mark.parametrize("name", CUSTOMERS)
def test_r20_the_customers_side_reads_who_of_the_supplier_said_what(world, name):
    recovery = tell_a_long_story(world)
    html = browser(world.people[name]).get(page(recovery)).text
    for each in ("Qian Caiwu", "Gao Zongguan", "Ping Jiaren", "Tong Shixin", "Fang Wujing"):
        assert each in html


def test_r20_who_leads_both_sides_reads_the_department(world):
    """The manager above two teams that serve each other speaks for the customer; once it is theirs to mend, not."""
    world.link.supplier = world.departments["finance"]
    world.link.customer = world.departments["service"]
    world.link.save()
    recovery = world.opened(by="service")
    assert knows_customers_people(access(world.people["gm"]), recovery)
    recovery = world.not_mended(world.answer(recovery), by="service")
    assert recovery.owner == world.people["gm"]
    html = browser(world.people["gm"]).get(page(recovery)).text
    assert "Fang Wujing" not in html
