"""Every address × every role, allowed and denied. The list of addresses is the resolver's: an unlisted one fails."""

import uuid

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from dealership.models import DealerGroup, Dealership, Department
from supplychain.actions_store import apply_standard_store
from supplychain.models import Interaction, Link
from surveys.actions import rate_interaction
from tests.factories import DealershipFactory, InteractionFactory, UserFactory, manager_of, member_of

pytestmark = pytest.mark.django_db

#: Who asks. "member", "manager": of Service. "finance": the manager of the department that serves it. "elsewhere": a
#: manager, "admin elsewhere": an admin of another store. "operator": runs the installation, belongs to no store.
#: "group": a person of the dealer group that owns both stores.
ROLES = ("nobody", "member", "manager", "finance", "gm", "admin", "elsewhere", "admin elsewhere", "operator", "group")

# One column a role, in the order of ROLES. 302 for nobody is the way to the sign-in page.
GET = {
    "home": "302 200 200 200 200 200 200 200 200 302",
    "rate_search": "302 200 200 200 200 200 200 200 200 200",
    "rate_link": "302 200 200 403 200 403 404 404 403 404",
    "interaction_list": "302 200 200 200 200 200 200 200 200 200",
    "interaction_create": "302 200 200 200 200 200 200 200 403 403",
    "interaction_detail": "302 200 200 200 200 200 404 404 403 404",
    "interaction_rate": "302 405 405 405 405 405 405 405 405 405",
    "interaction_dismiss": "302 405 405 405 405 405 405 405 405 405",
    "interaction_restore": "302 405 405 405 405 405 405 405 405 405",
    "rating_change": "302 403 200 403 403 403 404 404 403 404",
    "rating_explain": "302 405 405 405 405 405 405 405 405 405",
    "rating_undo": "302 405 405 405 405 405 405 405 405 405",
    "data_import": "302 403 403 403 403 200 403 200 403 403",
    "flow_map": "302 200 200 200 200 200 200 200 200 200",
    "pair": "302 200 200 200 200 200 200 200 200 200",
    "link_detail": "302 200 200 200 200 200 404 404 200 404",
    "link_end": "302 403 403 403 403 200 404 404 200 404",
    "link_revise": "302 403 403 403 403 200 404 404 200 404",
    "setup": "302 403 403 403 403 200 403 200 403 403",
    "standard_store": "302 405 405 405 405 405 405 405 405 405",
    "dashboard": "302 200 200 200 200 200 200 200 200 302",
    "group_dashboard": "302 403 403 403 403 403 403 403 403 200",
    "store_dashboard": "302 403 403 403 200 200 403 200 403 403",
    "department_dashboard": "302 200 200 403 200 200 404 404 404 404",
    "department_ratings": "302 403 200 403 200 200 404 404 404 404",
    "account_login": "200 302 302 302 302 302 302 302 302 302",
    "account_logout": "302 200 200 200 200 200 200 200 200 200",
    "account_inactive": "200 200 200 200 200 200 200 200 200 200",
    "account_signup": "200 302 302 302 302 302 302 302 302 302",
    "account_reauthenticate": "302 200 200 200 200 200 200 200 200 200",
    "account_email": "302 200 200 200 200 200 200 200 200 200",
    "account_email_verification_sent": "200 200 200 200 200 200 200 200 200 200",
    "account_change_password": "302 200 200 200 200 200 200 200 200 200",
    "account_set_password": "302 302 302 302 302 302 302 302 302 302",
    "account_reset_password": "200 200 200 200 200 200 200 200 200 200",
    "account_confirm_login_code": "302 302 302 302 302 302 302 302 302 302",
    "account_confirm_email": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key_done": "200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_done": "200 200 200 200 200 200 200 200 200 200",
    "set_language": "302 302 302 302 302 302 302 302 302 302",
    "metrics": "404 404 404 404 404 404 404 404 404 404",  # no token is configured here
    "healthz": "503 503 503 503 503 503 503 503 503 503",  # no worker answers here; the journey in CI sees the 200
}

# Only addresses that write; sent as a plain form. 302: done (or refused in words), 422: the form again.
POST = {
    "rate_link": "302 302 302 403 302 403 404 404 403 404",
    "interaction_create": "302 302 302 302 302 422 422 422 403 403",
    "interaction_rate": "302 302 302 403 302 403 404 404 403 404",
    "interaction_dismiss": "302 302 302 403 302 403 404 404 403 404",
    "interaction_restore": "302 302 302 403 302 403 404 404 403 404",
    "rating_change": "302 403 302 403 403 403 404 404 403 404",
    "rating_explain": "302 403 302 403 403 403 404 404 403 404",
    "rating_undo": "302 403 302 403 403 403 404 404 403 404",
    "data_import": "302 403 403 403 403 200 403 200 403 403",
    "link_end": "302 403 403 403 403 302 404 404 302 404",
    "link_revise": "302 403 403 403 403 302 404 404 302 404",
    "standard_store": "302 403 403 403 403 302 403 302 403 403",
    "set_language": "302 302 302 302 302 302 302 302 302 302",
}


class Scene:
    """Two standard stores of a dealer group; an open interaction and a rating from Finance to Service in the first."""

    def __init__(self):
        self.group = DealerGroup.objects.create(slug="group", name="Group")
        self.store = self._store()
        other = self._store()
        department = {d.code: d for d in Department.objects.filter(dealership=self.store)}
        self.people = {
            "nobody": None,
            "member": member_of(department["service"]),
            "manager": manager_of(department["service"]),
            "finance": manager_of(department["finance"]),
            "gm": manager_of(department["gm-office"]),
            "admin": UserFactory(dealership=self.store, is_store_admin=True),
            "elsewhere": manager_of(Department.objects.get(dealership=other, code="hr")),
            "admin elsewhere": UserFactory(dealership=other, is_store_admin=True),
            "operator": UserFactory(dealership=None, is_superuser=True),
            "group": UserFactory(dealership=None, group=self.group),
        }
        # The other store has no department of this code, so that its address is a stranger's there.
        Department.objects.filter(dealership=other, code="service").update(code="service-elsewhere")
        self.link = Link.objects.get(
            dealership=self.store, supplier=department["finance"], customer=department["service"], item__code="advances"
        )
        self.open = InteractionFactory(link=self.link)
        rated = InteractionFactory(link=self.link)
        self.rating = rate_interaction(acting_user=self.people["manager"], interaction=rated, score=0)

    def _store(self) -> Dealership:
        store = DealershipFactory(group=self.group)
        apply_standard_store(store)
        return store

    def client(self, role):
        client = Client(raise_request_exception=True)
        if self.people[role] is not None:
            client.force_login(self.people[role])
        return client

    def address(self, name):
        arguments = {
            "rate_link": {"pk": self.link.pk},
            "link_detail": {"pk": self.link.pk},
            "link_end": {"pk": self.link.pk},
            "link_revise": {"pk": self.link.pk},
            "department_dashboard": {"code": "service"},
            "department_ratings": {"code": "service"},
            "account_confirm_email": {"key": "no-such-key"},
            "account_reset_password_from_key": {
                "uidb36": "1",
                "key": default_token_generator.make_token(self.people["manager"]),
            },
        }
        if name.startswith("interaction_") and name not in ("interaction_list", "interaction_create"):
            return reverse(name, kwargs={"pk": self.open.pk})
        if name.startswith("rating_"):
            return reverse(name, kwargs={"pk": self.rating.pk})
        return reverse(name, kwargs=arguments.get(name))

    def form(self, name):
        """Return what a correct form at this address holds."""
        return {
            "rate_link": {"score": "1", "key": str(uuid.uuid4())},
            "interaction_create": {
                "link": str(self.link.pk),
                "occurred_at": "2026-01-05T10:00",
                "key": str(uuid.uuid4()),
            },
            "interaction_rate": {"score": "1"},
            "rating_change": {"score": "1"},
            "rating_explain": {"reasons": ["slow"]},
            "link_revise": {"scale": "five", "basis": "agreement", "windows": ""},
            "link_end": {"last_day": self.store.today().isoformat()},
            "standard_store": {"confirmed": "yes"},
            "set_language": {"language": "en"},
        }.get(name, {})


def names(patterns, namespace=""):
    """Yield the names of all addresses, the admin's with their namespace."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, pattern.namespace or namespace)
        elif pattern.name:
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name


def test_every_address_is_in_the_table():
    public = {name for name in names(get_resolver().url_patterns) if ":" not in name}
    assert public == set(GET)


@pytest.mark.parametrize("name", GET)
def test_get(name):
    scene = Scene()
    address = scene.address(name)
    found = [str(scene.client(role).get(address).status_code) for role in ROLES]
    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, GET[name].split(), strict=True))
    assert Interaction.objects.count() == 2, "reading wrote something"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", POST)
def test_post(name, role):
    scene = Scene()
    response = scene.client(role).post(scene.address(name), scene.form(name))
    expected = dict(zip(ROLES, POST[name].split(), strict=True))[role]
    assert str(response.status_code) == expected
    if role == "nobody" and name != "set_language":
        assert reverse("account_login") in response["Location"]
