"""The pages of survey rounds: answering on a phone, running a round, and who reads which figures (R20)."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from dealership.models import Notice, Position
from dealership.notices import in_words
from surveys.models import RoundAnswer, RoundInvitation, RoundResult, SurveyRound
from surveys.response import responses_of
from tests.conftest import access
from tests.factories import LinkFactory, PositionFactory
from tests.surveys.pages import HTMX, browser, texts
from tests.surveys.round_world import ONE_DAY, close, make_rounds, opened, prepare, say, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_rounds()


def get(person, name, survey_round=None):
    return browser(person).get(reverse(name, args=[survey_round.pk] if survey_round else []))


def post(person, name, survey_round=None, **data):
    return browser(person).post(reverse(name, args=[survey_round.pk] if survey_round else []), data)


def page(person, name, survey_round=None):
    return " ".join(get(person, name, survey_round).content.decode().split())


def faces(answer, score):
    return {f"score-{answer.pk}-{code}": score for code in ("prompt", "courteous", "solved")}


# --- Answering --------------------------------------------------------------------------------------


def test_the_questionnaire_asks_by_flow_and_says_who_will_see_what(world):
    survey_round = opened(world)
    shown = page(world.servers[1], "round_answer", survey_round)
    assert "Nobody sees how you answered." in shown
    assert "figures of 5 people or more together" in shown
    for word in ("Prompt", "Courteous", "Solved", "Right item", "Right quantity", "On time", "Undamaged"):
        assert f"<legend>{word}</legend>" in shown
    for word in ("Timely", "Accurate", "Complete"):  # nobody informs Service here
        assert f"<legend>{word}</legend>" not in shown
    assert " checked" not in shown


def test_a_draft_comes_back_as_it_was_typed_and_is_sent_later(world):
    survey_round, person = opened(world), world.sellers[1]
    answer = sheet(survey_round, person, world.finance)
    typed = {
        f"score-{answer.pk}-prompt": "4",
        f"score-{answer.pk}-solved": "none",
        f"comment-{answer.pk}": "Always kind",
    }
    answered = post(person, "round_answer", survey_round, act="draft", **typed)
    assert answered.url == reverse("round_answer", args=[survey_round.pk])
    shown = page(person, "round_answer", survey_round)
    assert f'name="score-{answer.pk}-prompt" value="4" checked' in shown
    assert f'name="score-{answer.pk}-solved" value="none" checked' in shown
    assert shown.count(" checked") == 2
    assert "Always kind" in shown
    assert "A draft is saved" in page(person, "round_detail", survey_round)
    sent = post(person, "round_answer", survey_round, act="send", **typed)
    assert sent.url == reverse("round_detail", args=[survey_round.pk])
    assert RoundInvitation.objects.get(person=person).answered_at is not None
    assert "Save draft" not in page(person, "round_answer", survey_round)
    assert "Change my answers" in page(person, "round_detail", survey_round)


def test_what_is_typed_is_kept_by_itself_and_a_line_says_so(world):
    survey_round, person = opened(world), world.sellers[1]
    answer, address = sheet(survey_round, person, world.finance), reverse("round_answer", args=[survey_round.pk])
    client, comment = browser(person), f"comment-{answer.pk}"
    assert "change from:closest form" in client.get(address).text
    kept = client.post(address, {"act": "draft", f"score-{answer.pk}-prompt": "4"}, headers=HTMX)
    assert (kept.status_code, kept.text) == (200, "Draft saved. It counts once you send it.")
    assert sheet(survey_round, person, world.finance).scores == {"prompt": 4}
    refused = client.post(address, {"act": "draft", comment: "x" * 501}, headers=HTMX)
    assert refused.status_code == 422
    assert "<" not in refused.text
    say(survey_round, person, 5)
    assert client.post(address, {"act": "draft"}, headers=HTMX).status_code == 422, "what was sent is no draft again"
    assert "change from:closest form" not in client.get(address).text
    close(world, survey_round)
    late = client.post(address, {"act": "draft"}, headers=HTMX)
    assert (late.status_code, late.text) == (422, "This round has closed: nothing was changed.")


def test_a_questionnaire_that_cannot_be_saved_keeps_what_was_typed(world):
    survey_round, person = opened(world), world.sellers[1]
    answer = sheet(survey_round, person, world.finance)
    empty = post(person, "round_answer", survey_round, act="send", **{f"comment-{answer.pk}": "4711"})
    assert empty.status_code == 422
    assert "Give at least one face" in empty.content.decode()
    assert "4711" in empty.content.decode()
    wrong = post(person, "round_answer", survey_round, **faces(answer, "6"), **{f"comment-{answer.pk}": "x" * 501})
    assert wrong.status_code == 422
    assert sheet(survey_round, person, world.finance).scores == {}


def test_who_is_asked_finds_it_in_the_inbox_until_it_is_sent(world):
    survey_round, person = opened(world), world.sellers[1]
    home = reverse("home")
    address = reverse("round_answer", args=[survey_round.pk])
    assert address in browser(person).get(home).content.decode()
    assert Notice.objects.filter(person=person, url=address, read_at=None).exists()
    assert address not in browser(world.storeman).get(home).content.decode()
    say(survey_round, person, 4)
    assert address not in browser(person).get(home).content.decode()
    assert not Notice.objects.filter(person=person, url=address, read_at=None).exists()


def test_after_the_round_has_closed_the_questionnaire_leads_to_the_results(world):
    survey_round = opened(world)
    answer = sheet(survey_round, world.sellers[1], world.finance)
    close(world, survey_round)
    answered = post(world.sellers[1], "round_answer", survey_round, act="send", **faces(answer, "1"))
    assert answered.url == reverse("round_detail", args=[survey_round.pk])
    assert texts(answered) == ["This round has closed: nothing was changed."]


def test_cannot_say_everywhere_can_be_sent(world):
    survey_round, person = opened(world), world.sellers[1]
    sent = post(person, "round_answer", survey_round, **faces(sheet(survey_round, person, world.finance), "none"))
    assert sent.url == reverse("round_detail", args=[survey_round.pk])
    assert RoundInvitation.objects.get(person=person).answered_at is not None


def test_r30_who_has_moved_to_a_supplier_is_not_asked_about_it(world):
    survey_round, person = opened(world), world.sellers[1]
    home, address = reverse("home"), reverse("round_answer", args=[survey_round.pk])
    Position.objects.filter(person=person).update(end=world.store.today() - ONE_DAY)
    PositionFactory(department=world.finance, person=person)
    shown = page(person, "round_answer", survey_round)
    assert "Nothing is left for you to answer" in shown
    assert "<legend>" not in shown
    inbox = browser(person).get(home).text.split('id="inbox-list"')[1]
    assert f'class="btn btn-primary" href="{address}"' not in inbox
    assert "btn-primary btn-sm" not in page(person, "round_list")


def test_after_the_last_day_nobody_answers_and_nobody_is_reminded_though_no_job_has_closed_it(world):
    survey_round, person = opened(world, days=3), world.sellers[1]
    answer = sheet(survey_round, person, world.finance)
    SurveyRound.objects.update(opens_on=world.store.today() - 4 * ONE_DAY, closes_on=world.store.today() - ONE_DAY)
    answered = post(person, "round_answer", survey_round, **faces(answer, "4"))
    assert texts(answered) == ["This round has closed: nothing was changed."]
    assert get(person, "round_answer", survey_round).status_code == 302
    assert sheet(survey_round, person, world.finance).scores == {}
    with pytest.raises(ValidationError) as problem:
        say(survey_round, person, 4)
    assert problem.value.code == "closed"
    shown = page(person, "round_detail", survey_round)
    assert "Closed: the answers are fixed." in shown
    assert "Your answers" not in shown
    assert (
        reverse("round_answer", args=[survey_round.pk])
        not in browser(person).get(reverse("home")).text.split('id="inbox-list"')[1]
    )
    told = Notice.objects.count()
    assert texts(post(world.gm, "round_remind", survey_round)) == ["This round takes no answers: nobody was reminded."]
    assert Notice.objects.count() == told


# --- Running ----------------------------------------------------------------------------------------


def test_a_round_is_prepared_opened_reminded_of_and_closed_on_its_pages(world):
    today = world.store.today()
    about = f"{today.year - 1}"
    assert "No round yet" in page(world.gm, "round_list")
    refused = post(world.gm, "round_create", about=about, opens_on=today, closes_on=today)
    assert refused.status_code == 422
    assert "People need a few days" in refused.content.decode()
    for day in ("yesterday", "", "9999-12-31", "0001-01-01"):
        assert post(world.gm, "round_create", about=about, opens_on=day, closes_on=day).status_code == 422
    closes_on = today.replace(year=today.year) + 7 * (today.resolution)
    assert post(world.gm, "round_create", about=about, opens_on=today, closes_on=closes_on).status_code == 302
    again = post(world.gm, "round_create", about=about, opens_on=today, closes_on=closes_on)
    assert "There is a round on this period already." in again.content.decode()
    survey_round = SurveyRound.objects.get()
    assert "it would ask 10 people" in page(world.gm, "round_detail", survey_round)
    assert texts(post(world.gm, "round_close", survey_round)) == ["This round has not been opened yet."]
    assert texts(post(world.gm, "round_open", survey_round)) == ["Open: everybody who is asked was told."]
    assert texts(post(world.gm, "round_open", survey_round)) == ["Nothing was left to do."]
    assert texts(post(world.gm, "round_remind", survey_round)) == ["10 people were reminded."]
    assert texts(post(world.gm, "round_remind", survey_round)) == ["They were reminded today."]
    assert texts(post(world.gm, "round_discard", survey_round)) == ["This round was opened: it stays."]
    assert texts(post(world.gm, "round_close", survey_round)) == [
        "Closed and published. The single answers are deleted."
    ]
    assert "No figure: on no supplier" in page(world.gm, "round_detail", survey_round)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (-9, -1, "Its days have passed: discard it, and prepare another one."),
        (-9, 1, "Its last day is too near, people need a few days: discard it, and prepare another one."),
        (80, 93, "Opened today, it would be open for more than a quarter."),
    ],
)
def test_a_round_whose_days_no_longer_fit_is_not_opened_and_its_page_says_what_to_do(world, opens, closes, words):
    survey_round, today = prepare(world), world.store.today()
    SurveyRound.objects.update(opens_on=today + opens * ONE_DAY, closes_on=today + closes * ONE_DAY)
    shown = page(world.gm, "round_detail", survey_round)
    assert words in shown
    assert ("It opens by itself on" in shown) is (opens > 0)
    assert "Open now" not in shown
    assert "Discard" in shown
    assert words in texts(post(world.gm, "round_open", survey_round))[0]
    assert SurveyRound.objects.get().state == "draft"


def test_rounds_are_called_by_their_period_in_the_readers_language(world):
    survey_round = opened(world)
    quarter, year = survey_round.period.name[-1], survey_round.start.year
    for language, name in (("en", f"Q{quarter} {year}"), ("zh-hans", f"{year}年第{quarter}季度")):
        with translation.override(language):
            assert survey_round.label == name
            assert name in in_words(Notice.objects.get(person=world.sellers[1]))
        client = browser(world.sellers[1], language)
        for address in (
            reverse("home"),
            *(reverse(each, args=[survey_round.pk]) for each in ("round_detail", "round_answer")),
        ):
            assert name in client.get(address).text
            assert survey_round.period.name not in client.get(address).text


def test_a_prepared_round_is_seen_by_who_runs_it_alone(world):
    survey_round = prepare(world)
    assert get(world.sellers[0], "round_detail", survey_round).status_code == 403
    with translation.override("en"):
        name = survey_round.label
    assert name not in page(world.sellers[0], "round_list")
    assert name in page(world.admin, "round_list")
    assert texts(post(world.admin, "round_discard", survey_round)) == ["Discarded."]
    assert not SurveyRound.objects.exists()


def test_r20_the_response_names_nobody_and_no_department_of_few(world):
    survey_round = opened(world)
    for person in world.sellers:
        say(survey_round, person, 4)
    shown = page(world.gm, "round_detail", survey_round)
    assert "5 of 10 people" in shown
    # Service has four people who are asked, Finance one: neither stands alone, and so the five of Sales do not either.
    assert "Response by department" in shown
    assert "Service, Finance" in shown
    assert "Fewer than 5 people are asked about these, so they will get no figure of their own:" in shown
    for person in (*world.customers, world.accountant):
        assert person.full_name not in shown
    assert "Response" not in page(world.sellers[0], "round_detail", survey_round)


def test_a_flow_on_which_too_few_are_asked_is_named_beside_one_on_which_enough_are(world):
    LinkFactory(dealership=world.store, flow="information", supplier=world.finance, customer=world.service)
    survey_round = opened(world)
    few = responses_of(survey_round, access(world.gm)).too_few
    assert [(each.supplier.code, each.flows) for each in few] == [
        ("service", ("information",)),
        ("parts", ("material",)),
        ("finance", ("information",)),
    ]


# --- Reading ----------------------------------------------------------------------------------------


def test_the_results_stand_with_their_interval_and_against_the_stores_average(world):
    survey_round = opened(world)
    for number, person in enumerate(world.customers):
        say(survey_round, person, 5 if number < 6 else 2, supplier=world.finance, comment=f"word {number}")
    close(world, survey_round)
    shown = page(world.gm, "round_detail", survey_round)
    assert "The store: 67 % of 27 scores good" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "27 scores; 9 of the 9 people asked answered" in shown
    assert "as the store" in shown  # the only supplier with figures
    assert "word 3" in shown
    assert shown.count("fewer than 5 people") == 2
    assert not RoundAnswer.objects.exists()


def test_few_answers_are_said_in_words(world):
    survey_round = opened(world)
    for person in world.customers[:4]:
        say(survey_round, person, 5, supplier=world.finance)
    close(world, survey_round)
    assert "Fewer than half: read it with care" in page(world.gm, "round_detail", survey_round)
    assert "4 of 10 people" in page(world.sellers[0], "round_list")


def test_everybody_reads_their_own_department_and_the_stores_average_alone(world):
    survey_round = opened(world)
    for person in world.customers:
        say(survey_round, person, 4, supplier=world.finance, comment="4711")
    close(world, survey_round)
    average = "The store: 100 % of 27 scores good"
    for person, reads in (
        (world.accountant, True),
        (world.admin, True),
        (world.storeman, False),
        (world.sellers[0], False),
    ):
        shown = page(person, "round_detail", survey_round).replace("\N{NO-BREAK SPACE}", " ")
        assert average in shown
        assert ("4711" in shown) is reads
        assert ("27 scores; 9 of the 9" in shown) is reads
    assert get(make_rounds().gm, "round_detail", survey_round).status_code == 404


def published(world, *results):
    """Publish a round and put results in its place: (supplier, people, of these content, qualities)."""
    survey_round = close(world, opened(world))
    RoundResult.objects.all().delete()
    for supplier, people, good, *qualities in results:
        scores = [people - good, 0, 0, 0, good]
        RoundResult.objects.create(
            dealership=world.store,
            round=survey_round,
            supplier=supplier,
            flows=["service"],
            asked=people,
            raters=people,
            flow_raters={"service": people},
            blocks=[
                {"parts": [["service", each]], "raters": people, "scores": scores} for each in qualities or ["prompt"]
            ],
        )
    SurveyRound.objects.update(raters=100, invited=120, answered=110)
    return survey_round


def test_who_reads_some_suppliers_alone_is_told_of_none_that_it_is_the_furthest(world):
    """A department would take itself for the best or the worst of the store: it is the only one it reads."""
    survey_round = published(
        world, (world.finance, 40, 20), (world.parts, 40, 2), (world.service, 40, 38), (world.sales, 40, 40)
    )
    for person in (world.gm, world.admin):
        shown = page(person, "round_detail", survey_round)
        assert "Furthest above it: Sales" in shown
        assert "Furthest below it: Parts" in shown
    for person in (world.accountant, world.storeman, world.servers[1]):
        assert "Furthest" not in page(person, "round_detail", survey_round)
    assert "points below the store" in page(world.storeman, "round_detail", survey_round), "its own standing it reads"


def test_the_largest_groups_come_first_by_people_and_a_difference_has_its_unit(world):
    survey_round = published(
        world, (world.parts, 8, 5, "prompt", "courteous", "solved"), (world.finance, 20, 12), (world.sales, 6, 6)
    )
    shown = page(world.gm, "round_detail", survey_round)
    places = [shown.index(f">{name}</h2>") for name in ("Finance", "Parts", "Sales")]
    assert places == sorted(places)
    assert "points: may be chance" in shown


@pytest.mark.parametrize("more", [0, 12])
def test_pages_cost_the_same_however_many_answer(more, django_assert_num_queries):
    world = make_rounds(sales=4 + more)
    survey_round = opened(world)
    for person in world.customers:
        say(survey_round, person, 4, supplier=world.finance)
    client, address = browser(world.gm), reverse("round_detail", args=[survey_round.pk])
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    close(world, survey_round)
    with django_assert_num_queries(6):
        client.get(address)
