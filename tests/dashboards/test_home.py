"""Home: what waits for my rating and what I use most, each one tap away (R15); the search for the rest.

What else waits there: tests/dashboards/test_inbox.py.
"""

import datetime
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dealership.models import User
from supplychain.models import Interaction, Item
from surveys.actions import rate_link
from surveys.models import Rating
from tests.conftest import fresh
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    ItemFactory,
    LinkFactory,
    PositionFactory,
    UserFactory,
    manager_of,
    member_of,
)
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db

HOME = reverse("home")
SEARCH = reverse("rate_search")


def linked(n, **fields):
    """Make n links that serve the same customer; return it and the links."""
    store = DealershipFactory()
    customer = DepartmentFactory(dealership=store)
    return customer, [LinkFactory(dealership=store, customer=customer, **fields) for _ in range(n)]


def cards(response):
    return [entry.card.interaction for stretch in response.context["stretches"] for entry in stretch.entries]


def offered(response):
    return [card.link for card in response.context["links"]]


def test_r15_open_interactions_wait_the_first_to_expire_first_with_faces_that_post():
    customer, [link] = linked(1, item__name="Reimbursement", supplier__name="Finance")
    now = timezone.now()
    old = InteractionFactory(link=link, occurred_at=now - datetime.timedelta(days=2), note="12 receipts")
    new = InteractionFactory(link=link, occurred_at=now - datetime.timedelta(hours=1))
    response = browser(member_of(customer)).get(HOME)
    assert cards(response) == [old, new]
    html = response.text
    assert "Service flow" in html
    assert "Reimbursement" in html
    assert "Finance" in html
    assert customer.name in html
    assert "12 receipts" in html
    assert f'hx-post="/interactions/{new.pk}/rate/"' in html


def test_r15_no_score_is_preselected():
    customer, [link] = linked(1)
    InteractionFactory(link=link)
    listed = browser(member_of(customer)).get(HOME).text.split('id="inbox-list"')[1].split("</main>")[0]
    assert "checked" not in listed
    assert "aria-current" not in listed


@pytest.mark.parametrize("state", ["rated", "expired", "dismissed"])
def test_what_is_not_open_does_not_wait(state):
    customer, [link] = linked(1)
    InteractionFactory(link=link, state=state)
    assert cards(browser(member_of(customer)).get(HOME)) == []


def test_r15_the_supplier_is_never_asked_to_rate_itself():
    _customer, [link] = linked(1)
    InteractionFactory(link=link)
    response = browser(manager_of(link.supplier)).get(HOME)
    assert cards(response) == []
    assert offered(response) == []


def test_r15_the_manager_above_is_asked_for_the_team():
    customer, [link] = linked(1)
    customer.parent = DepartmentFactory(dealership=customer.dealership)
    customer.save()
    waiting = InteractionFactory(link=link)
    assert cards(browser(manager_of(customer.parent)).get(HOME)) == [waiting]
    assert cards(browser(member_of(customer.parent)).get(HOME)) == []


def test_r15_what_a_team_with_people_of_its_own_received_waits_for_them():
    """The manager above may rate it all the same, on the list of interactions; their inbox holds their own work."""
    customer, [link] = linked(1)
    customer.parent = DepartmentFactory(dealership=customer.dealership)
    customer.save()
    InteractionFactory(link=link)
    member = member_of(customer)
    assert cards(browser(manager_of(customer.parent)).get(HOME)) == []
    assert len(cards(browser(member).get(HOME))) == 1


def test_another_store_is_nowhere():
    customer, [link] = linked(1)
    InteractionFactory(link=link)
    _other_customer, [other] = linked(1)
    InteractionFactory(link=other)
    response = browser(member_of(customer)).get(HOME)
    assert [interaction.link for interaction in cards(response)] == [link]
    assert offered(response) == [link]


def test_twenty_are_shown_a_page_and_all_are_counted():
    customer, [link] = linked(1)
    for _ in range(21):
        InteractionFactory(link=link)
    client = browser(member_of(customer))
    first, second = client.get(HOME), client.get(HOME, {"page": "2"})
    assert (len(cards(first)), len(cards(second))) == (20, 1)
    assert "21 things wait for you." in first.text


def test_most_used_links_come_first_and_at_most_six():
    customer, links = linked(8)
    rater = member_of(customer)
    for link, times in [(links[7], 3), (links[5], 1)]:
        for _ in range(times):
            rate_link(acting_user=fresh(rater), link=link, score=1, key=uuid.uuid4())
    found = offered(browser(rater).get(HOME))
    assert found[:2] == [links[7], links[5]]
    assert len(found) == 6


def test_what_others_rate_or_was_rated_long_ago_is_not_my_use():
    customer, links = linked(3)
    rater, colleague = member_of(customer), member_of(customer)
    rate_link(acting_user=colleague, link=links[2], score=1, key=uuid.uuid4())
    old = rate_link(acting_user=rater, link=links[1], score=1, key=uuid.uuid4())
    Rating.objects.filter(pk=old.pk).update(rated_at=timezone.now() - datetime.timedelta(days=91))
    assert offered(browser(rater).get(HOME)) == links


def test_offers_alternate_between_suppliers():
    customer, [first] = linked(1)
    more = [LinkFactory(dealership=first.dealership, supplier=first.supplier, customer=customer) for _ in range(6)]
    other = LinkFactory(dealership=first.dealership, customer=customer)
    found = offered(browser(member_of(customer)).get(HOME))
    assert other in found[:2]
    assert len({first, *more} & set(found)) == 5


def test_r10_a_link_that_ended_is_not_offered():
    customer, [link] = linked(1)
    link.active_to = link.dealership.today() - datetime.timedelta(days=1)
    link.save()
    assert offered(browser(member_of(customer)).get(HOME)) == []


def test_each_offer_carries_its_own_key():
    customer, _links = linked(3)
    response = browser(member_of(customer)).get(HOME)
    keys = {card.key for card in response.context["links"]}
    assert len(keys) == 3
    assert all(f'value="{key}"' in response.text for key in keys)


def test_nothing_open_is_said_kindly():
    customer, _links = linked(1)
    assert "Nothing waits for you" in browser(member_of(customer)).get(HOME).text


def test_somebody_without_a_position_learns_what_comes_next():
    department = DepartmentFactory()
    html = browser(UserFactory(dealership=department.dealership)).get(HOME).text
    assert "You hold no position in a department" in html
    assert reverse("setup") not in html


def test_the_admin_of_an_empty_store_is_offered_setup():
    html = browser(UserFactory(is_store_admin=True)).get(HOME).text
    assert "Your store has no departments yet" in html
    assert f'href="{reverse("setup")}"' in html


def test_a_person_of_an_empty_store_is_told_to_wait():
    html = browser(UserFactory()).get(HOME).text
    assert "is setting it up" in html
    assert reverse("setup") not in html


def test_the_operator_without_a_store_is_led_to_the_administration_pages():
    operator = User.objects.create_superuser("operator", full_name="Operator")
    main = browser(operator).get(HOME).text.split("<main")[1]
    assert f'href="{reverse("admin:index")}"' in main


@pytest.mark.parametrize("url", [HOME, SEARCH])
def test_strangers_are_sent_to_sign_in(url):
    response = Client().get(url)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("url", [HOME, SEARCH])
def test_reading_pages_take_no_post(url):
    assert browser(UserFactory()).post(url).status_code == 405


@pytest.mark.parametrize("url", [HOME, SEARCH])
def test_nothing_is_recorded_on_get(url):
    customer, [link] = linked(1)
    waiting = InteractionFactory(link=link)
    browser(member_of(customer)).get(url, {"score": "1", "key": str(uuid.uuid4()), "saved": "1"})
    waiting.refresh_from_db()
    assert waiting.state == "open"
    assert Interaction.objects.count() == 1
    assert not Rating.objects.exists()


@pytest.mark.parametrize("saved", ["x", "-1", "²", "9" * 40, "1"])
def test_a_made_up_saved_rating_shows_nothing(saved):
    customer, _links = linked(1)
    response = browser(member_of(customer)).get(HOME, {"saved": saved})
    assert response.status_code == 200
    assert response.context["just_saved"] is None


def test_a_colleagues_saved_rating_is_not_shown():
    customer, [link] = linked(1)
    rating = rate_link(acting_user=member_of(customer), link=link, score=0, key=uuid.uuid4())
    assert browser(member_of(customer)).get(HOME, {"saved": rating.pk}).context["just_saved"] is None


@pytest.mark.parametrize("n", [3, 30])
def test_home_costs_the_same_whatever_the_number_of_rows(n, django_assert_max_num_queries):
    customer, links = linked(n)
    rater = member_of(customer)
    for link in links:
        InteractionFactory(link=link)
        rate_link(acting_user=fresh(rater), link=link, score=1, key=uuid.uuid4())
    client = browser(rater)
    # session, person, positions, tree; what waits: interactions, requests (to decide, to accept, to finish), calls and
    # recoveries, survey rounds; notices; uses, links offered, links
    with django_assert_max_num_queries(16):
        assert client.get(HOME).status_code == 200


@pytest.mark.parametrize("n", [3, 30])
def test_the_search_costs_the_same_whatever_the_number_of_rows(n, django_assert_max_num_queries):
    customer, _links = linked(n)
    client = browser(member_of(customer))
    with django_assert_max_num_queries(12):
        assert client.get(SEARCH).status_code == 200


def found(response):
    return [card.link for _supplier, group in response.context["groups"] for card in group]


def test_the_search_lists_what_i_may_rate_by_supplier():
    customer, links = linked(3)
    second = LinkFactory(dealership=customer.dealership, customer=customer, supplier=links[1].supplier)
    LinkFactory(dealership=customer.dealership, supplier=customer)
    response = browser(member_of(customer)).get(SEARCH)
    assert set(found(response)) == {*links, second}
    assert [supplier for supplier, _cards in response.context["groups"]] == [link.supplier for link in links]


@pytest.mark.parametrize("text", ["报销", "reimburse", "REIMB", "xq-7", "财务", "finance 报销", "finance  bills"])
def test_the_search_reads_names_in_both_languages_and_codes(text):
    customer, [link, _other] = linked(2)
    Item.objects.filter(pk=link.item_id).update(code="xq-7-bills", name="报销", name_en="Reimbursement")
    link.supplier.name, link.supplier.name_en = "财务部", "Finance"
    link.supplier.save()
    client = browser(member_of(customer), language="zh-hans")
    assert found(client.get(SEARCH, {"q": text})) == [link]


@pytest.mark.parametrize("text", ["nothing like it", "%", "\x00", "x" * 5000, "' OR 1=1"])
def test_odd_search_words_find_nothing_and_break_nothing(text):
    customer, links = linked(1)
    response = browser(member_of(customer)).get(SEARCH, {"q": text})
    assert response.status_code == 200
    assert found(response) == ([] if text.strip("\x00") else links)


@pytest.mark.parametrize(("page", "count"), [("1", 25), ("2", 1), ("x", 25), ("99", 1), ("-1", 1)])
def test_the_search_is_cut_into_pages(page, count):
    customer, _links = linked(26)
    assert len(found(browser(member_of(customer)).get(SEARCH, {"page": page}))) == count


def test_pages_speak_chinese_dates():
    customer, [link] = linked(1)
    InteractionFactory(link=link, occurred_at=timezone.now() - datetime.timedelta(days=9))
    assert "年" in browser(member_of(customer), language="zh-hans").get(HOME).text


def test_times_are_the_stores_own():
    store = DealershipFactory(time_zone="America/New_York")
    link = LinkFactory(dealership=store, item=ItemFactory(dealership=store))
    InteractionFactory(link=link, occurred_at=datetime.datetime(2026, 3, 1, 4, 30, tzinfo=datetime.UTC))
    html = browser(member_of(link.customer)).get(HOME).text
    assert "28 Feb 2026 23:30" in html


def test_two_positions_are_one_home():
    customer, [link] = linked(1)
    person = member_of(customer)
    other = LinkFactory(dealership=customer.dealership)
    PositionFactory(person=person, department=other.customer, role="member")
    assert set(offered(browser(fresh(person)).get(HOME))) == {link, other}
