"""The pages of objectives: the board, drafting, one objective, its acts, and versions side by side."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from objectives import actions_objectives as acts
from objectives.actions_dialogues import call_dialogue
from objectives.actions_needs import raise_need
from objectives.models import Objective, Terms
from objectives.views import objectives as views
from tests.conftest import fresh
from tests.factories import DepartmentFactory, UserFactory, manager_of
from tests.objectives.objective_world import World, story, terms_of
from tests.supplychain.calls import at
from tests.supplychain.pages import browser, messages_of, store_admin, text_of

pytestmark = pytest.mark.django_db

LIST, NEW, WHEN = reverse("objective_list"), reverse("objective_create"), reverse("objective_when")
ACTS = ("propose", "sign", "refuse", "take_back", "start", "drop", "comment")


@pytest.fixture
def world():
    return World()


def page_of(objective, name="objective_detail", **query):
    return reverse(name, args=[objective.pk], query=query)


def form(world, **fields):
    """What the form of a new objective sends."""
    return {
        "key": str(uuid.uuid4()),
        "title": "3 qualified fitters on duty",
        "origin": f"customer:{world['accessories'].pk}",
        "owner_person": "",
        "starts_on": "",
        "description": "",
        **line(due=world.day(60).isoformat()),
        **fields,
    }


def line(*, number="", what="qualified fitters on duty", measure="number:at_least", target="3", unit="", due=""):
    """What one line of criteria sends."""
    sent = {"number": number, "what": what, "measure": measure, "target": target, "unit": unit, "due": due}
    return {f"criteria-{name}": [value] for name, value in sent.items()}


def groups_of(response):
    return {name: [card.objective for card in cards] for name, _words, cards in response.context["groups"]}


# --- the board --------------------------------------------------------------------------------------


def test_a_manager_sees_at_once_what_to_sign_what_is_late_and_what_comes(world):
    with at(datetime.datetime.combine(world.day(-9), datetime.time(12), tzinfo=world.store.zone)):
        late = world.agreed(criteria=[world.line(due_on=world.day(5))])
    soon = world.agreed(criteria=[world.line(due_on=world.day(20))])
    running, to_sign, draft = world.agreed(), world.proposed(), world.draft()
    changing = world.agreed()
    world.change(changing, "hr")
    dropped = world.draft()
    acts.drop(acting_user=world.person("hr"), objective=dropped, text="no")
    board = browser(world.person("accessories")).get(LIST)
    assert groups_of(board) == {
        "to_sign": [to_sign, changing],
        "overdue": [late],
        "due_soon": [soon],
        "running": [running],
    }
    owners = groups_of(browser(world.person("hr")).get(LIST))
    assert list(owners) == ["overdue", "due_soon", "running", "proposed", "draft"]
    assert (owners["draft"], owners["proposed"]) == ([draft], [to_sign])
    assert groups_of(browser(world.person("hr")).get(LIST, {"state": "dropped"})) == {"dropped": [dropped]}


def test_the_board_of_another_department_or_of_two_and_each_side(world):
    for_accessories, for_service = world.agreed(), world.agreed(customers=("service",))
    ours = world.agreed(customers=("crm",))
    client = browser(world.person("service"))
    assert groups_of(client.get(LIST)) == {"running": [for_service]}

    def shown(**query):
        return {objective.pk for found in groups_of(client.get(LIST, query)).values() for objective in found}

    assert shown(department="hr") == {for_accessories.pk, for_service.pk, ours.pk}
    assert shown(department="hr", other="accessories") == {for_accessories.pk}
    assert shown(department="accessories", other="hr") == {for_accessories.pk}
    assert shown(department="hr", side="customer") == set()
    assert shown(department="service", side="customer") == {for_service.pk}
    assert shown(department="service", side="owner") == set()


def test_filters_narrow_the_board_and_what_cannot_be_read_narrows_nothing(world):
    superior = world.agreed(source="superior", source_department=None)
    soon = world.agreed(criteria=[world.line(due_on=world.day(3))])
    client = browser(world.person("hr"))

    def shown(**query):
        response = client.get(LIST, query)
        assert response.status_code == 200
        return {objective.pk for found in groups_of(response).values() for objective in found}

    both = {superior.pk, soon.pk}
    assert shown(source="superior") == {superior.pk}
    assert shown(due="soon") == {soon.pk}
    assert shown(due="overdue") == set()
    assert shown(state="draft") == set()
    assert shown(year=str(superior.year)) >= {superior.pk}
    for query in (
        {"year": "9" * 50},
        {"state": "x"},
        {"source": "\x00"},
        {"department": "\x00"},
        {"page": "99"},
        {"side": "x"},
    ):
        assert shown(**query) == both, query


def test_the_store_is_read_by_who_reads_it(world):
    objective = world.agreed()
    for reader in (store_admin(world.store), world.person("gm")):
        board = browser(reader).get(LIST, {"department": "all"})
        assert groups_of(board) == {"running": [objective]}
    assert browser(UserFactory(dealership=None, is_superuser=True)).get(LIST).status_code == 403


def test_an_empty_board_says_what_comes_next_and_long_ones_go_by_pages(world, monkeypatch):
    client = browser(world.person("hr"))
    assert "No objectives yet" in text_of(client.get(LIST))
    assert NEW in text_of(client.get(LIST))
    monkeypatch.setattr(views, "PER_PAGE", 2)
    for _ in range(3):
        world.agreed()
    assert len(groups_of(client.get(LIST))["running"]) == 2
    assert len(groups_of(client.get(LIST, {"page": 2}))["running"]) == 1
    assert "Nothing found" in text_of(client.get(LIST, {"state": "draft"}))


def test_the_board_costs_the_same_however_long_it_is(world):
    client = browser(world.person("hr"))

    def fill():
        world.draft()
        world.proposed(customers=("accessories", "service"))
        world.change(world.agreed())

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        return len(queries)

    fill()
    client.get(LIST)
    first = cost()
    fill()
    fill()
    assert cost() == first
    assert first <= 22


# --- drafting ---------------------------------------------------------------------------------------


def test_r22_hr_drafts_three_fitters_in_words_and_sees_the_day(world):
    client = browser(world.person("hr"))
    page = client.get(NEW, {"customer": "accessories"})
    assert page.context["form"].initial["origin"] == f"customer:{world['accessories'].pk}"
    words = "30 days before the second quarter starts"
    answer = client.post(NEW, form(world, **line(due=words)))
    objective = Objective.objects.get()
    assert answer.url == page_of(objective)
    criterion = objective.terms.get().criteria.get()
    quarter = datetime.date(criterion.due_on.year, 4, 1)
    assert criterion.due_on == quarter - datetime.timedelta(days=30)
    assert criterion.due_on >= world.day()
    assert criterion.due_words == words
    assert [c.department for c in objective.customers.all()] == [world["accessories"]]
    assert (objective.source, objective.source_department) == ("customer", world["accessories"])
    assert f"at least 3 by {criterion.due_on.day} Mar" in text_of(client.get(page_of(objective)))


def test_the_day_that_words_mean_is_shown_while_they_are_typed():
    calendar, april = World(), World(fiscal_year_start=4)
    words = "end of Q1 2027"
    for world, day in ((calendar, "31 Mar 2027"), (april, "30 Jun 2027")):
        client = browser(world.person("hr"))
        for name in ("due", "criteria-due", "goal-3-due"):
            assert f"= {day}" in text_of(client.get(WHEN, {name: words}))
    for words in ("soon", "x" * 5000, "\x00", "9999-99-99"):
        answer = client.get(WHEN, {"due": words})
        assert answer.status_code == 200
        assert "no day we understand" in text_of(answer)
    assert "30 days before" in text_of(client.get(WHEN))
    assert client.post(WHEN).status_code == 405
    assert browser(UserFactory(dealership=None, is_superuser=True)).get(WHEN).status_code == 403


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "required"),
        ({"title": "x" * 201}, "at most 200"),
        ({"title": "a\x00b"}, "Null"),
        ({"origin": ""}, "required"),
        ({"origin": "customer:99999999"}, "among those on offer"),
        ({"origin": "own", "customers": []}, "Name the internal customer"),
        ({"customers": ["x"]}, "departments on offer"),
        ({"customers": [str(2**70)]}, "departments on offer"),
        ({"owner_person": "1"}, "people on offer"),
        ({"starts_on": "9999-12-31"}, "too far ahead"),
        ({"starts_on": "soon"}, "valid date"),
        ({"description": "x" * 1001}, "at most 1000"),
        ({"key": "x"}, "cannot be read"),
        (line(what="", due="end of Q2"), "Say what is measured"),
        (line(due=""), "Say by when"),
        (line(due="soon"), "no day we understand"),
        (line(due="2020-01-01"), "This day has passed"),
        (line(due="2039-01-01"), "too far ahead"),
        (line(due="a\x00b"), "Null"),
        (line(target="", due="end of Q2"), "Say the number"),
        (line(target="three", due="end of Q2"), "Enter a number"),
        (line(target="1" * 40, due="end of Q2"), "digits"),
        (line(target="NaN", due="end of Q2"), "Enter a number"),
        (line(unit="x" * 21, due="end of Q2"), "at most 20"),
        (line(measure="taste:good", due="end of Q2"), "valid choice"),
        (line(number="9" * 30, due="end of Q2"), "qualified fitters"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_what_was_typed(world, fields, words):
    answer = browser(world.person("hr")).post(NEW, form(world, **{"description": "worth knowing", **fields}))
    assert answer.status_code == 422
    assert words in text_of(answer)
    if "description" not in fields:
        assert "worth knowing" in text_of(answer)
    assert not Objective.objects.exists()


def test_every_kind_of_criterion_is_typed_in_its_own_way(world):
    kinds = ["number:at_least", "amount:at_most", "percentage:exactly", "date:by", "date:on", "fact:proven"]
    targets = ["3", "1,250,000.50", "93 %", "7", "", ""]
    due = world.day(60).isoformat()
    lines = {
        "criteria-number": [""] * 7,
        "criteria-what": [f"what {kind}" for kind in kinds] + [""],
        "criteria-measure": [*kinds, "number:at_least"],
        "criteria-target": [*targets, ""],
        "criteria-unit": ["people", "CNY", "", "left over", "", "", ""],
        "criteria-due": [due] * 6 + [""],
    }
    browser(world.person("hr")).post(NEW, form(world, **lines))
    found = Objective.objects.get().terms.get().criteria.values_list("kind", "comparison", "target", "unit")
    assert [(kind, comparison, target and float(target), unit) for kind, comparison, target, unit in found] == [
        ("number", "at_least", 3, "people"),
        ("amount", "at_most", 1250000.5, "CNY"),
        ("percentage", "exactly", 93, ""),
        ("date", "by", None, ""),
        ("date", "on", None, ""),
        ("fact", "proven", None, ""),
    ]


def test_more_than_ten_lines_and_lines_twice_are_refused(world):
    client, due = browser(world.person("hr")), world.day(60).isoformat()
    many = {f"criteria-{name}": values * 11 for name, values in (("number", [""]), ("unit", [""]), ("due", [due]))}
    many |= {"criteria-measure": ["number:at_least"] * 11, "criteria-target": ["3"] * 11}
    for what, words in (([f"w{n}" for n in range(11)], "more than 10"), (["w"] * 11, "more than 10")):
        answer = client.post(NEW, form(world, **many, **{"criteria-what": what}))
        assert (answer.status_code, words in text_of(answer)) == (422, True)
    two = {name: values[:2] for name, values in many.items()}
    assert "say the same" in text_of(client.post(NEW, form(world, **two, **{"criteria-what": ["w", "w"]})))
    assert not Objective.objects.exists()


def test_the_same_form_twice_is_one_draft(world):
    client, sent = browser(world.person("hr")), form(world)
    assert client.post(NEW, sent).url == client.post(NEW, sent).url
    assert Objective.objects.count() == 1


def test_who_may_draft_and_for_whom(world):
    assert [d.code for d in browser(world.person("gm")).get(NEW).context["owners"]] == [
        d.code for d in world.store and sorted(world.departments.values(), key=lambda d: d.code)
    ]
    assert browser(world.person("gm")).get(NEW, {"owner": "crm"}).context["owner"] == world["crm"]
    assert browser(world.person("recruiter")).get(NEW, {"owner": "crm"}).context["owner"] == world["hr"]
    for stranger in (store_admin(world.store), UserFactory(dealership=None, is_superuser=True)):
        assert browser(stranger).get(NEW).status_code == 403
        assert browser(stranger).post(NEW, form(world)).status_code == 403


def test_r24_a_need_fills_the_form_and_becomes_the_objective(world):
    need = raise_need(
        acting_user=world.person("service"),
        customer=world["service"],
        supplier=world["hr"],
        flow="service",
        what="receptionists",
        quantity=2,
        wanted_on=world.day(80),
    )
    client = browser(world.person("hr"))
    page = client.get(NEW, {"need": need.pk})
    assert page.context["form"].initial["title"] == "2 × receptionists"
    text = text_of(page)
    assert "Service flow" in text
    assert 'value="receptionists"' in text
    assert world.day(80).isoformat() in text
    answer = client.post(f"{NEW}?need={need.pk}", form(world, origin=f"customer:{world['service'].pk}"))
    assert answer.status_code == 302
    need.refresh_from_db()
    assert (need.state, Objective.objects.get().need) == ("objective", need)
    for key in ("x", "0", "9" * 30, str(need.pk)):
        assert client.get(NEW, {"need": key}).status_code == 404
    for key in ("x", "0", "9" * 30):
        assert client.get(NEW, {"dialogue": key}).status_code == 404
    assert client.get(NEW, {"goal": "x", "customer": "\x00", "owner": "\x00"}).status_code == 200


def test_a_draft_is_changed_and_who_is_late_is_told(world):
    objective = world.draft()
    client, address = browser(world.person("recruiter")), page_of(objective, "objective_edit")
    assert 'value="qualified fitters on duty"' in text_of(client.get(address))
    sent = form(world, title="4 fitters", version="1", **line(number="1", target="4", due=world.day(60).isoformat()))
    assert client.post(address, sent).url == page_of(objective)
    assert Objective.objects.get().title == "4 fitters"
    late = browser(world.person("hr")).post(address, {**sent, "title": "5 fitters"})
    assert late.status_code == 422
    assert "was first: changed" in text_of(late)
    assert "5 fitters" in text_of(late)
    for version in ("", "x", "-1", "9" * 40):
        assert client.post(address, {**sent, "version": version}).status_code == 422
    acts.propose(acting_user=world.person("hr"), objective=objective, version=2)
    assert client.get(address).url == page_of(objective)
    assert browser(world.person("accessories")).get(address).status_code == 403


def test_words_keep_their_day_when_a_draft_is_saved_later(world):
    """“End of Q2” typed this year is the end of this year's Q2, whenever the rest is changed."""
    due = world.day(60)
    objective = world.draft(criteria=[world.line(due_on=due, due_words="end of Q1")])
    sent = form(world, version="1", **line(number="1", target="4", due="end of Q1"))
    browser(world.person("hr")).post(page_of(objective, "objective_edit"), sent)
    criterion = objective.terms.get().criteria.get()
    assert (criterion.target, criterion.due_on, criterion.due_words) == (4, due, "end of Q1")


# --- the page of one --------------------------------------------------------------------------------


def test_who_reads_an_objective(world):
    draft, proposed = world.draft(), world.proposed()
    for who, status in (("hr", 200), ("recruiter", 200), ("gm", 200), ("accessories", 403), ("crm", 403)):
        assert browser(world.person(who)).get(page_of(draft)).status_code == status
        assert browser(world.person(who)).get(page_of(proposed)).status_code == 200, "each side knows the other's (R25)"
    stranger = manager_of(DepartmentFactory())
    for name in ("objective_detail", "objective_edit", "terms_change", "terms_compare"):
        assert browser(stranger).get(page_of(proposed, name)).status_code == 404
    for act in ACTS:
        assert browser(stranger).post(page_of(proposed, f"objective_{act}"), {"version": "2"}).status_code == 404
        assert browser(world.person("hr")).get(page_of(proposed, f"objective_{act}")).status_code == 405
        assert browser(world.person("accessories")).post(page_of(draft, f"objective_{act}")).status_code == 403
    assert browser(world.person("hr")).post(page_of(proposed)).status_code == 405


def test_the_page_offers_each_what_they_may_do(world):
    offered = {
        "hr": {"objective_take_back", "objective_drop", "objective_comment"},
        "recruiter": {"objective_comment"},
        "accessories": {"objective_sign", "objective_refuse", "objective_comment"},
        "fitter": {"objective_comment"},
        "crm": set(),
    }
    objective = world.proposed()
    for who, expected in offered.items():
        page = text_of(browser(world.person(who)).get(page_of(objective)))
        found = {f"objective_{act}" for act in ACTS if f'action="{page_of(objective, f"objective_{act}")}"' in page}
        assert found == expected, who


def test_r22_from_draft_to_agreed_on_the_pages(world):
    objective = world.draft()
    hr, accessories = browser(world.person("hr")), browser(world.person("accessories"))
    assert "A draft: not proposed yet" in text_of(hr.get(page_of(objective)))
    answer = hr.post(page_of(objective, "objective_propose"), {"version": "1"}, follow=True)
    assert messages_of(answer) == ["Proposed. The other side signs now."]
    assert "waits for the signature of Accessories" in text_of(accessories.get(page_of(objective)))
    assert "Sign for Accessories" in text_of(accessories.get(page_of(objective)))
    signed = {"version": "2", "department": str(world["accessories"].pk)}
    for _ in range(2):
        answer = accessories.post(page_of(objective, "objective_sign"), signed, follow=True)
        assert messages_of(answer) == ["Signed."]
    page = text_of(answer)
    assert "Agreed by both sides, running" in page
    assert "So far: Open" in page
    assert "signed for Accessories" in page
    assert story(objective) == ["open", "propose", "sign", "agree"]


@pytest.mark.parametrize(
    "data", [{}, {"version": "x"}, {"version": "9" * 40}, {"version": "2", "department": "x"}, {"version": "-1"}]
)
def test_no_form_breaks_an_act(world, data):
    objective = world.proposed()
    for act in ("sign", "refuse", "take_back", "drop", "propose", "start"):
        for who in ("accessories", "hr"):
            if data == {"version": "2", "department": "x"} and act != "sign":
                continue
            answer = browser(world.person(who)).post(page_of(objective, f"objective_{act}"), data)
            assert answer.status_code in (403, 422), (act, who)
    assert Objective.objects.get().state == "proposed"


def test_what_was_written_stays_when_an_act_is_refused(world):
    objective = world.proposed()
    client = browser(world.person("accessories"))
    for text, words in (("", "would have to be different"), ("x" * 501, "at most 500"), ("a\x00b", "Null")):
        answer = client.post(page_of(objective, "objective_refuse"), {"version": "2", "text": text})
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert '<details class="objective-act" open>' in text_of(answer)
    acts.take_back(acting_user=world.person("hr"), objective=objective)
    answer = client.post(page_of(objective, "objective_refuse"), {"version": "2", "text": "we need four"}, follow=True)
    assert "It is a draft again" in messages_of(answer)[0]
    other = world.proposed()
    answer = client.post(page_of(other, "objective_refuse"), {"version": "2", "text": "we need four"}, follow=True)
    assert messages_of(answer) == ["Sent back."]
    assert "we need four" in text_of(browser(world.person("hr")).get(page_of(other)))


def test_words_are_kept_on_the_timeline(world):
    objective = world.agreed()
    client = browser(world.person("fitter"))
    for text, status in (("how is it going?", 302), ("", 422), ("x" * 501, 422)):
        assert client.post(page_of(objective, "objective_comment"), {"text": text}).status_code == status
    page = text_of(client.get(page_of(objective)))
    assert "how is it going?" in page
    assert "<script>" not in page


def test_the_page_costs_the_same_however_much_happened(world):
    objective = world.agreed(
        customers=("accessories", "service"), criteria=[world.line(what=f"w{n}") for n in range(9)]
    )
    client = browser(world.person("gm"))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(objective)).status_code == 200
        return len(queries)

    cost()
    first = cost()
    for number in range(3):
        world.change(objective, criteria=[world.line(what=f"w{n}", target=number + 5) for n in range(9)])
        world.sign(objective, "accessories")
        world.sign(objective, "service")
        acts.comment_on_objective(acting_user=world.person("hr"), objective=objective, text=f"words {number}")
    assert cost() == first
    assert first <= 30


# --- changing and comparing -------------------------------------------------------------------------


def test_r27_a_change_is_proposed_signed_and_read_side_by_side(world):
    objective = world.agreed()
    client, address = browser(world.person("hr")), page_of(objective, "terms_change")
    assert 'value="qualified fitters on duty"' in text_of(client.get(address))
    change = line(number="1", target="4", due=world.day(60).isoformat())
    answer = client.post(address, {"version": objective.version, "reason": "four bays now", **change}, follow=True)
    assert "Until all sides have signed" in messages_of(answer)[0]
    page = text_of(browser(world.person("accessories")).get(page_of(objective)))
    assert "Other criteria are proposed, and wait for the signature of Accessories" in page
    assert "at least 4 by" in page
    assert "So far: Open" in page
    compared = text_of(browser(world.person("crm")).get(page_of(objective, "terms_compare")))
    assert "<del>3</del>" in compared
    assert "<ins>4</ins>" in compared
    assert "four bays now" in compared
    assert "Accessories: not yet" in compared
    world.sign(Objective.objects.get(), "accessories")
    assert terms_of(objective) == [(1, "replaced"), (2, "in_force")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Say why"),
        ({"reason": "x" * 501}, "at most 500"),
        ({"criteria-what": [""], "criteria-target": [""], "criteria-due": [""]}, "at least one criterion"),
        ({"criteria-target": ["3"]}, "Nothing is changed"),
        ({"criteria-due": ["soon"]}, "no day we understand"),
        ({"version": "x"}, "cannot be read"),
        ({"version": "1"}, "was first: proposed"),
    ],
)
def test_a_change_that_cannot_be_proposed_comes_back(world, fields, words):
    objective = world.agreed()
    sent = {
        "version": objective.version,
        "reason": "four",
        **line(number="1", target="4", due=world.day(60).isoformat()),
    }
    answer = browser(world.person("hr")).post(page_of(objective, "terms_change"), {**sent, **fields})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert Terms.objects.count() == 1


def test_only_who_signs_changes_and_only_what_is_in_force(world):
    objective = world.agreed()
    address = page_of(objective, "terms_change")
    for who, status in (("hr", 200), ("accessories", 200), ("recruiter", 403), ("gm", 403), ("crm", 403)):
        assert browser(world.person(who)).get(address).status_code == status
    assert browser(world.person("hr")).get(page_of(world.draft(), "terms_change")).status_code == 302
    world.change(objective)
    assert browser(world.person("accessories")).get(address).status_code == 302


def test_any_two_versions_are_compared(world):
    objective = world.agreed()
    for target in (4, 5):
        world.change(objective, criteria=[world.line(target=target)])
        world.sign(objective, "accessories")
    client = browser(world.person("crm"))
    assert "<ins>5</ins>" in text_of(client.get(page_of(objective, "terms_compare")))
    old = text_of(client.get(page_of(objective, "terms_compare", **{"from": "1", "to": "2"})))
    assert ("<del>3</del>" in old, "<ins>4</ins>" in old) == (True, True)
    for number in ("0", "9", "x", "9" * 50):
        assert client.get(page_of(objective, "terms_compare", to=number)).status_code == 404
    one = world.agreed()
    assert client.get(page_of(one, "terms_compare")).status_code == 200


def test_what_people_wrote_is_shown_as_text(world):
    nasty = '<script>alert("x")</script>'
    objective = world.agreed(title=nasty, description=nasty, criteria=[world.line(what=nasty, unit="<b>")])
    client = browser(fresh(world.people["hr"]))
    for address in (LIST, page_of(objective), page_of(objective, "terms_compare"), page_of(objective, "terms_change")):
        page = text_of(client.get(address))
        assert "<script>alert" not in page
        assert "<b>" not in page


def test_r26_in_a_dialogue_either_side_writes_the_objective_down_and_its_owner_proposes_it(world):
    dialogue = call_dialogue(
        acting_user=world.person("service"),
        host=world["service"],
        guest=world["hr"],
        rhythm="once",
        starts_on=world.day(),
    )
    client = browser(world.person("service"))
    address = f"{NEW}?dialogue={dialogue.pk}&owner=hr"
    page = client.get(address)
    assert (page.context["owner"], page.context["form"].initial["origin"]) == (
        world["hr"],
        f"customer:{world['service'].pk}",
    )
    answer = client.post(address, form(world, origin=f"customer:{world['service'].pk}"))
    objective = Objective.objects.get()
    assert answer.url == reverse("dialogue_detail", args=[dialogue.pk])
    assert (objective.owner, objective.dialogue) == (world["hr"], dialogue)
    assert client.post(page_of(objective, "objective_propose"), {"version": "1"}).status_code == 403
    hr = browser(world.person("hr"))
    assert hr.post(page_of(objective, "objective_propose"), {"version": "1"}).url == page_of(objective)
    assert "Written down in a goal dialogue" in text_of(hr.get(page_of(objective)))
    crm = browser(world.person("crm"))
    assert crm.get(address).status_code == 404, "not theirs to read"
    elsewhere = {**form(world), "origin": "own", "customers": [str(world["service"].pk)]}
    assert crm.post(address, elsewhere).status_code == 404
