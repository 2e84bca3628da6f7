"""Charts fill the place they ask for, also where less motion is wanted; and long names break no page on a phone."""

import pytest

from dealership.models import Dealership, Department, User
from supplychain.models import Item
from surveys.periods import add_months, month_start

HEIGHTS = """() => [...document.querySelectorAll('[data-chart]')].map(
    each => [each.clientHeight, each.querySelector('canvas').clientHeight]
)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Without a place to break, as a name in Latin letters may be.
LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauamt"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_chart_fills_its_place(demo, person, motion):
    demo("en")
    somebody = person(language="en", motion=motion)
    somebody.sign_in("gm")
    for path in ("/dashboard/store/", "/dashboard/departments/finance/", "/dashboard/scorecards/"):
        somebody.goto(path)
        heights = somebody.page.evaluate(HEIGHTS)
        assert heights
        assert all(drawn == asked > 100 for asked, drawn in heights), (path, heights)


def test_nothing_scrolls_sideways_on_a_phone_where_names_are_long(demo, person):
    """In English, and in a month that is over: its columns have the longest names."""
    demo("en", stores=3)
    month = add_months(month_start(Dealership.objects.get(slug="demo").today()), -1)
    for rows in (Department, Item):
        for each in rows.objects.filter(dealership__slug="demo"):
            rows.objects.filter(pk=each.pk).update(name_en=f"{LONG}{each.pk}"[-60:])
    Dealership.objects.update(name=LONG)
    User.objects.update(full_name=LONG)
    somebody = person(language="en", width=390)
    problems = []
    pages = ("store/", "departments/finance/", "departments/finance/lenses/", "departments/finance/ratings/")
    for reader, paths in {
        "gm": [*pages, f"review/{month:%Y-%m}/", "scorecards/", "scorecards/finance/", "export/"],
        "group": ["group/", "group/comparison/"],
    }.items():
        somebody.sign_in(reader)
        for path in paths:
            somebody.goto(f"/dashboard/{path}?period={month:%Y-%m}")
            wider = somebody.page.evaluate(SIDEWAYS)
            problems += [f"{path} by {wider}"] if wider > 1 else []
    assert problems == []
