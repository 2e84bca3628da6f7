"""From asking to done (R11-R13): who may do what, what is kept, who is told."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from dealership.models import Notice
from supplychain import actions_due
from supplychain import actions_requests as acts
from supplychain.actions import dismiss_interaction, end_link, restore_interaction
from supplychain.actions_escalations import decide, escalate
from supplychain.models import Escalation, Interaction, Mark, RequestEvent, SupplyRequest
from supplychain.transitions import current_interaction, pending_escalation
from tests.factories import DealershipFactory, UserFactory
from tests.supplychain.request_world import World, outcomes, story, told

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = 0, 1


@pytest.fixture
def world():
    return World()


class refused:
    """An action refuses with this code, on a field or on the whole."""

    def __init__(self, code):
        self.code = code

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _traceback):
        assert kind is ValidationError, f"not refused: {kind}"
        errors = [e for each in error.error_dict.values() for e in each] if hasattr(error, "error_dict") else [error]
        assert [each.code for each in errors] == [self.code]
        self.message = " ".join(error.messages)
        return True


# --- Asking -----------------------------------------------------------------------------------------


def test_a_request_keeps_who_what_and_when(world):
    request = world.ask(quantity=2, what="insurance specialists", wanted_time=datetime.time(9, 30))
    assert request.summary == "2 × insurance specialists"
    assert (request.state, request.version, request.trips, request.notice_days) == ("asked", 1, 1, 7)
    event = RequestEvent.objects.get(request=request)
    assert (event.kind, event.person, event.version) == ("ask", world.people["service"], 1)


@pytest.mark.parametrize("who", ["finance", "clerk", "hr"])
def test_r15_only_the_customers_people_ask(world, who):
    with pytest.raises(PermissionDenied):
        world.ask(who)
    assert not SupplyRequest.objects.exists()


def test_the_manager_above_asks_for_the_department(world):
    assert world.ask("gm").asked_by == world.people["gm"]


def test_nothing_is_asked_for_a_day_that_has_passed(world):
    with refused("past"):
        world.ask(wanted_on=world.day(-1))


def test_nothing_is_asked_over_a_link_that_has_ended(world):
    admin = UserFactory(dealership=world.store, is_store_admin=True)
    end_link(acting_user=admin, link=world.link, last_day=world.day(-1))
    with pytest.raises(PermissionDenied):
        world.ask()


def test_a_form_sent_twice_asks_once(world):
    key = uuid.uuid4()
    assert world.ask(submission_key=key) == world.ask(submission_key=key)
    with refused("key_reused"):
        world.ask("mechanic", submission_key=key)
    assert SupplyRequest.objects.count() == RequestEvent.objects.count() == 1


# --- R11: windows and lead time ---------------------------------------------------------------------


def test_r11_outside_the_window_nothing_is_sent_before_it_was_said():
    world = World(windows="mon")
    tuesday = world.next_weekday(TUESDAY)
    with refused("short_notice"):
        world.ask(wanted_on=tuesday)
    assert not SupplyRequest.objects.exists()
    request = world.ask(wanted_on=tuesday, short_notice_accepted=True)
    assert (request.outside_window, request.short_of_lead_time, request.short_notice) == (True, False, True)


def test_r11_inside_the_window_it_is_no_short_notice():
    world = World(windows="mon")
    request = world.ask(wanted_on=world.next_weekday(MONDAY))
    assert not request.short_notice


def test_r11_short_of_the_lead_time():
    world = World(lead_time_days=3)
    with refused("short_notice"):
        world.ask(wanted_on=world.day(2))
    hurried = world.ask(wanted_on=world.day(2), short_notice_accepted=True)
    assert (hurried.outside_window, hurried.short_of_lead_time, hurried.notice_days) == (False, True, 2)
    assert not world.ask(wanted_on=world.day(3)).short_notice


def test_r12_the_mark_goes_along_to_the_interaction():
    world = World(lead_time_days=3)
    hurried = world.done(wanted_on=world.day(1), short_notice_accepted=True)
    assert current_interaction(hurried).short_notice
    assert not current_interaction(world.done()).short_notice


# --- The supplier answers ---------------------------------------------------------------------------


def test_accepted_with_a_promised_day(world):
    request = world.accepted(ahead=3)
    assert (request.state, request.promised_on, request.held_by) == (
        "accepted",
        world.day(3),
        world.people["clerk"],
    )
    assert "accepted your request" in told(world.people["service"])[-1]


def test_a_promise_lies_not_in_the_past(world):
    request = world.ask()
    with refused("past"):
        acts.accept(acting_user=world.person("clerk"), request=request, promised_on=world.day(-1))
    assert story(request) == ["ask"]


def test_declining_needs_a_reason(world):
    request = world.ask()
    with refused("required"):
        acts.decline(acting_user=world.person("finance"), request=request, text="  ")
    acts.decline(acting_user=world.person("finance"), request=request, text="Not ours to pay.")
    assert request.state == "declined"
    assert "Not ours to pay." in told(world.people["service"])[-1]


def test_the_first_promise_is_the_one_that_is_judged(world):
    request = world.accepted(ahead=0)
    SupplyRequest.objects.filter(pk=request.pk).update(promised_on=world.day(-2))
    request.refresh_from_db()
    acts.promise_again(acting_user=world.person("clerk"), request=request, expected_on=world.day(4))
    assert (request.promised_on, request.expected_on) == (world.day(-2), world.day(4))
    acts.finish(acting_user=world.person("clerk"), request=request)
    assert request.late_days == 2


@pytest.mark.parametrize(("ahead", "late"), [(0, 0), (3, -3)])
def test_how_late_it_was_delivered_is_kept(world, ahead, late):
    assert world.done(ahead=ahead).late_days == late


def test_done_it_is_an_interaction_to_be_rated(world):
    before = Mark.objects.count()
    request = world.done(what="travel receipts", quantity=3)
    interaction = Interaction.objects.get(request=request)
    assert (interaction.state, interaction.note) == ("open", "3 × travel receipts")
    assert (interaction.requester, interaction.logged_by) == (world.people["service"], world.people["clerk"])
    assert Mark.objects.count() == before + 1


@pytest.mark.parametrize("who", ["service", "mechanic", "hr", "gm"])
def test_r7_only_the_suppliers_people_answer(world, who):
    """The general manager speaks for the departments directly below, so for the customer: on one side only."""
    request = world.ask()
    with pytest.raises(PermissionDenied):
        acts.accept(acting_user=world.person(who), request=request, promised_on=world.day(1))
    with pytest.raises(PermissionDenied):
        acts.decline(acting_user=world.person(who), request=request, text="No.")


def test_people_of_another_store_do_nothing(world):
    request, stranger = world.ask(), UserFactory(dealership=DealershipFactory())
    for act in (acts.withdraw, acts.record_trip, acts.finish):
        with pytest.raises(PermissionDenied):
            act(acting_user=stranger, request=request)
    with pytest.raises(PermissionDenied):
        acts.comment(acting_user=stranger, request=request, text="Hello")


def test_done_before_it_was_promised_is_refused_in_words(world):
    with refused("not_now") as refusal:
        acts.finish(acting_user=world.person("clerk"), request=world.ask())
    assert "asked" in refusal.message or "已" in refusal.message


# --- The customer -----------------------------------------------------------------------------------


def test_taken_back(world):
    request = world.accepted()
    acts.withdraw(acting_user=world.person("mechanic"), request=request, text="We found the invoice.")
    assert request.state == "withdrawn"
    assert "took back" in told(world.people["clerk"])[-1]


def test_not_done_yet(world):
    """The supplier has it again, under its first promise; no rating is due for what was not done."""
    request = world.done(ahead=3)
    first = current_interaction(request)
    acts.reopen(acting_user=world.person("service"), request=request, text="One receipt is missing.")
    first.refresh_from_db()
    assert (request.state, request.promised_on, request.finished_on, request.late_days, first.state) == (
        "accepted",
        world.day(3),
        None,
        None,
        "dismissed",
    )
    assert current_interaction(request) is None
    acts.finish(acting_user=world.person("clerk"), request=request)
    assert current_interaction(request) not in (None, first)


def test_what_was_rated_is_done(world):
    request = world.done()
    Interaction.objects.filter(request=request).update(state="rated")
    with refused("rated"):
        acts.reopen(acting_user=world.person("service"), request=request)
    assert request.state == "done"


def test_an_interaction_of_a_request_is_not_dismissed_apart_from_it(world):
    interaction = current_interaction(world.done())
    with refused("of_request"):
        dismiss_interaction(acting_user=world.person("service"), interaction=interaction)
    Interaction.objects.filter(pk=interaction.pk).update(state="dismissed")
    with refused("of_request"):
        restore_interaction(acting_user=world.person("service"), interaction=fresh_interaction(interaction))


def fresh_interaction(interaction):
    return Interaction.objects.get(pk=interaction.pk)


# --- R13: exceptions and trips ----------------------------------------------------------------------


def test_r13_the_supplier_takes_the_exception_to_its_superior(world):
    """“Leave it here, I will ask the boss. You need not run to and fro.”"""
    request = world.accepted()
    escalate(acting_user=world.person("finance"), request=request, text="A receipt, not an invoice.")
    assert request.held_by == world.people["gm"]
    assert pending_escalation(request).superior == world.people["gm"]
    assert "You need not come again" in told(world.people["service"])[-1]
    decide(acting_user=world.person("gm"), escalation=pending_escalation(request), allowed=True)
    request.refresh_from_db()
    assert (request.held_by, outcomes(request), request.trips) == (world.people["finance"], ["allowed"], 1)
    assert "allowed the exception" in told(world.people["service"])[-1]
    acts.finish(acting_user=world.person("finance"), request=request)
    assert story(request) == ["ask", "accept", "escalate", "decide", "finish"]


def test_r13_a_members_exception_goes_to_the_manager_of_the_department(world):
    request = world.ask()
    escalate(acting_user=world.person("clerk"), request=request, text="A receipt, not an invoice.")
    assert request.held_by == world.people["finance"]
    with refused("pending"):
        acts.decline(acting_user=world.person("clerk"), request=request, text="No.")
    with pytest.raises(PermissionDenied):
        decide(acting_user=world.person("clerk"), escalation=pending_escalation(request), allowed=True)
    with pytest.raises(PermissionDenied):
        decide(acting_user=world.person("service"), escalation=pending_escalation(request), allowed=True)
    with refused("required"):
        decide(acting_user=world.person("finance"), escalation=pending_escalation(request), allowed=False)
    decide(
        acting_user=world.person("finance"),
        escalation=pending_escalation(request),
        allowed=False,
        text="Invoices only.",
    )
    request.refresh_from_db()
    assert (request.held_by, outcomes(request)) == (world.people["clerk"], ["refused"])
    acts.decline(acting_user=world.person("clerk"), request=request, text="Invoices only.")


def test_r13_the_general_manager_decides_for_an_absent_superior(world):
    request = world.ask()
    escalate(acting_user=world.person("clerk"), request=request, text="A receipt.")
    decide(acting_user=world.person("gm"), escalation=pending_escalation(request), allowed=True)
    assert outcomes(request) == ["allowed"]


def test_r13_nobody_stands_above_the_general_manager(world):
    world.link.supplier = world.people["gm"].positions.get().department
    world.link.save(update_fields=["supplier"])
    with refused("no_superior"):
        escalate(acting_user=world.person("gm"), request=world.ask(), text="A receipt.")
    assert not Escalation.objects.exists()


def test_r13_one_exception_at_a_time_and_it_must_be_said(world):
    request = world.accepted()
    with refused("required"):
        escalate(acting_user=world.person("clerk"), request=request, text="")
    escalate(acting_user=world.person("clerk"), request=request, text="A receipt.")
    with refused("pending"):
        escalate(acting_user=world.person("clerk"), request=request, text="Another one.")
    with refused("pending"):
        acts.finish(acting_user=world.person("clerk"), request=request)
    assert Escalation.objects.count() == 1


def test_a_new_date_while_the_superior_has_it_leaves_it_there(world):
    request = world.accepted()
    escalate(acting_user=world.person("clerk"), request=request, text="A receipt.")
    acts.promise_again(acting_user=world.person("clerk"), request=request, expected_on=world.day(9))
    assert request.held_by == world.people["finance"]


def test_taken_back_while_the_superior_has_it(world):
    request = world.ask()
    escalate(acting_user=world.person("clerk"), request=request, text="A receipt.")
    acts.withdraw(acting_user=world.person("service"), request=request)
    assert outcomes(request) == ["dropped"]
    assert "took back" in told(world.people["finance"])[-1]


def test_r13_trips_are_counted_from_either_side(world):
    request = world.accepted()
    acts.record_trip(acting_user=world.person("clerk"), request=request, text="Bring the invoice.")
    assert "come again" in told(world.people["service"])[-1]
    acts.record_trip(acting_user=world.person("mechanic"), request=request)
    assert "had to come again" in told(world.people["clerk"])[-1]
    assert request.trips == 3


# --- Two at once, and twice -------------------------------------------------------------------------


def test_who_acts_on_what_has_moved_is_told_who_was_first(world):
    request = world.ask()
    acts.accept(acting_user=world.person("clerk"), request=SupplyRequest.objects.get(), promised_on=world.day(1))
    with refused("moved") as refusal:
        acts.decline(acting_user=world.person("finance"), request=request, text="No.", version=1)
    assert str(world.people["clerk"]) in refusal.message
    assert story(request) == ["ask", "accept"]


def test_a_form_sent_twice_acts_once(world):
    request = world.accepted()
    seen = request.version
    for _copy in range(2):
        acts.record_trip(acting_user=world.person("clerk"), request=request, text="The invoice.", version=seen)
    assert (request.trips, story(request)) == (2, ["ask", "accept", "trip"])
    assert len(told(world.people["service"])) == 2
    with refused("moved"):
        acts.record_trip(acting_user=world.person("clerk"), request=request, text="And a stamp.", version=seen)


def test_done_twice_is_one_interaction(world):
    request = world.accepted()
    seen = request.version
    for _copy in range(2):
        acts.finish(acting_user=world.person("clerk"), request=request, version=seen)
    assert Interaction.objects.filter(request=request).count() == 1


# --- Words ------------------------------------------------------------------------------------------


def test_both_sides_talk_in_one_timeline(world):
    request = world.accepted()
    acts.comment(acting_user=world.person("mechanic"), request=request, text="Is cash all right?")
    acts.comment(acting_user=world.person("finance"), request=request, text="Yes.")
    assert story(request)[-2:] == ["comment", "comment"]
    assert request.version == 2
    assert "Is cash all right?" in told(world.people["clerk"])[-1]
    assert "Yes." in told(world.people["service"])[-1]
    with pytest.raises(PermissionDenied):
        acts.comment(acting_user=world.person("hr"), request=request, text="May I?")


def test_nobody_is_told_of_what_they_did_themselves(world):
    request = world.ask()
    acts.comment(acting_user=world.person("service"), request=request, text="Please.")
    assert told(world.people["service"]) == []
    assert "Please." in told(world.people["finance"])[-1]


# --- What time does ---------------------------------------------------------------------------------


def test_an_unanswered_request_expires_and_who_asked_is_told(world):
    request = world.ask()
    SupplyRequest.objects.update(wanted_on=world.day(-world.store.answer_days))
    assert actions_due.expire_requests(dealership=world.store) == 0
    SupplyRequest.objects.update(wanted_on=world.day(-world.store.answer_days - 1))
    assert actions_due.expire_requests(dealership=world.store) == 1
    assert actions_due.expire_requests(dealership=world.store) == 0
    request.refresh_from_db()
    assert (request.state, story(request)) == ("expired", ["ask", "expire"])
    assert "expired" in told(world.people["service"])[-1]


def test_what_was_answered_or_is_with_the_superior_does_not_expire(world):
    world.accepted()
    escalate(acting_user=world.person("clerk"), request=world.ask(), text="A receipt.")
    SupplyRequest.objects.update(wanted_on=world.day(-60))
    assert actions_due.expire_requests(dealership=world.store) == 0


def test_a_finished_request_nobody_rated_reminds_once(world):
    request = world.done()
    interaction = current_interaction(request)
    assert actions_due.remind_to_rate(dealership=world.store) == 0
    age = world.store.rating_days - actions_due.REMIND_DAYS
    Interaction.objects.filter(pk=interaction.pk).update(day=world.day(-age))
    assert actions_due.remind_to_rate(dealership=world.store) == 1
    assert actions_due.remind_to_rate(dealership=world.store) == 0
    assert "How was" in told(world.people["service"])[-1]
    assert Notice.objects.filter(person=world.people["service"], words__startswith="How was").count() == 1


def test_what_is_rated_or_was_not_asked_for_reminds_nobody(world):
    Interaction.objects.filter(request=world.done()).update(state="rated")
    Interaction.objects.update(day=world.day(-13))
    Interaction.objects.create(
        dealership=world.store, link=world.link, occurred_at=timezone.now(), day=world.day(-13), logged_by=None
    )
    assert actions_due.remind_to_rate(dealership=world.store) == 0
