"""Both stories of R14 in a real browser: a supplier asks first, customers answer, a tap makes a need a request."""

import datetime
import re

import pytest

from supplychain.actions_calls import open_call
from supplychain.models import CallInvitation, SupplyRequest
from tests.supplychain.calls import people_of_standard_store

DAY = datetime.timedelta(days=1)
ANSWER = re.compile(r"/calls/invitations/\d+/answer/$")
REQUEST = re.compile(r"/calls/needs/\d+/request/$")
CALL = re.compile(r"/calls/\d+/$")

WORDS = {
    "en": {
        "ask": "Ask for needs",
        "ask them": "Ask them",
        "answered": "{} of 9 answered",
        "answer": "Answer: {}",
        "recruiting": "recruiting",
        "vehicles": "Vehicles",
        "send": "Send answer",
        "another": "Another need",
        "nothing": "Nothing needed",
        "answered by": "Answered by",
        "nothing this time": "Nothing needed this time",
        "make": "Make it a request",
        "became": "Became a request",
        "openings?": "We are about to recruit for Sales. Which openings do you have?",
        "specialists": "insurance specialists",
        "jobs?": "Next week the board meets and cars are short. Which shuttle jobs do you have?",
        "shuttle": "shuttle from the station",
        "inspection": "car to the annual inspection",
    },
    "zh-CN": {
        "ask": "征集需求",
        "ask them": "发出征集",
        "answered": "已回复 {}/9",
        "answer": "回复：{}",
        "recruiting": "招聘",
        "vehicles": "用车",
        "send": "提交回复",
        "another": "再加一项需求",
        "nothing": "本期无需求",
        "answered by": "回复，",
        "nothing this time": "本期无需求",
        "make": "转为申请",
        "became": "已转为申请",
        "openings?": "即将为销售部招聘，各部门有哪些空缺？",
        "specialists": "保险专员",
        "jobs?": "下周召开董事会，车辆紧张。各部门有哪些用车安排？",
        "shuttle": "车站接送",
        "inspection": "送车年检",
    },
}


@pytest.fixture(params=[("en", 390), ("zh-CN", 1440)], ids=["English on a phone", "Chinese at a desk"])
def office(request, transactional_db, person):
    return Office(*request.param, person)


class Office:
    """A standard store, read in a language at a width, with its managers at their browsers."""

    def __init__(self, language, width, open_window):
        store_language = "en" if language == "en" else "zh-hans"
        codes = ("hr", "administration", "sales", "service", "finance")
        self.store, self.departments, self.people = people_of_standard_store(*codes, language=store_language)
        self.words = WORDS[language]
        self._window = (language, width, open_window)

    def at(self, code, **window):
        """Let a department's manager sign in at a window of their own."""
        language, width, open_window = self._window
        somebody = open_window(language=language, width=width, **window)
        somebody.sign_in(self.people[code].username)
        return somebody

    def ask(self, somebody, question, deadline):
        """Fill the form of a new call, with everybody ticked, and send it."""
        page = somebody.page
        page.fill("#id_question", question)
        page.fill("#id_deadline", f"{deadline:%Y-%m-%d}")
        assert page.locator("input[name=links]:checked").count() == 9
        page.get_by_role("button", name=self.words["ask them"]).click()
        page.wait_for_url(CALL)
        page.get_by_text(self.words["answered"].format(0)).wait_for()

    def open_answer(self, somebody, item):
        """Go from the list to the answer of a call."""
        somebody.goto("/calls/")
        somebody.page.get_by_role("link", name=self.words["answer"].format(item)).click()
        somebody.page.get_by_role("button", name=self.words["send"]).wait_for()

    def make_request(self, somebody, what):
        """Tap on a need, and wait until it is a request."""
        line = somebody.page.locator(".need", has_text=what)
        with somebody.page.expect_response(REQUEST):
            line.get_by_role("button", name=self.words["make"]).click()
        line.get_by_role("link", name=self.words["became"]).wait_for()
        return line


def fill_line(page, place, what, quantity, day):
    line = page.locator("[data-lines-list] > [data-line]").nth(place)
    line.locator("input[name=what]").fill(what)
    line.locator("input[name=quantity]").fill(quantity)
    line.locator("input[name=wanted_on]").fill(f"{day:%Y-%m-%d}")


def send(page, name):
    with page.expect_response(ANSWER) as answered:
        page.get_by_role("button", name=name, exact=True).click()
    assert answered.value.status == 200


def test_r14_hr_asks_every_department_for_its_openings(office):
    """HR, about to recruit for Sales, asks every department for its openings (Service answers: 2 insurance
    specialists)."""
    words, needed_on = office.words, office.store.today() + 40 * DAY
    hr = office.at("hr")
    hr.goto("/calls/")
    hr.page.get_by_role("link", name=words["ask"]).click()
    hr.page.wait_for_url("**/calls/new/")
    office.ask(hr, words["openings?"], office.store.today() + 4 * DAY)

    service = office.at("service")
    office.open_answer(service, words["recruiting"])
    fill_line(service.page, 0, words["specialists"], "2", needed_on)
    send(service.page, words["send"])
    service.page.get_by_text(words["answered by"]).first.wait_for()

    hr.page.reload()
    hr.page.get_by_text(words["answered"].format(1)).wait_for()
    line = office.make_request(hr, words["specialists"])
    made = SupplyRequest.objects.get()
    assert (made.link.supplier, made.link.customer) == (office.departments["hr"], office.departments["service"])
    assert (made.what, made.quantity, made.wanted_on) == (words["specialists"], 2, needed_on)
    line.get_by_role("link", name=words["became"]).click()
    hr.page.wait_for_url(f"**/requests/{made.pk}/")
    hr.page.get_by_text(f"2 × {words['specialists']}").first.wait_for()
    assert hr.complaints == service.complaints == []


def test_r14_administration_asks_for_shuttle_jobs(office):
    """Administration, short of vehicles next week for a board meeting, asks for shuttle jobs by this Friday."""
    words, today = office.words, office.store.today()
    this_friday = today + ((4 - today.weekday()) % 7) * DAY
    administration = office.at("administration")
    administration.goto("/calls/new/")
    administration.page.select_option("#id_link", label=words["vehicles"])
    administration.page.locator("#id_question").wait_for()
    office.ask(administration, words["jobs?"], this_friday)

    sales = office.at("sales")
    office.open_answer(sales, words["vehicles"].lower())
    fill_line(sales.page, 0, words["shuttle"], "1", this_friday + 3 * DAY)
    sales.page.get_by_role("button", name=words["another"]).click()
    fill_line(sales.page, 1, words["inspection"], "", this_friday + 5 * DAY)
    send(sales.page, words["send"])
    sales.page.get_by_text(words["answered by"]).first.wait_for()

    finance = office.at("finance")
    office.open_answer(finance, words["vehicles"].lower())
    send(finance.page, words["nothing"])
    finance.page.locator(".call-answered", has_text=words["nothing this time"]).wait_for()

    administration.page.reload()
    administration.page.get_by_text(words["answered"].format(2)).wait_for()
    office.make_request(administration, words["shuttle"])
    office.make_request(sales, words["inspection"])  # either side may
    made = SupplyRequest.objects.order_by("wanted_on").values_list("what", "quantity", "wanted_on", "asked_by")
    asked_by = office.people["sales"].pk
    assert list(made) == [
        (words["shuttle"], 1, this_friday + 3 * DAY, asked_by),
        (words["inspection"], None, this_friday + 5 * DAY, asked_by),
    ]
    assert administration.complaints == sales.complaints == finance.complaints == []


def test_lines_come_and_go_and_what_is_wrong_stands_beside_its_field(office):
    call = open_call_of(office)
    service = office.at("service")
    page = service.page
    service.goto(f"/calls/{call.pk}/")
    lines = page.locator("[data-lines-list] > [data-line]")
    add = page.get_by_role("button", name=office.words["another"])
    add.click()
    add.click()
    assert lines.count() == 3
    lines.nth(1).locator("[data-lines-remove]").click()
    assert lines.count() == 2
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(node => node.id)).size") == (
        page.locator("[id]").count()
    ), "an id stands twice"
    page.locator("input[name=what]").first.fill("4711")
    with page.expect_response(ANSWER) as answered:
        page.get_by_role("button", name=office.words["send"]).click()
    assert answered.value.status == 422
    page.locator(".invalid-feedback").first.wait_for()
    assert page.locator("input[name=what]").first.input_value() == "4711"
    assert CallInvitation.objects.unanswered().count() == 9


def test_r14_without_scripts(office):
    call = open_call_of(office)
    service = office.at("service", javascript=False)
    service.goto(f"/calls/{call.pk}/")
    assert service.page.locator("input[name=what]:visible").count() == 3
    for place in (0, 2):
        service.page.locator("input[name=what]").nth(place).fill("4711")
        service.page.locator("input[name=wanted_on]").nth(place).fill(f"{office.store.today():%Y-%m-%d}")
    service.page.get_by_role("button", name=office.words["send"]).click()
    service.page.get_by_text(office.words["answered by"]).first.wait_for()
    service.page.get_by_role("button", name=re.compile("4711")).first.click()
    service.page.get_by_role("link", name=office.words["became"]).wait_for()
    assert SupplyRequest.objects.get().what == "4711"


def open_call_of(office):
    """Let HR have asked for openings."""
    link = office.departments["hr"].links_as_supplier.filter(item__code="recruiting").first()
    return open_call(
        acting_user=office.people["hr"],
        supplier=office.departments["hr"],
        flow=link.flow,
        item=link.item,
        question=office.words["openings?"],
        deadline=office.store.today() + DAY,
    )
