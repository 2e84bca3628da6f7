"""The standard store: its departments (R1), the links of the article (R4-R9)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import translation

from dealership.models import Dealership, Department
from supplychain.actions_store import apply_standard_store, create_standard_store
from supplychain.models import Item, Link
from tests.factories import DealershipFactory, DepartmentFactory, UserFactory
from tests.supplychain.pages import standard_store, store_admin

pytestmark = pytest.mark.django_db

TOP = {"sales", "service", "parts", "accessories", "crm", "finance", "hr", "administration", "logistics"}
TEAMS = {"service-reception", "service-workshop", "service-parts-counter", "service-claims"}


def link_exists(dealership, flow, supplier, customer, item):
    return Link.objects.filter(
        dealership=dealership, flow=flow, supplier__code=supplier, customer__code=customer, item__code=item
    ).exists()


def test_r1_the_tree_of_the_standard_store():
    _store, departments = standard_store()
    assert len(departments) == 14
    assert set(departments) == {"gm-office"} | TOP | TEAMS
    assert departments["gm-office"].parent is None
    assert departments["gm-office"].heads_store
    assert {departments[code].parent.code for code in TOP} == {"gm-office"}
    assert {departments[code].parent.code for code in TEAMS} == {"service"}


def test_r1_names_read_in_both_languages():
    _store, departments = standard_store(language="zh-hans")
    with translation.override("zh-hans"):
        assert departments["finance"].label == "财务部"
    with translation.override("en"):
        assert departments["finance"].label == "Finance"


def test_r4_to_r6_at_least_forty_links_over_three_flows():
    store, _departments = standard_store()
    links = Link.objects.filter(dealership=store)
    assert links.count() >= 40
    assert set(links.order_by().values_list("flow", flat=True)) == {"information", "service", "material"}


@pytest.mark.parametrize(
    ("flow", "supplier", "customer", "item"),
    [
        ("information", "sales", "finance", "funding-needs"),  # R4
        ("service", "finance", "service", "reimbursement"),  # R5
        ("service", "finance", "service", "advances"),
        ("service", "finance", "service", "acceptance-bills"),
        ("service", "finance", "service", "accounting"),
        ("material", "parts", "service-workshop", "parts-supply"),  # R6
        ("information", "service", "finance", "output-value"),  # R8
        ("information", "service", "finance", "gross-profit"),
        ("information", "service", "finance", "receivables"),
        ("information", "service", "finance", "rebates"),
        ("information", "service-reception", "service-workshop", "work-orders"),  # R9
        ("service", "service-workshop", "service-reception", "repair"),
        ("material", "service-parts-counter", "service-workshop", "parts-issue"),
        ("information", "service-workshop", "service-claims", "fault-evidence"),
    ],
)
def test_r4_to_r9_the_articles_own_links(flow, supplier, customer, item):
    store, _departments = standard_store()
    assert link_exists(store, flow, supplier, customer, item)


@pytest.mark.parametrize(
    ("supplier", "item"), [("administration", "office-supplies"), ("administration", "vehicles"), ("hr", "recruiting")]
)
def test_r5_administration_and_hr_serve_every_other_department(supplier, item):
    store, _departments = standard_store()
    for customer in ({"gm-office"} | TOP) - {supplier}:
        assert link_exists(store, "service", supplier, customer, item), customer


def test_r7_no_link_of_the_template_serves_itself():
    store, _departments = standard_store()
    assert all(link.supplier_id != link.customer_id for link in Link.objects.filter(dealership=store))
    for link in Link.objects.filter(dealership=store):
        link.full_clean()


def test_the_template_is_safe_to_repeat():
    store, _departments = standard_store()
    assert apply_standard_store(store) == (0, 0, 0)


def test_the_template_keeps_what_the_store_has():
    store = DealershipFactory(language="en")
    own = DepartmentFactory(dealership=store, code="finance", name="Money")
    head = DepartmentFactory(dealership=store, code="boss", heads_store=True)
    created = apply_standard_store(store)
    own.refresh_from_db()
    assert (own.name, created.departments) == ("Money", 13)
    assert [d.pk for d in Department.objects.filter(dealership=store, heads_store=True)] == [head.pk]


def test_the_template_touches_one_store_only():
    other = DealershipFactory()
    standard_store()
    assert not Department.objects.filter(dealership=other).exists()
    assert not Item.objects.filter(dealership=other).exists()


def test_only_the_stores_own_admin_creates_it():
    store = DealershipFactory()
    for stranger in (UserFactory(dealership=store), store_admin()):
        with pytest.raises(PermissionDenied):
            create_standard_store(acting_user=stranger, dealership=store)
    assert create_standard_store(acting_user=store_admin(store), dealership=store).departments == 14


def test_the_command_creates_a_store(capsys):
    call_command("standard_store", "north", "--name", "North", "--language", "en", "--time-zone", "America/New_York")
    store = Dealership.objects.get(slug="north")
    assert (store.name, store.time_zone) == ("North", "America/New_York")
    assert "14 departments" in capsys.readouterr().out


def test_the_command_names_an_unknown_store():
    with pytest.raises(CommandError, match="no store “nowhere”"):
        call_command("standard_store", "nowhere")
