"""The inbox: everything that waits for one person, by urgency, with counts, done without leaving the list."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.inbox import MOST, Inbox
from dealership.access import Access
from dealership.models import Notice
from dealership.notices import mark_read, send_notices
from supplychain import actions_requests as acts
from supplychain.actions_calls import open_call
from supplychain.actions_escalations import escalate
from supplychain.models import CallForNeeds, SupplyRequest
from surveys.actions import rate_interaction
from surveys.models import Recovery
from tests.conftest import fresh
from tests.factories import DepartmentFactory, InteractionFactory, LinkFactory, PositionFactory, manager_of, member_of
from tests.supplychain.request_world import World
from tests.surveys.pages import HTMX, browser, texts

pytestmark = pytest.mark.django_db
HOME = reverse("home")


@pytest.fixture
def world():
    return World()


def waits(world, who):
    """What waits for a person: (kind, days until due), in the order of the list."""
    inbox = Inbox(Access(world.person(who)))
    return [(entry.kind, (entry.due - world.day()).days) for entry in inbox.entries]


def kinds(world, who):
    return [kind for kind, _days in waits(world, who)]


def counts(world, who):
    return {kind: n for kind, n in Inbox(Access(world.person(who))).counts.items() if n}


# --- What waits for whom ----------------------------------------------------------------------------


def test_a_request_waits_for_the_suppliers_people_until_it_is_done(world):
    request = world.ask(wanted_on=world.day(5))
    assert waits(world, "finance") == waits(world, "clerk") == [("accept", 5)]
    acts.accept(acting_user=world.person("clerk"), request=request, promised_on=world.day(2))
    assert waits(world, "finance") == [("finish", 2)]
    assert kinds(world, "service") == kinds(world, "hr") == kinds(world, "gm") == []
    acts.finish(acting_user=world.person("clerk"), request=request)
    assert kinds(world, "finance") == []
    assert waits(world, "service") == waits(world, "mechanic") == [("rate", world.store.rating_days)]


def test_r13_an_exception_waits_for_the_superior_at_once_and_for_nobody_else(world):
    request = world.accepted(ahead=9)
    escalate(acting_user=world.person("finance"), request=request, text="A receipt, not an invoice.")
    assert waits(world, "gm") == [("decide", 0)]
    assert kinds(world, "finance") == kinds(world, "clerk") == []


def test_r13_the_head_of_the_department_decides_and_sees_it_once(world):
    escalate(acting_user=world.person("clerk"), request=world.accepted(), text="A receipt.")
    assert kinds(world, "finance") == ["decide"]


def test_r14_a_call_waits_for_the_customers_people_until_its_last_day(world):
    call = open_call(
        acting_user=world.person("finance"),
        supplier=world.link.supplier,
        flow=world.link.flow,
        item=world.link.item,
        question="What will you need paid next month?",
        deadline=world.day(4),
    )
    assert waits(world, "service") == waits(world, "mechanic") == [("call", 4)]
    assert kinds(world, "finance") == []
    CallForNeeds.objects.filter(pk=call.pk).update(deadline=world.day(-1))
    assert kinds(world, "service") == []


def test_r21_a_recovery_waits_for_its_owner(world):
    interaction = InteractionFactory(link=world.link)
    rate_interaction(acting_user=world.person("service"), interaction=interaction, score=0)
    assert kinds(world, "finance") == ["recovery"]
    assert kinds(world, "clerk") == kinds(world, "service") == []
    Recovery.objects.update(state="planned", plan="We pay today.", promised_on=world.day(1))
    assert waits(world, "service") == [("recovery", 1)]
    assert kinds(world, "finance") == []


def test_what_a_team_without_people_has_to_do_waits_for_who_leads_it(world):
    team = DepartmentFactory(dealership=world.store, parent=world.link.supplier)
    link = LinkFactory(dealership=world.store, supplier=team, customer=world.link.customer)
    acts.ask(acting_user=world.person("service"), link=link, what="copies", wanted_on=world.day(1))
    assert kinds(world, "finance") == ["accept"]
    PositionFactory(department=team, role="member", person=fresh(world.people["hr"]))
    assert kinds(world, "finance") == []
    assert kinds(world, "hr") == ["accept"]


def test_another_store_is_nowhere(world):
    World().ask()
    assert kinds(world, "finance") == []


# --- Urgency and counts -----------------------------------------------------------------------------


def test_the_most_urgent_comes_first_whatever_its_kind(world):
    world.ask(wanted_on=world.day(3))
    late = world.accepted()
    SupplyRequest.objects.filter(pk=late.pk).update(promised_on=world.day(-2))
    backwards = LinkFactory(dealership=world.store, supplier=world.link.customer, customer=world.link.supplier)
    old = timezone.now() - datetime.timedelta(days=world.store.rating_days)
    InteractionFactory(link=backwards, occurred_at=old)
    assert waits(world, "finance") == [("finish", -2), ("rate", 0), ("accept", 3)]
    assert counts(world, "finance") == {"finish": 1, "rate": 1, "accept": 1, "overdue": 1}


@pytest.mark.parametrize(("ahead", "stretch"), [(-1, "overdue"), (0, "today"), (1, "week"), (7, "week"), (8, "later")])
def test_stretches_are_cut_by_the_day(world, ahead, stretch):
    request = world.ask()
    SupplyRequest.objects.filter(pk=request.pk).update(wanted_on=world.day(ahead))
    inbox = Inbox(Access(world.person("finance")))
    assert [found.name for found in inbox.stretches(inbox.entries)] == [stretch]


def test_a_filter_shows_one_kind_and_keeps_every_count(world):
    world.ask()
    world.accepted()
    response = browser(world.people["finance"]).get(HOME, {"show": "accept"})
    assert [entry.kind for entry in response.context["page_obj"]] == ["accept"]
    assert {f.name: f.count for f in response.context["filters"]} == {"": 2, "accept": 1, "finish": 1}
    assert [f.name for f in response.context["filters"] if f.current] == ["accept"]


@pytest.mark.parametrize("show", ["nonsense", "\x00", "x" * 3000, "' OR 1=1"])
def test_an_unknown_filter_shows_all(world, show):
    world.ask()
    response = browser(world.people["finance"]).get(HOME, {"show": show})
    assert response.status_code == 200
    assert len(response.context["page_obj"]) == 1


def test_more_than_are_read_are_counted_all_the_same(world):
    for _ in range(MOST + 3):
        InteractionFactory(link=world.link)
    inbox = Inbox(Access(world.person("service")))
    assert (len(inbox.entries), inbox.count) == (MOST, MOST + 3)


@pytest.mark.parametrize("n", [1, 12])
def test_it_costs_the_same_whatever_waits(n, world, django_assert_num_queries):
    for _ in range(n):
        world.ask()
        world.accepted()
        escalate(acting_user=world.person("clerk"), request=world.accepted(), text="A receipt.")
        InteractionFactory(link=LinkFactory(dealership=world.store, customer=world.link.supplier))
    client = browser(world.people["finance"])
    # home (test_home.py), and for the requests their exceptions and what they became
    with django_assert_num_queries(24):  # one of them for survey rounds
        client.get(HOME)


# --- Done in the list -------------------------------------------------------------------------------


def test_an_act_answers_with_the_card_and_the_counts_follow(world):
    request = world.ask()
    client = browser(world.people["finance"])
    answer = client.post(
        reverse("request_accept", args=[request.pk]),
        {"version": "1", "promised_on": world.day(1).isoformat(), "next": HOME},
        headers=HTMX,
    )
    assert answer.status_code == 200
    assert f'id="request-{request.pk}"' in answer.text
    counted = client.get(reverse("inbox_counts"))
    assert "To finish" in counted.text
    assert "To accept" not in counted.text


def test_without_scripts_one_comes_back_to_the_same_list(world):
    request = world.ask()
    address = f"{HOME}?show=accept"
    client = browser(world.people["finance"])
    assert 'name="next" value="/?show=accept"' in client.get(address).text
    answer = client.post(
        reverse("request_accept", args=[request.pk]),
        {"version": "1", "promised_on": world.day(1).isoformat(), "next": address},
    )
    assert (answer.status_code, answer["Location"]) == (302, address)


def test_nothing_waits_is_said_with_what_comes_next(world):
    html = browser(world.people["hr"]).get(HOME).text
    assert "Nothing waits for you" in html
    assert "Everything is done." in html


# --- News -------------------------------------------------------------------------------------------


def tell(world, who="service", words="%(person)s on “%(what)s”: %(text)s", **values):
    values = {"person": "Li Na", "what": "receipts", "text": "Yes.", **values}
    return send_notices(to=[world.people[who]], words=words, url="/requests/", **values)


def test_what_moved_is_told_in_the_readers_language(world):
    request = world.ask()
    acts.accept(acting_user=world.person("clerk"), request=request, promised_on=world.day(1))
    supplier = world.link.supplier
    supplier.name_en, supplier.name_zh_hans = "Finance", "财务部"
    supplier.save()
    day = world.day(2)
    acts.promise_again(acting_user=world.person("clerk"), request=request, expected_on=day)
    english = browser(world.people["service"]).get(HOME).text
    assert f"Finance now expects your request “travel receipts” for {day.day} {day:%b %Y}." in english
    chinese = browser(world.people["service"], language="zh-hans").get(HOME).text
    assert f"{day.year}年{day.month}月{day.day}日" in chinese
    assert "财务部" in chinese


def test_opening_news_reads_it_and_leads_there(world):
    tell(world)
    notice = Notice.objects.get()
    client = browser(world.people["service"])
    assert client.get(reverse("notice_open", args=[notice.pk])).status_code == 405
    answer = client.post(reverse("notice_open", args=[notice.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/requests/")
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert 'id="news"' not in client.get(HOME).text
    assert "Li Na" in client.get(reverse("notice_list")).text


@pytest.mark.parametrize("who", ["finance", "mechanic"])
def test_another_persons_news_does_not_exist(world, who):
    tell(world)
    client = browser(world.people[who])
    assert client.post(reverse("notice_open", args=[Notice.objects.get().pk])).status_code == 404
    assert "Li Na" not in client.get(reverse("notice_list")).text
    client.post(reverse("notices_read"))
    assert Notice.objects.get().read_at is None


def test_all_is_marked_as_read_and_said(world):
    for _ in range(5):
        tell(world)
    client = browser(world.people["service"])
    page = client.get(HOME)
    assert len(page.context["news"]) == 3
    assert page.context["more_news"]
    answer = client.post(reverse("notices_read"), {"next": HOME})
    assert answer["Location"] == HOME
    assert texts(answer) == ["5 notices marked as read."]
    assert mark_read(acting_user=fresh(world.people["service"])) == 0


def test_nobody_is_told_who_left_or_did_it_themselves(world):
    service, mechanic = world.people["service"], world.people["mechanic"]
    mechanic.is_active = False
    mechanic.save(update_fields=["is_active"])
    told = send_notices(to=[service, mechanic, service], words="%(x)s", url="/", acting_user=service, x="1")
    assert (told, Notice.objects.count()) == (0, 0)


def test_people_of_no_store_have_no_inbox():
    person = member_of(DepartmentFactory())
    person.positions.all().delete()
    assert "You hold no position" in browser(person).get(HOME).text
    boss = manager_of(DepartmentFactory(heads_store=True))
    assert "Nothing waits for you" in browser(boss).get(HOME).text
