"""Calls for needs (R14): a supplier asks first, customers answer once, and a need becomes a request untouched."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from dealership.models import Notice
from supplychain.actions import end_link, revise_link
from supplychain.actions_calls import NeedLine, answer_call, close_call, open_call, remind_now
from supplychain.actions_calls import request_from_need as make_request
from supplychain.calls import Coverage, asked_departments, coverage_of
from supplychain.models import CallForNeeds, CallInvitation, StatedNeed, SupplyRequest
from tests.conftest import access, fresh
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    LinkFactory,
    PositionFactory,
    UserFactory,
    manager_of,
    member_of,
)
from tests.supplychain.calls import Scene, at, people_of_standard_store, told
from tests.supplychain.pages import code_of, store_admin

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def scene():
    return Scene()


# --- the two stories, word for word -----------------------------------------------------------------


def test_r14_hr_asks_every_department_for_its_openings():
    """HR, about to recruit for Sales, asks every department for its openings (Service answers: 2 insurance
    specialists)."""
    store, department, people = people_of_standard_store("hr", "sales", "service", "finance")
    link = department["hr"].links_as_supplier.get(item__code="recruiting", customer=department["service"])
    call = open_call(
        acting_user=people["hr"],
        supplier=department["hr"],
        flow="service",
        item=link.item,
        question="We are about to recruit for Sales. Which openings do you have?",
        deadline=store.today() + 4 * DAY,
    )
    asked = set(call.invitations.values_list("link__customer__code", flat=True))
    assert asked == {
        *("gm-office", "sales", "service", "parts", "accessories"),
        *("crm", "finance", "administration", "logistics"),
    }, "every department but HR itself"

    needed_on = store.today() + 40 * DAY
    invitation = answer_call(
        acting_user=people["service"],
        invitation=call.invitations.get(link=link),
        version=0,
        needs=[NeedLine("insurance specialists", 2, needed_on)],
    )
    assert coverage_of([call]) == {call.pk: Coverage(answered=1, asked=9)}

    request = make_request(acting_user=people["hr"], need=invitation.needs.get())
    assert (request.link.supplier.code, request.link.customer.code) == ("hr", "service")
    assert (request.what, request.quantity, request.wanted_on) == ("insurance specialists", 2, needed_on)
    assert str(request) == "2 × insurance specialists"
    assert request.asked_by == people["service"]
    assert not request.short_notice


def test_r14_administration_asks_for_shuttle_jobs():
    """Administration, short of vehicles next week for a board meeting, asks for shuttle jobs by this Friday."""
    monday = datetime.date(2026, 11, 23)
    with at("2026-11-23 09:00"):
        _store, department, people = people_of_standard_store("administration", "sales", "finance", "logistics")
        link = department["administration"].links_as_supplier.get(item__code="vehicles", customer=department["sales"])
        friday = monday + 4 * DAY
        call = open_call(
            acting_user=people["administration"],
            supplier=department["administration"],
            flow="service",
            item=link.item,
            question="Next week the board meets and cars are short. Which shuttle jobs do you have?",
            deadline=friday,
        )
    needs = {
        "sales": NeedLine("shuttle of 4 customers from the station", 1, monday + 7 * DAY),
        "finance": NeedLine("shuttle to the bank", None, monday + 8 * DAY),
    }
    with at("2026-11-27 17:30"):  # on this Friday still
        for code, need in needs.items():
            mine = call.invitations.get(link__customer=department[code])
            answer_call(acting_user=people[code], invitation=mine, version=0, needs=[need])
        mine = call.invitations.get(link__customer=department["logistics"])
        answer_call(acting_user=people["logistics"], invitation=mine, version=0, nothing_needed=True)
        assert coverage_of([call])[call.pk].answered == 3

        for need in StatedNeed.objects.all():  # lead time: 2 working days ahead, of which only 1 is left
            make_request(acting_user=people["administration"], need=need)
    found = {request.asked_by: request for request in SupplyRequest.objects.all()}
    assert set(found) == {people["sales"], people["finance"]}
    for code, need in needs.items():
        request = found[people[code]]
        assert (request.what, request.quantity, request.wanted_on) == need
        assert (request.short_notice, request.state) == (False, "asked")
    assert found[people["sales"]].notice_days == 1


# --- opening ----------------------------------------------------------------------------------------


def test_r14_a_call_asks_all_customers_of_the_item_unless_told_otherwise(scene):
    LinkFactory(dealership=scene.store, supplier=scene.supplier)  # another item
    LinkFactory(
        dealership=scene.store, supplier=scene.supplier, item=scene.item, active_to=scene.store.today() - DAY
    )  # ended
    assert set(scene.open().invitations.values_list("link", flat=True)) == {link.pk for link in scene.links}
    assert [i.link for i in scene.open(links=scene.links[1:]).invitations.all()] == scene.links[1:]


def test_r14_people_of_the_supplier_and_who_leads_it_open_a_call(scene):
    scene.supplier.parent = DepartmentFactory(dealership=scene.store)
    scene.supplier.save()
    for person in (member_of(scene.supplier), manager_of(scene.supplier.parent)):
        assert scene.open(person).opened_by == person
    for person in (scene.managers[0], member_of(scene.supplier.parent), store_admin(scene.store), UserFactory()):
        with pytest.raises(PermissionDenied):
            scene.open(person)


def test_a_call_can_be_answered_today_at_the_earliest(scene):
    assert scene.open(deadline=scene.store.today()).pk
    for deadline, code in ((scene.store.today() - DAY, "past"), (datetime.date.max, "too_far")):
        with pytest.raises(ValidationError) as refusal:
            scene.open(deadline=deadline)
        assert code_of(refusal) == code


def test_the_deadline_is_a_day_of_the_store(scene):
    with at("2026-03-02 16:30", zone="UTC"):  # 00:30 of the next day in Shanghai
        with pytest.raises(ValidationError):
            scene.open(deadline=datetime.date(2026, 3, 2))
        assert scene.open(deadline=datetime.date(2026, 3, 3)).pk


def test_a_call_has_a_question_and_a_customer(scene):
    foreign = LinkFactory(dealership=scene.store)
    bad = ({"links": []}, {"links": [foreign]}, {"question": "  "}, {"question": "x" * 501}, {"flow": "material"})
    for fields in bad:
        with pytest.raises(ValidationError):
            scene.open(**fields)
    assert not CallForNeeds.objects.exists()


def test_a_form_sent_twice_opens_one_call(scene):
    first = scene.open(submission_key=scene.key)
    assert scene.open(submission_key=scene.key) == first
    assert CallInvitation.objects.count() == len(scene.links)
    with pytest.raises(ValidationError) as refusal:
        scene.open(member_of(scene.supplier), submission_key=scene.key)
    assert code_of(refusal) == "key_reused"


def test_who_leads_a_customer_today_is_told_once(scene):
    deputy = PositionFactory(department=scene.customers[0], role="deputy", person=scene.managers[1]).person
    gone = manager_of(scene.customers[0], end=scene.store.today() - DAY)
    member = member_of(scene.customers[0])
    call = scene.open()
    assert told(deputy) == told(scene.managers[0])
    (words,) = told(deputy)
    assert str(scene.supplier) in words
    assert str(scene.item) in words
    assert Notice.objects.filter(person=deputy).get().url == f"/calls/{call.pk}/"
    assert told(gone) == told(member) == told(scene.manager) == []


def test_of_a_customer_that_nobody_leads_all_people_are_told():
    scene = Scene(customers=1, managers=False)
    member = member_of(scene.customers[0])
    scene.open()
    assert len(told(member)) == 1


# --- answering --------------------------------------------------------------------------------------


def test_r14_each_customer_answers_for_itself(scene):
    call = scene.open()
    invitation = call.invitations.get(link=scene.links[0])
    member = member_of(scene.customers[0])
    answered = scene.answer(invitation, member)
    assert (answered.answered_by, answered.version, answered.nothing_needed) == (member, 1, False)
    assert [tuple(need) for need in answered.needs.values_list("what", "quantity", "wanted_on")] == [scene.need]
    for person in (scene.managers[1], scene.manager, store_admin(scene.store), UserFactory()):
        with pytest.raises(PermissionDenied):
            scene.answer(call.invitations.get(link=scene.links[0]), person, version=1)


def test_r14_nothing_needed_counts_as_an_answer(scene):
    call = scene.open()
    assert coverage_of([call])[call.pk] == Coverage(0, 2)
    scene.answer(call.invitations.first(), scene.managers[0], needs=[], nothing_needed=True)
    assert coverage_of([call])[call.pk] == Coverage(1, 2)
    assert not StatedNeed.objects.exists()
    scene.answer(call.invitations.last(), scene.managers[1])
    assert coverage_of([call])[call.pk].is_complete


def test_an_answer_says_one_thing(scene):
    invitation = scene.open().invitations.first()
    line, today = scene.need, scene.store.today()
    refused = {
        "empty": {"needs": []},
        "both": {"needs": [line], "nothing_needed": True},
        "too_many": {"needs": [line] * 21},
        "blank": {"needs": [line._replace(what="   ")]},
        "max_length": {"needs": [line._replace(what="x" * 201)]},
        "quantity": {"needs": [line._replace(quantity=0)]},
        "past": {"needs": [line._replace(wanted_on=today - DAY)]},
        "too_far": {"needs": [line._replace(wanted_on=datetime.date.max)]},
    }
    for code, answer in refused.items():
        with pytest.raises(ValidationError) as refusal:
            scene.answer(invitation, scene.managers[0], **answer)
        assert code_of(refusal) == code
    assert CallInvitation.objects.unanswered().count() == 2
    assert scene.answer(invitation, scene.managers[0], needs=[line._replace(wanted_on=today)] * 20).needs.count() == 20


def test_an_answer_can_be_given_until_the_last_day_is_over_in_the_stores_zone(scene):
    with at("2026-03-02 10:00"):
        call = scene.open(deadline=datetime.date(2026, 3, 4))
    need = scene.need._replace(wanted_on=datetime.date(2026, 3, 20))
    first, second = call.invitations.all()
    with at("2026-03-04 23:59:59"):
        assert scene.answer(first, scene.managers[0], needs=[need]).answered_by
    with at("2026-03-05 00:00"), pytest.raises(ValidationError) as refusal:
        scene.answer(second, scene.managers[1], needs=[need])
    assert code_of(refusal) == "closed"


def test_a_closed_call_takes_no_answers_though_the_page_was_open(scene):
    call = scene.open()
    invitation = call.invitations.select_related("call").first()
    assert not invitation.call.closed_at
    assert close_call(acting_user=scene.manager, call=call)
    for seen in (invitation, CallInvitation.objects.get(pk=invitation.pk)):
        with pytest.raises(ValidationError) as refusal:
            scene.answer(seen, scene.managers[0])
        assert code_of(refusal) == "closed"
    assert not close_call(acting_user=scene.manager, call=call), "closed already"
    assert not invitation.needs.exists()


def test_only_the_supplier_closes_and_reminds(scene):
    call = scene.open()
    for person in (scene.managers[0], store_admin(scene.store), UserFactory()):
        for act in (close_call, remind_now):
            with pytest.raises(PermissionDenied):
                act(acting_user=person, call=call)


def test_an_answer_can_be_changed_while_the_call_is_open(scene):
    invitation = scene.open().invitations.first()
    scene.answer(invitation, scene.managers[0], needs=[scene.need, scene.need])
    colleague = member_of(scene.customers[0])
    other = scene.need._replace(what="one more car", quantity=None)
    changed = scene.answer(invitation, colleague, version=1, needs=[other])
    assert (changed.answered_by, [str(need) for need in changed.needs.all()]) == (colleague, ["one more car"])
    changed = scene.answer(invitation, colleague, version=2, needs=[], nothing_needed=True)
    assert (changed.nothing_needed, changed.needs.count()) == (True, 0)


def test_who_answers_over_an_answer_they_have_not_seen_is_told_who_was_first(scene):
    invitation = scene.open().invitations.first()
    late = CallInvitation.objects.get(pk=invitation.pk)
    scene.answer(invitation, scene.managers[0])
    with pytest.raises(ValidationError) as refusal:
        scene.answer(late, member_of(scene.customers[0]), nothing_needed=True, needs=[])
    assert code_of(refusal) == "answered"
    assert str(scene.managers[0]) in refusal.value.messages[0]
    assert invitation.needs.count() == 1


def test_the_same_answer_sent_twice_is_one(scene):
    invitation = scene.open().invitations.first()
    for _ in range(2):
        answered = scene.answer(CallInvitation.objects.get(pk=invitation.pk), scene.managers[0], version=0)
        assert (answered.version, answered.needs.count()) == (1, 1)
    assert len(told(scene.manager)) == 1


def test_the_opener_is_told_of_each_answer_and_not_of_the_same_again(scene):
    first, second = scene.open().invitations.all()
    scene.answer(first, scene.managers[0])
    scene.answer(first, scene.managers[0], version=1)
    scene.answer(second, scene.managers[1], needs=[], nothing_needed=True)
    answered, nothing = told(scene.manager)
    assert str(scene.customers[0]) in answered
    assert "needs nothing" in nothing


# --- a need becomes a request -----------------------------------------------------------------------


def test_r14_either_side_makes_a_need_a_request_with_nothing_retyped(scene):
    invitation = scene.answer(scene.open().invitations.first(), scene.managers[0], needs=[scene.need, scene.need])
    for person, need in zip((scene.manager, member_of(scene.customers[0])), invitation.needs.all(), strict=True):
        request = make_request(acting_user=person, need=need)
        assert (request.what, request.quantity, request.wanted_on) == scene.need
        assert request.asked_by == scene.managers[0]
        event = request.events.get()
        assert (event.kind, event.person, event.data) == ("ask", person, {"from_call": invitation.call_id})
        assert StatedNeed.objects.get(pk=need.pk).request == request
    assert ["has become a request" in words for words in told(scene.managers[0])] == [False, True, True]


def test_strangers_make_no_requests_of_needs(scene):
    invitation = scene.answer(scene.open().invitations.first(), scene.managers[0])
    for person in (scene.managers[1], store_admin(scene.store), UserFactory()):
        with pytest.raises(PermissionDenied):
            make_request(acting_user=person, need=invitation.needs.get())


def test_a_need_becomes_one_request(scene):
    need = scene.answer(scene.open().invitations.first(), scene.managers[0]).needs.get()
    twice = [make_request(acting_user=scene.manager, need=StatedNeed.objects.get(pk=need.pk)) for _ in range(2)]
    assert twice[0] == twice[1]
    assert SupplyRequest.objects.count() == 1


def test_r14_a_request_of_a_need_is_never_short_notice_since_the_supplier_asked_first():
    scene = Scene(windows="mon", lead_time_days=30)
    need = scene.answer(scene.open().invitations.first(), scene.managers[0]).needs.get()
    request = make_request(acting_user=scene.manager, need=need)
    assert (request.outside_window, request.short_of_lead_time) == (False, False)


def test_an_answer_of_which_a_need_became_a_request_stays(scene):
    invitation = scene.answer(scene.open().invitations.first(), scene.managers[0])
    make_request(acting_user=scene.manager, need=invitation.needs.get())
    now = CallInvitation.objects.get(pk=invitation.pk)
    with pytest.raises(ValidationError) as refusal:
        scene.answer(now, scene.managers[0], version=now.version, nothing_needed=True, needs=[])
    assert code_of(refusal) == "became_request"
    assert invitation.needs.count() == 1


def test_a_need_that_was_taken_back_becomes_no_request(scene):
    invitation = scene.answer(scene.open().invitations.first(), scene.managers[0])
    need = invitation.needs.get()
    scene.answer(invitation, scene.managers[0], version=1, nothing_needed=True, needs=[])
    with pytest.raises(ValidationError) as refusal:
        make_request(acting_user=scene.manager, need=need)
    assert code_of(refusal) == "changed"
    assert not SupplyRequest.objects.exists()


def test_a_need_of_a_day_that_has_passed_becomes_no_request(scene):
    with at("2026-03-02 10:00"):
        line = scene.need._replace(wanted_on=datetime.date(2026, 3, 3))
        call = scene.open(deadline=datetime.date(2026, 3, 3))
        need = scene.answer(call.invitations.first(), scene.managers[0], needs=[line]).needs.get()
    with at("2026-03-04 00:00"), pytest.raises(ValidationError) as refusal:
        make_request(acting_user=scene.manager, need=need)
    assert code_of(refusal) == "past"
    with at("2026-03-03 23:59"):
        assert make_request(acting_user=scene.manager, need=need).notice_days == 0


def test_r10_a_request_runs_over_the_link_in_force_when_the_terms_changed_since(scene):
    admin = store_admin(scene.store)
    first, second = (
        scene.answer(invitation, manager).needs.get()
        for invitation, manager in zip(scene.open().invitations.all(), scene.managers, strict=True)
    )
    successor = revise_link(acting_user=admin, link=scene.links[0], scale="five")
    end_link(acting_user=admin, link=scene.links[1])
    with at(timezone.now() + DAY):
        request = make_request(acting_user=scene.manager, need=StatedNeed.objects.get(pk=first.pk))
        assert request.link == successor
        with pytest.raises(ValidationError) as refusal:
            make_request(acting_user=scene.manager, need=StatedNeed.objects.get(pk=second.pk))
        assert code_of(refusal) == "link_inactive"


# --- who is asked -----------------------------------------------------------------------------------


def test_one_is_asked_for_ones_own_department_and_for_the_teams_of_the_one_one_manages():
    store = DealershipFactory()
    head = DepartmentFactory(dealership=store, heads_store=True)
    service = DepartmentFactory(dealership=store, parent=head)
    workshop = DepartmentFactory(dealership=store, parent=service)
    assert asked_departments(access(manager_of(head))) == {head.pk}
    assert asked_departments(access(manager_of(service))) == {service.pk, workshop.pk}
    assert asked_departments(access(member_of(service))) == {service.pk}
    assert access(fresh(manager_of(head))).rates_for == {head.pk, service.pk}
