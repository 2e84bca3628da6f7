"""Who may open which dashboard: allowed and denied, for every role."""

import pytest
from django.urls import reverse

from tests.dashboards.world import make_world, rate, roll_up
from tests.factories import DealershipFactory, UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = ("gm", "admin", "head", "foreman", "mechanic", "clerk", "accountant", "newcomer")
#: address -> who may open it
PAGES = {
    ("store_dashboard",): {"gm", "admin"},
    ("department_dashboard", "service"): {"gm", "admin", "head", "clerk"},
    ("department_dashboard", "workshop"): {"gm", "admin", "head", "foreman", "mechanic"},
    ("department_dashboard", "finance"): {"gm", "admin", "accountant"},
    ("department_dashboard", "gm-office"): {"gm", "admin"},
    ("department_ratings", "service"): {"gm", "admin", "head"},
    ("department_ratings", "workshop"): {"gm", "admin", "head", "foreman"},
    ("department_ratings", "finance"): {"gm", "admin", "accountant"},
    ("department_ratings", "gm-office"): {"gm", "admin"},
}


@pytest.fixture
def world():
    world = make_world()
    rate(world, "output-value", 0, 1)
    rate(world, "parts-supply", 0)
    roll_up(world)
    return world


def status(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(name, args=args)).status_code


@pytest.mark.parametrize("address", PAGES, ids=" ".join)
def test_each_page_opens_for_its_readers_only(world, client, address):
    opened = {person for person in PEOPLE if status(client, getattr(world, person), *address) == 200}
    refused = {person for person in PEOPLE if status(client, getattr(world, person), *address) == 403}
    assert opened == PAGES[address]
    assert refused == set(PEOPLE) - opened


@pytest.mark.parametrize("name", ["department_dashboard", "department_ratings"])
def test_departments_of_other_stores_and_none_are_not_found(world, client, name):
    stranger = UserFactory(dealership=DealershipFactory(), is_store_admin=True)
    assert status(client, stranger, name, "service") == 404
    assert status(client, world.gm, name, "nowhere") == 404


def test_an_operator_without_a_store_gets_an_answer(world, client):
    operator = UserFactory(dealership=None, is_superuser=True)
    assert status(client, operator, "dashboard") == 200
    assert status(client, operator, "store_dashboard") == 403
    assert status(client, operator, "department_dashboard", "service") == 404
    assert status(client, operator, "department_ratings", "service") == 404


@pytest.mark.parametrize("name", ["dashboard", "store_dashboard"])
def test_strangers_sign_in_first(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


@pytest.mark.parametrize("address", [("dashboard",), *PAGES], ids=" ".join)
def test_nothing_is_written_here(world, client, address):
    client.force_login(world.gm)
    assert client.post(reverse(address[0], args=address[1:])).status_code == 405


@pytest.mark.parametrize(
    ("person", "template"),
    [
        ("gm", "dashboards/store.html"),
        ("admin", "dashboards/store.html"),
        ("head", "dashboards/department.html"),
        ("mechanic", "dashboards/department.html"),
        ("newcomer", "dashboards/nobody.html"),
    ],
)
def test_the_dashboard_is_what_the_persons_work_is_about(world, client, person, template):
    client.force_login(getattr(world, person))
    response = client.get(reverse("dashboard"))
    assert response.status_code == 200
    assert template in [used.name for used in response.templates]


def test_a_manager_who_administers_the_store_opens_with_their_department(world, client):
    world.head.is_store_admin = True
    world.head.save()
    client.force_login(world.head)
    assert client.get(reverse("dashboard")).context["department"] == world.service


def test_members_read_figures_that_lead_nowhere(world, client):
    """The single ratings are not theirs to open, so nothing on the page points there."""
    address = reverse("department_ratings", args=["workshop"])
    client.force_login(world.mechanic)
    html = client.get(reverse("department_dashboard", args=["workshop"])).content.decode()
    assert "/ratings/?" not in html
    client.force_login(world.foreman)
    assert address in client.get(reverse("department_dashboard", args=["workshop"])).content.decode()


def test_the_switcher_offers_what_the_reader_may_read(world, client):
    def offered(user, code):
        client.force_login(user)
        response = client.get(reverse("department_dashboard", args=[code]))
        return [department.code for department in response.context["page"].others]

    assert offered(world.head, "service") == ["service", "workshop", "counter"]
    assert offered(world.mechanic, "workshop") == ["workshop"]
    everything = ["gm-office", "service", "finance", "parts", "workshop", "counter"]
    assert offered(world.gm, "finance") == everything
    world.parts.is_active = False
    world.parts.save()
    assert "parts" not in offered(world.gm, "finance")
    assert "parts" in offered(world.gm, "parts")
