"""Every page, as a person meets it: no WCAG 2.2 AA violation, no console or CSP complaint, no stray language."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from supplychain.models import Interaction, Link
from surveys.models import Rating

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "preload": False,  # it would add inline styles of its own, and the content security policy complain about them
}

#: Latin words that belong on a Chinese page: names and codes, not sentences.
LATIN = re.compile(r"[A-Za-z]{2,}")
LATIN_ALLOWED = {"Downstream", "EN", "CRM", "CSV", "XLSX", "Excel", "UTF", "GB", "MB", "ISO", "Asia", "Shanghai"}
#: What an import file or a form must hold word for word; the page that explains it names it.
WORD_FOR_WORD = set(
    re.findall(
        r"[a-z]+",
        "departments people links interactions ratings csv xlsx manager deputy member information service material "
        "binary five agreement regulation instruction mon wed gm office",
    )
)
CHINESE = re.compile(r"[一-鿿]+")
CHINESE_ALLOWED = {"中文", "简体中文", "下游满意"}


def pages():
    """Return (username, paths) of everything a person can open, with rows of the loaded demo filled in."""
    link = Link.objects.filter(dealership__slug="demo", supplier__code="finance", customer__code="service").first()
    mine = Interaction.objects.filter(dealership__slug="demo")
    open_one = mine.filter(link__customer__code="service", state="open").first()
    rating = Rating.objects.filter(rater__username="service").order_by("-rated_at").first()
    return [
        (None, ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]),
        (
            "service",
            [
                "/",
                "/rate/",
                f"/rate/links/{link.pk}/",
                "/interactions/",
                "/interactions/new/",
                f"/interactions/{open_one.pk}/",
                f"/interactions/{rating.interaction_id}/",
                f"/ratings/{rating.pk}/change/",
                "/chain/",
                "/chain/pair/?a=finance&b=service",
                f"/chain/links/{link.pk}/",
                "/dashboard/",
                "/dashboard/departments/service/ratings/?side=supplier",
                "/accounts/password/change/",
                "/no-such-page/",
            ],
        ),
        ("group", ["/dashboard/group/", "/dashboard/group/?q=nowhere", "/chain/"]),
        ("gm", ["/dashboard/", "/dashboard/store/", "/dashboard/departments/finance/"]),
        (
            "admin",
            [
                "/",
                "/setup/",
                "/setup/import/",
                f"/chain/links/{link.pk}/",
                f"/chain/links/{link.pk}/terms/",
                f"/chain/links/{link.pk}/end/",
                "/admin/",
                "/admin/dealership/department/",
                f"/admin/dealership/department/{link.customer_id}/change/",
                f"/admin/dealership/user/{rating.rater_id}/change/",
                f"/admin/dealership/dealership/{link.dealership_id}/change/",
                "/admin/supplychain/link/",
                "/admin/supplychain/link/add/",
                "/admin/auditlog/logentry/",
            ],
        ),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("language", "locale", "width"), [("zh-hans", "zh-CN", 390), ("en", "en", 1440)])
def test_every_page(demo, person, language, locale, width, theme):
    demo(language, stores=2)
    problems = []
    for username, paths in pages():
        somebody = person(language=locale, width=width, theme=theme)
        if username:
            somebody.sign_in(username)
        for path in paths:
            problems += [f"{username} {path}: {problem}" for problem in look(somebody, path, language)]
    assert not problems, "\n".join(problems)


def look(somebody, path, language):
    """Yield what is wrong with a page."""
    somebody.complaints.clear()  # axe's own, of the page before
    response = somebody.goto(path)
    page = somebody.page
    if response.status != (404 if path == "/no-such-page/" else 200):
        yield f"answered {response.status}"
    yield from [text for text in somebody.complaints if "404" not in text]
    for violation in Axe().run(page, options=WCAG).response["violations"]:
        places = [node["target"] for node in violation["nodes"]][:3]
        yield f"{violation['id']}: {violation['help']} at {places}"
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        yield "scrolls sideways"
    if not path.startswith("/admin/"):
        yield from stray_words(page, language, WORD_FOR_WORD if path.endswith(("/import/", "/terms/")) else set())


def stray_words(page, language, named):
    """Yield words of the other language; what people typed (names, notes) is marked translate=no, codes are <code>."""
    text = page.evaluate(
        """() => {
            const copy = document.body.cloneNode(true);
            copy.querySelectorAll('[translate=no], script, template, code, kbd').forEach(node => node.remove());
            return copy.textContent;
        }"""
    )
    found, allowed = (LATIN, LATIN_ALLOWED) if language == "zh-hans" else (CHINESE, CHINESE_ALLOWED)
    strays = sorted(set(found.findall(text)) - allowed - named)
    if strays:
        yield f"stray words {strays[:12]}"
