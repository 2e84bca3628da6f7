"""Survey rounds: who is asked about whom (R4-R6), what follows what, and what becomes of the answers (R20)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from dealership.models import Department, Notice, Position
from supplychain.models import Link
from surveys import actions_rounds as actions
from surveys.models import RoundAnswer, RoundInvitation, RoundResult, SurveyRound
from surveys.periods import period_of
from surveys.qualities import QUALITIES
from surveys.rounds import Block, Share
from tests.conftest import fresh
from tests.factories import LinkFactory, PositionFactory, member_of
from tests.surveys.round_world import ONE_DAY, close, make_rounds, opened, prepare, say, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_rounds()


def result(survey_round, supplier):
    return RoundResult.objects.get(round=survey_round, supplier=supplier)


def blocks(row):
    return [Block.read(kept) for kept in row.blocks]


def test_r4_r5_r6_each_flow_is_asked_about_in_its_own_words():
    assert {flow: list(words) for flow, words in QUALITIES.items()} == {
        "information": ["timely", "accurate", "complete"],
        "service": ["prompt", "courteous", "solved"],
        "material": ["right-item", "right-quantity", "on-time", "undamaged"],
    }


# --- Who is asked -----------------------------------------------------------------------------------


def test_everybody_is_asked_about_the_suppliers_of_their_own_departments_only(world):
    survey_round = opened(world)
    about = {
        person: set(
            RoundAnswer.objects.filter(invitation__person=person).values_list(
                "supplier__code", "flow", "customer__code"
            )
        )
        for person in (world.sellers[1], world.servers[1], world.accountant, world.storeman, world.gm)
    }
    assert about == {
        world.sellers[1]: {("finance", "service", "sales")},
        world.servers[1]: {("finance", "service", "service"), ("parts", "material", "service")},
        world.accountant: {("service", "information", "finance")},
        world.storeman: set(),
        world.gm: set(),
    }
    assert survey_round.invitations.count() == len(world.customers) + 1


def test_nobody_is_asked_about_their_own_department_nor_twice_about_the_same(world):
    both = world.servers[1]
    PositionFactory(department=world.sales, person=both, role="member")
    PositionFactory(department=world.finance, person=world.servers[2], role="member")
    LinkFactory(dealership=world.store, flow="service", supplier=world.finance, customer=world.sales)
    opened(world)
    codes = RoundAnswer.objects.values_list("supplier__code", "flow")
    assert sorted(codes.filter(invitation__person=both)) == [("finance", "service"), ("parts", "material")]
    assert sorted(codes.filter(invitation__person=world.servers[2])) == [("parts", "material")]


def test_links_and_people_that_come_and_go_after_the_opening_change_nothing(world):
    yesterday = world.store.today() - ONE_DAY
    Link.objects.filter(pk=world.links[3].pk).update(active_to=yesterday)
    left = world.sellers[3]
    Position.objects.filter(person=left).update(end=yesterday)
    survey_round = opened(world)
    assert not RoundAnswer.objects.filter(supplier=world.parts).exists()
    assert not RoundInvitation.objects.filter(person=left).exists()
    asked = set(RoundAnswer.objects.values_list("pk", flat=True))
    Link.objects.update(active_to=world.store.today() - ONE_DAY)
    Position.objects.exclude(person=world.gm).update(end=yesterday)
    member_of(world.sales)
    assert set(RoundAnswer.objects.values_list("pk", flat=True)) == asked
    for person in world.sellers[:3] + world.servers:
        say(survey_round, person, 4, supplier=world.finance)
    assert result(close(world, survey_round), world.finance).raters == 7


def test_nobody_is_asked_about_a_closed_department_nor_as_one_of_its_people(world):
    Department.objects.filter(pk=world.parts.pk).update(is_active=False)
    Department.objects.filter(pk=world.sales.pk).update(is_active=False)
    asked = actions.who_is_asked(world.store, world.store.today())
    assert set(asked) == {person.pk for person in (*world.servers, world.accountant)}
    assert {supplier for about in asked.values() for supplier, _flow in about} == {world.finance.pk, world.service.pk}


def test_r30_who_has_moved_to_a_supplier_since_does_not_rate_it(world):
    survey_round, moved = opened(world), world.servers[1]
    say(survey_round, moved, 5, comment="Kind people.")
    Position.objects.filter(person=moved).update(end=world.store.today() - ONE_DAY)
    PositionFactory(department=world.finance, person=moved)
    say(survey_round, moved, 1, comment="Now my own.")
    assert (sheet(survey_round, moved, world.finance).scores, sheet(survey_round, moved, world.finance).comment) == (
        {},
        "",
    )
    assert set(sheet(survey_round, moved, world.parts).scores.values()) == {1}


# --- What follows what ------------------------------------------------------------------------------


def test_only_the_general_manager_and_the_admin_run_rounds(world):
    survey_round = prepare(world)
    stranger = make_rounds()
    for person in (world.accountant, world.sellers[1], stranger.gm, stranger.admin):
        for act in (actions.open_round, actions.remind, actions.close_round, actions.discard_round):
            with pytest.raises(PermissionDenied):
                act(acting_user=fresh(person), survey_round=survey_round)
    assert actions.open_round(acting_user=fresh(world.admin), survey_round=survey_round)


def test_a_period_has_one_round_and_its_days_are_sane(world):
    prepare(world)
    today = world.store.today()

    def refused(opens_in, days, kind="year"):
        with pytest.raises(ValidationError) as problem:
            prepare(world, opens_in=opens_in, days=days, kind=kind)
        return problem.value.error_dict if hasattr(problem.value, "error_dict") else problem.value.code

    assert refused(0, 14, "quarter") == "doubled"
    assert set(refused(-1, 14)) == {"opens_on"}
    assert set(refused(0, 1)) == set(refused(0, 93)) == {"closes_on"}
    assert prepare(world, kind="year").period == period_of("year", today)


def test_a_round_goes_forward_only_and_each_step_is_taken_once(world):
    survey_round = prepare(world)
    run = {"acting_user": fresh(world.gm), "survey_round": survey_round}
    assert not actions.close_round(**run)
    assert actions.remind(**run) == 0
    assert actions.open_round(**run)
    assert not actions.open_round(**run)
    assert not actions.discard_round(**run)
    assert actions.close_round(**run)
    assert not actions.close_round(**run)
    assert not actions.open_round(**run)
    assert not actions.discard_round(**run)
    assert SurveyRound.objects.get().state == "published"


def test_a_round_that_stopped_between_closing_and_publishing_is_published_by_the_job(world):
    survey_round = opened(world)
    SurveyRound.objects.update(state="closed", closed_at=survey_round.opened_at)
    with pytest.raises(ValidationError) as problem:
        say(survey_round, world.sellers[0], 5)
    assert problem.value.code == "closed"
    assert actions.close_due(dealership=world.store) == 1
    assert SurveyRound.objects.get().state == "published"


def test_a_round_that_can_ask_nobody_stays_prepared(world):
    survey_round = prepare(world)
    Link.objects.update(active_to=world.store.today() - ONE_DAY)
    with pytest.raises(ValidationError) as problem:
        actions.open_round(acting_user=fresh(world.gm), survey_round=survey_round)
    assert problem.value.code == "nobody"
    assert actions.open_due(dealership=world.store) == 0
    assert SurveyRound.objects.get().state == "draft"
    assert actions.discard_round(acting_user=fresh(world.gm), survey_round=survey_round)


def test_time_opens_reminds_twice_and_closes(world):
    prepare(world)
    assert actions.open_due(dealership=world.store) == 1
    survey_round = SurveyRound.objects.get()
    say(survey_round, world.sellers[0], 4)
    start = survey_round.opens_on
    told = []
    for _day in range(16):  # the store's days pass: everything moves a day back
        told.append((actions.remind_due(dealership=world.store), actions.close_due(dealership=world.store)))
        assert actions.remind_due(dealership=world.store) == 0
        current = SurveyRound.objects.get()
        if current.state == "open":
            current.opens_on, current.closes_on = current.opens_on - ONE_DAY, current.closes_on - ONE_DAY
            current.reminded_on = current.reminded_on and current.reminded_on - ONE_DAY
            current.save(update_fields=["opens_on", "closes_on", "reminded_on"])
    waiting = len(world.customers)  # and the accountant, but for the one who answered
    assert [day for day, (reminded, _closed) in enumerate(told) if reminded] == [7, 12]
    assert {reminded for reminded, _closed in told} == {0, waiting}
    assert [day for day, (_reminded, closed) in enumerate(told) if closed] == [15]
    assert start == world.store.today()


# --- Answering --------------------------------------------------------------------------------------


def test_a_draft_is_kept_and_does_not_count_until_it_is_sent(world):
    survey_round = opened(world)
    for person in world.customers:
        invitation = say(survey_round, person, 2, supplier=world.finance, send=False)
        assert invitation.answered_at is None
        assert sheet(survey_round, person, world.finance).scores == {"prompt": 2, "courteous": 2, "solved": 2}
    for person in world.customers[:4]:
        say(survey_round, person, 5, supplier=world.finance)
    survey_round = close(world, survey_round)
    assert (survey_round.invited, survey_round.answered) == (len(world.customers) + 1, 4)
    assert result(survey_round, world.finance).blocks == []


def test_what_was_sent_can_be_sent_again_until_the_round_closes(world):
    survey_round = opened(world)
    for person in world.customers:
        say(survey_round, person, 1, supplier=world.finance)
        say(survey_round, person, 5, supplier=world.finance)
    with pytest.raises(ValidationError) as problem:
        say(survey_round, world.customers[0], 1, send=False)
    assert problem.value.code == "sent"
    found = result(close(world, survey_round), world.finance)
    assert found.raters == len(world.customers)
    assert [block.scores for block in blocks(found)] == [(0, 0, 0, 0, len(world.customers))] * 3
    with pytest.raises(ValidationError) as problem:
        actions.save_answers(
            acting_user=fresh(world.customers[0]), survey_round=survey_round, scores={}, comments={}, send=True
        )
    assert problem.value.code == "closed"


def test_nobody_answers_who_was_not_asked_nor_in_another_persons_place(world):
    survey_round = opened(world)
    for person in (world.storeman, world.gm, make_rounds().gm):
        with pytest.raises(PermissionDenied):
            say(survey_round, person, 5)
    other = sheet(survey_round, world.sellers[1], world.finance)
    mine = sheet(survey_round, world.sellers[0], world.finance)
    actions.save_answers(
        acting_user=fresh(world.sellers[0]),
        survey_round=survey_round,
        scores={other.pk: {"prompt": 1}, mine.pk: {"prompt": 5, "tasty": 1}},
        comments={other.pk: "mine"},
        send=True,
    )
    other.refresh_from_db()
    assert (other.scores, other.comment) == ({}, "")
    assert sheet(survey_round, world.sellers[0], world.finance).scores == {"prompt": 5}


def test_sending_nothing_is_refused_and_cannot_say_counts_for_nothing(world):
    survey_round = opened(world)
    with pytest.raises(ValidationError) as problem:
        say(survey_round, world.sellers[0], {}, comment="Words alone.")
    assert problem.value.code == "empty"
    for person in world.customers:
        say(survey_round, person, {"prompt": 4, "courteous": None}, supplier=world.finance)
    found = result(close(world, survey_round), world.finance)
    assert [(block.parts, sum(block.scores)) for block in blocks(found)] == [((("service", "prompt"),), 9)]


def test_who_can_say_nothing_of_anything_has_answered(world):
    survey_round = opened(world)
    for person in world.customers:
        say(survey_round, person, None, supplier=world.finance)
    survey_round = close(world, survey_round)
    assert (survey_round.answered, survey_round.raters) == (len(world.customers), 0)
    assert result(survey_round, world.finance).blocks == []


# --- What is published, and what can be learnt of it (R20) ------------------------------------------


def test_r20_whom_too_few_rated_stands_in_no_figure(world):
    survey_round = opened(world)
    for person in world.customers:
        say(survey_round, person, 4, supplier=world.finance)
    for person in world.servers:
        say(survey_round, person, 4, comment="late again")
    say(survey_round, world.accountant, 1, comment="wrong")
    survey_round = close(world, survey_round)
    assert {row.supplier.code: bool(row.blocks) for row in RoundResult.objects.all()} == {
        "finance": True,
        "parts": False,  # four people of Service
        "service": False,  # one of Finance
    }
    held = RoundResult.objects.filter(blocks=[])
    assert [(row.raters, row.flow_raters, row.comments) for row in held] == [(None, {}, [])] * 2
    shown = Share.of(block for row in RoundResult.objects.all() for block in blocks(row))
    assert shown.n == sum(sum(block.scores) for block in blocks(result(survey_round, world.finance)))
    assert survey_round.raters == len(world.customers)


def test_r20_no_sum_or_difference_of_figures_is_of_fewer_people_than_promised(world):
    """Whatever can be added up or subtracted from what is published is a sum of whole blocks: each is big enough."""
    LinkFactory(dealership=world.store, flow="information", supplier=world.finance, customer=world.service)
    LinkFactory(dealership=world.store, flow="material", supplier=world.finance, customer=world.sales)
    survey_round = opened(world)
    for number, person in enumerate(world.customers):
        for row in RoundAnswer.objects.filter(invitation__person=person, supplier=world.finance):
            codes = list(QUALITIES[row.flow])
            # Some qualities are rated by everybody, some by two or three.
            row.scores = {code: 1 + number % 5 for place, code in enumerate(codes) if place == 0 or number % 3 == place}
            row.save(update_fields=["scores"])
        RoundInvitation.objects.filter(person=person).update(answered_at=survey_round.opened_at)
    who = {}
    for row in RoundAnswer.objects.filter(supplier=world.finance):
        for code in row.scores:
            who.setdefault((row.flow, code), set()).add(row.invitation_id)
    assert min(len(people) for people in who.values()) < survey_round.least_raters
    found = blocks(result(close(world, survey_round), world.finance))
    parts = [part for block in found for part in block.parts]
    assert len(parts) == len(set(parts)), "no score is in two blocks"
    held_back = set(who) - set(parts)
    assert held_back == {part for part in who if part[0] == "information"}, "four people of Service"
    for block in found:
        people = set().union(*(who[part] for part in block.parts))
        assert len(people) == block.raters >= survey_round.least_raters


def test_r20_after_publishing_nothing_leads_from_an_answer_to_a_person(world):
    survey_round = opened(world)
    actions.remind(acting_user=fresh(world.gm), survey_round=survey_round)
    for number, person in enumerate(world.customers):
        say(survey_round, person, 5, supplier=world.finance, comment=f"word {number}")
    survey_round = close(world, survey_round)
    assert not RoundAnswer.objects.exists()
    assert not RoundInvitation.objects.exists()
    words = set(Notice.objects.values_list("words", flat=True))
    assert words == {"The results of the survey round %(round)s are there."}, "who was reminded had not answered"
    found = result(survey_round, world.finance)
    assert sorted(found.comments) == sorted(f"word {number}" for number in range(len(world.customers)))
    columns = {
        (table, column.name)
        for table in ("surveys_roundresult", "surveys_surveyround")
        for column in connection.introspection.get_table_description(connection.cursor(), table)
    }
    people = {(table, name) for table, name in columns if name.endswith("_by_id") or "person" in name}
    assert people == {("surveys_surveyround", "created_by_id")}


def test_r20_comments_come_in_an_order_that_says_nothing(world):
    orders = []
    for start in (0, 4):
        survey_round = opened(world, days=14) if start == 0 else opened(world, days=14, kind="year")
        people = world.customers[start:] + world.customers[:start]
        for number, person in enumerate(people):
            say(survey_round, person, 5, supplier=world.finance, comment=f"word {(number + start) % len(people)}")
        orders.append(result(close(world, survey_round), world.finance).comments)
    assert orders[0] == orders[1]
    assert orders[0] != sorted(orders[0])


def test_r20_nobody_else_reads_an_answer(world):
    survey_round = opened(world)
    say(survey_round, world.sellers[1], 1, supplier=world.finance)
    for person in (world.gm, world.admin, world.sellers[0], world.accountant):
        assert not RoundAnswer.objects.visible_to(fresh(person)).filter(invitation__person=world.sellers[1]).exists()
        assert not RoundInvitation.objects.visible_to(fresh(person)).filter(person=world.sellers[1]).exists()
    assert RoundAnswer.objects.visible_to(fresh(world.sellers[1])).get().scores["prompt"] == 1


def test_the_promise_is_the_one_that_stood_when_the_round_opened(world):
    survey_round = opened(world)
    assert survey_round.least_raters == world.store.least_raters
    SurveyRound.objects.filter(pk=survey_round.pk).update(least_raters=10)
    for person in world.customers:
        say(survey_round, person, 5, supplier=world.finance)
    assert result(close(world, survey_round), world.finance).blocks == []


def test_reminders_stand_at_half_time_and_two_days_before_the_end():
    survey_round = SurveyRound(opens_on=datetime.date(2026, 3, 2), closes_on=datetime.date(2026, 3, 16))
    assert [day.isoformat() for day in survey_round.reminder_days()] == ["2026-03-09", "2026-03-14"]
