"""R22 to its end, in a real browser: "3 qualified fitters on duty 30 days before the second quarter starts".

Met when 3 are on duty on 2 March 2026, not met with 2, or on 3 March: date and headcount decide, and nobody's taste.
"""

import datetime

import pytest
import time_machine

from objectives.models import Fact, Objective
from tests.browser.test_objectives import Office, agree

UTC = datetime.UTC
JANUARY = datetime.datetime(2026, 1, 12, 2, tzinfo=UTC)  # 10:00 in Shanghai
SECOND_OF_MARCH = datetime.datetime(2026, 3, 2, 3, tzinfo=UTC)
THIRD_OF_MARCH = datetime.datetime(2026, 3, 3, 3, tzinfo=UTC)
PDF = {"name": "on-duty.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 three names"}

WORDS = {
    "en": {
        "record": "Record a fact",
        "save": "Record it",
        "so far": {"met": "So far: Met", "not_met": "So far: Not met"},
        "judge": "Have it judged",
        "verdict": {"met": "Met", "not_met": "Not met"},
        "confirm": "It is so",
        "confirmed": "Confirmed.",
        "satisfied": "Satisfied",
        "thanks": "Thank you. Your answer stands beside the verdict.",
    },
    "zh-CN": {
        "record": "记录事实",
        "save": "记录",
        "so far": {"met": "目前：达成", "not_met": "目前：未达成"},
        "judge": "按事实判定",
        "verdict": {"met": "达成", "not_met": "未达成"},
        "confirm": "属实",
        "confirmed": "已确认。",
        "satisfied": "满意",
        "thanks": "谢谢，您的答复与判定并列显示。",
    },
}


@pytest.mark.parametrize(
    ("language", "width", "on_duty", "moment", "verdict"),
    [
        ("en", 390, "3", SECOND_OF_MARCH, "met"),
        ("zh-CN", 1440, "2", SECOND_OF_MARCH, "not_met"),
        ("zh-CN", 390, "3", THIRD_OF_MARCH, "not_met"),
    ],
    ids=["3 on 2 March: met", "2 on 2 March: not met", "3 on 3 March: not met"],
)
def test_r22_three_fitters(transactional_db, person, language, width, on_duty, moment, verdict):
    words = WORDS[language]
    with time_machine.travel(JANUARY) as clock:
        office = Office(language, width, person)
        objective = agree(office)[2]
        assert office.due == datetime.date(2026, 3, 2)

        clock.move_to(moment)
        hr = office.at("hr")
        hr.goto(f"/objectives/{objective.pk}/")
        hr.page.get_by_role("link", name=words["record"]).click()
        hr.page.fill("[name=happened_on]", moment.date().isoformat())
        hr.page.fill("[name=value]", on_duty)
        hr.page.set_input_files("[name=evidence]", PDF)
        hr.page.get_by_role("button", name=words["save"], exact=True).click()
        hr.page.get_by_role("heading", name=words["so far"][verdict]).wait_for()
        fact = Fact.objects.get()
        assert (fact.happened_on, fact.value) == (moment.date(), int(on_duty))

        accessories = office.at("accessories")
        accessories.goto(f"/objectives/{objective.pk}/")
        with accessories.page.expect_download() as download:
            accessories.page.get_by_role("link", name="on-duty.pdf").click()
        assert download.value.suggested_filename == "on-duty.pdf"
        accessories.page.get_by_role("button", name=words["confirm"], exact=True).click()
        accessories.page.get_by_text(words["confirmed"], exact=True).first.wait_for()

        accessories.page.get_by_role("button", name=words["judge"]).click()
        accessories.page.locator("#facts-verdict").get_by_text(words["verdict"][verdict], exact=True).wait_for()
        assert Objective.objects.get().verdict == verdict
        # Asked apart from it, whatever the verdict.
        accessories.page.get_by_role("button", name=words["satisfied"], exact=True).click()
        accessories.page.get_by_text(words["thanks"], exact=True).first.wait_for()
        row = Objective.objects.get()
        assert (row.state, row.verdict, row.customers.get().satisfied) == ("closed", verdict, True)
        assert hr.complaints == accessories.complaints == []
