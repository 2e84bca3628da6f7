"""R20: what a rating is given under; and what nobody else reads who signs in, brings in files or looks at the page."""

import datetime
import io
import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dealership.access import Access
from dealership.imports import run_import
from dealership.models import Dealership, User
from surveys.actions import change_rating, rate_interaction, rate_link
from surveys.disclosure import Shown, promise, read_back, signed
from surveys.imports import KINDS
from surveys.models import ManagementRating, Rating, RatingChange
from surveys.rights import reads_rating
from tests.conftest import fresh
from tests.factories import DealershipFactory, DepartmentFactory, InteractionFactory, LinkFactory, manager_of, member_of
from tests.surveys.management_world import make_management
from tests.surveys.round_world import make_rounds, opened, say

pytestmark = pytest.mark.django_db
CONFIDENTIAL, DEPARTMENT, OPEN = 2, 1, 0


@pytest.fixture
def link():
    store = DealershipFactory(confidentiality=CONFIDENTIAL, least_raters=6, slug="north")
    finance, sales = (DepartmentFactory(dealership=store, code=code) for code in ("finance", "sales"))
    return LinkFactory(dealership=store, supplier=finance, customer=sales)


@pytest.fixture
def rater(link):
    return member_of(link.customer)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def choose(link, confidentiality, least=3) -> None:
    Dealership.objects.filter(pk=link.dealership_id).update(confidentiality=confidentiality, least_raters=least)


def shown_on(page: str) -> str:
    return re.search(r'name="shown" value="([^"]+)"', page)[1]


# --- What the page said holds -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["home", "interaction_detail", "rate_link"])
def test_r20_what_stood_beside_the_faces_holds_though_the_store_chose_anew_meanwhile(link, rater, address):
    interaction = InteractionFactory(link=link, requester=rater)
    args = {"home": [], "interaction_detail": [interaction.pk], "rate_link": [link.pk]}[address]
    page = browser(rater).get(reverse(address, args=args), headers={"accept-language": "en"}).content.decode()
    assert "at least 6 people together" in page
    choose(link, OPEN)
    sent = {"score": "0", "shown": shown_on(page), "key": "0b0f9f6e-30c7-4e0c-8f0d-a4f7d0b0f9f6"}
    target = ["rate_link", link.pk] if address == "rate_link" else ["interaction_rate", interaction.pk]
    browser(rater).post(reverse(target[0], args=target[1:]), sent)
    rating = Rating.objects.get()
    assert (rating.disclosure, rating.least_raters) == (CONFIDENTIAL, 6)
    assert not reads_rating(Access(manager_of(link.supplier)), rating)


def test_r20_a_page_promises_no_less_than_the_store_chose_since(link):
    assert promise(link.dealership, timezone.now(), Shown(OPEN, 3)) == promise(link.dealership, timezone.now())


OF_ANOTHER_KIND = signing.TimestampSigner(salt="another kind of form").sign("2.3")


@pytest.mark.parametrize(
    "brought", ["", "2.3", "2.3:forged", OF_ANOTHER_KIND], ids=["nothing", "unsigned", "forged", "of another kind"]
)
def test_r20_nobody_asks_for_what_no_page_promised(link, rater, brought):
    choose(link, OPEN)
    interaction = InteractionFactory(link=link, requester=rater)
    browser(rater).post(reverse("interaction_rate", args=[interaction.pk]), {"score": "0", "shown": brought})
    assert Rating.objects.get().disclosure == OPEN


def test_r20_an_old_page_promises_nothing(link, time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC))
    text = signed(link.dealership)
    assert read_back(text) == Shown(CONFIDENTIAL, 6)
    time_machine.move_to(datetime.datetime(2026, 3, 9, tzinfo=datetime.UTC))
    assert read_back(text) is None


def test_r20_who_changes_a_rating_reads_what_it_was_given_under(link, rater):
    rating = rate_interaction(acting_user=rater, interaction=InteractionFactory(link=link, requester=rater), score=0)
    choose(link, OPEN)
    page = browser(rater).get(reverse("rating_change", args=[rating.pk]), headers={"accept-language": "en"})
    assert "at least 6 people together" in page.content.decode()


# --- Who might learn it on a by-way -------------------------------------------------------------------


def test_r20_no_colleague_learns_who_rated_what_nobody_had_logged(link, rater):
    rating = rate_link(acting_user=rater, link=link, score=0, key="0b0f9f6e-30c7-4e0c-8f0d-a4f7d0b0f9f6")
    address = reverse("interaction_detail", args=[rating.interaction_id])
    for reader in (member_of(link.customer), manager_of(link.customer), manager_of(link.supplier)):
        page = browser(reader).get(address)
        assert page.status_code == 200
        assert rater.full_name not in page.content.decode()
    assert rater.full_name in browser(rater).get(address).content.decode()


def open_account(rater, by, how):
    """Let the store's admin get hold of an account: by a new password, a new e-mail, or a file with one."""
    client = browser(by)
    if how == "password":
        data = {"password1": "correct horse", "password2": "correct horse"}
        assert client.post(reverse("admin:auth_user_password_change", args=[rater.pk]), data).status_code == 302
    elif how == "e-mail":
        page = client.get(reverse("admin:dealership_user_change", args=[rater.pk]))
        form = page.context["adminform"].form
        data = {name: form.initial.get(name) or "" for name in form.fields} | {"email": "boss@example.com"}
        for formset in page.context["inline_admin_formsets"]:
            for each in [formset.formset.management_form, *formset.formset.initial_forms]:
                data |= {each.add_prefix(name): each[name].value() or "" for name in each.fields}
        data = {name: value for name, value in data.items() if value is not False}
        answer = client.post(reverse("admin:dealership_user_change", args=[rater.pk]), data)
        assert answer.status_code == 302, answer.context["adminform"].form.errors
    else:
        row = (
            f"username,full_name,email,department,role\n{rater.username},{rater.full_name},b@example.com,sales,member\n"
        )
        store = by.dealership
        report = run_import(
            kind=KINDS["people"], file=io.BytesIO(row.encode()), name="p.csv", dealership=store, dry_run=False
        )
        assert report.updated == 1


@pytest.mark.parametrize("how", ["password", "e-mail", "file"])
def test_r20_who_signs_in_with_a_password_set_by_others_reads_nothing_that_was_confided_before(link, rater, how):
    interaction = InteractionFactory(link=link, requester=rater)
    rating = rate_interaction(acting_user=rater, interaction=interaction, score=0, comment="the first words")
    change_rating(acting_user=rater, rating=rating, score=0, comment="secret words")
    address = reverse("interaction_detail", args=[interaction.pk])
    assert "secret words" in browser(rater).get(address).content.decode()
    admin = member_of(link.supplier)
    User.objects.filter(pk=admin.pk).update(is_store_admin=True, is_staff=True)
    open_account(rater, fresh(admin), how)
    impostor = fresh(rater)
    page = browser(impostor).get(address).content.decode()
    assert "secret words" not in page
    assert "the first words" not in page
    assert not Rating.objects.visible_to(impostor).exists()
    assert not RatingChange.objects.visible_to(impostor).exists()
    assert browser(impostor).get(reverse("rating_change", args=[rating.pk])).status_code == 404
    answers = [
        browser(impostor).post(reverse("interaction_rate", args=[interaction.pk]), {"score": score}, follow=True)
        for score in (0, 1)
    ]
    texts = [[str(message) for message in answer.context["messages"]] for answer in answers]
    assert texts[0] == texts[1]
    again = rate_interaction(
        acting_user=impostor, interaction=InteractionFactory(link=link, requester=impostor), score=1
    )
    assert reads_rating(Access(impostor), again)


def test_r20_ones_own_password_closes_nothing(link, rater):
    rate_interaction(acting_user=rater, interaction=InteractionFactory(link=link, requester=rater), score=0)
    person = fresh(rater)
    person.set_password("correct horse")
    person.save()
    assert Rating.objects.visible_to(fresh(rater)).exists()


@pytest.mark.parametrize("score", ["0", "1"])
def test_r20_trying_values_in_a_file_tells_nothing_of_who_rated_and_how(link, rater, score):
    other = member_of(link.customer)

    def brought_in(person, points):
        row = f"x1,service,finance,sales,{link.item.code},2026-01-05T10:00,{person.username},{points}"
        head = "external_id,flow,supplier,customer,item,occurred_at,rater,score"
        file = io.BytesIO(f"{head}\n{row}\n".encode())
        return run_import(
            kind=KINDS["ratings"], file=file, name="r.csv", dealership=fresh(rater).dealership, dry_run=True
        )

    run_import(
        kind=KINDS["ratings"],
        file=io.BytesIO(
            "external_id,flow,supplier,customer,item,occurred_at,rater,score\n"
            f"x1,service,finance,sales,{link.item.code},2026-01-05T10:00,{rater.username},0\n".encode()
        ),
        name="r.csv",
        dealership=link.dealership,
        dry_run=False,
    )
    assert Rating.objects.get().is_confidential
    for person in (rater, other):
        report = brought_in(person, score)
        assert (report.unchanged, report.error_count) == (1, 0)


# --- Rounds and what subordinates say ---------------------------------------------------------------


def hand_over(person) -> User:
    """Let somebody else have set the person's password just now; return who signs in with it."""
    User.objects.filter(pk=person.pk).update(opened_by_others_at=timezone.now())
    return fresh(person)


def test_r20_a_questionnaire_shows_nothing_to_who_signs_in_with_a_password_set_by_others():
    world = make_rounds()
    survey_round, person = opened(world), world.sellers[1]
    say(survey_round, person, 2)
    address = reverse("round_answer", args=[survey_round.pk])
    assert " checked" in browser(person).get(address).content.decode()
    assert " checked" not in browser(hand_over(person)).get(address).content.decode()


def test_r20_what_a_subordinate_said_is_neither_shown_nor_added_to_once_others_can_sign_in():
    world = make_management()
    address = reverse("management_rate")
    whom = {"side": "subordinate", "department": "service", "manager": str(world.head.pk)}
    whom["month"] = world.store.today().replace(day=1).isoformat()
    browser(world.foreman).post(address, {**whom, "score": "1", "comment": "secret words"})
    assert "secret words" in browser(world.foreman).get(address).content.decode()
    impostor = hand_over(world.foreman)
    given = ManagementRating.objects.get()
    page = browser(impostor).get(address).content.decode()
    assert "secret words" not in page
    assert 'aria-current="true"' not in page.split("<main", 1)[1]
    assert browser(impostor).post(reverse("management_take_back", args=[given.pk])).status_code == 404
    browser(impostor).post(address, {**whom, "score": "5"})
    assert ManagementRating.objects.get().comment == ""
