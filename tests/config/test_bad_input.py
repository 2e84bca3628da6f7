"""No input makes a 500: nonsense in every query, every form and every address, by those who may open the page."""

import datetime
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from dealership.models import User
from supplychain.models import Interaction, Link
from surveys.models import Rating
from tests.config.scene import Scene
from tests.config.test_url_roles import GET, POST, names
from tests.factories import InteractionFactory

pytestmark = pytest.mark.django_db

NONSENSE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "-1",
    "0",
    "1e309",
    "NaN",
    "٣",
    "9" * 40,
    "2026-99-99",
    "0000-00-00T00:00",
    "9999-12-31T23:59",
    "0001-01-01",
    "10000",
    "2026-W99",
    "2026-Q9",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%s%(x)s{}{{ }}{% %}",
    "😀" * 50,
    "\u202e\ufeff\ufffd",
    "x" * 5000,
    "//evil.example/",
    "javascript:alert(1)",
]
#: Every parameter any page reads, and one that none does.
PARAMETERS = [
    "a", "accept", "answer", "at", "b", "basis", "comment", "confirmed", "customer", "day", "deadline",
    "department", "expected_on", "file", "flow", "from", "interaction", "item", "key", "kind", "language",
    "last_day", "lead_time_days", "link", "links", "move_to", "next", "nonsense", "note", "nothing", "notice",
    "occurred_at", "other", "outcome", "page", "period", "plan", "promise", "promised_on", "q", "quantity", "question",
    "rater", "reasons", "requester", "saved", "scale", "score", "side", "since", "span", "start", "state", "suggested",
    "supplier", "tab", "template", "text", "to", "token", "told", "until", "version", "wanted_on", "wanted_time",
    "what", "when", "which", "windows", "words",
]  # fmt: skip
OURS = [name for name in GET if not name.startswith("account_") and name != "healthz"]
READ = [name for name in OURS if "405" not in GET[name]]
WRITTEN = [name for name in OURS if name in POST]


#: Half of it for each of the two databases, at random: which half depends on the address.
HALF = len(NONSENSE) // 2


def dice_for(*what):
    """Return the same chances for the same address and database each time."""
    return random.Random(f"{what} {connection.vendor}")


#: The addresses are dealt to so many tests, each with a scene of its own: what one address writes is rolled back.
PARTS = 6


def each_rolled_back(found, part):
    """Yield (scene, name) of every address of a part, with the scene as it was made."""
    scene = Scene()
    for name in found[part::PARTS]:
        with transaction.atomic():
            yield scene, name
            transaction.set_rollback(True)


@pytest.mark.parametrize("part", range(PARTS))
def test_nonsense_in_the_query(part):
    for scene, name in each_rolled_back(READ, part):
        address = scene.address(name)
        dice = dice_for(name)
        for role, number in (("manager", HALF), ("admin", 2)):
            client = scene.client(role)
            for value in dice.sample(NONSENSE, number):
                response = client.get(address, dict.fromkeys(PARAMETERS, value))
                assert response.status_code < 500, (name, role, value)
            for _ in range(min(number, 4)):
                query = {parameter: dice.choice(NONSENSE) for parameter in dice.sample(PARAMETERS, 12)}
                assert client.get(address, query).status_code < 500, (name, role, query)


@pytest.mark.parametrize("part", range(PARTS))
def test_nonsense_in_a_form(part):
    for scene, name in each_rolled_back(WRITTEN, part):
        address = scene.address(name)
        before = counts()
        for role, number in (("manager", HALF), ("finance", 3), ("admin", 3)):
            send_nonsense(scene, name, address, role, number)
        if name in ("interaction_rate", "rate_link", "interaction_create", "rating_change"):
            assert Rating.objects.filter(score__in=[0, 1]).count() == Rating.objects.count()
        assert counts()[0] == before[0], f"{name}: nonsense added people"


def send_nonsense(scene, name, address, role, number):
    """Send a person's nonsense: all of it, and the right form with some of it in one field: past the first check."""
    client = scene.client(role)
    right = scene.form(name)
    dice = dice_for(name, role)
    values = dice.sample(NONSENSE, number)
    for place, value in enumerate(values):
        headers = {"hx-request": "true"} if place % 2 else {}
        nonsense = dict.fromkeys([*PARAMETERS, *right], value) | {"confirmed": ""}
        response = client.post(address, nonsense, headers=headers)
        assert response.status_code < 500, (name, role, value)
    for field in right:
        for value in dice.sample(values, max(1, number // 5)):
            headers = {"hx-request": "true"} if dice.random() < 0.5 else {}
            response = client.post(address, {**right, field: value}, headers=headers)
            assert response.status_code < 500, (name, role, field, value)


def counts():
    return User.objects.count(), Link.objects.count(), Interaction.objects.count()


@pytest.mark.parametrize("pk", ["0", "-1", "9" * 30, "1.5", "x", "%00", "1%00"])
def test_nonsense_in_the_address(pk):
    scene = Scene()
    client = scene.client("admin")
    for pattern in (
        "interactions/{}/",
        "chain/links/{}/",
        "requests/{}/",
        "rate/links/{}/",
        "ratings/{}/change/",
        "recoveries/{}/",
        "calls/{}/",
        "calls/{}/close/",
        "objectives/{}/",
        "objectives/{}/edit/",
        "objectives/facts/{}/",
        "objectives/facts/evidence/{}/",
        "objectives/needs/{}/",
        "objectives/dialogues/{}/",
        "objectives/plan/{}/",
        "objectives/year/{}/",
    ):
        assert client.get("/" + pattern.format(pk)).status_code == 404
    assert client.get(f"/dashboard/departments/{pk}/").status_code == 404
    for model in ("dealership/department", "dealership/user", "supplychain/link", "auditlog/logentry"):
        assert client.get(f"/admin/{model}/{pk}/change/").status_code in (302, 404)


def test_nonsense_in_the_administration_lists():
    client = Scene().client("admin")
    changelists = [name for name in names(get_resolver().url_patterns) if name.endswith("_changelist")]
    assert len(changelists) > 4
    parameters = ("q", "o", "p", "e", "flow", "supplier__id__exact", "department__id__exact", "nonsense")
    for name in changelists:
        for number, value in enumerate(dice_for(name).sample(NONSENSE, HALF)):
            for parameter in ("q", parameters[number % len(parameters)]):
                response = client.get(reverse(name), {parameter: value})
                assert response.status_code < 500, (name, parameter, value)


def test_a_file_where_none_is_expected():
    scene = Scene()
    file = SimpleUploadedFile("x.csv", b"\x00\xff" * 1000)
    for name in ("interaction_rate", "rate_link", "data_import", "standard_store"):
        for role in ("manager", "admin"):
            response = scene.client(role).post(scene.address(name), {"score": file, "file": file, "kind": "links"})
            assert response.status_code < 500


def test_a_request_of_50_mb_is_answered_413_unread():
    client = Client()
    client.force_login(Scene().people["manager"])
    response = client.post("/interactions/new/", b"", content_type="text/plain", CONTENT_LENGTH="52428800")
    assert response.status_code == 413
    assert "10" in response.content.decode()


def test_a_rating_for_another_store_is_a_404_and_writes_nothing():
    scene = Scene()
    other = InteractionFactory(occurred_at=datetime.datetime(2026, 1, 5, 3, tzinfo=datetime.UTC))
    client = scene.client("manager")
    assert client.post(f"/interactions/{other.pk}/rate/", {"score": "1"}).status_code == 404
    other.refresh_from_db()
    assert other.state == "open"
