"""The pages of objectives: the board, and one objective with what people do with it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from objectives import actions_objectives as acts
from objectives.models import Objective
from objectives.views import objectives as views
from tests.factories import DepartmentFactory, UserFactory, manager_of
from tests.objectives.objective_pages import ACTS, LIST, NEW, groups_of, page_of
from tests.objectives.objective_world import World, story
from tests.supplychain.calls import at
from tests.supplychain.pages import browser, messages_of, store_admin, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


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
