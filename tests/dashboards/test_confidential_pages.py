"""R20: pages and commands of a store with confidential ratings: functions of whole blocks, and of nothing else."""

import datetime
import io
import random
import re

import openpyxl
import pytest
import time_machine
from auditlog.models import LogEntry
from django.contrib import admin
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from dealership.models import DealerGroup, Dealership, Notice
from objectives.actions_dialogues import call_dialogue
from surveys.counts import Counts
from surveys.models import Rating, SealedBatch, SealedBlock
from surveys.rollups import absorb_all, rebuild
from tests.factories import UserFactory
from tests.surveys.sealed_year import YEAR, blocks_of, freeze_all, make_year, rate

pytestmark = pytest.mark.django_db


def months_of_everything(store, link_ids, span):
    """What surveys.figures.months_by_link would be if it counted confidential ratings too."""
    found: dict = {}
    for rating in Rating.objects.filter(link__in=link_ids):
        one = Counts(**{f"{rating.scale}_{rating.score}": 1})
        months = found.setdefault(rating.link_id, {})
        month = rating.day.replace(day=1)
        months[month] = months.get(month, Counts()) + one
    return found


PERIODS = [f"{YEAR}-05", f"{YEAR}-Q4", str(YEAR)]
#: What differs between two answers to the same question.
PASSING = re.compile(
    rb"""name="(csrfmiddlewaretoken|[a-z-]*key)" value="[^"]+"|nonce="[^"]+"|hx-headers='[^']+'|\d+:\d+(:\d+)?"""
)


def everything(year) -> dict[tuple[str, str], bytes]:
    """Return all that the store's people are shown: pages of five readers, exports, files, commands, log and mail."""
    readers = (year.gm, year.admin, year.people["finance"][0], year.operator, year.of_group)
    return pages_of(year, *readers) | told_elsewhere()


def pages_of(year, *readers) -> dict[tuple[str, str], bytes]:
    """Return what is answered to each reader at each address."""
    found = {}
    for reader in readers:
        client = Client()
        client.force_login(reader)
        for address in addresses(year, reader):
            if "scorecards" in address and reader is year.admin:
                continue  # whom a superior rates is no business of the store's admin
            answer = client.get(address)
            assert answer.status_code == 200, (reader.username, address, answer.status_code)
            content = b"".join(answer)
            found[reader.username, address] = cells_in(content) if "xlsx" in address else PASSING.sub(b"", content)
    return found


def told_elsewhere() -> dict[tuple[str, str], bytes]:
    """Return what commands print, and what stands in the log of changes, in notices and in mail."""
    found = {}
    for group_by in ("link", "item", "supplier", "customer", "pair", "flow", "store"):
        for period in ("day", "week", "month", "quarter", "year", "all"):
            out = io.StringIO()
            options = {"dealership": "north", "period": period, "group_by": group_by, "format": "json"}
            call_command("satisfaction", **options, stdout=out)
            found["command", f"{period} {group_by}"] = re.sub(r'"as_of": [^\n]+', "", out.getvalue()).encode()
    out = io.StringIO()
    call_command("lenses", dealership="north", start=f"{YEAR}-01-01", end=f"{YEAR}-12-31", format="json", stdout=out)
    found["command", "lenses"] = out.getvalue().encode()
    found["log", "entries"] = repr(list(LogEntry.objects.order_by("pk").values_list("object_repr", "changes"))).encode()
    found["notices", "all"] = repr(list(Notice.objects.order_by("pk").values_list("words", "values"))).encode()
    found["mail", "all"] = repr([(letter.subject, letter.body) for letter in mail.outbox]).encode()
    return found


def cells_in(content: bytes) -> bytes:
    """Return what stands in the cells of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    columns = {sheet.title: [row[:-4] if "as_of" in str(row) else row for row in sheet.values] for sheet in book}
    return re.sub(r"\d+-\d+-\d+T\S+", "", repr(columns)).encode()


def addresses(year, reader) -> list[str]:
    if reader is year.of_group:
        periods = [f"?period={period}" for period in PERIODS]
        return [reverse(name) + period for name in ("group_dashboard", "group_comparison") for period in periods]
    if reader is year.operator:
        return admin_pages()
    whole = reader in (year.gm, year.admin)
    # The store's admin reads of departments what the general manager reads.
    department = [("finance",), ("sales",), ("workshop",)] if reader is year.gm else [("finance",)]
    found = [reverse(name) for name in OWN_PAGES]
    # On the customer's side one reads what one gave oneself.
    found.append(f"{reverse('interaction_list')}{'' if whole else '?side=supplier'}")
    found += [reverse("dialogue_detail", args=[year.dialogue.pk])] if reader is not year.admin else admin_pages()[:1]
    for period in PERIODS:
        for code in department:
            found += [f"{reverse(name, args=code)}?period={period}" for name in PAGES]
            found.append(f"{reverse('department_ratings', args=code)}?period={period}&span=year")
            found.append(f"{reverse('department_ratings', args=code)}?period={period}&side=supplier&flow=service")
            narrowed = ("span=recent", "promise=late", "told=department", f"rater={year.people['sales'][0].username}")
            found += [f"{reverse('department_ratings', args=code)}?period={period}&{each}" for each in narrowed]
        if whole:
            found.append(f"{reverse('store_dashboard')}?period={period}")
            found.append(f"{reverse('store_dashboard')}?period={period}&flow=service")
    found += [
        f"{reverse('export_figures')}?format={kind}&grain={grain}&group_by={group_by}&period={YEAR}"
        for kind, grain, group_by in [
            *(("csv", grain, group_by) for grain in ("week", "month", "quarter", "year", "all") for group_by in GROUPS),
            *(("xlsx", "month", group_by) for group_by in GROUPS),
        ]
        if (whole or group_by in ("link", "pair")) and (kind == "xlsx" or reader is not year.admin)
    ]
    if whole:
        found += [reverse(name) for name in ("scorecard_list", "round_list", "management_rate")]
        found += [reverse("monthly_review", args=[f"{YEAR}-{month}"]) for month in ("05", "12")]
        found += [f"{reverse('scorecard', args=[code])}?period={YEAR}" for code in ("finance", "sales")]
        found += [reverse("interaction_detail", args=[pk]) for pk in year.looked_at]
    return found


def admin_pages() -> list[str]:
    """Return the administration's lists: the log of changes first."""
    names = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)
    ordered = sorted(names, key=lambda name: name != "auditlog_logentry")
    return [reverse(f"admin:{name}_changelist") for name in ordered]


PAGES = ["department_dashboard", "department_ratings", "department_requests", "department_lenses"]
GROUPS = ["link", "pair", "supplier", "store"]
#: What depends on who reads alone.
OWN_PAGES = [
    "home",
    "inbox_counts",
    "recovery_list",
    "notice_list",
    "flow_map",
    "objective_progress",
]


@pytest.fixture(autouse=True)
def _after_the_year():
    """What looks back on the last months looks at the year's last ones."""
    with time_machine.travel(datetime.datetime(YEAR + 1, 1, 10, 4, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def year():
    year = make_year(3, freeze=False)
    absorb_all()
    year.looked_at = list(Rating.objects.order_by("pk").values_list("interaction", flat=True)[:3])
    year.operator = UserFactory(dealership=None, is_superuser=True, is_staff=True)
    group = DealerGroup.objects.create(name="Group", slug="group")
    Dealership.objects.filter(pk=year.store.pk).update(group=group)
    year.of_group = UserFactory(dealership=None, group=group)
    year.dialogue = call_dialogue(
        acting_user=year.people["finance"][0],
        host=year.departments["finance"],
        guest=year.departments["sales"],
        rhythm="once",
        starts_on=datetime.date(YEAR + 1, 1, 20),
    )
    return year


def swap_within_blocks(year) -> None:
    """Let each in a block have said what another in it said, and turn round all that is held back; freeze it anew."""
    late = list(Rating.objects.held_back())
    assert late
    for rating in late:
        score = 1 - rating.score if rating.scale == "binary" else 6 - rating.score
        Rating.objects.filter(pk=rating.pk).update(score=score, comment="something else", reasons=["other"])
    for ratings in blocks_of(year.store):
        said = [(rating.score, rating.reasons, rating.comment) for rating in ratings]
        assert len({rating.scale for rating in ratings}) == 1
        for rating, (score, reasons, comment) in zip(ratings, said[1:] + said[:1], strict=True):
            Rating.objects.filter(pk=rating.pk).update(score=score, reasons=reasons, comment=comment)
    waiting = Rating.objects.filter(pk__in=[rating.pk for rating in late])
    waiting.update(sealed_month=datetime.date(YEAR + 2, 1, 1))  # out of the way of what is frozen again
    Rating.objects.update(block=None)
    SealedBlock.objects.all().delete()
    SealedBatch.objects.all().delete()
    freeze_all(year)
    for rating in late:
        Rating.objects.filter(pk=rating.pk).update(sealed_month=rating.sealed_month)
    rebuild(year.store)


@pytest.fixture
def frozen(year):
    """Return the year, frozen, with something that came too late for its month, and of too few."""
    freeze_all(year)
    for rater in year.people["sales"][:3]:
        rate(year.store, year.links[0], rater, datetime.date(YEAR, 5, 5), random.Random(rater.pk))
    rebuild(year.store)
    return year


def test_r20_who_said_what_within_a_block_and_what_is_held_back_changes_nothing_on_any_page(frozen):
    before = everything(frozen)
    swap_within_blocks(frozen)
    after = everything(frozen)
    assert [key for key in before if before[key] != after[key]] == []


@pytest.mark.parametrize(
    "leak",
    [
        ("surveys.querysets.RatingQuerySet.told_openly", lambda ratings: ratings),
        ("surveys.sealing._shuffled", lambda words: b""),
        ("objectives.agenda.months_by_link", months_of_everything),
    ],
    ids=["a list of single ratings", "words in the order of people", "counts of the agenda"],
)
def test_r20_what_one_person_said_would_be_seen_to_change_a_page(frozen, monkeypatch, leak):
    """The same swap finds what tells of single people: were it not for the rules, these pages would."""
    monkeypatch.setattr(*leak)
    before = pages_of(frozen, frozen.people["finance"][0])
    swap_within_blocks(frozen)
    after = pages_of(frozen, frozen.people["finance"][0])
    assert [key for key in before if before[key] != after[key]] != []


def test_r20_until_a_month_is_frozen_its_ratings_change_nothing_on_any_page(year):
    before = everything(year)
    Rating.objects.filter(scale="binary").update(score=0)
    rebuild(year.store)
    after = everything(year)
    assert [key for key in before if before[key] != after[key]] == []
    freeze_all(year)
    told = pages_of(year, year.people["finance"][0])
    assert any(told[key] != before[key] for key in told)


def test_r20_what_is_held_back_says_fewer_than_five_raters_and_not_no_data(year, client):
    freeze_all(year)
    client.force_login(year.gm)
    address = reverse("department_dashboard", args=["hr"])
    page = client.get(address, {"period": f"{YEAR}-01"}, headers={"accept-language": "en"}).content.decode()
    assert "fewer than 5 raters" in page
    assert "No ratings" not in page.split("<main", 1)[1].split("Twelve", 1)[0].replace("No ratings in these", "")


def test_r20_blocks_stand_behind_the_figure_with_reasons_and_unordered_words(year, client):
    Rating.objects.update(reasons=["slow"])
    freeze_all(year)
    client.force_login(year.people["finance"][0])
    page = client.get(
        reverse("department_ratings", args=["finance"]), {"period": str(YEAR), "side": "supplier"}
    ).content.decode()
    links = {link.pk for link in year.links if link.supplier.code == "finance"}
    blocks = [block for block in SealedBlock.objects.all() if links >= set(block.links)]
    assert blocks
    assert all(comment in page for block in blocks for comment in block.comments)
    others = [block for block in SealedBlock.objects.all() if links.isdisjoint(block.links)]
    assert not any(comment in page for block in others for comment in block.comments)
    assert not any(rater.full_name in page.split("<main", 1)[1] for rater in year.people["sales"])


def test_r20_the_figure_is_the_sum_of_the_blocks_within(year, client):
    freeze_all(year)
    client.force_login(year.gm)
    inside = SealedBlock.objects.filter(start__gte=datetime.date(YEAR, 1, 1), end__lte=datetime.date(YEAR, 3, 1))
    n = sum(block.counts(2).n for block in inside)
    page = client.get(reverse("store_dashboard"), {"period": f"{YEAR}-Q1"})
    assert page.context["page"].now.n == n > 0
    assert page.context["page"].now.held_back


def test_r20_a_group_reads_sums_of_whole_blocks(year, client):
    freeze_all(year)
    client.force_login(year.of_group)
    page = client.get(reverse("group_dashboard"), {"period": f"{YEAR}-Q1"})
    inside = SealedBlock.objects.filter(start__gte=datetime.date(YEAR, 1, 1), end__lte=datetime.date(YEAR, 3, 1))
    assert page.context["together"].now.n == sum(block.counts(2).n for block in inside) > 0


def test_r20_confidential_figures_cost_two_more_queries(year, client, django_assert_max_num_queries):
    freeze_all(year)
    client.force_login(year.people["finance"][0])
    with django_assert_max_num_queries(12):
        client.get(reverse("department_dashboard", args=["finance"]), {"period": f"{YEAR}-12"})


def test_r20_no_administration_page_shows_ratings_or_their_blocks(year, client):
    operator = UserFactory(dealership=None, is_superuser=True, is_staff=True)
    client.force_login(operator)
    page = client.get(reverse("admin:index")).content.decode()
    assert "/surveys/" not in page


@pytest.mark.parametrize("name", ["store_dashboard", "monthly_review"])
def test_r8_r20_the_stores_page_and_review_name_suppliers_where_links_may_not_be_told(year, client, name):
    Rating.objects.filter(scale="binary").update(score=0)
    freeze_all(year)
    client.force_login(year.gm)
    month = f"{YEAR}-05"
    address = reverse(name, args=[month]) if name == "monthly_review" else f"{reverse(name)}?period={month}"
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Customers of Finance rated" in page
    assert "denied “satisfied”" in page
    assert "Nobody: no rating" not in page


def test_r16_r20_a_verdict_says_where_ratings_are_held_back(year, client):
    """What is told may all be good while a "not good" waits: "satisfied" never stands alone there."""
    Rating.objects.filter(scale="binary").update(score=1)
    Rating.objects.filter(scale="five").update(score=5)
    freeze_all(year)
    late = rate(year.store, year.links[0], year.people["sales"][0], datetime.date(YEAR, 3, 5), random.Random(1))
    Rating.objects.filter(pk=late.pk).update(score=0)
    pages = [("store_dashboard", []), ("department_dashboard", ["finance"]), ("monthly_review", [f"{YEAR}-03"])]
    for name, args in [*pages, ("group_dashboard", [])]:
        client.force_login(year.of_group if name == "group_dashboard" else year.gm)
        address = f"{reverse(name, args=args)}?period={YEAR}-Q1"
        page = client.get(address, headers={"accept-language": "en"}).content.decode()
        headline = page.split('<div class="headline">', 1)[1].split("</div>", 1)[0]
        assert "some held back" in headline.split("12 months", 1)[0], name
        assert "some held back" in headline.split("12 months", 1)[1], name
        if name == "monthly_review":
            assert "Nobody, as far as may be told: some ratings are held back." in page
        if name == "department_dashboard":
            assert "may be told, none of them not good" in headline
            flow = page.split('<ul class="flow-verdicts">', 1)[1].split("</ul>", 1)[0]
            assert "some held back" in flow.split('class="interval', 1)[0]
