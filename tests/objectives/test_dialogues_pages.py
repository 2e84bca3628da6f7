"""The pages of dialogues (R25, R26): who reads them, the agenda that fills itself, and what is done on them."""

import datetime
import re
import uuid

import pytest
from django.urls import reverse

from objectives import actions_dialogues as talks
from objectives.actions_needs import raise_need
from objectives.models import Dialogue, DialoguePoint, Need, PlanEntry
from objectives.models.plans import CompanyPlan
from objectives.views import dialogues as views
from surveys.actions import rate_interaction
from surveys.rollups import absorb_all
from tests.factories import DepartmentFactory, InteractionFactory, member_of
from tests.objectives.dialogue_world import World
from tests.supplychain.pages import browser, messages_of, text_of

pytestmark = pytest.mark.django_db

LIST, NEW = reverse("dialogue_list"), reverse("dialogue_create")
ACTS = ("move", "cancel", "minutes", "sign", "end", "point", "need")


@pytest.fixture
def world():
    return World()


def url(act, dialogue):
    return reverse(f"dialogue_{act}", args=[dialogue.pk])


def page_of(world, dialogue, name="hr"):
    return text_of(browser(world.people[name]).get(url("detail", dialogue)))


# --- who reads --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *[(name, 200) for name in ("hr", "recruiter", "service", "mechanic", "gm", "admin")],
        *[(name, 403) for name in ("finance", "reception")],
        ("elsewhere", 404),
    ],
)
def test_r25_the_two_departments_and_the_stores_readers_read_a_dialogue(world, name, status):
    dialogue = world.talk()
    client = browser(world.people[name])
    assert client.get(url("detail", dialogue)).status_code == status
    assert len(client.get(LIST).context["dialogues"]) == (status == 200)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("name", "status"), [("finance", 403), ("elsewhere", 404), ("admin", 403)])
def test_others_can_do_nothing(world, act, name, status):
    dialogue = world.held() if act == "sign" else world.talk()
    data = {"revision": "1", "version": "1"}
    assert browser(world.people[name]).post(url(act, dialogue), data).status_code == status
    assert browser(world.people["hr"]).get(url(act, dialogue)).status_code == 405


def test_members_read_and_write_needs_but_arrange_nothing(world):
    dialogue = world.talk()
    client = browser(world.people["recruiter"])
    for act in ("move", "cancel", "minutes", "end"):
        assert client.post(url(act, dialogue), {}).status_code == 403
        assert url(act, dialogue) not in page_of(world, dialogue, "recruiter")
    for act in ("point", "need"):
        assert url(act, dialogue) in page_of(world, dialogue, "recruiter")


# --- the list ---------------------------------------------------------------------------------------


def test_the_list_has_what_is_ahead_what_waits_and_what_is_over(world):
    signed = world.signed(rhythm="once", ahead=1)
    held = world.held(rhythm="once", ahead=2)
    planned = world.talk(rhythm="once", ahead=3)
    client = browser(world.people["hr"])
    for tab, dialogue in (("ahead", planned), ("sign", held), ("past", signed)):
        assert [each.pk for each in client.get(LIST, {"tab": tab}).context["dialogues"]] == [dialogue.pk]
    assert client.get(LIST, {"tab": "x", "page": "zzz"}).status_code == 200


@pytest.mark.parametrize("tab", ["ahead", "sign", "past"])
def test_an_empty_list_says_what_comes_next(world, tab):
    assert 'class="empty"' in text_of(browser(world.people["hr"]).get(LIST, {"tab": tab}))


def test_the_list_costs_the_same_for_many_dialogues(world, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(views, "PER_PAGE", 5)
    for n in range(8):
        world.talk(rhythm="once", ahead=n)
    client = browser(world.people["hr"])
    with django_assert_max_num_queries(14):
        assert len(client.get(LIST).context["dialogues"]) == 5


# --- calling ----------------------------------------------------------------------------------------


def typed(world, **fields):
    return {
        "host": world.departments["hr"].pk,
        "guest": world.departments["service"].pk,
        "rhythm": "quarterly",
        "starts_on": f"{world.day(20)}",
        "at_time": "09:30",
        "place": "Meeting room 2",
        **fields,
    }


def test_r26_a_dialogue_is_called_on_its_page(world):
    response = browser(world.people["hr"]).post(NEW, typed(world), follow=True)
    dialogue = Dialogue.objects.get()
    assert response.redirect_chain[-1][0] == url("detail", dialogue)
    assert dialogue.at_time == datetime.time(9, 30)


@pytest.mark.parametrize(
    "wrong",
    [
        {"guest": ""},
        {"guest": "9" * 30},
        {"host": "\x00"},
        {"rhythm": "weekly"},
        {"rhythm": ""},
        {"starts_on": "0001-01-01"},
        {"starts_on": "9999-12-31"},
        {"at_time": "25:99"},
        {"place": "x" * 101},
        {"place": "a\x00b"},
    ],
)
def test_a_call_that_cannot_be_comes_back_with_what_was_typed(world, wrong):
    response = browser(world.people["hr"]).post(NEW, typed(world, **wrong))
    assert response.status_code == 422
    assert not Dialogue.objects.exists()
    assert ("Meeting room 2" if "place" not in wrong else f"{world.day(20)}") in text_of(response)


@pytest.mark.parametrize(("name", "status"), [("mechanic", 403), ("admin", 403), ("reception", 200)])
def test_leaders_call_dialogues(world, name, status):
    client = browser(world.people[name])
    assert client.get(NEW, {"guest": "9" * 300}).status_code == status


def test_a_leader_calls_nobody_elses_departments_together(world):
    response = browser(world.people["finance"]).post(NEW, typed(world))
    assert response.status_code == 422
    assert not Dialogue.objects.exists()


# --- the agenda -------------------------------------------------------------------------------------


def fill(world):
    """Everything an agenda can hold, between HR and Service."""
    world.need(what="key technicians kept", quantity=None)
    world.need("hr", customer=world.departments["hr"], supplier=world.departments["service"], what="staff figures")
    world.objective(title="Two receptionists by March", state="running")
    world.objective("service", "hr", title="Staff figures by the fifth", state="proposed")
    world.objective("finance", "service", title="Nobody else's business", state="running")
    world.objective(title="A secret draft", state="draft")
    plan = CompanyPlan.objects.create(dealership=world.store, year=world.day().year, opened_by=world.people["gm"])
    PlanEntry.objects.create(
        dealership=world.store,
        plan=plan,
        board="expectation",
        department=world.departments["service"],
        towards=world.departments["hr"],
        text="Fewer vacancies in the workshop",
        author=world.people["service"],
    )
    for link, score in ((world.link, 0), (world.link, 1), (world.link, 1), (world.back, 1)):
        interaction = InteractionFactory(link=link)
        rater = "mechanic" if link == world.link else "recruiter"
        rate_interaction(acting_user=world.person(rater), interaction=interaction, score=score)
    absorb_all()


def test_r25_each_side_knows_beforehand_where_the_other_stands(world):
    fill(world)
    dialogue = world.talk()
    for name in ("hr", "service", "recruiter"):
        response = browser(world.people[name]).get(url("detail", dialogue))
        to_service, to_hr = response.context["page"].halves
        assert (to_service.supplier.code, to_service.customer.code) == ("hr", "service")
        assert [line.objective.title for line in to_service.objectives] == ["Two receptionists by March"]
        assert [line.need.what for line in to_service.needs] == ["key technicians kept"]
        assert [entry.text for entry in to_service.expectations] == ["Fewer vacancies in the workshop"]
        assert [(line.link, line.not_good, line.n) for line in to_service.poor] == [(world.link, 1, 3)]
        assert [line.recovery.link for line in to_service.recoveries] == [world.link]
        assert [way.link for way in to_service.ways] == [world.link]
        assert [line.objective.title for line in to_hr.objectives] == ["Staff figures by the fifth"]
        assert [line.need.what for line in to_hr.needs] == ["staff figures"]
        assert not to_hr.poor, "what was rated good only is no point"
        page = text_of(response)
        assert "1 of 3 ratings not good" in page
        assert "Nobody else" not in page
        assert "A secret draft" not in page


def test_r20_the_agenda_names_no_rater(world):
    fill(world)
    dialogue = world.talk()
    for name in ("hr", "deputy", "recruiter"):
        page = re.sub(r"<option.*?</option>", "", page_of(world, dialogue, name))  # whom a need may be handed to
        assert "Ji Xiuche" not in page


def test_r9_teams_count_with_their_department_and_what_is_inside_one_side_stays_inside(world):
    team, service = world.departments["reception"], world.departments["service"]
    desk = DepartmentFactory(dealership=world.store, code="desk", parent=team)
    host = member_of(desk)
    need = world.need("reception", customer=team)
    inside = world.need("reception", customer=team, supplier=service)
    of_the_team = raise_need(acting_user=host, customer=desk, supplier=team, flow="service", what="a second screen")
    dialogue = world.talk()
    assert needs_on(world, dialogue, "hr") == [[need], []]
    within = world.talk("service", host=service, guest=team, rhythm="once", ahead=4)
    assert needs_on(world, within, "service") == [[inside], []]
    smaller = world.talk("reception", host=desk, guest=team, rhythm="once", ahead=5)
    assert needs_on(world, smaller, "reception") == [[], [of_the_team]]


def needs_on(world, dialogue, name):
    """The needs on the two halves of an agenda."""
    halves = browser(world.people[name]).get(url("detail", dialogue)).context["page"].halves
    return [[line.need for line in half.needs] for half in halves]


def test_r25_the_agenda_costs_the_same_however_full_it_is(world, django_assert_max_num_queries):
    dialogue = world.talk()
    fill(world)
    world.objective(title="From this dialogue", dialogue=dialogue, state="proposed")
    client = browser(world.people["hr"])
    client.get(url("detail", dialogue))
    with django_assert_max_num_queries(34) as few:
        client.get(url("detail", dialogue))
    for n in range(6):
        world.need(what=f"need {n}", dialogue=dialogue)
        world.objective(title=f"Objective {n}", state="running", dialogue=dialogue)
        talks.add_point(
            acting_user=world.person("hr"), dialogue=dialogue, department=world.departments["hr"], text=f"point {n}"
        )
    with django_assert_max_num_queries(len(few)):
        client.get(url("detail", dialogue))


def test_r25_points_are_put_on_and_taken_off(world):
    dialogue = world.talk()
    client = browser(world.people["mechanic"])
    data = {"point-department": world.departments["service"].pk, "point-text": "overtime in spring"}
    assert client.post(url("point", dialogue), {**data, "point-text": ""}).status_code == 422
    assert client.post(url("point", dialogue), {**data, "point-text": "a\x00b"}).status_code == 422
    hr = world.departments["hr"].pk
    assert client.post(url("point", dialogue), {**data, "point-department": hr}).status_code == 422
    client.post(url("point", dialogue), data)
    assert "overtime in spring" in page_of(world, dialogue)
    remove = reverse("dialogue_point_remove", args=[DialoguePoint.objects.get().pk])
    assert remove in page_of(world, dialogue, "mechanic")
    assert remove not in page_of(world, dialogue, "hr")
    for name, status in (("hr", 403), ("elsewhere", 404), ("service", 302)):
        assert browser(world.people[name]).post(remove).status_code == status
    assert not DialoguePoint.objects.exists()


# --- what is done on the page -----------------------------------------------------------------------


def test_r26_moved_and_cancelled_on_the_page(world):
    dialogue = world.talk(rhythm="monthly")
    client = browser(world.people["service"])
    data = {"move-version": "1", "move-planned_on": f"{world.day(25)}", "move-at_time": "14:00", "move-place": "Here"}
    client.post(url("move", dialogue), data)
    assert (world.again(dialogue).planned_on, world.again(dialogue).place) == (world.day(25), "Here")
    late = client.post(url("cancel", dialogue), {"version": "1"})
    assert late.status_code == 422
    client.post(url("cancel", dialogue), {"version": "2"})
    assert world.again(dialogue).state == "cancelled"
    response = client.post(url("end", dialogue), follow=True)
    assert messages_of(response)[-1:] == ["The rhythm has ended: no more dialogues are planned."]


def test_r26_minutes_are_written_and_signed_on_the_page(world):
    dialogue = world.talk()
    hr, service = browser(world.people["hr"]), browser(world.people["service"])
    minutes = {"minutes-version": "1", "minutes-held_on": f"{world.day()}", "minutes-minutes": "We talked."}
    assert hr.post(url("minutes", dialogue), {**minutes, "minutes-minutes": ""}).status_code == 422
    for _ in range(2):  # sent twice, it is one text
        assert hr.post(url("minutes", dialogue), minutes).status_code == 302
    assert world.again(dialogue).revision == 1
    for client in (hr, service):
        assert "Sign the minutes" in text_of(client.get(url("detail", dialogue)))
        client.post(url("sign", dialogue), {"revision": "1"})
    page = page_of(world, dialogue)
    assert "Both sides have signed" in page
    for act in ("minutes", "sign", "need", "move"):
        assert url(act, dialogue) not in page
    changed = hr.post(url("minutes", dialogue), {**minutes, "minutes-minutes": "Another text", "minutes-version": "4"})
    assert changed.status_code == 422
    assert world.again(dialogue).minutes == "We talked."


def test_a_colleague_who_was_first_is_named_and_the_words_are_kept(world):
    dialogue = world.talk()
    world.write(dialogue, "service")
    minutes = {"minutes-version": "1", "minutes-held_on": f"{world.day()}", "minutes-minutes": "My own words."}
    response = browser(world.people["hr"]).post(url("minutes", dialogue), minutes)
    assert response.status_code == 422
    assert "Fang Wujing was first" in text_of(response)
    assert "My own words." in text_of(response)


def test_r26_a_need_is_written_down_there_and_then_with_owner_and_date(world):
    dialogue = world.talk()
    data = {
        "need-customer": world.departments["service"].pk,
        "need-flow": "service",
        "need-what": "receptionists recruited in the planned time",
        "need-quantity": "2",
        "need-wanted_on": f"{world.day(60)}",
        "need-owner": world.people["recruiter"].pk,
        "need-key": str(uuid.uuid4()),
    }
    client = browser(world.people["service"])
    for wrong in ({"need-owner": world.people["mechanic"].pk}, {"need-what": "\x00"}, {"need-owner": "9" * 30}):
        assert client.post(url("need", dialogue), {**data, **wrong}).status_code == 422
    for _ in range(2):
        assert client.post(url("need", dialogue), data).status_code == 302
    need = Need.objects.get()
    assert (need.supplier.code, need.owner, need.dialogue) == ("hr", world.people["recruiter"], dialogue)
    page = page_of(world, dialogue)
    assert "2 × receptionists recruited in the planned time" in page
    assert "Zhao Pinren" in page


@pytest.mark.parametrize("junk", ["", "x", "9" * 30, "-1", "\x00"])
def test_garbled_forms_break_nothing(world, junk):
    dialogue = world.talk()
    client = browser(world.people["hr"])
    assert client.post(url("move", dialogue), {"move-version": junk, "move-planned_on": junk}).status_code == 422
    assert client.post(url("cancel", dialogue), {"version": junk}).status_code == 422
    assert client.post(url("minutes", dialogue), {"minutes-version": junk, "minutes-held_on": junk}).status_code == 422
    assert client.post(url("sign", dialogue), {"revision": junk}).status_code == 422
    assert client.post(url("need", dialogue), {"need-key": junk, "need-customer": junk}).status_code == 422
    assert world.again(dialogue).version == 1


HUGE = "9" * 30


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/objectives/needs/{HUGE}/", 404),
        (f"/objectives/dialogues/{HUGE}/", 404),
        ("/objectives/needs/?tab=%00&state=%00&flow=%00&department=%00&page=%00", 200),
        (f"/objectives/needs/?department={HUGE}&page={HUGE}", 200),
        (f"/objectives/needs/new/?customer={HUGE}&supplier=%00&flow=%00&expectation={HUGE}", 200),
        ("/objectives/needs/new/?expectation=%C2%B2&customer=%C2%B2", 200),
        ("/objectives/dialogues/?tab=%00&page=%00", 200),
        ("/objectives/dialogues/new/?guest=%00", 200),
    ],
)
def test_no_address_breaks_a_page(world, address, status):
    assert browser(world.people["hr"]).get(address).status_code == status


@pytest.mark.parametrize("kind", ["needs/{}/acknowledge/", "needs/stated/{}/", "dialogues/{}/sign/"])
def test_no_key_breaks_an_act(world, kind):
    client = browser(world.people["hr"])
    for key in ("0", HUGE):
        assert client.post(f"/objectives/{kind.format(key)}").status_code == 404
