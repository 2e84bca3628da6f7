"""Survey rounds when several act at the same moment: one answer a person, nothing lost, published once."""

from threading import Thread

import pytest
from django.db import connection
from django.urls import reverse

from dealership.models import Notice
from surveys import actions_rounds as actions
from surveys.models import RoundAnswer, RoundInvitation, RoundResult, SurveyRound
from surveys.rounds import Block
from tests.conftest import fresh
from tests.surveys.pages import at_once, browser
from tests.surveys.round_world import make_rounds, opened, prepare, say, sheet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return make_rounds()


def post(person, name, survey_round, **data):
    """Return a form to be sent at once with others, from the person's own browser."""
    client, address = browser(person), reverse(name, args=[survey_round.pk])
    return lambda: client.post(address, data)


def faces(answer, score):
    return {f"score-{answer.pk}-{code}": score for code in ("prompt", "courteous", "solved")}


def test_a_person_who_sends_twice_at_once_has_one_answer_and_it_is_one_of_the_two(world):
    survey_round, person = opened(world), world.sellers[1]
    answer = sheet(survey_round, person, world.finance)
    answers = at_once(*(post(person, "round_answer", survey_round, **faces(answer, score)) for score in (1, 5)))
    assert [each.status_code for each in answers] == [302, 302]
    answer.refresh_from_db()
    assert answer.scores in [dict.fromkeys(("prompt", "courteous", "solved"), score) for score in (1, 5)]
    assert RoundInvitation.objects.filter(person=person).count() == 1
    assert RoundAnswer.objects.filter(invitation__person=person).count() == 1


def test_opening_and_closing_at_once_happens_once(world):
    survey_round = prepare(world)
    at_once(*(post(person, "round_open", survey_round) for person in (world.gm, world.admin)))
    assert RoundInvitation.objects.filter(round=survey_round).count() == 10
    at_once(*(post(person, "round_close", survey_round) for person in (world.gm, world.admin)))
    assert RoundResult.objects.filter(round=survey_round).count() == 3


def test_what_is_sent_while_the_round_closes_counts_or_is_refused_and_never_stays_behind(world):
    survey_round = opened(world)
    for person in world.customers[1:]:
        say(survey_round, person, 5, supplier=world.finance)
    late = sheet(survey_round, world.customers[0], world.finance)
    sent, _closed = at_once(
        post(world.customers[0], "round_answer", survey_round, **faces(late, 1)),
        post(world.gm, "round_close", survey_round),
    )
    assert sent.status_code in (302, 403, 422)
    current = SurveyRound.objects.get()
    assert current.state == "published"
    found = RoundResult.objects.get(round=current, supplier=world.finance)
    counted = sum(Block.read(kept).scores[0] for kept in found.blocks)
    assert (current.answered, counted) in ((9, 3), (8, 0))
    assert not RoundAnswer.objects.exists()
    assert not RoundInvitation.objects.exists()


def test_a_round_opened_while_it_is_discarded_is_there_whole_or_not_at_all(world):
    """The other opens it at the worst moment: when what is to be deleted has been read, and nothing is deleted yet."""
    survey_round = prepare(world)
    opener, outcome = fresh(world.admin), {}

    def open_it():
        try:
            current = SurveyRound.objects.get(pk=survey_round.pk)
            outcome["opened"] = actions.open_round(acting_user=opener, survey_round=current)
        finally:
            connection.close()

    others = Thread(target=open_it)

    def meanwhile(execute, sql, *rest):
        if sql.startswith("DELETE") and others.ident is None:
            others.start()
            others.join(timeout=2)  # who has to wait for the discarding goes on after it
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        outcome["discarded"] = actions.discard_round(acting_user=fresh(world.gm), survey_round=survey_round)
    others.join()
    assert outcome == {"discarded": True, "opened": False}
    assert not SurveyRound.objects.exists()
    assert not RoundInvitation.objects.exists()
    assert not Notice.objects.exists()
