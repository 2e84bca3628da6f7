"""R23 in a real browser: a plan is made together, and is not adopted while one manager has not signed."""

import re
from decimal import Decimal

import pytest

from objectives.actions_plan import open_plan, put_to_signature
from objectives.actions_plan_goals import add_goal
from objectives.measure_lines import MeasureLine
from objectives.models import CompanyPlan, PlanEdition, PlanEntry, PlanSignature
from tests.supplychain.calls import people_of_standard_store

PLAN = re.compile(r"/objectives/plan/\d+/(#\w+)?$")

WORDS = {
    "en": {
        "begin": "Begin the plan {}",
        "contribute": "Contribute to {}",
        "strengths": "strengths",
        "expectations": "expectations",
        "threats": "threats",
        "add": "Add",
        "add a goal": "Add a goal",
        "save": "Save",
        "put": "Put to signature",
        "sign": "Sign for {}",
        "waits": "Waits for {} signatures",
        "waits for one": "Waits for 1 signature",
        "finance": "Finance ({})",
        "adopt": "Adopt the plan",
        "adopted": "Adopted on",
        "changed": "changed the company plan",
        "we pay": "We pay on time.",
        "receptionists": "Receptionists recruited in the planned time.",
        "rival": "A rival opens next door.",
        "goal": "Every customer comes back",
        "measure": "customers who come back",
        "vacant": "The chair is vacant",
    },
    "zh-CN": {
        "begin": "开始制定 {} 年度计划",
        "contribute": "填写{}",
        "strengths": "优势",
        "expectations": "期望",
        "threats": "威胁",
        "add": "添加",
        "add a goal": "添加公司目标",
        "save": "保存",
        "put": "提交签字",
        "sign": "代表{}签字",
        "waits": "等待 {} 个签字",
        "waits for one": "等待 1 个签字",
        "finance": "财务部（{}）",
        "adopt": "通过计划",
        "adopted": "通过，第 1 版",
        "changed": "公司年度计划",
        "we pay": "我们按时付款。",
        "receptionists": "按计划的时间招到接待人员。",
        "rival": "隔壁新开了一家同品牌店。",
        "goal": "客户都愿意再来",
        "measure": "再次到店的客户",
        "vacant": "经理职位空缺",
    },
}
SIGNERS = ("gm-office", "finance", "hr", "service")


@pytest.fixture(params=[("en", 390), ("zh-CN", 1440)], ids=["English on a phone", "Chinese at a desk"])
def office(request, transactional_db, person):
    return Office(*request.param, person)


class Office:
    """A standard store, read in a language at a width; four of its chairs are taken."""

    def __init__(self, language, width, open_window):
        self.store, self.departments, self.people = people_of_standard_store(
            *SIGNERS, language="en" if language == "en" else "zh-hans"
        )
        self.words = WORDS[language]
        self.language = language
        self._window = (language, width, open_window)
        self.windows = []

    def at(self, code):
        """Let a department's manager sign in at a window of their own."""
        language, width, open_window = self._window
        somebody = open_window(language=language, width=width)
        somebody.sign_in(self.people[code].username)
        self.windows.append(somebody)
        return somebody

    def label(self, code):
        department = self.departments[code]
        return (department.name_en if self.language == "en" else department.name_zh_hans) or department.name

    def contribute(self, somebody, board, text, towards=None):
        """Unfold a board's form, write and add."""
        page, name = somebody.page, {"strength": "strengths", "threat": "threats", "expectation": "expectations"}[board]
        page.get_by_label(self.words["contribute"].format(self.words[name]), exact=True).click()
        page.fill(f"#{board}-text", text)
        if towards:
            page.select_option(f"#{board}-towards", label=self.label(towards))
        page.locator(f"#{board}").get_by_role("button", name=self.words["add"], exact=True).click()
        page.locator(f"#{board} .entry", has_text=text).wait_for()

    def sign(self, somebody, code):
        somebody.goto("/objectives/plan/")
        somebody.page.get_by_role("button", name=self.words["sign"].format(self.label(code))).click()
        somebody.page.locator(".plan-signed").first.wait_for()


def test_r23_the_plan_cannot_be_adopted_while_one_manager_has_not_signed(office):
    """The year's company goals are made together: every department manager takes part in the review of where the
    company stands (STATE), strengths, weaknesses, opportunities and threats (SWOT), and of what the company and each
    department expect. Adopted only when every manager has signed."""
    words = office.words
    gm, finance, service, hr = (office.at(code) for code in ("gm-office", "finance", "service", "hr"))
    gm.goto("/objectives/plan/")
    gm.page.get_by_role("button", name=words["begin"].format(office.store.today().year)).click()
    gm.page.wait_for_url(PLAN)

    finance.goto("/objectives/plan/")
    office.contribute(finance, "strength", words["we pay"])
    service.goto("/objectives/plan/")
    service.page.locator("#strength .entry", has_text=words["we pay"]).wait_for()
    office.contribute(service, "expectation", words["receptionists"], towards="hr")

    gm.page.get_by_role("link", name=words["add a goal"]).click()
    gm.page.fill("#id_title", words["goal"])
    line = gm.page.locator("[data-lines-list] > [data-line]").first
    line.locator("[name=measures-what]").fill(words["measure"])
    line.locator("[name=measures-measure]").select_option("percentage:at_least")
    line.locator("[name=measures-target]").fill("80")
    line.locator("[name=measures-due]").fill(f"{office.store.today():%Y-%m-%d}")
    gm.page.get_by_role("button", name=words["save"]).click()
    gm.page.locator(".goal", has_text=words["goal"]).wait_for()
    gm.page.locator(".goal-measures", has_text=words["measure"]).wait_for()

    gm.page.get_by_role("button", name=words["put"]).click()
    gm.page.locator("dialog[open]").get_by_role("button", name=words["put"]).click()
    gm.page.get_by_text(words["waits"].format(4)).wait_for()
    assert gm.page.get_by_text(words["vacant"]).count() == 6, "chairs nobody holds are shown, and not waited for"
    for somebody, code in ((gm, "gm-office"), (hr, "hr"), (service, "service")):
        office.sign(somebody, code)

    # One manager has not signed: who is missing shows, and nobody is offered to adopt it.
    gm.page.reload()
    gm.page.get_by_text(words["waits for one"]).wait_for()
    gm.page.get_by_text(words["finance"].format(office.people["finance"])).wait_for()
    assert gm.page.get_by_role("button", name=words["adopt"]).count() == 0
    plan = CompanyPlan.objects.get()
    assert plan.state == "signing"
    assert not PlanEdition.objects.exists()

    # A change reopens signing: who had signed is told, and is asked again.
    finance.goto("/objectives/plan/")
    office.contribute(finance, "threat", words["rival"])
    finance.page.get_by_text(words["waits"].format(4)).wait_for()
    service.goto("/notices/")
    service.page.get_by_text(words["changed"]).first.wait_for()
    for somebody, code in ((gm, "gm-office"), (hr, "hr"), (service, "service")):
        office.sign(somebody, code)
    assert CompanyPlan.objects.get().state == "signing"

    office.sign(finance, "finance")
    finance.page.locator(".plan-verdict", has_text=words["adopted"]).wait_for()
    edition = PlanEdition.objects.get()
    assert len(edition.content["signatures"]) == len(SIGNERS)
    assert {entry["text"] for entry in edition.content["entries"]} == {
        words["we pay"],
        words["receptionists"],
        words["rival"],
    }
    assert finance.page.locator("form textarea").count() == 0, "there is nothing left to write in"
    assert all(window.complaints == [] for window in office.windows)


def test_r23_who_signs_a_text_that_was_changed_meanwhile_is_told_and_signs_nothing(office):
    words, gm = office.words, office.people["gm-office"]
    today = office.store.today()
    plan = open_plan(acting_user=gm, year=today.year)
    measure = MeasureLine("percentage", words["measure"], "at_least", Decimal(80), "", today)
    add_goal(acting_user=gm, plan=plan, title=words["goal"], measures=[measure])
    plan.refresh_from_db()
    put_to_signature(acting_user=gm, plan=plan, version=plan.version)
    service, finance = office.at("service"), office.at("finance")
    service.goto("/objectives/plan/")
    finance.goto("/objectives/plan/")
    office.contribute(finance, "threat", words["rival"])
    service.page.get_by_role("button", name=words["sign"].format(office.label("service"))).click()
    service.page.locator(".toasts", has_text=str(office.people["finance"])).wait_for()
    service.page.locator("#threat .entry", has_text=words["rival"]).wait_for()
    assert not PlanSignature.objects.exists()
    assert PlanEntry.objects.count() == 1
