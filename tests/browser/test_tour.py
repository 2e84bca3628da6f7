"""Every page, as a person meets it: no WCAG 2.2 AA violation, no console or CSP complaint, no stray language."""

import datetime
import re
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe

from dealership.models import User
from objectives.actions_terms import change_terms
from objectives.measure_lines import line_of
from objectives.models import CompanyGoal, CompanyPlan, Dialogue, Fact, Need, Objective, PlanEntry
from supplychain.actions_calls import NeedLine, answer_call, open_call, request_from_need
from supplychain.actions_escalations import escalate
from supplychain.actions_requests import accept, ask
from supplychain.models import Interaction, Link
from surveys.actions import rate_link
from surveys.actions_recovery import answer_recovery
from surveys.models import Rating, Recovery, SurveyRound
from surveys.scoring import SCORES

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "preload": False,  # it would add inline styles of its own, and the content security policy complain about them
}

#: Latin words that belong on a Chinese page: names and codes, not sentences.
LATIN = re.compile(r"[A-Za-z]{2,}")
LATIN_ALLOWED = {"Downstream", "EN", "CRM", "CSV", "XLSX", "Excel", "UTF", "GB", "MB", "ISO", "Asia", "Shanghai"}
LATIN_ALLOWED |= {"PDF", "Word"}
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


def to_mend(link):
    """Rate something of the demo not good; return the recovery that this opens."""
    rater, score = User.objects.get(username="service"), SCORES[link.scale][0]
    rating = rate_link(acting_user=rater, link=link, score=score, key=uuid.uuid4(), comment="4711")
    return Recovery.objects.get(interaction=rating.interaction)


def pages():
    """Return (username, paths) of everything a person can open, with rows of the loaded demo filled in."""
    link = Link.objects.filter(dealership__slug="demo", supplier__code="finance", customer__code="service").first()
    mine = Interaction.objects.filter(dealership__slug="demo")
    open_one = mine.filter(link__customer__code="service", state="open").first()
    rating = Rating.objects.filter(rater__username="service").order_by("-rated_at").first()
    asked, exception = requests(link)
    opened, planned = to_mend(link), to_mend(link)
    today = link.dealership.today()
    finance = User.objects.get(username="finance")
    answer_recovery(acting_user=finance, recovery=planned, version=1, plan="4711", promised_on=today)
    unanswered, answered = calls(link)
    promised = promises()
    return [
        (None, ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]),
        (
            "service",
            [
                "/",
                "/?show=rate",
                "/notices/",
                "/management/",
                "/rate/",
                f"/rate/links/{link.pk}/",
                "/interactions/",
                "/interactions/new/",
                f"/interactions/{open_one.pk}/",
                f"/interactions/{rating.interaction_id}/",
                f"/ratings/{rating.pk}/change/",
                "/recoveries/?tab=confirm",
                f"/recoveries/{planned.pk}/",
                f"/interactions/{planned.interaction_id}/",
                "/calls/",
                "/calls/new/",
                f"/calls/{unanswered.pk}/",
                f"/calls/{answered.pk}/",
                "/chain/",
                "/chain/pair/?a=finance&b=service",
                f"/chain/links/{link.pk}/",
                "/dashboard/",
                "/dashboard/departments/service/ratings/?side=supplier",
                "/dashboard/departments/service/lenses/",
                "/dashboard/departments/service/requests/",
                "/requests/",
                "/requests/?side=customer&state=any",
                "/requests/new/",
                f"/requests/new/?link={link.pk}&wanted_on={asked.wanted_on}",
                f"/requests/{asked.pk}/",
                "/accounts/password/change/",
                "/no-such-page/",
            ],
        ),
        ("finance", ["/requests/?side=supplier", f"/requests/{asked.pk}/"]),
        ("finance", ["/recoveries/", f"/recoveries/{opened.pk}/", "/recoveries/?tab=all&state=mended"]),
        (
            "finance",
            [
                "/calls/?side=supplier",
                f"/calls/new/?link={link.pk}",
                f"/calls/{answered.pk}/",
                f"/calls/{answered.pk}/close/",
            ],
        ),
        *promised,
        *rounds(),
        ("group", ["/dashboard/group/", "/dashboard/group/?q=nowhere", "/dashboard/group/comparison/", "/chain/"]),
        (
            "gm",
            [
                "/dashboard/",
                "/dashboard/store/",
                f"/dashboard/review/{today:%Y-%m}/",
                "/dashboard/export/",
                "/dashboard/scorecards/",
                "/dashboard/scorecards/service/",
                "/dashboard/departments/finance/",
                "/requests/?side=all",
                "/calls/?side=store",
                f"/calls/{unanswered.pk}/",
                f"/requests/{exception.pk}/",
            ],
        ),
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


def requests(link):
    """Ask over a link twice, at short notice; return what waits for an answer, and what waits for the superior."""
    people = {name: User.objects.get(username=name) for name in ("service", "finance")}
    wanted = link.dealership.today() + datetime.timedelta(days=1)
    asked, exception = (
        ask(acting_user=people["service"], link=link, what=what, wanted_on=wanted, short_notice_accepted=True)
        for what in ("a first advance", "a second advance")
    )
    accept(acting_user=people["finance"], request=exception, promised_on=wanted)
    escalate(acting_user=people["finance"], request=exception, text="There is a receipt, but no invoice.")
    return asked, exception


def rounds():
    """Return (username, paths) of survey rounds: the demo has one that is open, and one that is published."""
    mine = SurveyRound.objects.filter(dealership__slug="demo")
    opened, published = (f"/rounds/{mine.get(state=state).pk}/" for state in ("open", "published"))
    return [
        ("gm", ["/rounds/", "/rounds/new/", opened, published]),
        ("service", [opened, f"{opened}answer/", published]),
    ]


def promises():
    """Return (username, paths) of what is promised: the demo has plans, needs and objectives in every state."""
    stores = {"dealership__slug": "demo"}
    adopted, signing = (
        f"/objectives/plan/{plan.pk}/" for plan in CompanyPlan.objects.filter(**stores).order_by("year")
    )
    entry = PlanEntry.objects.filter(**stores, plan__state="signing", department__code="finance").first()
    goal = CompanyGoal.objects.filter(**stores, plan__state="signing").first()
    mine = Objective.objects.filter(**stores)
    running = mine.filter(state="running", owner__code="hr").first()
    manager = User.objects.get(username="hr")
    change_terms(
        acting_user=manager,
        objective=running,
        reason="4711",
        criteria=[line_of(c) for c in running.terms.get().criteria.all()][:1],
    )
    year, draft = running.year, mine.filter(state="draft").get()
    disputed = Fact.objects.filter(**stores, state="disputed").get()
    of = {state: f"/objectives/{mine.filter(state=state).first().pk}/" for state in ("proposed", "judged", "closed")}
    needs = [f"/objectives/needs/{need.pk}/" for need in Need.objects.filter(**stores, supplier__code="hr")]
    dialogues = [f"/objectives/dialogues/{row.pk}/" for row in Dialogue.objects.filter(**stores, guest__code="hr")]
    return [
        (
            "hr",
            [
                *("/", "/objectives/", "/objectives/new/", f"/objectives/{running.pk}/"),
                f"/objectives/{running.pk}/terms/compare/",
                f"/objectives/facts/new/{running.pk}/",
                *("/objectives/needs/", *needs, "/objectives/dialogues/", *dialogues),
                "/objectives/dialogues/?tab=past",
                "/objectives/dialogues/calendar/",
            ],
        ),
        (
            "service",
            [
                *(of["judged"], of["closed"], f"/objectives/{running.pk}/", "/objectives/?state=draft"),
                *("/objectives/needs/?tab=from", "/objectives/needs/?tab=all", "/objectives/needs/new/"),
                *("/objectives/dialogues/new/", "/objectives/dialogues/?tab=sign"),
            ],
        ),
        ("sales", [of["proposed"], f"/objectives/{draft.pk}/", f"/objectives/{draft.pk}/edit/"]),
        ("accessories", [f"/objectives/{mine.filter(owner__code='accessories').get().pk}/terms/change/"]),
        (
            "finance",
            [
                *(adopted, signing, f"{signing}entries/{entry.pk}/", f"{adopted}editions/1/", f"{adopted}compare/"),
                *("/objectives/progress/", f"/objectives/year/{year}/"),
            ],
        ),
        (
            "gm",
            [
                *(adopted, f"{signing}goals/new/", f"{signing}goals/{goal.pk}/", "/objectives/?department=all"),
                f"/objectives/facts/{disputed.pk}/",
            ],
        ),
    ]


def calls(link):
    """Ask for needs over a link's item twice; return the call without an answer, and the one with a need and a request.

    What people write is marked as theirs; so its language does not matter here.
    """
    finance, service = (User.objects.get(username=name) for name in ("finance", "service"))
    today = link.dealership.today()
    unanswered, answered = (
        open_call(
            acting_user=finance,
            supplier=link.supplier,
            flow=link.flow,
            item=link.item,
            question="What will you need?",
            deadline=today + datetime.timedelta(days=days),
        )
        for days in (1, 4)
    )
    needs = [NeedLine("an advance", quantity, today + datetime.timedelta(days=9)) for quantity in (1, None)]
    invitation = answered.invitations.get(link__customer__code="service")
    answer_call(acting_user=service, invitation=invitation, version=0, needs=needs)
    request_from_need(acting_user=finance, need=invitation.needs.first())
    return unanswered, answered


@pytest.mark.parametrize(
    ("language", "locale", "width", "theme"), [("zh-hans", "zh-CN", 390, "light"), ("en", "en", 1440, "dark")]
)
def test_every_page(demo, person, language, locale, width, theme):
    """Each language once, each theme once: colours are the same tokens at every width."""
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
