"""The pages of calls for needs (R14): asking, answering in one form, and what the supplier makes of it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from supplychain import views_calls
from supplychain.actions_calls import close_call, request_from_need
from supplychain.models import CallForNeeds, CallInvitation, StatedNeed, SupplyRequest
from tests.conftest import fresh
from tests.factories import DepartmentFactory, LinkFactory, UserFactory, manager_of, member_of
from tests.supplychain.calls import Scene, at
from tests.supplychain.pages import browser, messages_of, store_admin, text_of

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
LIST, NEW = reverse("call_list"), reverse("call_create")
HTMX = {"HX-Request": "true"}
BOTH_WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def call(scene):
    return scene.open()


@pytest.fixture
def invitation(call):
    return call.invitations.first()


def page_of(call, **query):
    return reverse("call_detail", args=[call.pk], query=query)


def answer_url(invitation):
    return reverse("call_answer", args=[invitation.pk])


def request_url(need):
    return reverse("need_request", args=[need.pk])


def lines(*rows, version=0, **more):
    """Return what the form sends for lines of (what, how many, needed on)."""
    what, quantity, wanted_on = zip(*rows, strict=True) if rows else ([""], [""], [""])
    days = [f"{day:%Y-%m-%d}" if isinstance(day, datetime.date) else day for day in wanted_on]
    return {"what": what, "quantity": quantity, "wanted_on": days, "version": str(version), **more}


# --- the list ---------------------------------------------------------------------------------------


def test_r14_what_waits_for_an_answer_comes_first_by_its_last_day(scene):
    today = scene.store.today()
    later, sooner, answered = (scene.open(deadline=today + days * DAY) for days in (9, 2, 1))
    scene.answer(answered.invitations.get(link=scene.links[0]), scene.managers[0])
    with at(timezone.now() - 9 * DAY):
        over = scene.open(deadline=scene.store.today() + DAY)
    closed = scene.open(deadline=today + DAY)
    close_call(acting_user=scene.manager, call=closed)
    response = browser(scene.managers[0]).get(LIST)
    assert [card.call for card in response.context["cards"]][:2] == [sooner, later]
    assert {card.call for card in response.context["cards"][2:]} == {answered, over, closed}
    states = {card.call: card.state for card in response.context["cards"]}
    assert (states[sooner], states[answered], states[closed], states[over]) == ("ask", "answered", "closed", "closed")


def test_what_is_due_today_or_tomorrow_is_marked(scene):
    today = scene.store.today()
    for days in (0, 1, 2):
        scene.open(deadline=today + days * DAY)
    cards = browser(scene.managers[0]).get(LIST).context["cards"]
    assert [card.is_urgent for card in cards] == [True, True, False]


def test_r14_the_supplier_reads_how_many_answered(scene, call, invitation):
    scene.answer(invitation, scene.managers[0], needs=[], nothing_needed=True)
    response = browser(scene.manager).get(LIST, {"side": "supplier"})
    assert "1 of 2 answered" in text_of(response)
    assert [(row.call, row.is_open) for row in response.context["rows"]] == [(call, True)]
    assert not browser(scene.managers[0]).get(LIST, {"side": "supplier"}).context["rows"]


def test_who_reads_the_store_finds_all_its_calls(scene, call):
    admin = store_admin(scene.store)
    assert [row.call for row in browser(admin).get(LIST, {"side": "store"}).context["rows"]] == [call]
    assert not browser(admin).get(LIST).context["cards"]
    assert browser(scene.managers[0]).get(LIST, {"side": "store"}).context["side"] == "customer", "not theirs to read"


def test_who_manages_the_store_is_asked_for_their_own_department_only():
    scene = Scene()
    head = DepartmentFactory(dealership=scene.store, heads_store=True)
    for customer in scene.customers:
        customer.parent = head
        customer.save()
    own = LinkFactory(dealership=scene.store, supplier=scene.supplier, item=scene.item, customer=head)
    call = scene.open()
    manager = manager_of(head)
    assert [card.invitation.link for card in browser(manager).get(LIST).context["cards"]] == [own]
    page = browser(manager).get(page_of(call))
    assert [card.invitation.link for card in page.context["cards"]] == [own]
    other = call.invitations.get(link=scene.links[0])
    assert page_of(call, answer=other.pk).partition("?")[2] in text_of(page)
    asked = browser(manager).get(page_of(call, answer=other.pk))
    assert other in [card.invitation for card in asked.context["cards"]]
    assert browser(manager).post(answer_url(other), {"version": "0", "nothing": "1"}).status_code == 302


def test_the_list_says_what_comes_next_and_goes_by_pages(scene, monkeypatch):
    client = browser(scene.managers[0])
    assert "Nobody asks for your needs" in text_of(client.get(LIST))
    assert "No calls yet" in text_of(browser(scene.manager).get(LIST, {"side": "supplier"}))
    assert NEW in text_of(browser(scene.manager).get(LIST))
    assert NEW not in text_of(client.get(LIST)), "this department supplies nothing"
    monkeypatch.setattr(views_calls, "PER_PAGE", 2)
    for _ in range(3):
        scene.open()
    assert len(client.get(LIST).context["cards"]) == 2
    for page in ("2", "99", "x"):
        assert client.get(LIST, {"page": page}).status_code == 200


@pytest.mark.parametrize("side", ["customer", "supplier"])
def test_the_list_costs_the_same_however_long_it_is(scene, django_assert_num_queries, side):
    client = browser(scene.managers[0] if side == "customer" else scene.manager)
    for _ in range(6):
        scene.answer(scene.open().invitations.first(), scene.managers[0])
        scene.open()
    # session, person, positions, departments, may open, count, rows; and the coverage of all rows at once
    with django_assert_num_queries(7 if side == "customer" else 8):
        client.get(LIST, {"side": side})


# --- opening ----------------------------------------------------------------------------------------


def test_r14_one_chooses_what_it_is_about_and_all_customers_are_ticked(scene):
    other = LinkFactory(dealership=scene.store, supplier=scene.supplier, flow="information", item__name="Minutes")
    client = browser(scene.manager)
    first = client.get(NEW)
    assert "form" not in first.context
    assert [flow for flow, _options in first.context["choices"]] == ["Information flow", "Service flow"]
    page = client.get(NEW, {"link": scene.links[1].pk})
    assert text_of(page).count("checked") == 2
    assert other.customer.label not in text_of(page)


def test_what_is_the_only_thing_needs_no_choosing(scene):
    assert browser(scene.manager).get(NEW).context["form"]


def test_who_supplies_nothing_asks_nobody(scene):
    for person in (scene.managers[0], store_admin(scene.store), UserFactory(dealership=None, is_superuser=True)):
        assert browser(person).get(NEW).status_code == 403
        assert browser(person).post(NEW, {"link": scene.links[0].pk}).status_code == 403


def new_call(scene, **fields):
    return {
        "question": "Which shuttle jobs?",
        "deadline": f"{scene.store.today() + 3 * DAY:%Y-%m-%d}",
        "links": [link.pk for link in scene.links],
        "key": str(scene.key),
        **fields,
    }


def test_r14_a_call_is_opened_from_the_form_and_only_once(scene):
    client = browser(member_of(scene.supplier))
    for _ in range(2):
        response = client.post(f"{NEW}?link={scene.links[0].pk}", new_call(scene, links=[scene.links[1].pk]))
    call = CallForNeeds.objects.get()
    assert response.url == page_of(call)
    assert (call.question, call.item, call.flow) == ("Which shuttle jobs?", scene.item, "service")
    assert [invitation.link for invitation in call.invitations.all()] == [scene.links[1]]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("question", "", "required"),
        ("question", "x" * 501, "at most 500"),
        ("question", "a\x00b", "Null"),
        ("deadline", "2020-01-01", "This day has passed"),
        ("deadline", "9999-12-31", "too far ahead"),
        ("deadline", "soon", "valid date"),
        ("links", [], "at least one department"),
        ("links", ["x"], "on offer"),
        ("links", [str(2**70)], "on offer"),
        ("key", "x", "cannot be read"),
    ],
)
def test_what_cannot_be_sent_stays_and_says_why(scene, field, value, words):
    fields = new_call(scene, **{"question": "Which shuttle jobs?", field: value})
    response = browser(scene.manager).post(f"{NEW}?link={scene.links[0].pk}", fields)
    assert response.status_code == 422
    assert words in text_of(response)
    if field != "question":
        assert "Which shuttle jobs?" in text_of(response)
    assert not CallForNeeds.objects.exists()


def test_another_departments_link_is_nothing_to_ask_about(scene):
    foreign = LinkFactory(dealership=scene.store)
    for address in (f"{NEW}?link={foreign.pk}", f"{NEW}?link=x", NEW):
        fields = new_call(scene, links=[foreign.pk])
        assert browser(scene.manager).post(address, fields).status_code == 422
    assert not CallForNeeds.objects.exists()


# --- the page of a call -----------------------------------------------------------------------------


def test_r14_a_customer_sees_its_own_answer_only_and_the_supplier_all(scene, call):
    for invitation, manager, what in zip(call.invitations.all(), scene.managers, ("a van", "a coach"), strict=True):
        scene.answer(invitation, manager, needs=[scene.need._replace(what=what)])
    own = text_of(browser(scene.managers[0]).get(page_of(call)))
    assert "a van" in own
    assert "a coach" not in own
    for reader in (scene.manager, store_admin(scene.store)):
        page = text_of(browser(reader).get(page_of(call)))
        assert "a van" in page
        assert "a coach" in page
        assert "2 of 2 answered" in page


def test_who_leads_a_customer_reads_its_answer(scene, call, invitation):
    above = DepartmentFactory(dealership=scene.store)
    between = DepartmentFactory(dealership=scene.store, parent=above)
    scene.customers[0].parent = between
    scene.customers[0].save()
    scene.answer(invitation, scene.managers[0])
    leader = manager_of(above)
    page = browser(leader).get(page_of(call))
    assert scene.need.what in text_of(page)
    assert scene.customers[1].label not in text_of(page)
    assert browser(leader).post(answer_url(invitation), lines()).status_code == 403


def test_only_the_supplier_is_offered_to_remind_and_to_close(scene, call):
    for person, offered in ((scene.manager, True), (scene.managers[0], False), (store_admin(scene.store), False)):
        page = text_of(browser(person).get(page_of(call)))
        assert (reverse("call_remind", args=[call.pk]) in page) == offered
        assert (reverse("call_close", args=[call.pk]) in page) == offered


def test_the_page_costs_the_same_however_many_answered(django_assert_num_queries):
    scene = Scene(customers=6)
    call = scene.open()
    for invitation, manager in zip(call.invitations.all(), scene.managers, strict=True):
        answered = scene.answer(invitation, manager, needs=[scene.need] * 3)
        request_from_need(acting_user=fresh(manager), need=answered.needs.first())
    # session, person, call, positions, departments, may read, invitations, needs, requests
    client = browser(scene.manager)
    with django_assert_num_queries(9):
        client.get(page_of(call))


# --- answering --------------------------------------------------------------------------------------


@BOTH_WAYS
def test_r14_an_answer_of_several_lines_is_saved_and_empty_lines_are_none(scene, invitation, headers):
    day = scene.store.today() + 8 * DAY
    data = lines(("2 insurance specialists", "2", day), ("", "", ""), ("a receptionist", "", day))
    response = browser(scene.managers[0]).post(answer_url(invitation), data, headers=headers)
    assert [(need.what, need.quantity, need.wanted_on) for need in StatedNeed.objects.all()] == [
        ("2 insurance specialists", 2, day),
        ("a receptionist", None, day),
    ]
    if headers:
        assert "Answered by" in text_of(response)
        assert f'id="call-{invitation.pk}"' in text_of(response)
        assert "<html" not in text_of(response)
    else:
        assert response.url == page_of(invitation.call)
        assert "Saved" in messages_of(browser(scene.managers[0]).post(answer_url(invitation), data, follow=True))[0]


@BOTH_WAYS
def test_r14_nothing_needed_is_one_tap(scene, invitation, headers):
    response = browser(scene.managers[0]).post(answer_url(invitation), lines(nothing="1"), headers=headers)
    assert CallInvitation.objects.get(pk=invitation.pk).nothing_needed
    if headers:
        assert "Nothing needed this time" in text_of(response)


def test_a_plain_form_comes_back_to_where_it_was_sent_from(scene, invitation):
    for address, expected in (("/", "/"), ("//evil.example/", page_of(invitation.call))):
        data = lines(nothing="1", next=address)
        assert browser(scene.managers[0]).post(answer_url(invitation), data).url == expected


@BOTH_WAYS
@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "2", "soon"), "Write what you need"),
        (("insurance specialists", "2", ""), "Choose the day"),
        (("insurance specialists", "0", "soon"), "greater than or equal to 1"),
        (("insurance specialists", "1000000", "soon"), "less than or equal to 999999"),
        (("insurance specialists", "two", "soon"), "whole number"),
        (("insurance specialists", "2", "2020-01-01"), "This day has passed"),
        (("insurance specialists", "2", "9999-12-31"), "too far ahead"),
        (("x" * 201, "2", "soon"), "at most 200"),
        (("insurance\x00", "2", "soon"), "Null"),
    ],
)
def test_what_cannot_be_saved_stays_beside_what_is_wrong(scene, invitation, headers, row, words):
    what, quantity, wanted_on = row
    day = scene.store.today() + DAY if wanted_on == "soon" else wanted_on
    response = browser(scene.managers[0]).post(answer_url(invitation), lines((what, quantity, day)), headers=headers)
    assert response.status_code == 422
    page = text_of(response)
    assert words in page
    if what == "insurance specialists":
        assert what in page
    assert ("<html" in page) == (not headers)
    assert not StatedNeed.objects.exists()


@BOTH_WAYS
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "cannot be read"),
        ({"version": "x", "nothing": "1"}, "cannot be read"),
        ({"version": "9" * 5000, "nothing": "1"}, "cannot be read"),
        ({"version": "²", "nothing": "1"}, "cannot be read"),
        ({"version": "7", "nothing": "1"}, "cannot be read"),
        ({"version": "0"}, "Write what you need, or say that you need nothing"),
        (
            {"version": "0", "what": "a van", "quantity": "", "wanted_on": "2099-01-01", "nothing": "1"},
            "one of the two",
        ),
        ({"version": "0", "what": "a van"}, "Write what you need, or say"),
    ],
)
def test_no_form_breaks_the_answer(scene, invitation, headers, data, words):
    response = browser(scene.managers[0]).post(answer_url(invitation), data, headers=headers)
    assert response.status_code == 422
    assert words in text_of(response)
    assert CallInvitation.objects.unanswered().count() == 2


def test_more_lines_than_an_answer_holds_are_refused(scene, invitation):
    rows = [(f"need {n}", "1", scene.store.today()) for n in range(40)]
    response = browser(scene.managers[0]).post(answer_url(invitation), lines(*rows), headers=HTMX)
    assert response.status_code == 422
    assert "20 needs at the most" in text_of(response)
    assert not StatedNeed.objects.exists()


@BOTH_WAYS
def test_who_is_late_is_told_who_answered_and_keeps_what_was_typed(scene, invitation, headers):
    scene.answer(invitation, scene.managers[0])
    late = browser(member_of(scene.customers[0]))
    data = lines(("three vans", "3", scene.store.today() + DAY))
    response = late.post(answer_url(invitation), data, headers=headers)
    assert response.status_code == 422
    page = text_of(response)
    assert f"{scene.managers[0]} has answered" in page
    assert scene.need.what in page, "the answer of who was first"
    assert "three vans" in page
    assert 'name="version" value="1"' in page
    assert late.post(answer_url(invitation), {**data, "version": "1"}, headers=headers).status_code in (200, 302)
    assert StatedNeed.objects.get().what == "three vans"


@BOTH_WAYS
def test_a_call_that_is_over_takes_no_answer(scene, call, invitation, headers):
    close_call(acting_user=scene.manager, call=call)
    response = browser(scene.managers[0]).post(answer_url(invitation), lines(nothing="1"), headers=headers)
    assert response.status_code == 422
    assert "takes no answers any more" in text_of(response)
    assert "Send answer" not in text_of(response)


def test_without_scripts_three_lines_are_offered(scene, call, invitation):
    client = browser(scene.managers[0])
    visible = text_of(client.get(page_of(call))).replace("__n__-what", "")
    assert visible.count('name="what"') - 1 == 3, "and one to copy in the template"
    scene.answer(invitation, scene.managers[0], needs=[scene.need] * 4)
    assert text_of(client.get(page_of(call))).count('name="what"') - 1 == 4 + 1


# --- what the supplier does with it -----------------------------------------------------------------


@BOTH_WAYS
@pytest.mark.parametrize("side", ["supplier", "customer"])
def test_r14_one_tap_makes_a_need_a_request(scene, invitation, headers, side):
    need = scene.answer(invitation, scene.managers[0]).needs.get()
    client = browser({"supplier": scene.manager, "customer": scene.managers[0]}[side])
    assert request_url(need) in text_of(client.get(page_of(invitation.call)))
    response = client.post(request_url(need), headers=headers)
    made = SupplyRequest.objects.get()
    assert (made.what, made.quantity, made.wanted_on) == scene.need
    address = reverse("request_detail", args=[made.pk])
    page = text_of(response) if headers else text_of(client.get(response.url))
    assert "Became a request" in page
    assert address in page
    client.post(request_url(need), headers=headers)
    assert SupplyRequest.objects.count() == 1


@BOTH_WAYS
def test_a_need_that_cannot_become_a_request_says_why(scene, invitation, headers):
    need = scene.answer(invitation, scene.managers[0]).needs.get()
    client = browser(scene.manager)
    with at(timezone.now() + 30 * DAY):
        client.force_login(scene.manager)
        response = client.post(request_url(need), headers=headers)
        assert response.status_code == (422 if headers else 302)
        text = text_of(response) if headers else messages_of(client.get(response.url))[0]
        assert "The day it was needed on has passed" in text
        assert request_url(need) not in text_of(client.get(page_of(invitation.call)))
    assert not SupplyRequest.objects.exists()


def test_r14_remind_now_goes_to_those_who_have_not_answered_and_then_not_again(scene, call, invitation):
    scene.answer(invitation, scene.managers[0])
    client = browser(scene.manager)
    url = reverse("call_remind", args=[call.pk])
    assert messages_of(client.post(url, follow=True)) == ["Reminded: 1 department."]
    page = client.get(page_of(call))
    assert url not in text_of(page)
    assert "Reminded on" in text_of(page)
    assert messages_of(client.post(url, follow=True)) == ["Everybody has answered or been reminded before."]
    close_call(acting_user=scene.manager, call=call)
    assert messages_of(client.post(url, follow=True)) == ["This call takes no answers any more."]


def test_closing_asks_first(scene, call):
    client = browser(scene.manager)
    url = reverse("call_close", args=[call.pk])
    assert "Nobody can answer any more" in text_of(client.get(url))
    assert CallForNeeds.objects.get().closed_at is None
    assert messages_of(client.post(url, follow=True)) == ["The call is closed. What was answered stays."]
    assert messages_of(client.post(url, follow=True)) == ["The call was closed before."]
    assert "Send answer" not in text_of(browser(scene.managers[0]).get(page_of(call)))


def test_another_stores_call_is_a_404_and_a_strangers_a_403(scene, call, invitation):
    need = scene.answer(invitation, scene.managers[0]).needs.get()
    stranger = manager_of(DepartmentFactory(dealership=scene.store))
    elsewhere = manager_of(DepartmentFactory())
    gets = [page_of(call), reverse("call_close", args=[call.pk])]
    posts = [*gets[1:], reverse("call_remind", args=[call.pk]), answer_url(invitation), request_url(need)]
    for person, status in ((stranger, 403), (elsewhere, 404)):
        client = browser(person)
        assert {client.get(url).status_code for url in gets} == {status}
        assert {client.post(url).status_code for url in posts} == {status}
    assert browser(scene.manager).post(answer_url(invitation), {"version": "x"}).status_code == 403
