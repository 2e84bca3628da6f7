"""R22 as it is written, in a real browser: both sides agree on fitters, a number and a day, beforehand."""

import datetime
import re

import pytest

from objectives.fiscal import FiscalYear
from objectives.models import Criterion, Objective
from tests.supplychain.calls import people_of_standard_store

PAGE = re.compile(r"/objectives/\d+/$")
DAY = datetime.timedelta(days=1)

WORDS = {
    "en": {
        "draft": "Draft an objective",
        "title": "3 qualified fitters on duty 30 days before the second quarter starts",
        "what": "qualified fitters on duty",
        "due": "30 days before the second quarter starts",
        "customer": "Accessories & Detailing",
        "save": "Save the draft",
        "another": "Another criterion",
        "propose": "Sign for Human Resources and propose",
        "waits": "Proposed: waits for the signature of Accessories & Detailing.",
        "sign": "Sign for Accessories & Detailing",
        "agreed": "Agreed by both sides, running.",
        "day": "= {0.day} Mar {0.year}",
        "criterion": "qualified fitters on duty: at least 3 by {0.day} Mar {0.year}",
    },
    "zh-CN": {
        "draft": "起草目标",
        "title": "第二季度开始前30天，3名合格的精品装饰工到岗",
        "what": "到岗的合格精品装饰工",
        "due": "第二季度开始前30天",
        "customer": "精品装饰部",
        "save": "保存草稿",
        "another": "再加一项标准",
        "propose": "代表人力资源部签字并提出",
        "waits": "已提出：等待精品装饰部签字。",
        "sign": "代表精品装饰部签字",
        "agreed": "双方已约定，进行中。",
        "day": "= {0.year}年{0.month}月{0.day}日",
        "criterion": "{0.year}年{0.month}月{0.day}日",
    },
}


@pytest.fixture(params=[("en", 390), ("zh-CN", 1440)], ids=["English on a phone", "Chinese at a desk"])
def office(request, transactional_db, person):
    return Office(*request.param, person)


class Office:
    """A standard store, read in a language at a width, with HR and Accessories at their browsers."""

    def __init__(self, language, width, open_window):
        store_language = "en" if language == "en" else "zh-hans"
        self.store, self.departments, self.people = people_of_standard_store(
            "hr", "accessories", language=store_language
        )
        self.words = WORDS[language]
        self._window = (language, width, open_window)

    def at(self, code, **window):
        """Let a department's manager sign in at a window of their own."""
        language, width, open_window = self._window
        somebody = open_window(language=language, width=width, **window)
        somebody.sign_in(self.people[code].username)
        return somebody

    @property
    def due(self):
        """30 days before the second quarter starts, of this fiscal year, or of the next where that has passed."""
        year = FiscalYear.of(self.store.today())
        due = year.quarter(2)[0] - 30 * DAY
        return due if due >= self.store.today() else FiscalYear(year.year + 1).quarter(2)[0] - 30 * DAY

    def draft(self, somebody):
        """Let HR draft “3 qualified fitters …” for Accessories, as far as the saved draft."""
        page, words = somebody.page, self.words
        somebody.goto("/objectives/")
        page.get_by_role("link", name=words["draft"]).first.click()
        page.fill("#id_title", words["title"])
        page.select_option("#id_origin", label=words["customer"])
        page.fill("[name=criteria-what] >> nth=0", words["what"])
        page.fill("[name=criteria-target] >> nth=0", "3")
        page.fill("[name=criteria-due] >> nth=0", words["due"])

    def saved(self, somebody):
        somebody.page.get_by_role("button", name=self.words["save"]).click()
        somebody.page.wait_for_url(PAGE)
        return Objective.objects.get()


def agree(office):
    """Go from the draft to what both sides have signed; returns HR's and Accessories' windows."""
    words = office.words
    hr = office.at("hr")
    office.draft(hr)
    hr.page.get_by_text(words["day"].format(office.due)).wait_for()  # while it is typed
    objective = office.saved(hr)
    hr.page.get_by_text(words["criterion"].format(office.due)).first.wait_for()
    hr.page.get_by_role("button", name=words["propose"]).click()
    hr.page.get_by_role("heading", name=words["waits"]).wait_for()

    accessories = office.at("accessories")
    accessories.goto("/objectives/")
    accessories.page.get_by_role("link", name=words["title"]).click()
    accessories.page.wait_for_url(PAGE)
    accessories.page.get_by_role("button", name=words["sign"]).click()
    accessories.page.get_by_role("heading", name=words["agreed"]).wait_for()
    return hr, accessories, objective


def test_r22_hr_and_accessories_agree_on_three_fitters_beforehand(office):
    """HR and Accessories agree "3 qualified fitters on duty 30 days before the second quarter starts"."""
    hr, accessories, objective = agree(office)
    criterion = Criterion.objects.get()
    assert (criterion.kind, criterion.comparison, criterion.target) == ("number", "at_least", 3)
    assert (criterion.due_on, criterion.due_words) == (office.due, office.words["due"])
    assert (office.due.month, office.due.day) in {(3, 2)}
    objective.refresh_from_db()
    assert (objective.state, objective.owner) == ("running", office.departments["hr"])
    assert [c.department for c in objective.customers.all()] == [office.departments["accessories"]]
    signed = criterion.terms.signatures.values_list("person", flat=True)
    assert set(signed) == {office.people["hr"].pk, office.people["accessories"].pk}
    assert hr.complaints == accessories.complaints == []


def test_r22_without_scripts(office):
    hr = office.at("hr", javascript=False)
    page = hr.page
    office.draft(hr)
    assert page.locator("input[name=criteria-what]:visible").count() == 3
    objective = office.saved(hr)
    assert Criterion.objects.get().due_on == office.due
    page.get_by_role("button", name=office.words["propose"]).click()
    page.get_by_role("heading", name=office.words["waits"]).wait_for()
    objective.refresh_from_db()
    assert objective.state == "proposed"


def test_lines_come_and_go_and_show_what_their_kind_needs(office):
    hr = office.at("hr")
    page = hr.page
    office.draft(hr)
    lines = page.locator("[data-lines-list] > [data-line]")
    page.get_by_role("button", name=office.words["another"]).click()
    assert lines.count() == 2
    second = lines.nth(1)
    assert second.locator("[name=criteria-target]").is_visible()
    second.locator("[name=criteria-measure]").select_option("date:by")
    assert not second.locator("[name=criteria-target]").is_visible()
    second.locator("[name=criteria-due]").fill(office.words["due"])
    second.get_by_text(office.words["day"].format(office.due)).wait_for()  # a line that was added shows its day too
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(node => node.id)).size") == (
        page.locator("[id]").count()
    ), "an id stands twice"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    second.locator("[data-lines-remove]").click()
    assert lines.count() == 1
    office.saved(hr)
    assert Criterion.objects.count() == 1
    assert hr.complaints == []
