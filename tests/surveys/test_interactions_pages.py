"""Interactions by page: logging one, the page of one, and who reads the rating on it."""

import datetime
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dealership.models import User
from supplychain.models import Interaction
from surveys.actions import change_rating, rate_interaction
from surveys.models import Rating
from tests.conftest import fresh
from tests.factories import (
    DepartmentFactory,
    InteractionFactory,
    LinkFactory,
    PositionFactory,
    UserFactory,
    manager_of,
    member_of,
)
from tests.surveys.pages import at_once, browser

pytestmark = pytest.mark.django_db

LIST = reverse("interaction_list")
CREATE = reverse("interaction_create")


@pytest.fixture
def link():
    return LinkFactory()


def detail_url(interaction):
    return reverse("interaction_detail", args=[interaction.pk])


def rated(link, score=1, **fields):
    interaction = InteractionFactory(link=link, **fields)
    return rate_interaction(acting_user=member_of(link.customer), interaction=interaction, score=score)


# --- logging one ---


def form_data(link, **more):
    return {"link": str(link.pk), "key": str(uuid.uuid4()), "occurred_at": "", "requester": "", "note": "", **more}


@pytest.mark.parametrize("side", ["supplier", "customer"])
def test_either_side_logs_what_then_waits_for_the_customer(link, side):
    person = member_of(getattr(link, side))
    day = timezone.now().astimezone(link.dealership.zone) - datetime.timedelta(days=1)
    data = form_data(link, occurred_at=f"{day:%Y-%m-%d}T08:15", note="car 8K392")
    response = browser(person).post(CREATE, data)
    interaction = Interaction.objects.get()
    assert response.url == detail_url(interaction)
    assert (interaction.state, interaction.logged_by, interaction.note) == ("open", person, "car 8K392")
    assert interaction.day == day.date()
    [waiting] = browser(member_of(link.customer)).get(reverse("home")).context["page_obj"].object_list
    assert (waiting.kind, waiting.card.interaction) == ("rate", interaction)


def test_the_links_on_offer_are_my_departments_grouped_by_side(link):
    serving = LinkFactory(dealership=link.dealership, supplier=link.customer)
    LinkFactory(dealership=link.dealership)
    ended = LinkFactory(dealership=link.dealership, customer=link.customer)
    ended.active_to = link.dealership.today() - datetime.timedelta(days=1)
    ended.save()
    form = browser(member_of(link.customer)).get(CREATE).context["form"]
    groups = {str(name): [pk for pk, _words in links] for name, links in form.fields["link"].choices[1:]}
    assert groups == {"We were served": [link.pk], "We served": [serving.pk]}


def test_a_link_named_in_the_address_is_chosen(link):
    html = browser(member_of(link.customer)).get(CREATE, {"link": link.pk}).text
    assert f'<option value="{link.pk}" selected>' in html
    assert browser(member_of(link.customer)).get(CREATE, {"link": "x"}).status_code == 200


@pytest.mark.parametrize("of", ["customer", "team", "above"])
def test_the_requester_is_of_the_customer(link, of):
    link.customer.parent = DepartmentFactory(dealership=link.dealership)
    link.customer.save()
    department = {
        "customer": link.customer,
        "team": DepartmentFactory(dealership=link.dealership, parent=link.customer),
        "above": link.customer.parent,
    }[of]
    requester = member_of(department)
    browser(member_of(link.supplier)).post(CREATE, form_data(link, requester=str(requester.pk)))
    assert Interaction.objects.get().requester == requester


def test_a_requester_of_another_department_is_refused_beside_the_field(link):
    serving = LinkFactory(dealership=link.dealership, supplier=link.customer)
    person = member_of(serving.customer)
    response = browser(member_of(link.customer)).post(CREATE, form_data(link, requester=str(person.pk)))
    assert response.status_code == 422
    assert "not of the customer" in str(response.context["form"].errors["requester"])
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("link", "", "required"),
        ("link", "x", "Choose one of the links"),
        ("link", "9" * 30, "Choose one of the links"),
        ("requester", "999999", "Choose one of the people"),
        ("occurred_at", "x", "Enter a date and a time"),
        ("occurred_at", "2999-01-01T00:00", "lies in the future"),
        ("note", "x" * 301, "300"),
        ("note", "\x00", "Null"),
        ("key", "", "Please choose again"),
        ("key", "x", "Please choose again"),
    ],
)
def test_bad_values_are_refused_beside_the_field(link, field, value, words):
    response = browser(member_of(link.customer)).post(CREATE, {**form_data(link), field: value})
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    assert not Interaction.objects.exists()


def test_after_a_bad_key_the_form_can_be_sent(link):
    client = browser(member_of(link.customer))
    response = client.post(CREATE, form_data(link, key="x"))
    key = response.text.split('name="key" value="')[1].split('"')[0]
    assert client.post(CREATE, form_data(link, key=key)).status_code == 302


def test_links_of_others_and_of_other_stores_are_refused(link):
    foreign, others = LinkFactory(), LinkFactory(dealership=link.dealership)
    client = browser(manager_of(link.customer))
    for other in (foreign, others):
        assert client.post(CREATE, form_data(other)).status_code == 422
    assert not Interaction.objects.exists()


def test_a_requester_of_another_store_is_refused(link):
    stranger = member_of(DepartmentFactory())
    response = browser(member_of(link.customer)).post(CREATE, form_data(link, requester=str(stranger.pk)))
    assert response.status_code == 422


def test_r10_a_day_before_the_link_is_refused(link):
    link.active_from = link.dealership.today()
    link.save()
    day = timezone.now().astimezone(link.dealership.zone) - datetime.timedelta(days=1)
    data = form_data(link, occurred_at=f"{day:%Y-%m-%dT%H:%M}")
    response = browser(member_of(link.customer)).post(CREATE, data)
    assert response.status_code == 422
    assert "not in force" in response.text


def test_a_form_sent_twice_logs_once(link):
    client, data = browser(member_of(link.customer)), form_data(link)
    assert client.post(CREATE, data).url == client.post(CREATE, data).url
    assert Interaction.objects.count() == 1


def test_a_key_used_for_another_link_gets_a_new_one(link):
    other = LinkFactory(dealership=link.dealership, customer=link.customer)
    client, data = browser(member_of(link.customer)), form_data(link)
    client.post(CREATE, data)
    response = client.post(CREATE, {**data, "link": str(other.pk)})
    assert response.status_code == 422
    assert f'value="{data["key"]}"' not in response.text
    assert Interaction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_parallel_copies_log_once(link):
    person, data = member_of(link.customer), form_data(link)
    clients = [browser(person) for _ in range(5)]
    answers = at_once(*(lambda c=client: c.post(CREATE, data) for client in clients))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert Interaction.objects.count() == 1


def test_who_has_no_department_is_told_so(link):
    person = UserFactory(dealership=link.dealership)
    client = browser(person)
    assert "There is nothing to log yet" in client.get(CREATE).text
    assert client.post(CREATE, form_data(link)).status_code == 422
    assert not Interaction.objects.exists()


def test_somebody_without_a_store_may_not_log():
    operator = User.objects.create_superuser("operator", full_name="Operator")
    assert browser(operator).get(CREATE).status_code == 403


# --- the page of one ---


def test_the_page_says_who_served_whom_in_which_flow_and_what_happened(link):
    interaction = InteractionFactory(link=link, note="12 receipts", logged_by=member_of(link.supplier))
    html = browser(member_of(link.customer)).get(detail_url(interaction)).text
    for words in (link.supplier.label, link.customer.label, "Service flow", "12 receipts", "Took place", "Entered by"):
        assert words in html


def test_the_page_rates_and_comes_back_to_itself(link):
    interaction = InteractionFactory(link=link)
    client, url = browser(member_of(link.customer)), detail_url(interaction)
    assert f'name="next" value="{url}"' in client.get(url).text
    response = client.post(reverse("interaction_rate", args=[interaction.pk]), {"score": "0", "next": url})
    assert response.url == url
    html = client.get(url).text
    assert "Send reason" in html
    assert reverse("rating_change", args=[Rating.objects.get().pk]) in html
    assert reverse("rating_undo", args=[Rating.objects.get().pk]) in html


def test_the_history_shows_earlier_values(link):
    rating = rated(link, score=1)
    change_rating(acting_user=rating.rater, rating=rating, score=0)
    events = browser(member_of(link.customer)).get(detail_url(rating.interaction)).context["timeline"]
    assert [(e.kind, e.score, e.new_score) for e in events if e.kind in ("rated", "changed")] == [
        ("rated", 1, None),
        ("changed", 1, 0),
    ]


def test_a_day_later_nothing_can_be_changed_on_the_page(link):
    rating = rated(link, score=0)
    Rating.objects.update(rated_at=timezone.now() - datetime.timedelta(hours=25))
    html = browser(rating.rater).get(detail_url(rating.interaction)).text
    for name in ("rating_change", "rating_undo", "rating_explain"):
        assert reverse(name, args=[rating.pk]) not in html


def test_r15_the_supplier_sees_no_faces_to_press(link):
    html = browser(manager_of(link.supplier)).get(detail_url(InteractionFactory(link=link))).text
    assert "rate-button" not in html
    assert "Waits for" in html


@pytest.mark.parametrize("state", ["open", "rated", "expired", "dismissed"])
def test_every_state_has_its_words(link, state):
    interaction = InteractionFactory(link=link, state=state)
    for person in (member_of(link.customer), member_of(link.supplier)):
        assert browser(person).get(detail_url(interaction)).status_code == 200


def test_r10_an_ended_links_interaction_stays_readable(link):
    interaction = rated(link, occurred_at=timezone.now() - datetime.timedelta(days=5)).interaction
    link.active_to = link.dealership.today() - datetime.timedelta(days=1)
    link.save()
    assert browser(member_of(link.customer)).get(detail_url(interaction)).status_code == 200


def test_r15_the_manager_above_opens_what_the_team_received(link):
    link.customer.parent = DepartmentFactory(dealership=link.dealership)
    link.customer.save()
    html = browser(manager_of(link.customer.parent)).get(detail_url(InteractionFactory(link=link))).text
    assert "rate-button" in html


def test_r15_somebody_of_both_sides_does_not_rate(link):
    person = manager_of(link.supplier)
    PositionFactory(person=person, department=link.customer, role="member")
    assert "rate-button" not in browser(fresh(person)).get(detail_url(InteractionFactory(link=link))).text


def test_strangers_get_404_others_of_the_store_403_and_guests_the_door(link):
    url = detail_url(InteractionFactory(link=link))
    assert browser(manager_of(DepartmentFactory())).get(url).status_code == 404
    assert browser(manager_of(DepartmentFactory(dealership=link.dealership))).get(url).status_code == 403
    assert Client().get(url).url.startswith(reverse("account_login"))
    assert browser(member_of(link.customer)).get(reverse("interaction_detail", args=[10**25])).status_code == 404


def test_reading_pages_take_no_post_and_the_form_no_put(link):
    client = browser(member_of(link.customer))
    assert client.post(LIST).status_code == 405
    assert client.post(detail_url(InteractionFactory(link=link))).status_code == 405
    assert client.put(CREATE).status_code == 405


def test_nothing_is_recorded_on_get(link):
    client = browser(member_of(link.customer))
    client.get(CREATE, form_data(link))
    assert not Interaction.objects.exists()
