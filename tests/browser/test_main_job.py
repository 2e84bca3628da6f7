"""The main job in a real browser: rate on a phone, roll up, read the dashboard; the admin configures."""

import re

import pytest

from supplychain.models import Link
from surveys import rollups
from surveys.models import Rating


@pytest.fixture
def sales(demo, person):
    """Sales' manager at a 360 px phone in English, on the home page."""
    demo("en")
    somebody = person(language="en", width=360)
    somebody.sign_in("sales")
    return somebody


def test_rate_in_two_taps_and_see_it_on_the_dashboard(sales, person):
    link = Link.objects.get(customer__code="sales", item__code="pre-delivery-inspection", active_to=None)
    before = Rating.objects.filter(link=link).count()
    sales.goto("/rate/?q=pre-delivery-inspection")
    card = sales.page.locator(f'form[action="/rate/links/{link.pk}/"]').first
    box = card.get_by_role("button", name=re.compile("^Good", re.I)).bounding_box()
    assert min(box["width"], box["height"]) >= 44
    card.get_by_role("button", name=re.compile("^Not good", re.I)).click()
    sales.page.get_by_text("Saved").first.wait_for()
    sales.page.get_by_text("not solved").first.click()
    with sales.page.expect_response(re.compile("/reasons/")):
        sales.page.get_by_role("button", name=re.compile("reason", re.I)).first.click()
    rating = Rating.objects.filter(link=link).order_by("-pk").first()
    assert Rating.objects.filter(link=link).count() == before + 1
    assert (rating.score, rating.reasons) == (0, ["unsolved"])

    rollups.absorb_all()
    service = person(language="en", width=1440)
    service.sign_in("service")
    service.goto("/dashboard/")
    main = service.page.inner_text("main").lower()
    assert "not satisfied" in main
    assert "pre-delivery inspection" in main
    assert sales.complaints == service.complaints == []


def test_one_tap_is_saved_and_undone(sales):
    sales.goto("/")
    buttons = sales.page.get_by_role("button", name=re.compile("^Good", re.I))
    before = Rating.objects.count()
    buttons.first.click()
    sales.page.get_by_role("button", name=re.compile("^Undo", re.I)).first.wait_for()
    assert Rating.objects.count() == before + 1
    with sales.page.expect_response(re.compile("/undo/")):
        sales.page.get_by_role("button", name=re.compile("^Undo", re.I)).first.click()
    assert Rating.objects.count() == before
    assert sales.complaints == []


def test_by_keyboard_alone(sales):
    sales.goto("/")
    before = Rating.objects.count()
    for _ in range(60):
        sales.page.keyboard.press("Tab")
        name = sales.page.evaluate("document.activeElement.name || ''")
        if name == "score":
            break
    sales.page.keyboard.press("Enter")
    sales.page.get_by_text("Saved").first.wait_for()
    assert Rating.objects.count() == before + 1
    # The card that had the focus is gone; what took its place gets it once it has settled.
    sales.page.locator("main :focus").wait_for()


def test_without_javascript(demo, person):
    demo("en")
    somebody = person(language="en", width=360, javascript=False)
    somebody.sign_in("sales")
    somebody.goto("/")
    before = Rating.objects.count()
    somebody.page.get_by_role("button", name=re.compile("^Good", re.I)).first.click()
    somebody.page.get_by_text("Saved").first.wait_for()
    assert Rating.objects.count() == before + 1


def test_sign_in_and_out(demo, person):
    demo("zh-hans")
    somebody = person(language="zh-CN", width=390)
    somebody.goto("/")
    assert "/accounts/login/" in somebody.page.url
    somebody.page.fill("input[name=login]", "service")
    somebody.page.fill("input[name=password]", "demo")
    somebody.page.keyboard.press("Enter")
    somebody.page.wait_for_url(lambda url: "login" not in url)
    somebody.page.get_by_role("heading", name="待办").wait_for()
    assert somebody.complaints == []


def test_the_admin_adds_a_department_and_a_link(demo, person):
    demo("en")
    somebody = person(language="en", width=1440)
    somebody.sign_in("admin")
    somebody.goto("/admin/dealership/department/add/")
    somebody.page.fill("#id_code", "used-cars")
    somebody.page.fill("#id_name", "Used Cars")
    somebody.page.click("input[name=_save]")
    somebody.page.get_by_role("link", name="Used Cars").first.wait_for()
    somebody.goto("/admin/supplychain/link/add/")
    page = somebody.page
    page.select_option("#id_flow", "service")
    for field, label in (("supplier", "Used Cars"), ("customer", "Sales"), ("item", "repair")):
        choose(page, field, label)
    page.click("input[name=_save]")
    page.wait_for_url("**/admin/supplychain/link/")
    assert Link.objects.filter(supplier__code="used-cars", customer__code="sales").exists()
    assert somebody.complaints == []


def choose(page, field, label):
    """Choose in an admin foreign key field, whether it is a plain select or an autocomplete one."""
    select = page.locator(f"#id_{field}")
    if "admin-autocomplete" in (select.get_attribute("class") or ""):
        page.locator(f".field-{field} .select2-selection").click()
        page.locator(".select2-search__field").fill(label)
        page.locator(".select2-results__option", has_text=re.compile(label, re.I)).first.click()
    else:
        option = select.locator("option", has_text=re.compile(label, re.I)).first
        select.select_option(value=option.get_attribute("value"))
