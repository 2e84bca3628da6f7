"""The chain pages: who is whose customer (R8), the map, a link with its versions (R10)."""

import datetime
import json
import re

import pytest
from django.urls import reverse

from dealership.models import User
from supplychain.actions import revise_link
from supplychain.models import Link
from tests.factories import DepartmentFactory, InteractionFactory, LinkFactory, UserFactory, manager_of, member_of
from tests.supplychain.pages import browser, messages_of, standard_store, store_admin, text_of

pytestmark = pytest.mark.django_db


def pair(client, one, other):
    return client.get(reverse("pair"), {"a": one, "b": other})


# --- who is whose customer ---


def test_r8_finance_and_service_are_each_others_customer():
    _store, departments = standard_store()
    page = text_of(pair(browser(manager_of(departments["service"])), "finance", "service"))
    assert (
        "In the service flow, Finance is the supplier and Service is the customer: "
        "reimbursement, advances, acceptance bills, accounting." in page
    )
    assert (
        "In the information flow, Service is the supplier and Finance is the customer: "
        "service output value, service gross profit, receivables, rebates." in page
    )
    assert page.count("Nothing runs between them in this flow.") == 1  # material


def test_r8_reads_the_same_from_either_side():
    _store, departments = standard_store()
    client = browser(member_of(departments["hr"]))
    assert "Finance is the supplier and Service is the customer" in text_of(pair(client, "service", "finance"))


def test_pair_starts_with_ones_own_department_and_one_it_deals_with():
    _store, departments = standard_store()
    response = browser(manager_of(departments["finance"])).get(reverse("pair"))
    assert response.context["one"] == departments["finance"]
    assert response.context["count"] > 0


def test_pair_of_one_department_with_itself_says_so():
    _store, departments = standard_store()
    response = pair(browser(manager_of(departments["hr"])), "hr", "hr")
    assert response.status_code == 200
    assert "Choose two different departments." in text_of(response)


def test_pair_with_an_unknown_code_says_so():
    _store, departments = standard_store()
    response = pair(browser(manager_of(departments["hr"])), "hr", "<script>")
    assert response.status_code == 200
    assert "The store has no department “&lt;script&gt;”." in text_of(response)


def test_pair_knows_no_department_of_another_store():
    foreign = DepartmentFactory(code="foreign")
    _store, departments = standard_store()
    assert "has no department “foreign”" in text_of(pair(browser(manager_of(departments["hr"])), "hr", foreign.code))


def test_pair_in_a_store_without_departments_is_friendly():
    assert "There are not two departments yet" in text_of(browser(store_admin()).get(reverse("pair")))


def test_pair_without_links_says_so():
    one = DepartmentFactory()
    other = DepartmentFactory(dealership=one.dealership)
    page = text_of(pair(browser(manager_of(one)), one.code, other.code))
    assert "are not each other's customer in any flow." in page


def test_r10_ended_links_stand_in_the_history():
    link = LinkFactory(active_to=datetime.date(2020, 1, 31))
    response = pair(browser(manager_of(link.customer)), link.supplier.code, link.customer.code)
    assert [past.pk for past in response.context["past"]] == [link.pk]
    assert response.context["count"] == 0
    assert "ended 31 Jan 2020" in text_of(response)


def test_a_closed_department_is_not_offered_but_its_address_still_reads():
    link = LinkFactory(supplier__is_active=False)
    client = browser(manager_of(link.customer))
    assert f'value="{link.supplier.code}"' not in text_of(client.get(reverse("pair")))
    assert pair(client, link.supplier.code, link.customer.code).context["count"] == 1


# --- the map ---


def graph_of(response):
    found = re.search(r'<script id="flow-graph" type="application/json">(.*?)</script>', text_of(response))
    return json.loads(found[1])


def test_the_map_shows_every_link_in_force_with_its_flow():
    store, departments = standard_store()
    ended = Link.objects.filter(dealership=store, item__code="recruiting", customer__code="sales").get()
    ended.active_to = datetime.date(2020, 1, 1)
    ended.save()
    response = browser(member_of(departments["crm"])).get(reverse("flow_map"))
    graph = graph_of(response)
    shown = sum(len(edge["items"]) for edge in graph["links"])
    assert shown == response.context["count"] == Link.objects.filter(dealership=store).count() - 1
    assert {node["id"] for node in graph["nodes"]} == set(departments)
    assert {edge["flow"] for edge in graph["links"]} == {"information", "service", "material"}
    edge = next(e for e in graph["links"] if (e["source"], e["target"]) == ("finance", "service"))
    assert edge["items"][:2] == ["reimbursement", "advances"]
    assert edge["url"] == "/chain/pair/?a=finance&b=service"


def test_the_table_says_the_same_as_the_map():
    store, departments = standard_store()
    page = text_of(browser(member_of(departments["crm"])).get(reverse("flow_map")))
    for link in Link.objects.filter(dealership=store):
        assert reverse("link_detail", args=[link.pk]) in page


def test_the_map_of_one_flow():
    _store, departments = standard_store()
    client = browser(member_of(departments["crm"]))
    graph = graph_of(client.get(reverse("flow_map"), {"flow": "material"}))
    assert {edge["flow"] for edge in graph["links"]} == {"material"}


def test_an_unknown_flow_shows_all_and_says_so():
    _store, departments = standard_store()
    response = browser(member_of(departments["crm"])).get(reverse("flow_map"), {"flow": "money"})
    assert "There is no flow “money”" in text_of(response)
    assert response.context["count"] > 40


def test_an_empty_store_is_shown_the_way():
    assert reverse("setup") in text_of(browser(store_admin()).get(reverse("flow_map")))
    assert "Your store's admin" in text_of(browser(UserFactory()).get(reverse("flow_map")))


def test_an_operator_without_a_store_is_told_so():
    operator = User.objects.create_superuser("root", "pass", full_name="Root")
    LinkFactory()
    for name in ("flow_map", "pair"):
        assert "You belong to no store" in text_of(browser(operator).get(reverse(name)))


# --- one link ---


def test_a_link_says_its_terms_and_who_is_customer():
    link = LinkFactory(windows="mon 09:00-12:00", lead_time_days=3, basis="regulation")
    page = text_of(browser(UserFactory(dealership=link.dealership)).get(reverse("link_detail", args=[link.pk])))
    sentence = f"In the service flow, {link.supplier.name} is the supplier and {link.customer.name} is the customer."
    for words in (sentence, "Monday 09:00–12:00", "3 working days ahead", "regulation", "good / not good"):
        assert words in page


def test_r10_a_link_leads_to_its_other_versions():
    link = InteractionFactory().link
    admin = store_admin(link.dealership)
    successor = revise_link(acting_user=admin, link=link, scale="five")
    for one, other in ((link, successor), (successor, link)):
        page = text_of(browser(admin).get(reverse("link_detail", args=[one.pk])))
        assert f'href="{reverse("link_detail", args=[other.pk])}"' in page


def test_r15_a_link_offers_rating_to_the_customers_people_only():
    link = LinkFactory()
    url, rate = reverse("link_detail", args=[link.pk]), reverse("rate_link", args=[link.pk])
    assert rate in text_of(browser(member_of(link.customer)).get(url))
    assert rate not in text_of(browser(member_of(link.supplier)).get(url))


def test_recent_interactions_are_counted_for_those_concerned_only():
    link = InteractionFactory().link
    url = reverse("link_detail", args=[link.pk])
    assert browser(member_of(link.supplier)).get(url).context["recent"] == 1
    bystander = member_of(DepartmentFactory(dealership=link.dealership))
    assert browser(bystander).get(url).context["recent"] is None


def test_another_stores_link_is_not_found():
    link = LinkFactory()
    stranger = browser(store_admin())
    for name in ("link_detail", "link_end", "link_revise"):
        assert stranger.get(reverse(name, args=[link.pk])).status_code == 404
        assert stranger.post(reverse(name, args=[link.pk])).status_code in (404, 405)
    assert stranger.get(reverse("link_detail", args=[10**15])).status_code == 404


def test_only_the_admin_may_end_or_revise():
    link = LinkFactory()
    client = browser(manager_of(link.customer))
    assert reverse("link_end", args=[link.pk]) not in text_of(client.get(reverse("link_detail", args=[link.pk])))
    for name in ("link_end", "link_revise"):
        assert client.get(reverse(name, args=[link.pk])).status_code == 403
        assert client.post(reverse(name, args=[link.pk]), {"last_day": "2026-01-01"}).status_code == 403
    link.refresh_from_db()
    assert link.active_to is None


def test_r10_the_admin_ends_a_link_on_its_page():
    link = LinkFactory()
    url = reverse("link_end", args=[link.pk])
    client = browser(store_admin(link.dealership))
    assert client.get(url).status_code == 200
    link.refresh_from_db()
    assert link.active_to is None  # nothing happens on GET
    response = client.post(url, {"last_day": "2026-10-31"}, follow=True)
    link.refresh_from_db()
    assert link.active_to == datetime.date(2026, 10, 31)
    assert "31 Oct 2026" in messages_of(response)[0]


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30", "0000-00-00"])
def test_a_last_day_that_is_none_is_said_beside_the_field(day):
    link = LinkFactory()
    response = browser(store_admin(link.dealership)).post(reverse("link_end", args=[link.pk]), {"last_day": day})
    assert response.status_code == 422
    assert "last_day" in response.context["form"].errors


def test_ending_before_the_start_is_refused_in_words():
    link = LinkFactory(active_from=datetime.date(2026, 5, 1))
    response = browser(store_admin(link.dealership)).post(
        reverse("link_end", args=[link.pk]), {"last_day": "2026-04-01"}
    )
    assert response.status_code == 422
    assert "A link cannot end before it starts." in text_of(response)


def test_ending_twice_is_refused_in_words():
    link = LinkFactory(active_to=datetime.date(2026, 5, 1))
    response = browser(store_admin(link.dealership)).post(
        reverse("link_end", args=[link.pk]), {"last_day": "2026-06-01"}
    )
    assert "This link has ended already." in text_of(response)


def terms(**changed):
    return {"scale": "binary", "basis": "agreement", "lead_time_days": "", "windows": "", **changed}


def test_r10_the_admin_agrees_new_terms():
    link = InteractionFactory().link
    response = browser(store_admin(link.dealership)).post(
        reverse("link_revise", args=[link.pk]), terms(scale="five", lead_time_days="2", windows="fri; mon"), follow=True
    )
    successor = Link.objects.exclude(pk=link.pk).get()
    assert response.redirect_chain == [(reverse("link_detail", args=[successor.pk]), 302)]
    assert (successor.scale, successor.lead_time_days, successor.windows) == ("five", 2, "mon; fri")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"scale": "ten"}, "scale"),
        ({"windows": "someday"}, "windows"),
        ({"lead_time_days": "-1"}, "lead_time_days"),
        ({"lead_time_days": "9" * 30}, "lead_time_days"),
        ({}, "__all__"),
    ],
)
def test_terms_that_cannot_be_are_said_beside_the_field(changed, field):
    link = LinkFactory()
    response = browser(store_admin(link.dealership)).post(reverse("link_revise", args=[link.pk]), terms(**changed))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Link.objects.count() == 1


def test_terms_of_a_link_that_starts_tomorrow_are_refused_in_words():
    link = LinkFactory()
    admin = store_admin(link.dealership)
    successor = revise_link(acting_user=admin, link=link, scale="five")
    response = browser(admin).post(reverse("link_revise", args=[successor.pk]), terms(scale="binary"))
    assert response.status_code == 422
    assert Link.objects.count() == 2


# --- what the pages cost ---


def test_chain_pages_cost_the_same_however_many_links(django_assert_max_num_queries):
    store, departments = standard_store()
    person = manager_of(departments["service"])
    client = browser(person)
    link = Link.objects.filter(dealership=store, customer=departments["service"]).first()
    for path, limit in (
        (reverse("flow_map"), 7),
        (f"{reverse('pair')}?a=finance&b=service", 7),
        (reverse("link_detail", args=[link.pk]), 9),
    ):
        with django_assert_max_num_queries(limit):
            assert client.get(path).status_code == 200
