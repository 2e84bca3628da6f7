"""R20: pages and commands of a store with confidential ratings: functions of whole blocks, and of nothing else."""

import datetime
import io
import random
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from dealership.models import Dealership
from surveys.models import Rating, SealedBlock
from surveys.rollups import absorb_all, rebuild
from tests.factories import UserFactory
from tests.surveys.sealed_year import YEAR, blocks_of, freeze_all, make_year, rate

pytestmark = pytest.mark.django_db

PERIODS = [f"{YEAR}-05", f"{YEAR}-Q4", str(YEAR)]
#: What differs between two answers to the same question.
PASSING = re.compile(rb"""name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|hx-headers='[^']+'|\d+:\d+(:\d+)?""")


def everything(year) -> dict[tuple[str, str], bytes]:
    """Return all that the store's people are shown: pages of three readers, exports and commands."""
    found = {}
    accountant = year.people["finance"][0]
    for reader in (year.gm, year.admin, accountant):
        client = Client()
        client.force_login(reader)
        for address in addresses(year, whole=reader is not accountant):
            if "scorecards" in address and reader is year.admin:
                continue  # whom a superior rates is no business of the store's admin
            answer = client.get(address)
            assert answer.status_code == 200, (reader.username, address, answer.status_code)
            found[reader.username, address] = PASSING.sub(b"", b"".join(answer))
    for period in ("month", "quarter", "year", "all"):
        for group_by in ("link", "supplier", "pair", "store"):
            out = io.StringIO()
            options = {"dealership": "north", "period": period, "group_by": group_by, "format": "json"}
            call_command("satisfaction", **options, stdout=out)
            found["command", f"{period} {group_by}"] = re.sub(r'"as_of": [^\n]+', "", out.getvalue()).encode()
    out = io.StringIO()
    call_command("lenses", dealership="north", start=f"{YEAR}-01-01", end=f"{YEAR}-12-31", format="json", stdout=out)
    found["command", "lenses"] = out.getvalue().encode()
    return found


def addresses(year, *, whole: bool) -> list[str]:
    department = [("finance",), ("sales",), ("workshop",)] if whole else [("finance",)]
    found = []
    for period in PERIODS:
        for code in department:
            found += [f"{reverse(name, args=code)}?period={period}" for name in PAGES]
            found.append(f"{reverse('department_ratings', args=code)}?period={period}&span=year")
        if whole:
            found.append(f"{reverse('store_dashboard')}?period={period}")
    if whole:
        found += [reverse(name) for name in ("interaction_list", "scorecard_list", "round_list", "management_rate")]
        found += [reverse("monthly_review", args=[f"{YEAR}-{month}"]) for month in ("05", "12")]
        found += [f"{reverse('scorecard', args=[code])}?period={YEAR}" for code in ("finance", "sales")]
        found += [
            f"{reverse('export_figures')}?format=csv&grain={grain}&group_by={group_by}&period={YEAR}"
            for grain in ("week", "month", "quarter", "year", "all")
            for group_by in ("link", "supplier", "store")
        ]
        found += [reverse("interaction_detail", args=[pk]) for pk in year.looked_at]
    return found


PAGES = ["department_dashboard", "department_ratings", "department_requests", "department_lenses"]


@pytest.fixture
def year():
    year = make_year(3, freeze=False)
    absorb_all()
    year.looked_at = list(Rating.objects.order_by("pk").values_list("interaction", flat=True)[:3])
    return year


def test_r20_who_said_what_within_a_block_and_what_is_held_back_changes_nothing_on_any_page(year):
    freeze_all(year)
    for rater in year.people["sales"][:3]:  # too late for their month, and too few
        rate(year.store, year.links[0], rater, datetime.date(YEAR, 5, 5), random.Random(rater.pk))
    rebuild(year.store)
    before = everything(year)
    for ratings in blocks_of(year.store):
        for scale in ("binary", "five"):
            of_scale = [rating for rating in ratings if rating.scale == scale]
            scores = [(rating.score, rating.comment) for rating in of_scale]
            for rating, (score, comment) in zip(of_scale, scores[1:] + scores[:1], strict=True):
                Rating.objects.filter(pk=rating.pk).update(score=score, comment=comment)
    held_back = list(Rating.objects.held_back())
    assert held_back
    for rating in held_back:
        score = 1 - rating.score if rating.scale == "binary" else 6 - rating.score
        Rating.objects.filter(pk=rating.pk).update(score=score, comment="something else")
    rebuild(year.store)
    after = everything(year)
    assert [key for key in before if before[key] != after[key]] == []


def test_r20_until_a_month_is_frozen_its_ratings_change_nothing_on_any_page(year):
    before = everything(year)
    Rating.objects.filter(scale="binary").update(score=0)
    rebuild(year.store)
    after = everything(year)
    assert [key for key in before if before[key] != after[key]] == []
    freeze_all(year)
    assert everything(year) != before


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
    from dealership.models import DealerGroup

    freeze_all(year)
    group = DealerGroup.objects.create(name="Group", slug="group")
    Dealership.objects.filter(pk=year.store.pk).update(group=group)
    client.force_login(UserFactory(dealership=None, group=group))
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
