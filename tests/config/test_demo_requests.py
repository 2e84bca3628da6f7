"""The demo's requests, calls, recoveries and notices: complete, consistent with the actions, nothing in the future."""

import datetime
from pathlib import Path

import pytest
from django.db.models import Count, F, Sum

from config.demo import notices
from config.management.commands.demo import load_store
from dashboards.inbox import Inbox, news_of
from dealership.access import access_of
from dealership.calendars import calendar_of
from dealership.hierarchy import manager_for, superior_in_line, superior_of
from dealership.history import PositionHistory
from dealership.models import Dealership, Notice, Position, User
from dealership.notices import in_words
from supplychain.actions_due import expire_requests, remind_to_rate
from supplychain.acts import ACTS
from supplychain.appointments import assess_link
from supplychain.models import (
    CallForNeeds,
    CallInvitation,
    Escalation,
    Interaction,
    RequestEvent,
    StatedNeed,
    SupplyRequest,
)
from supplychain.models import RequestEventKind as Kind
from surveys import rollups
from surveys.actions_recovery import lapse_recoveries
from surveys.models import Grain, Rating, Recovery, RecoveryEvent, Rollup
from surveys.models import RecoveryEventKind as Step
from surveys.models.recoveries import RUNNING
from surveys.recovery_acts import ACTS as STEPS
from surveys.scoring import outcome
from tests.config.test_demo import NOON, SHANGHAI, make_room
from tests.supplychain.calls import at

pytestmark = pytest.mark.django_db

MONTHS = {"months": 4, "ratings_per_day": 20}


@pytest.fixture
def store():
    """A demo store of four months, seen on a Monday at noon."""
    with at(NOON):
        load_store("demo", now=NOON, **MONTHS)
        yield Dealership.objects.get()


def requests():
    return SupplyRequest.objects.with_names().prefetch_related("events", "escalations", "interactions__ratings")


def told():
    """Return all requests and recoveries with their lines, without database keys."""
    asked = RequestEvent.objects.values_list(
        "request__what",
        "request__quantity",
        "request__state",
        "request__version",
        "kind",
        "version",
        "at",
        "person__full_name",
        "text",
    )
    mended = RecoveryEvent.objects.values_list(
        "recovery__state",
        "recovery__due_on",
        "recovery__owner__full_name",
        "kind",
        "version",
        "at",
        "person__full_name",
        "text",
    )
    answered = CallInvitation.objects.values_list("call__question", "answered_at", "nothing_needed", "needs__what")
    read = Notice.objects.values_list("person__full_name", "words", "created_at")
    return [sorted(map(str, rows)) for rows in (asked, mended, answered, read)]


def test_every_stage_of_a_request_is_there(store):
    states = dict(SupplyRequest.objects.values_list("state").annotate(Count("pk")))
    assert set(states) == {"asked", "accepted", "done", "declined", "withdrawn", "expired"}
    assert SupplyRequest.objects.in_stage("to_rate").exists()
    assert SupplyRequest.objects.filter(trips__gt=1).exists()
    assert {"pending", "allowed"} <= set(Escalation.objects.values_list("outcome", flat=True))
    today = NOON.date()
    for state in ("asked", "accepted"):
        assert SupplyRequest.objects.filter(state=state).overdue_on(today).exists()
    monday = today + datetime.timedelta(days=7)
    assert SupplyRequest.objects.filter(
        state="accepted", promised_on=monday, link__supplier__code="finance", held_by__username="finance"
    ).exists()


def test_a_done_request_is_one_interaction_and_marks_it_and_its_rating_alike(store):
    done = 0
    for request in requests():
        became = [row for row in request.interactions.all() if row.state != "dismissed"]
        if request.state != "done":
            assert not became
            continue
        (interaction,) = became
        done += 1
        finished = list(request.events.all())[-1]
        assert finished.kind == Kind.FINISH
        assert interaction.occurred_at == finished.at
        assert interaction.day == request.finished_on == store.local_day(finished.at)
        assert (interaction.requester_id, interaction.logged_by_id) == (request.asked_by_id, finished.person_id)
        assert interaction.note == request.summary
        assert interaction.short_notice is request.short_notice
        assert finished.data == {"late_days": request.late_days}
        for rating in interaction.ratings.all():
            assert rating.short_notice is request.short_notice
            assert not rating.made_interaction
    assert done > 50
    assert not Interaction.objects.filter(request=None, short_notice=True).exists()
    assert not Rating.objects.filter(interaction__request=None, short_notice=True).exists()


def test_r11_flags_and_days_are_what_the_terms_and_the_calendar_say(store):
    calendar = calendar_of(store)
    short = 0
    for request in requests():
        found = assess_link(request.link, asked_at=request.asked_at, wanted_on=request.wanted_on)
        assert request.notice_days == found.notice_days
        if "from_call" in request.events.all()[0].data:  # R14: the supplier asked first
            assert not request.short_notice
            continue
        assert (request.outside_window, request.short_of_lead_time) == (found.outside_window, found.short_of_lead_time)
        assert store.local_day(request.asked_at) <= request.wanted_on
        short += request.short_notice
        if request.state == "done":
            assert request.late_days == calendar.between(request.promised_on, request.finished_on)
    assert short > 10


def test_r12_short_notice_is_rated_worse(store):
    for item in ("vehicles", "reimbursement"):
        ratings = Rating.objects.filter(link__item__code=item)
        hurried, others = ratings.filter(short_notice=True), ratings.filter(short_notice=False)
        bad = hurried.filter(score=0).count() / hurried.count()
        assert bad > 1.5 * others.filter(score=0).count() / others.count()


def test_the_timeline_of_a_request_is_complete_and_its_people_are_on_the_right_side(store):
    history = PositionHistory(store)
    for request in requests():
        events = list(request.events.all())
        versions = [event.version for event in events if event.version is not None]
        assert versions == list(range(1, request.version + 1))
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[0].kind == Kind.ASK
        assert events[0].at == request.asked_at
        state = "asked"
        for event in events[1:]:
            day = store.local_day(event.at)
            is_supplier = history.is_of(event.person_id, request.link.supplier_id, day)
            is_customer = history.speaks_for(event.person_id, request.link.customer_id, day) and not is_supplier
            if event.kind == Kind.EXPIRE:
                assert event.person is None
                assert day == request.wanted_on + datetime.timedelta(days=store.answer_days + 1)
                state = "expired"
                continue
            act = ACTS[Kind(event.kind)]
            assert state in act.before
            state = act.after or state
            if event.kind == Kind.DECIDE:
                assert event.person in [raised.superior for raised in request.escalations.all()]
            elif act.side is None:
                assert is_supplier or is_customer
            else:
                assert is_supplier if act.side == "supplier" else is_customer
            if event.kind == Kind.ACCEPT:
                assert event.data == {"promised_on": request.promised_on.isoformat()}
                assert day <= request.promised_on
        assert state == request.state
        assert request.trips == 1 + sum(event.kind == Kind.TRIP for event in events)
        assert history.is_of(request.asked_by_id, request.link.customer_id, store.local_day(request.asked_at))


def test_r13_exceptions_went_to_the_superior_and_match_their_lines(store):
    for raised in Escalation.objects.select_related("request__link__supplier", "raised_by", "superior"):
        position = Position.objects.get(person=raised.raised_by, department=raised.request.link.supplier)
        assert raised.superior == superior_of(position, store.local_day(raised.raised_at))
        lines = {event.kind: event for event in raised.request.events.all()}
        escalated = lines[Kind.ESCALATE]
        assert (escalated.at, escalated.person, escalated.text) == (raised.raised_at, raised.raised_by, raised.what)
        assert escalated.data == {"superior": raised.superior_id}
        if raised.outcome == "pending":
            assert raised.request.held_by == raised.superior
            assert Kind.DECIDE not in lines
        else:
            decided = lines[Kind.DECIDE]
            assert (decided.at, decided.text, decided.data) == (
                raised.decided_at,
                raised.answer,
                {"outcome": raised.outcome},
            )
    receipt = Escalation.objects.get(outcome="pending")
    assert receipt.request.link.customer.code == "logistics"
    assert (receipt.raised_by.username, receipt.superior.username) == ("finance", "gm")


def test_r14_calls_are_answered_and_their_needs_became_requests(store):
    openings = CallForNeeds.objects.get(supplier__code="hr")
    assert openings.takes_answers_on(NOON.date())
    need = StatedNeed.objects.get(invitation__call=openings, invitation__link__customer__code="service")
    assert (need.quantity, need.request) == (2, None)
    assert openings.invitations.filter(nothing_needed=True).exists()
    assert openings.invitations.filter(answered_at=None).exists()
    shuttles = CallForNeeds.objects.get(supplier__code="administration", item__code="vehicles")
    assert not shuttles.takes_answers_on(NOON.date())
    became = StatedNeed.objects.exclude(request=None).select_related("request", "invitation__call")
    assert became.filter(invitation__call=shuttles).count() == 5
    for need in became:
        request = need.request
        assert (request.what, request.quantity, request.wanted_on) == (need.what, need.quantity, need.wanted_on)
        assert request.asked_by == need.invitation.answered_by
        assert request.events.get(version=1).data == {"from_call": need.invitation.call_id}
        assert request.asked_at > need.invitation.answered_at
    for invitation in CallInvitation.objects.exclude(answered_at=None).select_related("call"):
        assert invitation.call.opened_at < invitation.answered_at
        assert store.local_day(invitation.answered_at) <= invitation.call.deadline
        assert invitation.nothing_needed is not invitation.needs.exists()


def test_r21_each_not_good_has_its_recovery_and_only_a_changed_one_is_dropped(store):
    bad = {
        rating.interaction_id
        for rating in Rating.objects.all()
        if outcome(rating.scale, rating.score, threshold=store.not_good_threshold) == "not_good"
    }
    assert set(Recovery.objects.exclude(state="dropped").values_list("interaction", flat=True)) == bad
    for recovery in Recovery.objects.filter(state="dropped"):
        assert recovery.interaction_id not in bad
        change = recovery.interaction.rating_changes.get()
        assert recovery.closed_at == change.changed_at
    states = set(Recovery.objects.values_list("state", flat=True))
    assert states == {"open", "planned", "escalated", "mended", "unsaid", "dropped"}
    assert Recovery.objects.filter(state="escalated", owner__username="gm").exists()
    assert Recovery.objects.filter(state="open", due_on__lt=NOON.date()).exists()
    assert Recovery.objects.filter(state="mended", setbacks=1).exists()


def test_the_talk_of_a_recovery_is_complete_and_its_people_are_on_the_right_side(store):
    history, calendar = PositionHistory(store), calendar_of(store)
    recoveries = Recovery.objects.with_names().prefetch_related("events__person", "interaction__ratings__rater")
    for recovery in recoveries:
        (rating,) = recovery.interaction.ratings.all()
        link, events = recovery.link, list(recovery.events.all())
        assert [event.version for event in events] == list(range(1, recovery.version + 1))
        assert (recovery.link_id, recovery.day) == (rating.link_id, rating.day)
        assert events[0].at == recovery.opened_at >= rating.rated_at
        opened_on = store.local_day(recovery.opened_at)
        owner, due_on = manager_for(link.supplier, opened_on, other_than=rating.rater_id), recovery.opened_at
        state = "dropped"
        for event in events:
            day = store.local_day(event.at)
            assert state in STEPS[Step(event.kind)].before
            state = STEPS[Step(event.kind)].after
            if event.kind == Step.NOT_MENDED:
                owner = superior_in_line(owner, link.supplier, day) or owner
            if event.kind in (Step.OPEN, Step.NOT_MENDED):
                due_on = calendar.add(day, store.recovery_days)
                assert event.data == {"owner": str(owner), "due_on": due_on.isoformat()}
            if event.kind == Step.ANSWER:
                assert (event.side, event.person) == ("supplier", owner)
                assert event.data["promised_on"] >= day.isoformat()
            elif event.kind == Step.LAPSE:
                assert (event.side, event.person) == ("system", None)
            else:
                assert event.side == "customer"
                assert history.speaks_for(event.person_id, link.customer_id, day)
                assert not history.is_of(event.person_id, link.supplier_id, day)
                assert event.kind not in (Step.MENDED, Step.NOT_MENDED) or event.person != recovery.owner
        assert (state, owner, due_on) == (recovery.state, recovery.owner, recovery.due_on)
        assert recovery.closed_at == (None if state in RUNNING else events[-1].at)


@pytest.mark.parametrize("day", ["2026-11-23T00:10", "2026-12-01T00:10", "2026-10-04T18:00", "2026-03-02T08:00"])
def test_nothing_lies_in_the_future(day):
    now = datetime.datetime.fromisoformat(day).replace(tzinfo=SHANGHAI)
    load_store("demo", now=now, months=2, ratings_per_day=10)
    assert not RequestEvent.objects.filter(at__gt=now).exists()
    assert not RecoveryEvent.objects.filter(at__gt=now).exists()
    assert not CallInvitation.objects.filter(answered_at__gt=now).exists()
    assert not CallForNeeds.objects.filter(opened_at__gt=now).exists()
    assert not Notice.objects.filter(created_at__gt=now).exists()
    assert not SupplyRequest.objects.filter(reminded_at__gt=now).exists()
    assert not Escalation.objects.filter(decided_at__gt=now).exists()
    assert SupplyRequest.objects.filter(state="asked").exists()


def test_the_same_seed_gives_the_same_requests_and_recoveries():
    load_store("demo", now=NOON, months=2, ratings_per_day=10)
    first = told()
    make_room()
    for model in (Notice, RecoveryEvent, RequestEvent, StatedNeed):
        model.objects.all().delete()
    CallInvitation.objects.all().delete()
    load_store("demo", now=NOON, months=2, ratings_per_day=10)
    assert told() == first


def test_the_rollups_are_clean_with_the_counts_at_short_notice(store):
    assert rollups.verify(store) == []
    months = Rollup.objects.filter(dealership=store, grain=Grain.MONTH)
    counted = months.aggregate(n=Sum(F("short_binary_0") + F("short_binary_1")))["n"]
    assert counted == Rating.objects.filter(short_notice=True, scale="binary").count() > 0


def test_people_have_something_in_their_inbox_and_news(store):
    for username in ("service", "finance", "hr", "logistics", "gm"):
        access = access_of(User.objects.get(username=username))
        counts = Inbox(access).counts
        wanted = {
            "service": ("rate", "accept", "finish", "call", "recovery"),
            "finance": ("rate", "accept", "finish", "call"),
            "hr": ("rate", "accept", "finish"),
            "logistics": ("rate", "accept", "finish", "call"),
            "gm": ("rate", "decide", "recovery"),
        }
        assert [kind for kind in wanted[username] if not counts[kind]] == []
        assert news_of(access).exists()


def test_the_words_of_notices_are_those_of_the_actions(store):
    written = "".join(path.read_text() for folder in ("supplychain", "surveys") for path in Path(folder).glob("*.py"))
    constants = [value for name, value in vars(notices).items() if name.isupper() and isinstance(value, str)]
    assert len(constants) > 5
    for words in constants:
        assert f'"{words}"' in written
    for notice in Notice.objects.all():
        assert "%(" not in in_words(notice)


def test_the_jobs_that_keep_time_find_nothing_left_to_do(store):
    assert expire_requests(dealership=store) == 0
    assert remind_to_rate(dealership=store) == 0
    assert lapse_recoveries(dealership=store) == 0
