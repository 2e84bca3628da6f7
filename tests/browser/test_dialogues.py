"""The goal dialogue of R25 in a real browser, word for word: Service tells HR its two needs of the year."""

import datetime
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from objectives.models import Dialogue, DialogueSignature, Need, Objective
from tests.supplychain.calls import people_of_standard_store

DAY = datetime.timedelta(days=1)
DIALOGUE = re.compile(r"/objectives/dialogues/\d+/$")
OBJECTIVE = re.compile(r"/objectives/\d+/$")

WORDS = {
    "en": {
        "call": "Call a dialogue",
        "call it": "Call it",
        "write down": "Write down a need",
        "write it down": "Write it down",
        "make it": "Make it an objective: {}",
        "write the minutes": "Write the minutes",
        "save": "Save the minutes",
        "sign": "Sign the minutes",
        "signed": "Both sides have signed: the minutes are kept as they are.",
        "receptionists": "receptionists recruited in the planned time",
        "technicians": "key technicians kept",
        "on duty": "receptionists on duty",
        "staying": "key technicians who stay",
        "minutes": "Two receptionists by spring, and no key technician leaves.",
        "room": "Meeting room 2",
    },
    "zh-CN": {
        "call": "召集对话",
        "call it": "召集",
        "write down": "记录一项需求",
        "write it down": "记录",
        "make it": "转为目标：{}",
        "write the minutes": "填写纪要",
        "save": "保存纪要",
        "sign": "在纪要上签字",
        "signed": "双方已签字，纪要不再更改。",
        "receptionists": "接待人员在计划时间内招聘到位",
        "technicians": "留住关键技师",
        "on duty": "到岗接待人员",
        "staying": "留任的关键技师",
        "minutes": "春季前两名接待到岗，关键技师不流失。",
        "room": "第二会议室",
    },
}


@pytest.fixture(params=[("en", 390), ("zh-CN", 1440)], ids=["English on a phone", "Chinese at a desk"])
def office(request, transactional_db, person):
    return Office(*request.param, person)


class Office:
    """A standard store, read in a language at a width, with its managers at their browsers."""

    def __init__(self, language, width, open_window):
        store_language = "en" if language == "en" else "zh-hans"
        self.store, self.departments, self.people = people_of_standard_store("hr", "service", language=store_language)
        self.words = WORDS[language]
        self._window = (language, width, open_window)

    def at(self, code):
        """Let a department's manager sign in at a window of their own."""
        language, width, open_window = self._window
        somebody = open_window(language=language, width=width)
        somebody.sign_in(self.people[code].username)
        return somebody

    def day(self, ahead):
        return self.store.today() + ahead * DAY


def fits(somebody):
    """Whether nothing has to be scrolled sideways."""
    return somebody.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def is_accessible(somebody):
    """Whether axe finds nothing; what it writes to the console is its own."""
    found = Axe().run(somebody.page).response["violations"]
    assert not found, [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
    somebody.complaints.clear()


def write_down(office, somebody, what, quantity, wanted_on):
    """Write a need of Service down in the dialogue, with who of HR takes care of it."""
    page = somebody.page
    page.get_by_text(office.words["write down"], exact=True).click()
    page.select_option("#id_need-customer", value=str(office.departments["service"].pk))
    page.locator("input[name=need-flow][value=service]").check()
    page.fill("#id_need-what", what)
    page.fill("#id_need-quantity", quantity)
    page.fill("#id_need-wanted_on", f"{wanted_on:%Y-%m-%d}")
    page.select_option("#id_need-owner", value=str(office.people["hr"].pk))
    page.get_by_role("button", name=office.words["write it down"], exact=True).click()
    page.locator(".outcomes li", has_text=what).wait_for()


def make_objective(office, somebody, what, measured, target, due_on):
    """Make a need an objective from the dialogue's page, with its criterion; propose it, and come back."""
    page, back = somebody.page, somebody.page.url
    page.get_by_role("link", name=re.compile(re.escape(office.words["make it"].format("")) + ".*" + what)).click()
    page.locator("form.objective-form").wait_for()
    page.fill("#id_title", what)
    line = page.locator("[data-lines-list] > [data-line]").first
    line.locator("input[name=criteria-what]").fill(measured)
    line.locator("select[name=criteria-measure]").select_option("number:at_least")
    line.locator("input[name=criteria-target]").fill(target)
    line.locator("input[name=criteria-due]").fill(f"{due_on:%Y-%m-%d}")
    page.locator("form.objective-form button.btn-primary[type=submit]").click()
    page.wait_for_url(OBJECTIVE)
    page.locator("form[action$='/propose/'] button").click()
    page.locator("form[action$='/propose/']").wait_for(state="detached")
    page.goto(back)


def sign(office, somebody):
    page = somebody.page
    page.reload()
    page.get_by_role("button", name=office.words["sign"]).click()
    page.locator("form[action$='/sign/']").wait_for(state="detached")


def test_r25_service_tells_hr_its_two_needs_of_the_year(office):
    """Service tells HR its two needs of the year: receptionists recruited in the planned time, and key technicians
    kept. They become objectives in the dialogue, and both sign."""
    words = office.words
    hr = office.at("hr")
    hr.goto("/objectives/dialogues/")
    hr.page.get_by_role("link", name=words["call"]).first.click()
    hr.page.locator("#id_host").wait_for()
    hr.page.select_option("#id_guest", value=str(office.departments["service"].pk))
    hr.page.locator("input[name=rhythm][value=quarterly]").check()
    hr.page.fill("#id_starts_on", f"{office.day(0):%Y-%m-%d}")
    hr.page.fill("#id_at_time", "09:30")
    hr.page.fill("#id_place", words["room"])
    hr.page.get_by_role("button", name=words["call it"], exact=True).click()
    hr.page.wait_for_url(DIALOGUE)
    dialogue = Dialogue.objects.get()
    path = f"/objectives/dialogues/{dialogue.pk}/"

    service = office.at("service")
    service.goto(path)
    write_down(office, service, words["receptionists"], "2", office.day(90))
    write_down(office, service, words["technicians"], "", office.day(300))
    assert fits(service)
    needs = {need.what: need for need in Need.objects.filter(dialogue=dialogue)}
    assert set(needs) == {words["receptionists"], words["technicians"]}
    assert {need.owner for need in needs.values()} == {office.people["hr"]}
    assert {(need.supplier, need.customer) for need in needs.values()} == {
        (office.departments["hr"], office.departments["service"])
    }

    hr.page.reload()
    assert fits(hr)
    is_accessible(hr)
    make_objective(office, hr, words["receptionists"], words["on duty"], "2", office.day(90))
    make_objective(office, hr, words["technicians"], words["staying"], "5", office.day(300))
    hr.page.get_by_text(words["write the minutes"], exact=True).click()
    hr.page.fill("#id_minutes-minutes", words["minutes"])
    hr.page.get_by_role("button", name=words["save"]).click()
    hr.page.locator(".minutes", has_text=words["minutes"]).wait_for()
    sign(office, hr)
    sign(office, service)
    service.page.get_by_text(words["signed"]).wait_for()
    assert fits(service)
    is_accessible(service)

    objectives = Objective.objects.filter(dialogue=dialogue)
    assert {objective.need for objective in objectives} == set(needs.values())
    for objective in objectives:
        assert objective.owner == office.departments["hr"]
        assert [each.department for each in objective.customers.all()] == [office.departments["service"]]
        assert (objective.source_department, objective.state) == (office.departments["service"], "proposed")
        service.goto(f"/objectives/{objective.pk}/")
        service.page.locator("form[action$='/sign/'] button").first.click()
        service.page.locator("form[action$='/sign/']").wait_for(state="detached")
    assert set(objectives.values_list("state", flat=True)) <= {"agreed", "running"}, "both sides have signed"
    assert set(Need.objects.values_list("state", flat=True)) == {"objective"}
    dialogue.refresh_from_db()
    assert dialogue.state == "signed"
    assert set(DialogueSignature.objects.values_list("department__code", flat=True)) == {"hr", "service"}
    assert Dialogue.objects.filter(state="planned", series=dialogue.series).count() == 1, "the next one is planned"
    assert hr.complaints == service.complaints == []
