"""Requests as a new user meets them, as the issue tells it: on a phone in English, at a desk in Chinese."""

import datetime
import re

import pytest
from django.utils import timezone, translation

from dealership.models import Notice, User
from dealership.notices import in_words
from supplychain.appointments import assess_link
from supplychain.models import Link, SupplyRequest

BOTH = pytest.mark.parametrize(("language", "width"), [("en", 390), ("zh-hans", 1440)])
LOCALES = {"en": "en", "zh-hans": "zh-CN"}
#: What a person looks for, in the language they read.
WORDS = {
    "en": {
        "outside": "What you ask for is outside the service windows.",
        "move": "Move to ",
        "short": "Send as short notice",
        "mark": "short notice",
        "accept": "Accept",
        "accepted": "Accepted: promised for ",
        "more": "More",
        "escalate": "Take it to my superior",
        "with superior": "With the superior ",
        "allow": "Allow",
        "in hands": "In the hands of ",
        "done": "It is done",
        "rate": "Rate it",
        "told": "You need not come again.",
        "receipts": "travel receipts",
        "exception": "The driver has a receipt instead of an invoice.",
    },
    "zh-hans": {
        "outside": "不在服务时段内",
        "move": "改到",
        "short": "作为临时要求发送",
        "mark": "临时要求",
        "accept": "受理",
        "accepted": "已受理：承诺",
        "more": "更多",
        "escalate": "上报上级",
        "with superior": "起在上级",
        "allow": "同意",
        "in hands": "经手人：",
        "done": "已办完",
        "rate": "去评价",
        "told": "您不用再跑一趟",
        "receipts": "差旅票据",
        "exception": "司机只有收据，没有发票。",
    },
}


def link_to(customer):
    """The link over which Finance reimburses a department: on Mondays."""
    return Link.objects.get(
        dealership__slug="demo", supplier__code="finance", customer__code=customer, item__code="reimbursement"
    )


def coming_tuesday(link):
    """The next Tuesday that is not today, whatever today is."""
    today = link.dealership.today()
    return today + datetime.timedelta(days=(1 - today.weekday() - 1) % 7 + 1)


def wish(somebody, link, what, day):
    """Fill in what is wanted and when; the page says at once what is off."""
    somebody.goto(f"/requests/new/?link={link.pk}")
    somebody.page.fill("#id_what", what)
    with somebody.page.expect_response(re.compile(r"/requests/new/\?")):
        somebody.page.fill("#id_wanted_on", day.isoformat())
    somebody.page.locator("#request-off").wait_for()


@BOTH
def test_r11_service_asks_finance_on_a_tuesday_and_moves_it_to_monday(demo, person, language, width):
    demo(language)
    words, link = WORDS[language], link_to("service")
    tuesday = coming_tuesday(link)
    slot = assess_link(link, asked_at=timezone.now(), wanted_on=tuesday).next_slot
    assert slot.day.weekday() == 0
    service = person(language=LOCALES[language], width=width)
    service.sign_in("service")
    before = SupplyRequest.objects.count()

    wish(service, link, words["receipts"], tuesday)
    assert words["outside"] in service.page.inner_text("#request-off")
    service.page.get_by_role("button", name=words["short"]).wait_for()
    assert SupplyRequest.objects.count() == before  # told before it is sent
    service.page.get_by_role("button", name=re.compile(f"^{words['move']}")).click()
    service.page.wait_for_url(re.compile(r"/requests/\d+/$"))
    asked = SupplyRequest.objects.latest("pk")
    assert (asked.what, asked.wanted_on, asked.short_notice) == (words["receipts"], slot.day, False)

    finance = person(language=LOCALES[language], width=width)
    finance.sign_in("finance")
    finance.goto(f"/requests/?side=supplier&day={slot.day.isoformat()}")
    card = finance.page.locator(f"#request-{asked.pk}")
    assert words["receipts"] in card.inner_text()
    finance.goto("/requests/")  # and without looking for the day, under its heading
    day = finance.page.locator("section", has=finance.page.locator(f"#request-{asked.pk}"))
    assert f"day={slot.day.isoformat()}" in day.locator("h2 a").get_attribute("href")
    with finance.page.expect_response(re.compile("/accept/")):
        card.get_by_role("button", name=words["accept"], exact=True).click()
    card.get_by_text(words["accepted"]).wait_for()
    asked.refresh_from_db()
    assert (asked.state, asked.promised_on) == ("accepted", slot.day)
    assert service.complaints == finance.complaints == []


@BOTH
def test_r13_finance_takes_logistics_receipt_exception_over_and_nobody_comes_twice(demo, person, language, width):
    demo(language)
    words, link = WORDS[language], link_to("logistics")
    people = {}
    for name in ("logistics", "finance", "gm"):
        people[name] = person(language=LOCALES[language], width=width)
        people[name].sign_in(name)
    logistics, finance, gm = people.values()

    wish(logistics, link, words["receipts"], coming_tuesday(link))
    logistics.page.get_by_role("button", name=words["short"]).click()
    logistics.page.wait_for_url(re.compile(r"/requests/\d+/$"))
    asked = SupplyRequest.objects.latest("pk")
    address = f"/requests/{asked.pk}/"
    assert words["mark"] in logistics.page.inner_text("main")

    finance.goto("/requests/?side=supplier")
    card = finance.page.locator(f"#request-{asked.pk}")
    with finance.page.expect_response(re.compile("/accept/")):
        card.get_by_role("button", name=words["accept"], exact=True).click()
    card.get_by_text(words["accepted"]).wait_for()
    card.get_by_text(words["more"], exact=True).click()
    card.locator("summary", has_text=words["escalate"]).click()
    card.locator("form[action$='/escalate/'] textarea").fill(words["exception"])
    with finance.page.expect_response(re.compile("/escalate/")):
        card.get_by_role("button", name=words["escalate"]).click()
    card.get_by_text(words["with superior"]).wait_for()

    boss = User.objects.get(username="gm")
    logistics.goto(address)  # the page shows who holds it, and nobody has to come
    held = logistics.page.locator(".request-holder").inner_text()
    assert words["with superior"] in held
    assert str(boss) in held
    with translation.override(language):
        told = [in_words(notice) for notice in Notice.objects.filter(person__username="logistics")]
    assert any(words["told"] in text and str(boss) in text for text in told)

    gm.goto(address)
    assert words["exception"] in gm.page.inner_text("main")
    gm.page.get_by_role("button", name=words["allow"], exact=True).click()
    gm.page.locator(".request-holder", has_text=words["in hands"]).wait_for()

    finance.goto("/requests/?side=supplier")
    with finance.page.expect_response(re.compile("/finish/")):
        card.get_by_role("button", name=words["done"]).click()
    card.get_by_role("button", name=words["done"]).wait_for(state="detached")
    logistics.goto(address)
    logistics.page.get_by_role("link", name=words["rate"]).wait_for()
    asked.refresh_from_db()
    assert (asked.state, asked.trips) == ("done", 1)
    assert [somebody.complaints for somebody in people.values()] == [[], [], []]


def test_without_javascript_it_is_told_and_moved_too(demo, person):
    demo("en")
    link = link_to("service")
    somebody = person(language="en", width=390, javascript=False)
    somebody.sign_in("service")
    page = somebody.page
    somebody.goto(f"/requests/new/?link={link.pk}")
    page.fill("#id_what", "travel receipts")
    page.fill("#id_wanted_on", coming_tuesday(link).isoformat())
    page.get_by_role("button", name="Send the request").click()
    page.locator("#request-off").wait_for()
    assert page.input_value("#id_what") == "travel receipts"
    page.get_by_role("button", name=re.compile("^Move to Monday")).click()
    page.get_by_role("heading", name="travel receipts").wait_for()
    asked = SupplyRequest.objects.latest("pk")
    assert (asked.what, asked.wanted_on.weekday()) == ("travel receipts", 0)
