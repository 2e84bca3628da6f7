"""The pages of the company plan (R23): one page for everybody in the store, forms in place, frozen once adopted."""

import pytest
from django.urls import reverse

from objectives.models import CompanyGoal, CompanyPlan, PlanEntry, PlanSignature
from objectives.plan_page import EVENTS_PER_PAGE
from objectives.plan_text import stamp_of_entry, stamp_of_goal
from tests.conftest import fresh
from tests.objectives.plan_world import DAY, SIGNERS, World, english  # noqa: F401
from tests.supplychain.calls import at
from tests.supplychain.pages import browser, messages_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CURRENT = reverse("plan_current")
READERS = ("gm", "admin", "finance", "deputy", "cashier", "reception")
STRANGERS = ("elsewhere", "admin elsewhere")


@pytest.fixture
def world():
    return World()


def page_of(plan):
    return reverse("plan_detail", args=[plan.pk])


def url(name, plan, *args):
    return reverse(f"plan_{name}", args=[plan.pk, *args])


def at_desk(world, name):
    return browser(world.people[name])


def goal_data(world, title="Every customer comes back", **more):
    due = f"{world.measure().due_on:%Y-%m-%d}"
    return {
        "title": title,
        "why": "They leave after the first service.",
        "measures-number": [""],
        "measures-what": ["customers who come back"],
        "measures-measure": ["percentage:at_least"],
        "measures-target": ["80"],
        "measures-unit": [""],
        "measures-due": [due],
        **more,
    }


# --- finding it -------------------------------------------------------------------------------------


def test_r23_where_there_is_no_plan_it_is_said_what_it_is_for_and_who_begins_it(world):
    for name in READERS:
        page = text_of(at_desk(world, name).get(CURRENT))
        assert "every manager signs" in page
        begins = name in ("gm", "admin")
        assert (f'name="year" value="{world.year.year}"' in page) == begins
        assert ("The general manager or the store's admin begins it" in page) == (not begins)


def test_r23_the_address_leads_to_the_plan_of_this_fiscal_year(world):
    plan = world.open()
    assert at_desk(world, "cashier").get(CURRENT).url == page_of(plan)
    assert at_desk(world, "elsewhere").get(CURRENT).status_code == 200
    assert at_desk(world, "operator").get(CURRENT).status_code == 403


def test_r23_in_the_last_three_months_of_a_year_the_next_plan_is_offered():
    with at("2026-10-01 00:00"):
        world = World()
        plan = world.open()
        page = text_of(at_desk(world, "gm").get(page_of(plan)))
        assert "Begin the plan 2027" in page
        assert "Begin the plan" not in text_of(at_desk(world, "finance").get(page_of(plan)))
        response = at_desk(world, "gm").post(reverse("plan_open"), {"year": "2027"})
        following = CompanyPlan.objects.get(year=2027)
        assert response.url == page_of(following)
        assert page_of(following) in text_of(at_desk(world, "finance").get(page_of(plan)))
    with at("2026-09-30 12:00"):
        assert "Begin the plan" not in text_of(at_desk(world, "gm").get(page_of(plan)))


@pytest.mark.parametrize("year", ["", "x", "0", "2020", "9" * 30, "2\x00"])
def test_a_year_whose_plan_cannot_be_begun_is_refused_in_words(world, year):
    response = at_desk(world, "gm").post(reverse("plan_open"), {"year": year}, follow=True)
    assert messages_of(response)
    assert not CompanyPlan.objects.exists()


def test_a_fiscal_year_that_lies_in_two_is_called_after_both():
    with at("2026-05-01 10:00"):
        world = World(fiscal_year_start=4)
        assert "Company plan 2026/27" in text_of(at_desk(world, "hr").get(page_of(world.open())))


# --- reading it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["drafting", "signing", "adopted"])
def test_r23_everybody_in_the_store_reads_it_and_nobody_else(world, state):
    plan = getattr(world, state)()
    for name in READERS:
        page = text_of(at_desk(world, name).get(page_of(plan)))
        assert "We pay on time." in page
        assert "Every customer comes back" in page
        assert "qualified fitters on duty: at least 3 by" in page
    for name in STRANGERS:
        assert at_desk(world, name).get(page_of(plan)).status_code == 404
    assert at_desk(world, "operator").get(page_of(plan)).status_code == 403
    assert browser().get(page_of(plan)).status_code == 302


def test_r23_the_page_says_first_where_the_plan_stands(world):
    plan = world.drafting()

    def verdict():
        page = at_desk(world, "cashier").get(page_of(plan)).context["page"]
        return f"{page.verdict}: {page.waits_for}" if page.waits_for else page.verdict

    assert verdict() == "Being made"
    world.submit(plan)
    assert verdict().startswith("Waits for 5 signatures: ")
    world.sign(plan, "gm", "hr", "sales")
    assert verdict() == "Waits for 2 signatures: Finance (Qian Caiwu), Service (Fang Wujing)"
    world.leave("finance")
    world.sign(plan, "service")
    page = at_desk(world, "cashier").get(page_of(plan)).context["page"]
    assert page.verdict.startswith("Adopted on ")
    assert page.verdict.endswith("edition 1")
    world.reopen(plan)
    page = at_desk(world, "cashier").get(page_of(plan)).context["page"]
    assert page.verdict == "Edition 2 is being made"
    assert page.reason == "The market fell."
    assert page.in_force.endswith("edition 1")


def test_r23_a_vacant_chair_is_shown(world):
    world.leave("sales")
    assert "The chair is vacant" in text_of(at_desk(world, "hr").get(page_of(world.signing())))


def test_r23_it_shows_which_departments_have_contributed_and_which_have_not(world):
    plan = world.open()
    world.write(plan)
    world.write(plan, "reception")  # a team counts for its department
    there, not_yet = at_desk(world, "hr").get(page_of(plan)).context["page"].coverage
    assert {department.code for department in there} == {"finance", "service"}
    assert {department.code for department in not_yet} == {"gm-office", "hr", "sales"}


def test_r23_each_is_offered_what_is_theirs_to_do(world):
    plan = world.drafting()
    offers = {
        "sign": url("sign", plan),
        "submit": url("submit", plan),
        "contribute": url("contribute", plan, "strength"),
        "goal": url("goal_create", plan),
        "change": url("entry", plan, PlanEntry.objects.get().pk),
        "reopen": url("reopen", plan),
        "adopt": url("adopt", plan),
    }

    def offered(name):
        page = text_of(at_desk(world, name).get(page_of(plan)))
        return {act for act, address in offers.items() if f'"{address}"' in page}

    assert offered("gm") == {"submit", "contribute", "goal", "change"}
    assert offered("admin") == {"goal"}
    assert offered("deputy") == {"contribute", "change"}
    assert offered("sales") == {"contribute"}
    assert offered("cashier") == set()
    world.submit(plan)
    assert offered("finance") == {"sign", "contribute", "change"}
    assert offered("deputy") == {"contribute", "change"}
    world.sign(plan, "gm", "finance", "hr", "sales")
    assert offered("finance") == {"contribute", "change"}, "has signed"
    world.leave("service")
    assert offered("gm") == {"adopt", "contribute", "goal", "change"}
    world.adopt(plan)
    assert offered("gm") == {"reopen"}
    assert offered("admin") == offered("finance") == set()


def test_the_page_costs_the_same_however_much_was_contributed(world, django_assert_num_queries):
    plan = world.open()

    def contribute(text):
        for board in ("state", "strength", "threat"):
            world.write(plan, text=text, board=board)
        world.write(plan, board="expectation", text=text, towards="sales")
        world.goal(plan, title=text, measures=[world.measure(), world.measure(text)])

    contribute("4711")
    client = at_desk(world, "gm")
    # session, person, plan, positions, departments; leaders, signatures; goals, measures; entries, needs; editions,
    # years; events counted and read
    with django_assert_num_queries(15):
        client.get(page_of(plan))
    for number in range(6):
        contribute(f"4711-{number}")
    with django_assert_num_queries(15):
        client.get(page_of(plan))


def test_the_history_goes_by_pages_and_says_who_did_what(world):
    plan = world.adopted()
    page = at_desk(world, "cashier").get(page_of(plan))
    said = [(str(line.person), line.what) for line in page.context["page"].story]
    assert said[0] == ("Fang Wujing", "adopted as edition 1")
    assert said[1] == ("Fang Wujing", "signed for Service")
    assert said[-1] == ("Gao Zongguan", "opened")
    assert ("Qian Caiwu", "wrote: strengths (Finance)") in said
    plan = world.reopen(plan)
    for number in range(EVENTS_PER_PAGE):
        world.write(plan, text=f"4711-{number}", board="threat")
    for query in ("2", "x", "99"):
        assert at_desk(world, "cashier").get(page_of(plan), {"page": query}).status_code == 200


# --- boards -----------------------------------------------------------------------------------------


def test_r23_one_contributes_in_place(world):
    plan = world.open()
    client = at_desk(world, "deputy")
    finance, sales = (world.departments[code].pk for code in ("finance", "sales"))
    for _ in range(2):
        data = {"department": finance, "towards": sales, "text": "Tell us earlier.\r\nTwo days."}
        response = client.post(url("contribute", plan, "expectation"), data)
        assert response.url == f"{page_of(plan)}#expectation"
    entry = PlanEntry.objects.get()
    assert (entry.text, entry.towards_id, entry.author) == (
        "Tell us earlier.\nTwo days.",
        sales,
        world.people["deputy"],
    )
    assert "Finance expects it of Sales" in text_of(client.get(page_of(plan)))
    client.post(url("contribute", plan, "expectation"), {"department": finance, "text": "More people."})
    assert "Finance expects it of the company" in text_of(client.get(page_of(plan)))


def test_r23_who_leads_several_departments_chooses_for_which(world):
    plan = world.open()
    form = at_desk(world, "service").get(page_of(plan)).context["page"].boards[0].form
    assert [label for _pk, label in form.fields["department"].choices] == ["Service", "Reception"]
    form = at_desk(world, "finance").get(page_of(plan)).context["page"].boards[0].form
    assert form.fields["department"].widget.is_hidden


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", "", "Write it in a sentence or two"),
        ("text", "x" * 501, "at most 500"),
        ("text", "a\x00b", "Null"),
        ("towards", "x", "on offer"),
        ("towards", "9" * 30, "on offer"),
        ("towards", "own", "Choose another department, or the company"),
        ("department", "", "Choose a department"),
        ("department", "sales", "on offer"),
    ],
)
def test_what_cannot_be_contributed_comes_back_with_what_was_typed(world, field, value, words):
    plan = world.open()
    own = world.departments["finance"].pk
    value = {"own": own, "sales": world.departments["sales"].pk}.get(value, value)
    data = {"department": own, "towards": "", "text": "Tell us 4711 earlier.", field: value}
    response = at_desk(world, "finance").post(url("contribute", plan, "expectation"), data)
    assert response.status_code == 422
    assert words in text_of(response)
    if field != "text":
        assert "Tell us 4711 earlier." in text_of(response)
    assert not PlanEntry.objects.exists()


def test_a_contribution_is_changed_on_a_page_of_its_own(world):
    plan = world.open()
    entry = world.write(plan)
    client = at_desk(world, "deputy")
    page = client.get(url("entry", plan, entry.pk))
    assert page.context["form"].seen == stamp_of_entry(entry)
    data = {"seen": stamp_of_entry(entry), "text": "We pay on Mondays."}
    assert client.post(url("entry", plan, entry.pk), data).url == f"{page_of(plan)}#strength"
    assert PlanEntry.objects.get().text == "We pay on Mondays."
    response = at_desk(world, "finance").post(url("entry", plan, entry.pk), {**data, "text": "We pay 4711 never."})
    assert response.status_code == 422
    assert "Fu Shoujin was first" in text_of(response)
    assert "We pay 4711 never." in text_of(response)
    for name in ("sales", "reception", "cashier", "admin"):
        assert at_desk(world, name).get(url("entry", plan, entry.pk)).status_code == 403
    for wrong in ({"text": "4711"}, {"text": "4711", "seen": "x" * 17}, {"text": "", "seen": "x"}):
        assert client.post(url("entry", plan, entry.pk), wrong).status_code == 422


def test_a_contribution_is_removed_and_twice_is_harmless(world):
    plan = world.open()
    entry = world.write(plan)
    client = at_desk(world, "finance")
    assert "cannot be read" in messages_of(client.post(url("entry_remove", plan, entry.pk), follow=True))[0]
    for words in ("Removed", "removed in the meantime"):
        data = {"seen": stamp_of_entry(entry)}
        assert words in messages_of(client.post(url("entry_remove", plan, entry.pk), data, follow=True))[0]
    assert client.get(url("entry", plan, entry.pk)).url == page_of(plan)
    assert not PlanEntry.objects.exists()


def test_an_expectation_can_be_made_a_need_by_its_own_side(world):
    plan = world.open()
    entry = world.write(plan, board="expectation", text="Tell us earlier.", towards="sales")
    address = f"{reverse('need_create')}?expectation={entry.pk}"
    for name, offered in (("finance", True), ("cashier", True), ("sales", False), ("hr", False)):
        assert (address in text_of(at_desk(world, name).get(page_of(plan)))) == offered
    assert at_desk(world, "finance").get(address).status_code == 200


# --- goals ------------------------------------------------------------------------------------------


def test_r23_a_goal_is_written_with_its_measures(world):
    plan = world.open()
    client = at_desk(world, "admin")
    assert client.get(url("goal_create", plan)).status_code == 200
    for _ in range(2):
        assert client.post(url("goal_create", plan), goal_data(world)).url == f"{page_of(plan)}#goals"
    goal = CompanyGoal.objects.get()
    measure = goal.measures.get()
    assert (measure.what, measure.kind, measure.comparison, measure.target) == (
        "customers who come back",
        "percentage",
        "at_least",
        80,
    )
    page = client.get(url("goal", plan, goal.pk))
    assert "customers who come back" in text_of(page)
    data = goal_data(world, title="Four of five come back", seen=stamp_of_goal(goal))
    assert client.post(url("goal", plan, goal.pk), data).status_code == 302
    late = at_desk(world, "gm").post(url("goal", plan, goal.pk), {**data, "title": "Nobody 4711 leaves"})
    assert late.status_code == 422
    assert "Guan Liyuan" in text_of(late)
    assert "Nobody 4711 leaves" in text_of(late)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Write the goal"),
        ("title", "x" * 201, "at most 200"),
        ("title", "a\x00", "Null"),
        ("title", "Taken", "a goal with this title already"),
        ("why", "x" * 501, "at most 500"),
        ("measures-what", [""], "Say what is measured"),
        ("measures-target", ["many"], "Enter a number"),
        ("measures-target", [""], "Say the number"),
        ("measures-due", ["2020-01-01"], "This day has passed"),
        ("measures-due", ["in four years"], "too far ahead"),
        ("measures-due", ["some day"], "no day we understand"),
        ("measures-measure", ["number:by"], "not one of the available choices"),
    ],
)
def test_a_goal_that_cannot_be_comes_back_with_what_was_typed(world, field, value, words):
    plan = world.open()
    world.goal(plan, title="Taken")
    if value == ["in four years"]:
        value = [f"{world.store.today() + 4 * 366 * DAY}"]
    response = at_desk(world, "gm").post(url("goal_create", plan), goal_data(world, **{field: value}))
    assert response.status_code == 422
    assert words in text_of(response)
    assert "They leave after the first service." in text_of(response) or field == "why"
    assert CompanyGoal.objects.count() == 1


def test_r23_goals_are_moved_given_up_and_taken_up_on_the_page(world):
    plan = world.open()
    one, two = (world.goal(plan, title=title) for title in ("one", "two"))
    client = at_desk(world, "gm")
    for _ in range(2):
        client.post(url("goal_move", plan, two.pk), {"place": "1", "to": "up"})
    assert list(CompanyGoal.objects.values_list("title", flat=True)) == ["two", "one"]
    for wrong in ({}, {"place": "x", "to": "up"}, {"place": "9" * 30, "to": "up"}, {"place": "0", "to": "off"}):
        assert messages_of(client.post(url("goal_move", plan, two.pk), wrong, follow=True))
    assert messages_of(client.post(url("goal_give_up", plan, one.pk), {"seen": "old"}, follow=True))
    client.post(url("goal_give_up", plan, one.pk), {"seen": stamp_of_goal(one)})
    assert "1 goal was given up" in text_of(client.get(page_of(plan)))
    client.post(url("goal_take_up", plan, one.pk))
    assert not CompanyGoal.objects.exclude(given_up_at=None).exists()


# --- signing ----------------------------------------------------------------------------------------


def test_r23_it_is_put_to_signature_signed_and_adopted_on_the_page(world):
    plan = world.drafting()
    response = at_desk(world, "gm").post(url("submit", plan), {"version": plan.version}, follow=True)
    assert "asked to sign" in messages_of(response)[0]
    revision = world.seen(plan).revision
    for name in SIGNERS:
        response = at_desk(world, name).post(url("sign", plan), {"revision": revision}, follow=True)
    assert "the plan is adopted" in messages_of(response)[0]
    response = at_desk(world, "gm").post(url("reopen", plan), {"version": world.seen(plan).version, "reason": ""})
    assert response.status_code == 422
    assert "Say why it is opened again" in text_of(response)
    data = {"version": world.seen(plan).version, "reason": "The market fell."}
    for _ in range(2):
        assert at_desk(world, "gm").post(url("reopen", plan), data).url == page_of(plan)
    assert world.seen(plan).edition == 2


def test_r23_who_signs_an_older_text_is_told_what_changed(world):
    plan = world.signing()
    world.write(plan, "sales", board="threat", text="A rival opens next door.")
    response = at_desk(world, "hr").post(url("sign", plan), {"revision": plan.revision}, follow=True)
    assert "Xiao Shouqi" in messages_of(response)[0]
    assert not PlanSignature.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "9" * 30, "²", "1\x00"])
def test_a_version_that_cannot_be_read_is_refused_in_words(world, value):
    plan = world.signing()
    for name, field in (("sign", "revision"), ("adopt", "version"), ("submit", "version")):
        response = at_desk(world, "gm").post(url(name, plan), {field: value}, follow=True)
        assert messages_of(response) == ["This form cannot be read. Please choose again."]
    assert world.seen(plan).version == plan.version


# --- what was adopted, and what changed since --------------------------------------------------------


def test_r23_the_adopted_edition_stays_readable_while_the_next_is_made(world):
    plan = world.adopted()
    world.reopen(plan)
    world.rewrite(PlanEntry.objects.get(), "We pay on Mondays.")
    client = at_desk(world, "cashier")
    edition = text_of(client.get(url("edition", plan, 1)))
    assert "We pay on time." in edition
    assert "We pay on Mondays." not in edition
    assert "This edition counts" in edition
    assert url("edition", plan, 1) in text_of(client.get(page_of(plan)))
    compared = client.get(url("compare", plan))
    assert (compared.context["old"], compared.context["new"]) == ("1", "now")
    assert "1 line differs" in text_of(compared)
    assert "<del>time</del>" in text_of(compared)
    world.sign(world.submit(plan))
    assert "A later edition has replaced it" in text_of(client.get(url("edition", plan, 1)))
    compared = client.get(url("compare", plan), {"old": "2", "new": "1"})
    assert (compared.context["old"], compared.context["new"]) == ("2", "1")
    for query in ({"old": "x", "new": "\x00"}, {"old": "1", "new": "1"}, {"new": "9" * 30}):
        assert client.get(url("compare", plan), query).status_code == 200
    assert client.get(url("edition", plan, 3)).status_code == 404
    assert client.get(url("edition", plan, 10**30)).status_code == 404


def test_where_there_is_only_one_text_nothing_is_compared(world):
    assert "only one edition" in text_of(at_desk(world, "hr").get(url("compare", world.adopted())))


# --- rights and frozen text, address by address ------------------------------------------------------


def attempts(world, plan):
    """Return every address that writes, with data that would do."""
    entry, goal = PlanEntry.objects.first(), CompanyGoal.objects.first()
    plan = world.seen(plan)
    return {
        "contribute": (url("contribute", plan, "threat"), {"text": "4711", "department": entry.department_id}),
        "entry": (url("entry", plan, entry.pk), {"text": "4711", "seen": stamp_of_entry(entry)}),
        "entry_remove": (url("entry_remove", plan, entry.pk), {"seen": stamp_of_entry(entry)}),
        "goal_create": (url("goal_create", plan), goal_data(world, title="4711")),
        "goal": (url("goal", plan, goal.pk), goal_data(world, title="4711", seen=stamp_of_goal(goal))),
        "goal_move": (url("goal_move", plan, goal.pk), {"place": "0", "to": "down"}),
        "goal_give_up": (url("goal_give_up", plan, goal.pk), {"seen": stamp_of_goal(goal)}),
        "goal_take_up": (url("goal_take_up", plan, goal.pk), {}),
        "submit": (url("submit", plan), {"version": plan.version}),
        "sign": (url("sign", plan), {"revision": plan.revision}),
        "adopt": (url("adopt", plan), {"version": plan.version}),
        "reopen": (url("reopen", plan), {"version": plan.version, "reason": "4711"}),
    }


#: Who may send it at all; the others are refused whatever state the plan is in.
MAY = {
    "contribute": {"gm", "finance", "deputy"},
    "entry": {"gm", "finance", "deputy"},
    "entry_remove": {"gm", "finance", "deputy"},
    "goal_create": {"gm", "admin"},
    "goal": {"gm", "admin"},
    "goal_move": {"gm", "admin"},
    "goal_give_up": {"gm", "admin"},
    "goal_take_up": {"gm", "admin"},
    "submit": {"gm"},
    "sign": {"gm", "finance"},
    "adopt": {"gm"},
    "reopen": {"gm"},
}


@pytest.mark.parametrize("name", ["gm", "admin", "finance", "deputy", "cashier", *STRANGERS, "operator"])
def test_r23_every_address_by_everybody_on_an_adopted_plan_changes_nothing_but_reopening(world, name):
    plan = world.adopted()
    before = list(PlanEntry.objects.values()), list(CompanyGoal.objects.values()), world.seen(plan).version
    client = at_desk(world, name)
    for act, (address, data) in attempts(world, plan).items():
        if act == "reopen" and name == "gm":
            continue
        status = client.post(address, data).status_code
        if name in STRANGERS:
            assert status == 404
        elif name == "operator" or name not in MAY[act]:
            assert status == 403
        else:
            assert status in (302, 422)
    assert before == (
        list(PlanEntry.objects.values()),
        list(CompanyGoal.objects.values()),
        world.seen(plan).version,
    )
    assert fresh(world.people[name])


def test_writing_is_asked_for_by_post(world):
    plan = world.drafting()
    client = at_desk(world, "gm")
    for act, (address, _data) in attempts(world, plan).items():
        expected = 200 if act in ("entry", "goal", "goal_create") else 405
        assert client.get(address).status_code == expected
    for address in (page_of(plan), url("compare", plan), CURRENT):
        assert client.post(address).status_code == 405


def test_the_admin_pages_offer_no_plan(world):
    world.adopted()
    client = at_desk(world, "admin")
    index = text_of(client.get(reverse("admin:index")))
    assert "/objectives/" not in index.replace("/objectives/plan/", "")
    for model in ("companyplan", "planedition", "plansignature", "planentry", "companygoal", "goalmeasure", "event"):
        assert client.get(f"{reverse('admin:index')}objectives/{model}/").status_code == 404
