"""The lenses on a supplier: what each says, and who may read it (R12, R16-R18, R20, R22)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboards.choice import choose
from dashboards.lenses import LensesPage
from dealership.models import Dealership
from objectives.models import Objective, ObjectiveCustomer
from supplychain.models import Interaction, append_mark
from surveys.models import Rating, SealedBatch, SealedBlock
from surveys.periods import month_start
from tests.conftest import access
from tests.dashboards.world import days_ago, make_world, roll_up
from tests.factories import DealershipFactory, LinkFactory, SupplyRequestFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db

#: Queries of the page, session and user included, for the general manager. Raising it shows in the diff.
BUDGET = 15
GOOD, MIXED, HARSH = [1] * 27 + [0] * 3, [1] * 18 + [0] * 2, [1] * 12 + [0] * 18


@pytest.fixture
def world():
    world = make_world()
    world.links["advances"] = LinkFactory(
        dealership=world.store,
        supplier=world.finance,
        customer=world.parts,
        flow="service",
        item=world.links["reimbursement"].item,
    )
    return world


def give(world, item, rater, *scores, at=None, state="rated", **fields):
    """Record interactions of today, or of a moment, and their ratings, by one person."""
    link, moment = world.links[item], at or days_ago(0)
    day = world.store.local_day(moment)
    short = fields.get("short_notice", False)
    made = Interaction.objects.bulk_create(
        Interaction(dealership=world.store, link=link, occurred_at=moment, day=day, state=state, short_notice=short)
        for _ in scores
    )
    if state == "rated":
        Rating.objects.bulk_create(
            Rating(
                dealership=world.store,
                interaction=each,
                link=link,
                day=day,
                scale=link.scale,
                score=score,
                rater=rater,
                rated_at=moment,
                **fields,
            )
            for each, score in zip(made, scores, strict=True)
        )
    append_mark(dealership_id=world.store.pk, link_id=link.pk, day=day)


def deliver(world, item, late, *scores):
    """Record requests done so many working days late, and what they were rated."""
    for score in scores:
        link = world.links[item]
        request = SupplyRequestFactory(link=link, asked_by=world.head, done=True, late_days=late)
        interaction = request.interactions.get()
        Interaction.objects.filter(pk=interaction.pk).update(state="rated")
        Rating.objects.create(
            dealership=world.store,
            interaction=interaction,
            link=link,
            day=interaction.day,
            scale=link.scale,
            score=score,
            rater=world.head,
        )


def grudge(world, **fields):
    """The head of Service rates Finance far lower than the others do."""
    give(world, "reimbursement", world.head, *HARSH, **fields)
    give(world, "reimbursement", world.clerk, *GOOD, **fields)
    give(world, "advances", world.storeman, *GOOD, **fields)
    roll_up(world)


def page_of(world, department="finance", user=None):
    return LensesPage(access(user or world.gm), getattr(world, department), choose("", world.store.today()))


def get(client, user, department="finance", **query):
    client.force_login(user)
    return client.get(reverse("department_lenses", args=[department]), query, headers={"accept-language": "en"})


def words_of(client, user, department="finance"):
    response = get(client, user, department)
    assert response.status_code == 200
    html = response.content.decode().split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_r18_the_figure_stands_with_and_without_the_harshest_rater(world, client):
    grudge(world)
    harshest = page_of(world).harshest
    assert harshest.name == world.head.full_name
    assert (harshest.all.good, harshest.all.n) == (66, 90)
    assert (harshest.without.good, harshest.without.n) == (54, 60)
    words = words_of(client, world.accountant)
    assert f"Without the harshest: {world.head.full_name} (n=30) 90 %" in words
    assert "It does not prove a grudge: this customer may really have been served worse." in words


def test_r18_each_raters_distance_from_the_other_customers(world, client):
    grudge(world)
    lines = page_of(world).raters
    assert [(line.name, line.stands_out) for line in lines] == [
        (world.head.full_name, True),
        *sorted([(world.clerk.full_name, False), (world.storeman.full_name, False)]),
    ]
    assert (lines[0].distance.own.of, lines[0].distance.others.of) == (18, 6)
    assert lines[0].department == world.service
    words = words_of(client, world.accountant)
    assert f"{world.head.full_name} lies clearly apart from the other customers" in words
    assert "18/30 6/60 +50 (+30 to +66) clearly apart" in words


def test_r18_one_rater_alone_is_compared_with_nobody(world, client):
    give(world, "reimbursement", world.head, 0, 0, 1)
    roll_up(world)
    page = page_of(world)
    assert page.raters == []
    assert page.harshest is None
    assert "it takes two raters of the same supplier" in words_of(client, world.accountant)


def test_r20_members_learn_of_no_rater(world, client):
    grudge(world)
    teller = member_of(world.finance)
    words = words_of(client, teller)
    assert world.head.full_name not in words
    assert "Without the harshest" not in words
    assert "They only hit back" not in words


def test_r20_under_department_the_department_is_named_and_nobody_else(world, client):
    grudge(world, disclosure=1)
    for reader in (world.accountant, world.gm, world.admin):
        words = words_of(client, reader)
        for person in (world.head, world.clerk, world.storeman):
            assert person.full_name not in words.replace(str(reader), "")
        assert "Without the harshest: Service (n=60)" in words


def test_r20_confidential_ratings_are_looked_at_by_nobody(world, client):
    month = month_start(world.store.today())
    grudge(world, disclosure=2, sealed_month=month, least_raters=5)
    page = page_of(world)
    assert page.raters == []
    assert page.answers == []
    assert page.harshest is None


def test_r20_a_confidential_store_shows_no_rater_not_even_of_before(world, client):
    grudge(world)
    world.store.confidentiality = 2
    world.store.save()
    words = words_of(client, world.gm)
    assert "Ratings are confidential in this store, so no rater is looked at." in words
    assert world.head.full_name not in words
    assert "They only hit back" not in words


def quarrel(world):
    """Finance finds Service not good three times; the clerk of Service answers within days, and is fair otherwise."""
    for day in (40, 80, 120):
        give(world, "output-value", world.accountant, 0, at=days_ago(day))
        give(world, "reimbursement", world.clerk, 0, 0, 0, at=days_ago(day - 2))
    for day in (20, 30, 55, 65, 95, 105):
        give(world, "reimbursement", world.clerk, 1, 1, 1, at=days_ago(day))
    roll_up(world)


def test_r20_who_hits_back_is_shown_to_the_general_manager_alone(world, client):
    quarrel(world)
    (answer,) = page_of(world).in_kind
    assert answer.name == f"{world.clerk.full_name} · Service"
    assert (answer.distance.own.of, answer.distance.own.n) == (9, 9)
    assert (answer.distance.others.of, answer.distance.others.n) == (0, 18)
    assert f"{world.clerk.full_name} · Service stands out." in words_of(client, world.gm)
    for reader in (world.accountant, world.admin, member_of(world.finance)):
        assert "hit back" not in words_of(client, reader)


def test_r20_silence_is_told_per_link(world, client):
    give(world, "reimbursement", world.head, *[1] * 4)
    give(world, "reimbursement", world.head, *[1] * 16, state="expired")
    for item in ("output-value", "parts-supply", "invoices"):
        give(world, item, world.accountant, *[1] * 30)
    roll_up(world)
    (line,) = page_of(world).silent
    assert (line.link, line.rated.good, line.rated.n) == (world.links["reimbursement"], 4, 20)
    words = words_of(client, member_of(world.finance))
    assert "1 item is rated much less than elsewhere" in words
    assert "Elsewhere in the store: 100 % of 90 are rated." in words


def test_r20_late_but_rated_good_stands_beside_on_time_and_elsewhere(world, client):
    deliver(world, "reimbursement", 2, *[1] * 12)
    deliver(world, "reimbursement", 0, 1, 0)
    deliver(world, "output-value", 3, *[0] * 9, 1)
    late = page_of(world).late
    assert late.stands_out
    assert [(rate.good, rate.n) for rate in (late.late, late.on_time, late.elsewhere)] == [(12, 12), (1, 2), (1, 10)]
    assert "What comes late is rated good more often than elsewhere" in words_of(client, world.accountant)
    assert not page_of(world, "service").late.stands_out


def test_r12_with_and_without_short_notice(world, client):
    give(world, "reimbursement", world.head, *MIXED)
    give(world, "reimbursement", world.head, 0, 0, short_notice=True)
    roll_up(world)
    words = words_of(client, world.accountant)
    assert re.search(r"All ratings 82 % \(\S+ %\) · n=22 Without short notice 90 % \(\S+ %\) · n=20", words)


def judge(world, title, verdict, satisfied):
    objective = Objective.objects.create(
        dealership=world.store,
        year=world.store.today().year,
        owner=world.finance,
        title=title,
        state="judged",
        verdict=verdict,
        created_by=world.accountant,
        source="own",
        judged_at=days_ago(0),
        due_on=world.store.today(),
    )
    answered = {} if satisfied is None else {"answered_by": world.head, "answered_at": days_ago(0)}
    ObjectiveCustomer.objects.create(
        dealership=world.store, objective=objective, department=world.service, satisfied=satisfied, **answered
    )


def test_r22_where_facts_and_satisfaction_differ(world, client):
    judge(world, "Quick", "met", False)
    judge(world, "Late", "not_met", True)
    judge(world, "Fine", "met", True)
    judge(world, "Unasked", "met", None)
    page = page_of(world)
    assert len(page.judged) == 3
    assert [(line.objective.title, line.met_not_satisfied) for line in page.differing] == [
        ("Quick", True),
        ("Late", False),
    ]
    words = words_of(client, world.accountant)
    assert "Quick met, but not satisfied Service" in words
    assert "Late satisfied, but not met Service" in words


@pytest.mark.parametrize(
    ("department", "readers"),
    [("service", {"gm", "admin", "head", "clerk"}), ("finance", {"gm", "admin", "accountant"})],
)
def test_it_opens_for_who_reads_the_departments_figures(world, client, department, readers):
    people = ("gm", "admin", "head", "foreman", "mechanic", "clerk", "accountant", "newcomer")
    found = {person: get(client, getattr(world, person), department).status_code for person in people}
    assert found == {person: 200 if person in readers else 403 for person in people}


def test_strangers_find_nothing_and_nothing_is_written(world, client):
    stranger = UserFactory(dealership=DealershipFactory(), is_store_admin=True)
    assert get(client, stranger).status_code == 404
    assert get(client, world.gm, "nowhere").status_code == 404
    assert client.post(reverse("department_lenses", args=["finance"])).status_code == 405


def test_the_page_costs_the_same_queries_whatever_the_number_of_ratings(world, client):
    client.force_login(world.gm)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("department_lenses", args=["finance"])).status_code == 200
        return len(captured)

    give(world, "reimbursement", world.head, 1, 0)
    judge(world, "Quick", "met", False)
    roll_up(world)
    few = queries()
    quarrel(world)
    grudge(world)
    deliver(world, "reimbursement", 2, 1, 1)
    judge(world, "Late", "not_met", True)
    assert queries() == few == BUDGET


def test_the_departments_page_leads_here(world, client):
    client.force_login(world.accountant)
    html = client.get(reverse("department_dashboard", args=["finance"])).content.decode()
    assert reverse("department_lenses", args=["finance"]) + "?period=" in html


def rows_behind(client, user, url):
    client.force_login(user)
    return client.get(url).context["page_obj"].paginator.count


def test_r18_a_raters_figures_open_the_ratings_they_count(world, client):
    grudge(world)
    give(world, "output-value", world.head, 0)
    page = page_of(world, user=world.accountant)
    for line in page.raters:
        assert rows_behind(client, world.accountant, line.url) == line.distance.own.n
    assert [row["url"] for row in page.ranking["rows"]] == [line.url for line in page.raters]
    assert rows_behind(client, world.accountant, page.harshest.all_url) == page.harshest.all.n
    assert rows_behind(client, world.accountant, page.harshest.own_url) == page.harshest.own.n
    shown = client.get(page.raters[0].url, headers={"accept-language": "en"}).content.decode()
    assert f'<span translate="no">{world.head.full_name}</span>' in shown


def test_r20_a_departments_figures_open_what_it_gave_under_that_promise(world, client):
    grudge(world, disclosure=1)
    give(world, "reimbursement", world.head, 0, 0)
    page = page_of(world, user=world.accountant)
    lines = {line.name: line for line in page.raters}
    assert set(lines) == {"Service", "Parts", world.head.full_name}
    for line in lines.values():
        assert rows_behind(client, world.accountant, line.url) == line.distance.own.n


@pytest.mark.parametrize("disclosure", [1, 2])
def test_r20_no_filter_by_rater_finds_what_does_not_name_its_rater(world, client, disclosure):
    sealed = {"sealed_month": month_start(world.store.today()), "least_raters": 5} if disclosure == 2 else {}
    give(world, "reimbursement", world.head, 0, disclosure=disclosure, **sealed)
    for reader in (world.accountant, world.gm, world.admin):
        address = reverse("department_ratings", args=["finance"])
        assert rows_behind(client, reader, f"{address}?rater={world.head.username}") == 0


def test_r20_late_on_time_and_silence_open_what_they_count(world, client):
    deliver(world, "reimbursement", 2, *[1] * 5)
    deliver(world, "reimbursement", 0, 1, 0)
    deliver(world, "output-value", 3, 0)
    give(world, "reimbursement", world.head, *[1] * 13, state="expired")
    give(world, "invoices", world.accountant, *[1] * 30)
    roll_up(world)
    page = page_of(world)
    (line,) = page.late.lines
    for url, n in ((page.late.late_url, 5), (page.late.on_time_url, 2), (line.late_url, 5), (line.on_time_url, 2)):
        assert rows_behind(client, world.accountant, url) == n
    (silence,) = page.silence
    assert silence.rated.n == 20
    assert rows_behind(client, world.accountant, silence.url) == 20


def test_members_are_given_no_address_they_may_not_open(world, client):
    deliver(world, "reimbursement", 2, *[1] * 5)
    grudge(world)
    page = page_of(world, user=member_of(world.finance))
    assert (page.late.late_url, page.late.on_time_url) == ("", "")
    assert all(line.late_url == line.on_time_url == "" for line in page.late.lines)
    assert "/ratings/" not in get(client, page.access.user).content.decode().split("<main")[1]


def test_r12_where_all_flows_may_not_be_told_apart_the_flow_that_may_stands_there(world, client):
    """A page does not say "without the 2 at short notice" in one place and "none may be told apart" in another."""
    month = month_start(world.store.today())
    Dealership.objects.filter(pk=world.store.pk).update(sealed_since=month, confidentiality=2)
    give(world, "reimbursement", world.head, *MIXED)
    give(world, "reimbursement", world.head, 0, 0, short_notice=True)
    batch = SealedBatch.objects.create(dealership=world.store, month=month)
    invoices = LinkFactory(
        dealership=world.store,
        supplier=world.finance,
        customer=world.parts,
        flow="information",
        item=world.links["invoices"].item,
    )
    blocks = {"batch": batch, "start": month, "end": month, "reasons": {}, "comments": []}
    SealedBlock.objects.create(dealership=world.store, links=[invoices.pk], short_notice=None, binary_1=5, **blocks)
    roll_up(world)
    page = page_of(world)
    assert [line.flow for line in page.hurried] == ["service"]
    words = words_of(client, world.accountant)
    assert "No rating came at short notice" not in words
    assert re.search(r"Without short notice 90 % \(\S+ %\) · n=20", words)
